# Sourced by rehearse: `update` from the version before, which refuses whatever is not signed for the version announced.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's

installed() { sha256sum < "$work/debian/usr/local/bin/$name"; }

# refuses WHAT REASON [WORD OF env]...: `update` fails and says so, and leaves the program byte for byte and nothing beside it.
refuses() {
  local was status=0
  was=$(installed)
  on_debian root env "${@:3}" "$name" update --yes > "$work/said" 2>&1 || status=$?
  printf '%s:\n' "$1"
  sed 's/^/  /' "$work/said"
  ((status == 1 || status == 2)) || die "update ended with $status: $1"
  grep -qF "$2" "$work/said" || die "update gave another reason than '$2': $1"
  [ "$(installed)" = "$was" ] || die "update changed the program: $1"
  [ "$(ls -A "$work/debian/usr/local/bin")" = "$name" ] || die "update left $(ls -A "$work/debian/usr/local/bin"): $1"
}

by_update() {
  local download=$site/releases/download/v$version
  local list=$download/checksums.txt
  on_debian root bash -c "curl -fsSL http://$host/install.sh | ATCR_VERSION=$before sh -s -- --quiet"
  mkdir "$work/good"
  cp "$list" "$list.minisig" "$work/good/"
  restore() { cp "$work/good"/* "$download/"; answer_truly; }
  refuses_what_is_not_signed
  refuses_http_in_the_middle
  asks_no_registry
}

refuses_what_is_not_signed() {
  rm "$list.minisig"
  refuses "a release that is not signed" "the release is not signed"
  restore
  minisign -GWf -p "$work/other.pub" -s "$work/other.key" >/dev/null
  public=$(sed -n 2p "$work/other.pub") secret=$(cat "$work/other.key") sign "$download" "$version"
  refuses "a release that another key signed" "not signed with the release key"
  sign "$download" 9.9.9
  refuses "a signature for another version" "is signed for \"$name v9.9.9\""
  cp "$site/releases/download/v$before/checksums.txt.minisig" "$download/"
  refuses "the signature of the version before" "or its signature was changed"
  # Everything but the signature fits: the archive, the list, and what the site announces.
  restore
  local archive=${name}_${version}_Linux_x86_64.tar.gz
  cp "$download/$archive" "$work/good/"
  cp "$site/releases/download/v$before/${name}_${before}_Linux_x86_64.tar.gz" "$download/$archive"
  sed -i "s/$(hash_of "$work/good/$archive")/$(hash_of "$download/$archive")/" "$list" "$answer"
  refuses "a list that was changed after it was signed" "or its signature was changed"
  restore
}

hash_of() { sha256sum < "$1" | cut -d' ' -f1; }

# mirror.test is this site too, by a name that is not loopback's.
refuses_http_in_the_middle() {
  local archive=$download/${name}_${version}_Linux_x86_64.tar.gz mirror=http://mirror.test:${host#*:}
  sed -i "s,http://$host,$mirror," "$answer"
  refuses "an archive over http" "is not an https address"
  restore
  echo "$mirror/releases/download/v$version/${archive##*/}" > "$archive.redirect"
  refuses "a redirect to http" "redirected to an address that is not https"
  rm "$archive.redirect"
  refuses "http to ask for the version" "ATCR_UPDATE_URL is not https://HOST" ATCR_UPDATE_URL="$mirror"
}

# A registry that somebody else runs announces a program of its own.
asks_no_registry() {
  local rogue=$work/rogue registry
  mkdir -p "$rogue/api/credential-helper"
  sed "s/\"v$version\"/\"v9.9.9\"/" "$answer" > "$rogue/api/credential-helper/version"
  serve rogue
  registry=$(cat "$work/rogue.host")
  on_debian root sh -c "echo '{\"ServerURL\":\"http://$registry\",\"Username\":\"ann.example\",\"Secret\":\"atcr_device_1\"}' | $name store"
  refuses "where atcr.io can't be reached, a registry one is logged in to" "newest version from https://atcr.io: it can't be reached" -u ATCR_UPDATE_URL ATCR_REGISTRY="$registry"
  on_debian root env ATCR_REGISTRY="$registry" "$name" update --yes
  says "$name v$version" on_debian root "$name" version
  installed | cmp - <(sha256sum < "$work/own/$name") || die "update installed something else"
  ! grep -q credential-helper "$work/rogue.requests" || die "update asked a registry"
  # What it is told now is older.
  sed "s/v$version/v$before/" "$answer" > "$work/older"
  cp "$work/older" "$answer"
  on_debian root "$name" update --yes || true
  says "$name v$version" on_debian root "$name" version
  on_debian root sh -c "rm -r ~/.atcr /usr/local/bin/$name"
}
