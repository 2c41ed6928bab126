# Sourced by `package`: what other package managers, atcr.io and the install scripts need to know of this release.
# shellcheck shell=bash disable=SC2154 # the variables are package's

# A pre-release as each manager writes it, so that it sorts before the release: 1.2.0-rc.1 is 1.2.0rc.1, 1.2.0_rc1, 1.2.0-rc1.
arch_version() { echo "${version//-/}"; }
alpine_version() {
  local suffix=${version#*-}
  [ "$suffix" != "$version" ] || { echo "$version"; return; }
  echo "${version%%-*}_${suffix//[.-]/}"
}
chocolatey_version() {
  local suffix=${version#*-}
  [ "$suffix" != "$version" ] || { echo "$version"; return; }
  echo "${version%%-*}-${suffix//[.-]/}"
}

# Replaces @VERSION@, @DATE@, @SHA256_PLATFORM@ and the like in the templates.
fill_in() { # PLATFORM...
  local script platform file
  script="s/@VERSION@/$version/g; s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/g"
  script+="; s/@ARCH_VERSION@/$(arch_version)/g; s/@ALPINE_VERSION@/$(alpine_version)/g"
  script+="; s/@CHOCOLATEY_VERSION@/$(chocolatey_version)/g"
  for platform in "$@"; do
    file=$(echo "$out/${name}_${version}_$platform".*)
    script+="; s/@SHA256_$platform@/$(sha256sum < "$file" | cut -d' ' -f1)/g"
    script+="; s/@SHA512_$platform@/$(sha512sum < "$file" | cut -d' ' -f1)/g"
  done
  cp -r .github/packaging/templates "$work/packaging"
  find "$work/packaging" -type f -exec sed -i "$script" {} +
  if grep -rE '@[A-Za-z0-9_]+@' "$work/packaging"; then
    echo "package: placeholders left" >&2
    exit 1
  fi
  find "$work/packaging" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  archive "$work" "$out/${name}_${version}_packaging.tar.gz" packaging
  cp "$work"/packaging/{alpine/APKBUILD,appview/version.json,aur/PKGBUILD} "$out/"
  cp "$work"/packaging/{homebrew/"$name".rb,nix/"$name".nix,scoop/"$name".json} "$out/"
}

# With the public key, against which they check the signature where minisign is.
install_scripts() { # KEY
  [[ $1 =~ ^RW[A-Za-z0-9+/]{54}$ ]] || { echo "package: this is no minisign key: '$1'" >&2; exit 1; }
  local file
  for file in install.sh install.ps1; do
    # `release_key=''` in one, `$releaseKey = ''` in the other.
    sed -E "s,^( *[$]?release_?[kK]ey ?= ?)''$,\1'$1'," "$file" > "$out/$file"
    grep -qF "'$1'" "$out/$file" || { echo "package: $file has no place for the key" >&2; exit 1; }
  done
  chmod 755 "$out/install.sh"
}
