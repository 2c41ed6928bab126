# "docker-credential-atcr completion fish --install" replaces this file: keep what you add elsewhere.
function __docker_credential_atcr
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l program (string replace --regex '^~/' "$HOME/" -- $words[1])
    $program __complete fish -- $words[2..] "$current" 2>/dev/null
end
complete --no-files --keep-order --arguments '(__docker_credential_atcr)' --command docker-credential-atcr
