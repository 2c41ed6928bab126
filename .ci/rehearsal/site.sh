# Sourced by rehearse: the site that has both versions, and the machine that takes them from there.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's

# serve NAME: serves $work/NAME; the host and port are in $work/NAME.host, requests in $work/NAME.requests.
serve() {
  python3 .ci/rehearsal/serve.py "$work/$1" > "$work/$1.port" 2> "$work/$1.requests" &
  servers+=($!)
  until [ -s "$work/$1.port" ]; do kill -0 $! && sleep 0.1; done
  echo "127.0.0.1:$(cat "$work/$1.port")" > "$work/$1.host"
}

# Both versions under /releases, as on GitHub, and at /api what atcr.io answers `update`.
publish() {
  local old=$site/releases/download/v$before
  mkdir -p "$old" "$site/releases/latest" "$site/api/credential-helper"
  cp -r "$release" "$site/releases/download/v$version"
  ln -s "../download/v$version" "$site/releases/latest/download"
  ln -s "releases/latest/download/install.sh" "$site/install.sh"
  (cd "$work/before" && tar -czf "$old/${name}_${before}_Linux_x86_64.tar.gz" "$name" README.md INSTALLATION.md CHANGELOG.md LICENSE)
  (cd "$old" && sha256sum -- *.tar.gz > checksums.txt)
  sign "$old" "$before"
  sign "$site/releases/download/v$version" "$version"
  serve site
  host=$(cat "$work/site.host")
  answer=$site/api/credential-helper/version
  answer_truly
}

sign() { ATCR_RELEASE_KEY=$public MINISIGN_SECRET_KEY=$secret .github/packaging/sign "$1" "$2"; }
answer_truly() { sed "s,https://github.com/atcr-io/$name,http://$host," "$release/version.json" > "$answer"; }

# As RELEASING.md has the key made. The throwaway key has no password.
signs_with_a_password() {
  local folder=$work/password
  mkdir "$folder"
  echo "nothing" > "$folder/checksums.txt"
  printf '%s\n' "a word" "a word" | minisign -Gf -p "$folder/public" -s "$folder/secret" >/dev/null
  MINISIGN_PASSWORD="a word" public=$(sed -n 2p "$folder/public") secret=$(cat "$folder/secret") sign "$folder" 0.0.0
}

new_debian() {
  mmdebstrap --quiet --variant=essential --include=curl,passwd,busybox-static,minisign bookworm "$work/debian"
  chroot "$work/debian" useradd --create-home ann
  # Neither is asked: what asks them is refused by this machine.
  printf '127.0.0.1 %s\n' localhost atcr.io mirror.test > "$work/debian/etc/hosts"
  # There a program finds its own file, which `update` replaces.
  mount -t proc proc "$work/debian/proc"
}

# On the new Debian; USER is root or ann.
on_debian() { # USER COMMAND...
  local user=$1 home=/root
  [ "$user" = root ] || home=/home/$user
  chroot --userspec="$user" "$work/debian" /usr/bin/env -i HOME="$home" SHELL=/bin/bash ATCR_REGISTRY="$host" \
    PATH="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" ATCR_DOWNLOAD_URL="http://$host/releases" \
    ATCR_UPDATE_URL="http://$host" "${@:2}"
}
