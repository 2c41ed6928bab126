# "docker-credential-atcr completion bash --install" replaces this file: keep what you add elsewhere.
# bash splits words at : and =, and replaces what follows the last of them.
_docker_credential_atcr() {
    local line=${COMP_LINE:0:COMP_POINT} words=() value
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    local current=${words[${#words[@]} - 1]}
    local before=${current%"${current##*[:=@]}"}
    local program=$1
    [[ $program == "~/"* ]] && program=$HOME/${program:2}
    COMPREPLY=()
    while IFS= read -r value; do
        COMPREPLY+=("${value#"$before"}")
    done < <("$program" __complete bash -- "${words[@]:1}" 2> /dev/null)
    if [[ ${COMPREPLY[0]-} == */ ]]; then
        compopt -o nospace 2> /dev/null
    fi
}
complete -F _docker_credential_atcr docker-credential-atcr
