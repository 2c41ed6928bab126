#compdef docker-credential-atcr
# "docker-credential-atcr completion zsh --install" replaces this file: keep what you add elsewhere.
_docker-credential-atcr() {
    local line program=${(Q)words[1]}
    [[ $program == '~/'* ]] && program=$HOME/${program[3,-1]}
    local -a described starts
    for line in "${(@f)$("$program" __complete zsh -- "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2> /dev/null)}"; do
        if [[ $line == */ ]]; then
            starts+=("$line")
        elif [[ -n $line ]]; then
            described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        fi
    done
    (( $#starts )) && compadd -S '' -a starts
    (( $#described )) && _describe 'docker-credential-atcr' described
}
if [ "$funcstack[1]" = "_docker-credential-atcr" ]; then
    _docker-credential-atcr "$@"
else
    compdef _docker-credential-atcr docker-credential-atcr
fi
