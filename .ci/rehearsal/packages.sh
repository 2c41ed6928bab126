# Sourced by rehearse: what is in the archives, and the packages, each by its own tool where Debian has it.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's

archives_are_complete() {
  local file here
  (cd "$release" && sha256sum --quiet -c checksums.txt)
  for file in "$release/${name}_${version}"_{Linux,Darwin}_{x86_64,arm64}.tar.gz "$release/${name}_${version}"_Windows_{x86_64,arm64}.zip; do
    here=" $(case $file in *.zip) python3 -m zipfile -l "$file" | awk '{print $1}' ;; *) tar -tzf "$file" ;; esac | tr '\n' ' ')"
    for inside in LICENSE README.md INSTALLATION.md CHANGELOG.md man/$name.1 man/$name-login.1 completions/_$name completions/$name.{bash,fish,ps1,elv}; do
      [[ $here == *" $inside "* ]] || die "$file lacks $inside: $here"
    done
  done
  python3 -m json.tool "$release/$name.json" >/dev/null
  python3 -m json.tool "$release/version.json" >/dev/null
}

others_start() {
  .github/packaging/position-independent "$work/own/$name"
  ((${#others[@]})) || return 0
  mkdir "$work/arm64" "$work/amd64"
  tar -xzf "$release/${name}_${version}_Linux_arm64.tar.gz" -C "$work/arm64"
  says "$name v$version" "$CROSS/with-qemu" "$work/arm64/$name" version
  python3 -m zipfile -e "$release/${name}_${version}_Windows_x86_64.zip" "$work/amd64"
  export WINEPREFIX=${CROSS_HOME:-$HOME/.cache/atcr-cross}/wine WINEDEBUG=-all
  says "$name v$version" /usr/lib/wine/wine64 "$work/amd64/$name.exe" version
  .github/packaging/position-independent "$work/arm64/$name" "$work/amd64/$name.exe"
}

by_packages() {
  cp "$release/${name}_${version}_amd64.deb" "$work/debian/tmp/"
  on_debian root dpkg -i "/tmp/${name}_${version}_amd64.deb"
  says "$name v$version" on_debian root "$name" version
  on_debian root sh -c "ls /usr/share/man/man1/$name-login.1.gz /usr/share/bash-completion/completions/$name"
  on_debian root dpkg -r "$name"
  ! on_debian root sh -c "command -v $name" || die "left by dpkg -r"
  mkdir "$work/rpm"
  rpm --root "$work/rpm" --nosignature -i "$release/$name-$version-1.x86_64.rpm"
  says "$name v$version" "$work/rpm/usr/bin/$name" version
  rpm --root "$work/rpm" -e "$name"
  [ ! -e "$work/rpm/usr/bin/$name" ] || die "left by rpm -e"
}

by_homebrew() {
  ruby -c "$release/$name.rb"
  ruby .ci/rehearsal/formula.rb "$release/$name.rb" "$release" "$work/brew"
  installs_pages "$work/brew" share/man/man1 etc/bash_completion.d share/zsh/site-functions share/fish/vendor_completions.d
}

# As makepkg and abuild run `package`, which is all that these files have of their own.
by_build_file() { # FILE SHELL...
  local root=$work/packaged-${1##*/}
  mkdir "$root"
  (cd "$work/own-archive" && env -i PATH="$PATH" CARCH=x86_64 srcdir="$PWD" pkgdir="$root" "${@:2}" -euc ". $1; package")
  installs_pages "$root/usr" share/man/man1 share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d
}

installs_pages() { # ROOT MAN BASH ZSH FISH
  says "$name v$version" "$1/bin/$name" version
  ls "$1/$2/$name-login.1" "$1/$3/$name" "$1/$4/_$name" "$1/$5/$name.fish" >/dev/null
}

by_other_managers() {
  local own=${name}_${version}_Linux_x86_64.tar.gz zip
  mkdir "$work/own-archive"
  tar -xzf "$release/$own" -C "$work/own-archive"
  by_homebrew
  by_build_file "$release/PKGBUILD" bash
  by_build_file "$release/APKBUILD" busybox sh
  grep -q "$(sha512sum < "$release/$own" | cut -d' ' -f1)" "$release/APKBUILD"
  tar -xzf "$release/${name}_${version}_packaging.tar.gz" -C "$work"
  xmllint --noout "$work/packaging/chocolatey/$name.nuspec"
  python3 .ci/powershell-parses "$work"/packaging/chocolatey/tools/*.ps1
  for zip in "${name}_${version}_Windows_"{x86_64,arm64}.zip; do
    grep -q "$zip.*$(hash_of "$release/$zip")" "$work/packaging/chocolatey/tools/chocolateyinstall.ps1" ||
      die "Chocolatey's script has another hash of $zip"
  done
}

# No manager may take a pre-release for newer than the release.
versions_sort() {
  (
    version=1.2.0-rc.1
    . .github/packaging/fill-in.sh
    [ "$(arch_version) $(alpine_version) $(chocolatey_version)" = "1.2.0rc.1 1.2.0_rc1 1.2.0-rc1" ]
    . .github/packaging/deb-and-rpm.sh
    dpkg --compare-versions "$package_version-1" lt 1.2.0-1
    version=1.2.0
    [ "$(arch_version) $(alpine_version) $(chocolatey_version)" = "1.2.0 1.2.0 1.2.0" ]
  )
}
