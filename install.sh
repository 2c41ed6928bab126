#!/bin/sh
# Installs docker-credential-atcr, Docker's credential helper for ATCR, on Linux and macOS.
#
#   curl -fsSL https://atcr.io/install.sh | sh
#   curl -fsSL https://atcr.io/install.sh | sh -s -- --uninstall
#
#   VERSION            the version, as 1.2.3 or v1.2.3 [default: the latest]
#   INSTALL_DIR        the folder to install into [default: /usr/local/bin]
#   ATCR_DOWNLOAD_URL  where releases are [default: https://github.com/atcr-io/docker-credential-atcr/releases];
#                      https, or http on this machine
#
# Nothing runs before the last line is there: a script that was cut off while it was downloaded does nothing.

main() {
  set -eu
  umask 022
  program=docker-credential-atcr
  page=https://github.com/atcr-io/docker-credential-atcr
  base=${ATCR_DOWNLOAD_URL:-$page/releases}
  base=${base%/}
  folder=$(absolute "${INSTALL_DIR:-/usr/local/bin}")
  become=
  work=
  staged=
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  case $#:${1-} in
    0:) install ;;
    1:--uninstall) uninstall ;;
    1:-h | 1:--help) usage ;;
    *) usage >&2; exit 2 ;;
  esac
}

usage() {
  cat <<END
Installs docker-credential-atcr.

Usage: install.sh [--uninstall]

  VERSION            the version, as 1.2.3 or v1.2.3 [default: the latest]
  INSTALL_DIR        the folder to install into [default: /usr/local/bin]
  ATCR_DOWNLOAD_URL  where releases are [default: $page/releases]
END
}

say() { printf '%s\n' "$1"; }

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

absolute() {
  case $1 in
    /) path=/ ;;
    /*) path=${1%/} ;;
    \~/*) path=$HOME/${1#??} ;; # somebody quoted it
    *) path=$PWD/${1%/} ;;
  esac
  printf '%s\n' "$path"
}

install() {
  find_platform
  find_downloader
  find_hasher
  find_rights
  work=$(mktemp -d) || fail "can't make a temporary folder" "set TMPDIR to a folder that you can write to"
  choose_release
  say "Downloading $program $version for $system $machine"
  download "$base/download/v$version/$archive" "$work/$archive"
  check_hash
  unpack
  place
  say "Installed $folder/$said"
  advise_on_path
}

# The program for Linux is static: whether the C library is glibc, musl or none at all makes no difference.
find_platform() {
  system=$(uname -s)
  machine=$(uname -m)
  case $system in
    Linux) ;;
    # Under Rosetta an arm64 Mac calls itself x86_64.
    Darwin) [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" != 1 ] || machine=arm64 ;;
    MINGW* | MSYS* | CYGWIN*)
      fail "this script is for Linux and macOS" "in PowerShell: irm https://atcr.io/install.ps1 | iex" ;;
    *) fail "there is no release for $system" "build it: cargo install --locked --git $page" ;;
  esac
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no release for $system on $machine" "build it: cargo install --locked --git $page" ;;
  esac
}

find_downloader() {
  case $base in
    https://?*) schemes='=https' ;;
    http://*)
      is_here || fail "$base is not https" "only on this machine (localhost, 127.0.0.1, [::1]) http will do"
      schemes='=http,https' ;;
    *) fail "ATCR_DOWNLOAD_URL is no https URL: $base" ;;
  esac
  if has curl; then
    downloader=curl
  elif has wget; then
    downloader=wget
    checks_certificates || fail "this wget checks no certificates" "install curl, then run this again"
  else
    fail "neither curl nor wget is here to download with" "install curl, then run this again"
  fi
}

is_here() {
  authority=${base#http://}
  authority=${authority%%/*}
  case $authority in
    *@*) return 1 ;;
    '[::1]' | '[::1]:'*) return 0 ;;
  esac
  case ${authority%%:*} in
    localhost | 127.0.0.1) return 0 ;;
    *) return 1 ;;
  esac
}

# BusyBox's own TLS does not; Alpine's does, by a program that elsewhere is a name of BusyBox's.
checks_certificates() {
  [ "$schemes" = '=https' ] || return 0
  case $(wget --help 2>&1) in
    *BusyBox*)
      client=$(command -v ssl_client) || return 1
      [ -f "$client" ] && [ ! -L "$client" ] ;;
  esac
}

find_hasher() {
  for hasher in sha256sum shasum openssl; do
    ! has "$hasher" || return 0
  done
  fail "none of sha256sum, shasum and openssl is here to check the download with" "install openssl, then run this again"
}

# Each release lists its files' hashes, and with them their names. `latest/download` is that of the latest release.
choose_release() {
  wanted=${VERSION:-latest}
  wanted=${wanted#v}
  case $wanted in
    latest) list=$base/latest/download/checksums.txt ;;
    *[!0-9A-Za-z.+-]* | [!0-9]*) fail "VERSION is no version: $VERSION" "VERSION=1.2.3" ;;
    *) list=$base/download/v$wanted/checksums.txt ;;
  esac
  download "$list" "$work/checksums.txt"
  pattern="\\([0-9a-f]\\{64\\}\\)  \\(${program}_\\([0-9][0-9A-Za-z.+-]*\\)_${system}_$machine\\.tar\\.gz\\)"
  sed -n "s/^$pattern\$/\\1 \\2 \\3/p" "$work/checksums.txt" >"$work/release"
  read -r hash archive version <"$work/release" ||
    fail "the release has no $program for $system $machine: $list"
  [ "$wanted" = latest ] || [ "$wanted" = "$version" ] || fail "the release of $wanted lists $version: $list"
}

# download URL FILE
download() {
  case $downloader in
    curl) curl --proto "$schemes" -fsSL --retry 2 --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$2" "$1" ;;
    wget) wget -q -O "$2" "$1" ;; # and no -T, which crashes BusyBox 1.35
  esac || fail "can't download $1" "the versions there are: $page/releases"
}

check_hash() {
  case $hasher in
    sha256sum) seen=$(sha256sum <"$work/$archive") ;;
    shasum) seen=$(shasum -a 256 <"$work/$archive") ;;
    openssl) seen=$(openssl dgst -sha256 -r <"$work/$archive") ;;
  esac
  seen=${seen%% *}
  [ "$seen" = "$hash" ] ||
    fail "$archive is not what was released: its SHA-256 is $seen, and should be $hash" "nothing was installed; try again"
}

# Links and paths that lead out would have tar write elsewhere. BusyBox lists the rest of such paths, and says so.
unpack() {
  for listing in t tv; do
    tar "-${listing}zf" "$work/$archive" >"$work/$listing" 2>"$work/errors" || fail "$archive can't be unpacked"
  done
  if grep -Eq '^/|(^|/)\.\.(/|$)' "$work/t" || grep -iq 'removing leading' "$work/errors" ||
    grep -q '^[^-d]' "$work/tv" || grep -Eq ' (->|link to) ' "$work/tv"; then
    fail "$archive holds links, or paths that lead out of it" "nothing was installed"
  fi
  mkdir "$work/unpacked"
  tar -xzf "$work/$archive" -C "$work/unpacked" || fail "$archive can't be unpacked"
  [ -f "$work/unpacked/$program" ] || fail "$archive holds no $program"
}

# The folder, or what is there of the path to it, decides whether sudo is needed.
find_rights() {
  if [ -L "$folder/$program" ] || [ -d "$folder/$program" ]; then
    fail "$folder/$program is a link or folder, which something else may look after" "remove it, or set INSTALL_DIR"
  fi
  nearest=$folder
  while [ ! -e "$nearest" ] && [ "$nearest" != / ]; do
    nearest=$(dirname "$nearest")
  done
  [ -d "$nearest" ] || fail "$nearest is not a folder" "set INSTALL_DIR to one"
  [ ! -w "$nearest" ] || return 0
  if [ "$(id -u)" = 0 ] || ! has sudo; then
    # shellcheck disable=SC2016  # to be typed
    fail "can't write to $nearest" 'choose another folder: INSTALL_DIR="$HOME/.local/bin"'
  fi
  say "$nearest needs more rights: sudo may ask for your password (INSTALL_DIR=\"\$HOME/.local/bin\" needs none)"
  become=sudo
}

# Copied into the folder under another name and tried there; then it takes its place at once.
place() {
  $become mkdir -p "$folder" || fail "can't make $folder"
  staged=$folder/.$program.$$
  { $become cp "$work/unpacked/$program" "$staged" && $become chmod 755 "$staged"; } || fail "can't write to $folder"
  said=$("$staged" --version) || fail "the program for $system $machine does not run here" "nothing was installed"
  case $said in
    "$program v$version" | "$program v$version "*) ;;
    *) fail "$archive holds another version: $said" "nothing was installed" ;;
  esac
  $become mv -f "$staged" "$folder/$program" || fail "can't write to $folder/$program"
  staged=
}

advise_on_path() {
  first=$(command -v "$program") || first=
  case :$PATH: in
    *:"$folder":*)
      [ "$first" = "$folder/$program" ] || say "note: $first comes before it on PATH, and is what Docker runs" ;;
    *)
      say "Docker looks for it on PATH, where $folder is not. Add it:"
      say "  $(path_command)" ;;
  esac
  say "Then log in: $program login"
}

path_command() {
  line="export PATH=\"$folder:\$PATH\""
  case $(basename "${SHELL:-sh}"):$system in
    fish:*) printf '%s\n' "fish_add_path '$folder'" ;;
    zsh:*) printf '%s\n' "echo '$line' >> ~/.zshrc && exec zsh" ;;
    bash:Darwin) printf '%s\n' "echo '$line' >> ~/.bash_profile && exec bash -l" ;; # Terminal starts login shells
    bash:*) printf '%s\n' "echo '$line' >> ~/.bashrc && exec bash" ;;
    csh:* | tcsh:*) printf '%s\n' "echo 'setenv PATH \"$folder:\$PATH\"' >> ~/.cshrc && source ~/.cshrc" ;;
    *) printf '%s\n' "echo '$line' >> ~/.profile && . ~/.profile" ;;
  esac
}

uninstall() {
  if [ ! -e "$folder/$program" ] && [ ! -L "$folder/$program" ]; then
    elsewhere=$(command -v "$program") || { say "$program is not in $folder: nothing to remove"; return; }
    fail "$program is not in $folder, but in $(dirname "$elsewhere")" "INSTALL_DIR='$(dirname "$elsewhere")'"
  fi
  find_rights
  forget_in_docker
  $become rm "$folder/$program" || fail "can't remove $folder/$program"
  say "Removed $folder/$program"
  [ ! -d "$HOME/.atcr" ] || say "Your accounts are still in $HOME/.atcr: 'rm -r ~/.atcr' forgets them"
}

# Docker can pull nothing from a registry whose helper is missing.
forget_in_docker() {
  config=${DOCKER_CONFIG:-$HOME/.docker}/config.json
  if grep -q '"atcr"' "$config" 2>/dev/null; then
    "$folder/$program" configure-docker --remove || say "note: $config still names it: remove \"atcr\" from credHelpers"
  fi
}

# A brace more than needed: cut off between these lines, it is no command yet.
{
  main "$@"
}
