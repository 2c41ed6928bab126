#!/bin/sh
# Installs docker-credential-atcr, Docker's credential helper for ATCR, on Linux and macOS.
#
#   curl -fsSL https://atcr.io/install.sh | sh
#   curl -fsSL https://atcr.io/install.sh | sh -s -- --uninstall
#
#   VERSION            the version, as 1.2.3 or v1.2.3 [default: the latest]
#   INSTALL_DIR        the directory to install into [default: /usr/local/bin]
#   ATCR_DOWNLOAD_URL  the URL of the releases [default: https://github.com/atcr-io/docker-credential-atcr/releases];
#                      https, or http on this machine
#
# Nothing runs until the last line: a script that was cut off during the download does nothing.

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
  INSTALL_DIR        the directory to install into [default: /usr/local/bin]
  ATCR_DOWNLOAD_URL  the URL of the releases [default: $page/releases]
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
    \~/*) path=$HOME/${1#??} ;; # quoted, so the shell did not expand it
    *) path=$PWD/${1%/} ;;
  esac
  printf '%s\n' "$path"
}

install() {
  find_platform
  find_downloader
  find_hasher
  find_rights
  work=$(mktemp -d) || fail "can't create a temporary directory" "set TMPDIR to a writable directory"
  choose_release
  say "Downloading $program $version for $system $machine"
  download "$base/download/v$version/$archive" "$work/$archive"
  check_hash
  unpack
  place
  say "Installed $folder/$said"
  advise_on_path
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
    https://?*) schemes='=https' ;;
    http://*)
      is_loopback || fail "$base is not https" "http is allowed only on this machine (localhost, 127.0.0.1, [::1])"
      schemes='=http,https' ;;
    *) fail "ATCR_DOWNLOAD_URL is not an https URL: $base" ;;
  esac
  if has curl; then
    downloader=curl
  elif has wget; then
    downloader=wget
    verifies_certificates || fail "this wget does not verify certificates" "install curl, then run this again"
  else
    fail "neither curl nor wget is installed" "install curl, then run this again"
  fi
}

is_loopback() {
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

# BusyBox's own TLS does not; on Alpine it runs ssl_client, which does. Elsewhere ssl_client is a link to BusyBox.
verifies_certificates() {
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
  fail "none of sha256sum, shasum and openssl is installed to verify the download" "install openssl, then run this again"
}

# checksums.txt has the hash and name of every file of a release; that of `latest/download` names the latest version.
choose_release() {
  wanted=${VERSION:-latest}
  wanted=${wanted#v}
  case $wanted in
    latest) list=$base/latest/download/checksums.txt ;;
    *[!0-9A-Za-z.+-]* | [!0-9]*) fail "VERSION is not a version: $VERSION" "VERSION=1.2.3" ;;
    *) list=$base/download/v$wanted/checksums.txt ;;
  esac
  download "$list" "$work/checksums.txt"
  pattern="\\([0-9a-f]\\{64\\}\\)  \\(${program}_\\([0-9][0-9A-Za-z.+-]*\\)_${system}_$machine\\.tar\\.gz\\)"
  sed -n "s/^$pattern\$/\\1 \\2 \\3/p" "$work/checksums.txt" >"$work/release"
  read -r hash archive version <"$work/release" ||
    fail "the release has no $program for $system $machine: $list"
  [ "$wanted" = latest ] || [ "$wanted" = "$version" ] || fail "the checksums of $wanted are those of $version: $list"
}

# download URL FILE
download() {
  case $downloader in
    curl) curl --proto "$schemes" -fsSL --retry 2 --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$2" "$1" ;;
    wget) wget -q -O "$2" "$1" ;; # no -T: it crashes BusyBox 1.35
  esac || fail "can't download $1" "available versions: $page/releases"
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
    tar "-${listing}zf" "$work/$archive" >"$work/$listing" 2>"$work/errors" || fail "can't unpack $archive"
  done
  if grep -Eq '^/|(^|/)\.\.(/|$)' "$work/t" || grep -iq 'removing leading' "$work/errors" ||
    grep -q '^[^-d]' "$work/tv" || grep -Eq ' (->|link to) ' "$work/tv"; then
    fail "$archive contains links, or paths outside of it" "nothing was installed"
  fi
  mkdir "$work/unpacked"
  tar -xzf "$work/$archive" -C "$work/unpacked" || fail "can't unpack $archive"
  [ -f "$work/unpacked/$program" ] || fail "$archive does not contain $program"
}

# Needs sudo if the directory, or its nearest existing parent, is not writable.
find_rights() {
  if [ -L "$folder/$program" ] || [ -d "$folder/$program" ]; then
    fail "$folder/$program is a link or directory, and may be managed by another tool" "remove it, or set INSTALL_DIR"
  fi
  nearest=$folder
  while [ ! -e "$nearest" ] && [ "$nearest" != / ]; do
    nearest=$(dirname "$nearest")
  done
  [ -d "$nearest" ] || fail "$nearest is not a directory" "set INSTALL_DIR to one"
  [ ! -w "$nearest" ] || return 0
  if [ "$(id -u)" = 0 ] || ! has sudo; then
    # shellcheck disable=SC2016  # shown to be typed
    fail "can't write to $nearest" 'choose another directory: INSTALL_DIR="$HOME/.local/bin"'
  fi
  say "Writing to $nearest requires sudo, which may ask for your password (INSTALL_DIR=\"\$HOME/.local/bin\" does not)"
  become=sudo
}

# Copied into the directory under another name and run there; the rename is atomic.
place() {
  $become mkdir -p "$folder" || fail "can't create $folder"
  staged=$folder/.$program.$$
  { $become cp "$work/unpacked/$program" "$staged" && $become chmod 755 "$staged"; } || fail "can't write to $folder"
  said=$("$staged" --version) || fail "the binary for $system $machine does not run on this machine" "nothing was installed"
  case $said in
    "$program v$version" | "$program v$version "*) ;;
    *) fail "$archive contains another version: $said" "nothing was installed" ;;
  esac
  $become mv -f "$staged" "$folder/$program" || fail "can't write to $folder/$program"
  staged=
}

advise_on_path() {
  first=$(command -v "$program") || first=
  case :$PATH: in
    *:"$folder":*)
      [ "$first" = "$folder/$program" ] || say "note: $first comes first on PATH, so Docker runs that copy" ;;
    *)
      say "Docker can't find it: $folder is not on PATH. To add it, run:"
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
  remove_from_docker
  $become rm "$folder/$program" || fail "can't remove $folder/$program"
  say "Removed $folder/$program"
  [ ! -d "$HOME/.atcr" ] || say "Your accounts are still in $HOME/.atcr; to delete them, run: rm -r ~/.atcr"
}

# Docker can't pull from a registry whose helper is missing.
remove_from_docker() {
  config=${DOCKER_CONFIG:-$HOME/.docker}/config.json
  if grep -q '"atcr"' "$config" 2>/dev/null; then
    "$folder/$program" configure-docker --remove || say "note: $config still uses it: remove \"atcr\" from credHelpers"
  fi
}

# The extra braces: cut off between these lines, the script is not a complete command.
{
  main "$@"
}
