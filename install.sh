#!/bin/sh
# Installs docker-credential-atcr, Docker's credential helper for ATCR, on Linux and macOS.
#
#   curl -fsSL https://atcr.io/install.sh | sh
#   curl -fsSL https://atcr.io/install.sh | sh -s -- --uninstall
#
# The options and variables are those of `usage`, below.
#
# Nothing runs until the last line: a script that was cut off during the download does nothing.

main() {
  # For `... | zsh`, which otherwise runs a function's traps when the function ends.
  [ -z "${ZSH_VERSION-}" ] || emulate sh
  set -eu
  umask 022
  program=docker-credential-atcr
  page=https://github.com/atcr-io/docker-credential-atcr
  # A release puts its public key here, the second line of .github/release-key.pub. Without one, checksums alone decide.
  release_key=''
  become=
  work=
  staged=
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  read_arguments "$@"
  find_tools
  find_home
  base=${ATCR_DOWNLOAD_URL:-$page/releases}
  base=${base%/}
  plugin=${DOCKER_CONFIG:-$home/.docker}/cli-plugins/docker-atcr
  folder=$(absolute "${ATCR_INSTALL_DIR:-${INSTALL_DIR:-/usr/local/bin}}")
  target=$folder/$program
  "$action"
}

read_arguments() {
  action=install
  adds_to_path=
  is_quiet=
  for word in "$@"; do
    case $word in
      --uninstall) action=uninstall ;;
      --add-to-path) adds_to_path=yes ;;
      -q | --quiet) is_quiet=yes ;;
      -h | --help) usage; exit ;;
      *) usage >&2; exit 2 ;;
    esac
  done
}

usage() {
  cat <<END
Installs docker-credential-atcr.

Usage: install.sh [--uninstall] [--add-to-path] [--quiet]

  --uninstall        remove it, and what names it in Docker's, podman's and your shell's files
  --add-to-path      add the directory to PATH in your shell's file (bash, zsh, fish, sh)
  -q, --quiet        print nothing but errors

  ATCR_VERSION       the version, as 1.2.3 or v1.2.3 [default: the latest]
  ATCR_INSTALL_DIR   the directory to install into [default: INSTALL_DIR, else /usr/local/bin]
  ATCR_DOWNLOAD_URL  the URL of the releases: https, or http on this machine
                     [default: $page/releases]
END
}

say() { [ -n "$is_quiet" ] || printf '%s\n' "$1"; }

# fail MESSAGE [HINT]
fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2-}" ] || printf '  %s\n' "$2" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

clean_up() {
  [ -z "$staged" ] || $become rm -f "$staged"
  [ -z "$work" ] || rm -rf "$work"
}

find_tools() {
  for tool in uname mktemp mkdir rm cp mv chmod cat sed grep tar id dirname basename; do
    has "$tool" || fail "$tool is not installed, or not on PATH" "install it, then run this again"
  done
}

# Without HOME it is what the system has for this user, as for the program.
find_home() {
  home=${HOME-}
  [ -z "$home" ] || return 0
  user=$(id -un 2>/dev/null) || return 0
  case $user in
    [!A-Za-z_]* | *[!0-9A-Za-z._-]*) return 0 ;;
  esac
  eval "home=~$user"
  case $home in
    /*) ;;
    *) home= ;;
  esac
}

absolute() {
  case $1 in
    /) printf '/\n' ;;
    /*) printf '%s\n' "${1%/}" ;;
    \~/*) # quoted, so the shell did not expand it
      [ -n "$home" ] || fail "there is no home directory for $1" "set HOME, or a full path"
      printf '%s\n' "$home/${1#??}" ;;
    *) printf '%s\n' "$PWD/${1%/}" ;;
  esac
}

# On macOS, mktemp by itself goes by another folder than TMPDIR.
make_work() {
  work=$(mktemp -d "$(absolute "${TMPDIR:-/tmp}")/$program.XXXXXX") ||
    fail "can't create a temporary directory" "set TMPDIR to a writable directory"
}

install() {
  find_platform
  find_downloader
  find_hasher
  check_target
  find_rights
  make_work
  choose_release
  check_signature
  say "Downloading $program $version for $system $machine"
  download "$base/download/v$version/$archive" "$work/$archive"
  check_hash
  unpack
  place
  say "Installed $folder/$said"
  set_path
  say "Then log in: $program login"
}

# The Linux binary is static: it runs with glibc, musl or no C library at all.
find_platform() {
  system=$(uname -s)
  machine=$(uname -m)
  case $system in
    Linux) ;;
    # Under Rosetta, uname reports x86_64 on an arm64 Mac.
    Darwin) [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" != 1 ] || machine=arm64 ;;
    MINGW* | MSYS* | CYGWIN*)
      fail "this script is for Linux and macOS" "in PowerShell: irm https://atcr.io/install.ps1 | iex" ;;
    *) fail "there is no release for $system" "build from source: cargo install --locked --git $page" ;;
  esac
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no release for $system on $machine" "build from source: cargo install --locked --git $page" ;;
  esac
}

find_downloader() {
  case $base in
    https://?*) ;;
    http://*) is_loopback "$base" ||
      fail "$base is not https" "http is allowed only on this machine (localhost, 127.0.0.1, [::1])" ;;
    *) fail "ATCR_DOWNLOAD_URL is not an https URL: $base" ;;
  esac
  downloader=curl
  case $(command -v curl) in
    '') downloader=wget ;;
    */snap/*) ! has wget || downloader=wget ;; # it can't write to /tmp
  esac
  [ "$downloader" = wget ] || return 0
  has wget || fail "neither curl nor wget is installed" "install curl, then run this again"
  find_wget
}

find_wget() {
  case $(wget --help 2>&1) in
    *BusyBox*)
      downloader=busybox
      check_url "$base" ;;
    *Wget2*) downloader= ;; # it follows redirects whatever it is told
    *--max-redirect*) ;;
    *) downloader= ;;
  esac
  [ -n "$downloader" ] ||
    fail "this wget can't be kept from following redirects to http" "install curl, then run this again"
}

is_loopback() {
  authority=${1#http://}
  authority=${authority%%[/?#]*}
  case $authority in
    '[::1]'*) port=${authority#'[::1]'} ;;
    localhost*) port=${authority#localhost} ;;
    127.0.0.1*) port=${authority#127.0.0.1} ;;
    *) return 1 ;;
  esac
  case $port in
    '') return 0 ;;
    :*[!0-9]*) return 1 ;;
    :*) return 0 ;;
    *) return 1 ;;
  esac
}

# BusyBox's own TLS does not; on Alpine it runs ssl_client, which does. Elsewhere ssl_client is a link to BusyBox.
verifies_certificates() {
  client=$(command -v ssl_client) && [ -f "$client" ] && [ ! -L "$client" ]
}

find_hasher() {
  for hasher in sha256sum shasum openssl; do
    ! has "$hasher" || return 0
  done
  fail "none of sha256sum, shasum and openssl is installed to verify the download" "install openssl, then run this again"
}

# checksums.txt has the hash and name of every file of a release; that of `latest/download` names the latest version.
choose_release() {
  wanted=${ATCR_VERSION:-latest}
  wanted=${wanted#v}
  case $wanted in
    latest) list=$base/latest/download/checksums.txt ;;
    *[!0-9A-Za-z.+-]* | [!0-9]*) fail "ATCR_VERSION is not a version: $ATCR_VERSION" "ATCR_VERSION=1.2.3" ;;
    *) list=$base/download/v$wanted/checksums.txt ;;
  esac
  download "$list" "$work/checksums.txt"
  pattern="\\([0-9a-f]\\{64\\}\\)  \\(${program}_\\([0-9][0-9A-Za-z.+-]*\\)_${system}_$machine\\.tar\\.gz\\)"
  sed -n "s/^$pattern\$/\\1 \\2 \\3/p" "$work/checksums.txt" >"$work/release"
  read -r hash archive version <"$work/release" ||
    fail "the release has no $program for $system $machine: $list"
  [ "$wanted" = latest ] || [ "$wanted" = "$version" ] || fail "the checksums of $wanted are those of $version: $list"
}

# The trusted comment names the version: the signature of an older release is no good.
check_signature() {
  if [ -z "$release_key" ] || ! has minisign; then return; fi
  download "$list.minisig" "$work/checksums.txt.minisig"
  comment=$(minisign -VQm "$work/checksums.txt" -P "$release_key" 2>"$work/errors") ||
    fail "the signature of $list is not valid" "nothing was installed"
  [ "$comment" = "$program v$version" ] ||
    fail "the signature of $list is not that of $program v$version" "nothing was installed"
}

# download URL FILE: follows redirects by hand, since no downloader refuses http other than on this machine.
download() {
  url=$1
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    next=
    rm -f "$2"
    "with_$downloader" "$2" || fail "can't download $1" "available versions: $page/releases"
    [ -n "$next" ] || return 0
    follow "$next"
  done
  fail "can't download $1: too many redirects"
}

# follow LOCATION: the URL that it is, seen from the last one.
follow() {
  location=$(printf '%s\n' "$1" | LC_ALL=C sed 's/[^!-~]//g')
  document=${url%%[?#]*}
  site=${document#*://}
  case $location in
    //*) next=${url%%:*}:$location ;;
    /*) next=${url%%:*}://${site%%/*}$location ;;
    \?*) next=$document$location ;;
    *://*) next=$location ;;
    *) next=${document%/*}/$location ;;
  esac
  check_url "$next" "$url"
  url=$next
}

# check_url URL [THE ONE BEFORE]: https, or http on this machine that did not come after https.
check_url() {
  case $1:${2-} in
    https://*)
      [ "$downloader" != busybox ] || verifies_certificates ||
        fail "this wget does not verify certificates" "install curl, then run this again" ;;
    *:https://*) fail "$2 redirects to $1, which is not https" "nothing was installed" ;;
    *) is_loopback "$1" || fail "$2 redirects to $1, which is not https" "nothing was installed" ;;
  esac
}

# Without ~/.curlrc, which may print or write elsewhere; with_... sets `next` where the response is a redirect.
with_curl() {
  file=$1
  set -- -q -g -fsS --proto "=${url%%:*}" --tlsv1.2 --retry 2 --connect-timeout 20 --speed-limit 1 --speed-time 60
  case $url in
    http:*) set -- "$@" --noproxy '*' ;;
  esac
  next=$(curl "$@" -o "$file" -w '%{redirect_url}' "$url") && return
  [ $? = 23 ] || return 1
  fail "can't download $url: curl can't write to $file" \
    "if curl is a snap, which can't write to /tmp and hidden directories, install another one; else set TMPDIR"
}

# TLSv1_2 is the oldest version that it takes, not the only one.
with_wget() {
  file=$1
  set -- -nv -S --no-config --secure-protocol=TLSv1_2 --max-redirect=0 --tries=3 --timeout=60
  case $url in
    http:*) set -- "$@" --no-proxy ;;
  esac
  wget "$@" -O "$file" "$url" 2>"$work/headers" && return
  [ $? != 8 ] || next=$(locations | sed -n '$p')
  [ -n "$next" ] || show_errors
}

# It follows redirects by itself, so those are checked before the file is used. To a proxy it speaks no TLS.
# No -T: it crashes BusyBox 1.35.
with_busybox() {
  status=0
  wget -q -S -Y off -O "$1" "$url" 2>"$work/headers" || status=$?
  locations >"$work/hops"
  while read -r hop; do
    case $hop in
      /*) ;; # on the same host, even with two slashes
      *://*) follow "$hop" ;;
      *) follow "http://$hop" ;; # as it reads it
    esac
  done <"$work/hops"
  next=
  [ "$status" = 0 ] || show_errors
}

# From what wget printed: headers are indented.
locations() { sed -n 's/^ *[Ll][Oo][Cc][Aa][Tt][Ii][Oo][Nn]:[[:space:]]*//p' "$work/headers"; }
show_errors() {
  sed '/^ /d' "$work/headers" >&2
  return 1
}

check_hash() {
  case $hasher in
    sha256sum) seen=$(sha256sum <"$work/$archive") ;;
    shasum) seen=$(shasum -a 256 <"$work/$archive") ;;
    openssl) seen=$(openssl dgst -sha256 -r <"$work/$archive") ;;
  esac
  seen=${seen%% *}
  [ "$seen" = "$hash" ] ||
    fail "checksum mismatch: the SHA-256 of $archive is $seen, expected $hash" "nothing was installed; try again"
}

# Links and paths such as ../x would make tar write elsewhere. BusyBox strips such paths in its listing, with a warning.
unpack() {
  for listing in t tv; do
    tar "-${listing}zf" "$work/$archive" >"$work/$listing" 2>"$work/errors" || cant_unpack
  done
  if grep -Eq '^/|(^|/)\.\.(/|$)' "$work/t" || grep -iq 'removing leading' "$work/errors" ||
    grep -q '^[^-d]' "$work/tv" || grep -Eq ' (->|link to) ' "$work/tv"; then
    fail "$archive contains links, or paths outside of it" "nothing was installed"
  fi
  mkdir "$work/unpacked"
  tar -xzf "$work/$archive" -C "$work/unpacked" 2>"$work/errors" || cant_unpack
  [ -f "$work/unpacked/$program" ] || fail "$archive does not contain $program"
}

cant_unpack() {
  cat "$work/errors" >&2
  fail "can't unpack $archive" "nothing was installed"
}

# What would be replaced, or run by --uninstall.
check_target() {
  if [ -L "$target" ] || [ -d "$target" ]; then
    fail "$target is a link or directory, and may be managed by another tool" "remove it, or set ATCR_INSTALL_DIR"
  fi
  [ -e "$target" ] || return 0
  [ -f "$target" ] || fail "$target is not a regular file" "remove it, or set ATCR_INSTALL_DIR"
  is_own "$target" || is_of_root "$target" ||
    fail "$target belongs to another user" "remove it, or set ATCR_INSTALL_DIR"
}

# shellcheck disable=SC3067  # dash, BusyBox, bash, zsh and ksh have it
is_own() { [ -O "$1" ]; }

is_of_root() {
  # shellcheck disable=SC2012  # only the owner is read
  ls -nd "$1" 2>/dev/null | { read -r _ _ owner _ && [ "$owner" = 0 ]; }
}

# Needs sudo if the directory, or its nearest existing parent, is not writable.
find_rights() {
  nearest=$folder
  while [ ! -e "$nearest" ] && [ "$nearest" != / ]; do
    nearest=$(dirname "$nearest")
  done
  [ -d "$nearest" ] || fail "$nearest is not a directory" "set ATCR_INSTALL_DIR to one"
  [ ! -w "$nearest" ] || return 0
  if [ "$(id -u)" = 0 ] || ! has sudo; then
    # shellcheck disable=SC2016  # shown to be typed
    fail "can't write to $nearest" 'choose another directory: ATCR_INSTALL_DIR="$HOME/.local/bin"'
  fi
  say "Writing to $nearest requires sudo, which may ask for your password (ATCR_INSTALL_DIR=\"\$HOME/.local/bin\" does not)"
  become=sudo
}

# Copied into the directory under a name that nobody can foresee, and run there; the rename is atomic.
place() {
  $become mkdir -p "$folder" || fail "can't create $folder"
  staged=$($become mktemp "$folder/.$program.XXXXXX") || fail "can't write to $folder"
  { $become cp "$work/unpacked/$program" "$staged" && $become chmod 755 "$staged"; } || fail "can't write to $folder"
  said=$("$staged" --version) ||
    fail "the binary for $system $machine does not run on this machine, or not in $folder" "nothing was installed"
  case $said in
    "$program v$version" | "$program v$version "*) ;;
    *) fail "$archive contains another version: $said" "nothing was installed" ;;
  esac
  $become mv -f "$staged" "$target" || fail "can't write to $target"
  staged=
}

set_path() {
  first=$(command -v "$program") || first=
  case :${PATH-}: in
    *:"$folder":*)
      [ "$first" = "$target" ] || say "note: $first comes first on PATH, so Docker runs that copy"
      return ;;
  esac
  find_lines
  find_shell
  if [ -n "${GITHUB_PATH-}" ]; then
    printf '%s\n' "$folder" >>"$GITHUB_PATH" || fail "can't write to GITHUB_PATH ($GITHUB_PATH)"
    say "Added $folder to PATH for the next steps (GITHUB_PATH)"
  fi
  if [ -n "$adds_to_path" ]; then
    add_to_shell
  elif [ -z "${GITHUB_PATH-}" ]; then
    say "Docker can't find it: $folder is not on PATH. To add it, run:"
    say "  $(path_command)"
  fi
}

# The lines that --add-to-path adds, which --uninstall knows again by the comment.
find_lines() {
  export_line="export PATH=\"$(printf '%s\n' "$folder" | sed 's/["$`\\]/\\&/g'):\$PATH\""
  marked_export="$export_line # $program"
  marked_fish="fish_add_path -g $(quoted "$folder") # $program"
}

quoted() { printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")"; }

# Where the user's shell sets PATH. Empty: in no file that this script knows to write.
find_shell() {
  shell=$(basename "${SHELL:-sh}")
  case $shell in
    fish) shell_file=${XDG_CONFIG_HOME:-$home/.config}/fish/config.fish ;;
    zsh) shell_file=${ZDOTDIR:-$home}/.zshrc ;;
    bash)
      shell_file=$home/.bashrc
      [ "$system" != Darwin ] || find_login_file ;; # Terminal starts login shells
    csh | tcsh) shell_file= ;;
    *) shell_file=$home/.profile ;;
  esac
}

# The one that bash reads: a new ~/.bash_profile would hide a ~/.profile.
find_login_file() {
  for name in .bash_profile .bash_login .profile .bash_profile; do
    shell_file=$home/$name
    [ ! -e "$shell_file" ] || return 0
  done
}

path_command() {
  case $shell in
    fish) printf '%s\n' "fish_add_path $(quoted "$folder")"; return ;;
    csh | tcsh) printf '%s\n' "echo 'setenv PATH \"$folder:\$PATH\"' >> ~/.cshrc && source ~/.cshrc"; return ;;
    zsh) restart='exec zsh' ;;
    bash) [ "$system" = Darwin ] && restart='exec bash -l' || restart='exec bash' ;;
    *) restart='. ~/.profile' ;;
  esac
  case $shell_file in
    "$home"/*) shown=\~${shell_file#"$home"} ;;
    *) shown=$(quoted "$shell_file") ;;
  esac
  printf '%s\n' "echo $(quoted "$export_line") >> $shown && $restart"
}

add_to_shell() {
  line=$marked_export
  [ "$shell" != fish ] || line=$marked_fish
  { [ -n "$home" ] && [ -n "$shell_file" ]; } || fail "can't add $folder to PATH for ${SHELL:-sh}" "run: $(path_command)"
  if [ -f "$shell_file" ] && LC_ALL=C grep -aqxF -e "$line" "$shell_file"; then
    say "$shell_file already adds $folder to PATH: open a new terminal"
    return
  fi
  append_to_shell_file || fail "can't add $folder to PATH in $shell_file" "add this line to it yourself: $line"
  say "Added $folder to PATH in $shell_file: open a new terminal"
}

# With sudo and the user's HOME, root would make files of its own there, or follow the user's links.
append_to_shell_file() {
  is_own "$home" && mkdir -p "$(dirname "$shell_file")" || return 1
  if [ ! -e "$shell_file" ] && [ ! -L "$shell_file" ]; then
    printf '%s\n' "$line" >"$shell_file"
    return
  fi
  [ -f "$shell_file" ] && is_own "$shell_file" && [ -w "$shell_file" ] || return 1
  last=
  while IFS= read -r last; do last=; done <"$shell_file"
  printf '%s\n' "${last:+
}$line" >>"$shell_file"
}

uninstall() {
  make_work
  find_lines
  if [ ! -e "$target" ] && [ ! -L "$target" ]; then
    elsewhere=$(command -v "$program") || elsewhere=
    [ -z "$elsewhere" ] ||
      fail "$program is not in $folder, but in $(dirname "$elsewhere")" "ATCR_INSTALL_DIR=$(quoted "$(dirname "$elsewhere")")"
    say "$program is not in $folder: nothing to remove"
  else
    check_target
    find_rights
    remove_from_clients
    remove_links
    $become rm "$target" || fail "can't remove $target"
    say "Removed $target"
    accounts=${ATCR_CONFIG_DIR:-$home/.atcr}
    [ ! -d "$accounts" ] || say "Your accounts are still in $accounts; to delete them, run: rm -r $(quoted "$accounts")"
  fi
  remove_from_shells
  client_files warn_of_client
}

# client_files COMMAND: runs it with each file that may name the program; see containers-auth.json(5).
client_files() {
  [ -z "${DOCKER_CONFIG:-$home}" ] || "$1" "${DOCKER_CONFIG:-$home/.docker}/config.json"
  if [ -n "${REGISTRY_AUTH_FILE-}" ]; then
    "$1" "$REGISTRY_AUTH_FILE" --podman
    return
  fi
  "$1" "${XDG_RUNTIME_DIR:-/run/containers/$(id -u)}${XDG_RUNTIME_DIR:+/containers}/auth.json" --podman
  [ -z "${XDG_CONFIG_HOME:-$home}" ] || "$1" "${XDG_CONFIG_HOME:-$home/.config}/containers/auth.json" --podman
}

# Not as a part of a registry's name.
names_it() { [ -f "$1" ] && grep -q -e '"atcr"' -e ':[[:space:]]*"atcr-' "$1" 2>/dev/null; }

# Docker and podman can't pull from a registry whose helper is missing.
remove_from_clients() {
  is_named=
  podman=
  client_files note_client
  ! is_link "$plugin" || is_named=yes
  [ -n "$is_named" ] || return 0
  set -- "$target" configure-docker --remove ${podman:+"$podman"}
  if [ -z "$is_quiet" ]; then "$@" || :
  else "$@" >"$work/said" 2>&1 || cat "$work/said" >&2
  fi
}

# Its other names: Docker's plugin, and helpers for one account.
remove_links() {
  ! is_link "$plugin" || rm "$plugin" || say "note: can't remove $plugin"
  for link in "$target"-*; do
    ! is_link "$link" || $become rm "$link" || say "note: can't remove $link"
  done
}

# shellcheck disable=SC3013  # dash, BusyBox, bash, zsh and ksh have it
is_link() { [ -L "$1" ] && [ "$1" -ef "$target" ]; }

note_client() {
  if names_it "$1"; then
    is_named=yes
    podman=${2-$podman}
  fi
}

# Not kept quiet: nothing can be pulled until it is done.
warn_of_client() {
  ! names_it "$1" || printf '%s\n' "note: $1 still names it: remove \"atcr\" from its credHelpers and credsStore"
}

remove_from_shells() {
  [ -n "$home" ] || return 0
  for shell_file in "$home/.bashrc" "$home/.bash_profile" "$home/.bash_login" "$home/.profile" \
    "${ZDOTDIR:-$home}/.zshrc" "${XDG_CONFIG_HOME:-$home/.config}/fish/config.fish"; do
    if [ -f "$shell_file" ] && LC_ALL=C grep -aqxF -e "$marked_export" -e "$marked_fish" "$shell_file"; then
      remove_from_shell_file
    fi
  done
}

# Written in place, as it may be a link. What can't be written is kept beside the message.
remove_from_shell_file() {
  LC_ALL=C grep -avxF -e "$marked_export" -e "$marked_fish" "$shell_file" >"$work/shell" || [ $? = 1 ]
  if ! is_own "$shell_file" || [ ! -w "$shell_file" ]; then
    say "note: can't write to $shell_file: remove the line that ends in \"# $program\" from it"
  elif [ ! -s "$work/shell" ] && [ ! -L "$shell_file" ]; then
    rm "$shell_file"
  elif ! cat "$work/shell" >"$shell_file"; then
    kept=$work/shell
    work=
    fail "can't write to $shell_file" "what belongs there is in $kept"
  else
    say "Removed $folder from PATH in $shell_file"
  fi
}

# The extra braces: cut off between these lines, the script is not a complete command.
{
  main "$@"
}
