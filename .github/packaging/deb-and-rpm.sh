# Sourced by `package`: the packages for Debian and for rpm's distributions, of one unpacked archive.
# shellcheck shell=bash disable=SC2154 # the variables are package's

# Where zsh looks for completions differs.
install_files() { # FOLDER ROOT ZSH_FOLDER
  local share=$2/usr/share page
  install -Dm755 "$1/$name" -t "$2/usr/bin"
  install -Dm644 "$1"/man/* -t "$share/man/man1"
  gzip -9n "$share"/man/man1/*
  install -Dm644 "$1/completions/$name.bash" "$share/bash-completion/completions/$name"
  install -Dm644 "$1/completions/_$name" -t "$share/zsh/$3"
  install -Dm644 "$1/completions/$name.fish" -t "$share/fish/vendor_completions.d"
  for page in README INSTALLATION CHANGELOG; do
    install -Dm644 "$1/$page.md" -t "$share/doc/$name"
  done
}

summary="Docker credential helper for ATCR, the container registry on the AT Protocol"
# Indented, as a deb's control file needs it.
description=" Log in once in the browser. After that docker, compose, podman, buildah and
 skopeo get the credential of the account that an image's name holds: several
 accounts need no switching."
# Both sort what follows a tilde before the release itself; rpm allows no hyphen.
package_version=${version/-/\~}

debian_package() { # FOLDER ARCHITECTURE
  local root=$work/deb-$2
  install_files "$1" "$root" vendor-completions
  install -Dm644 "$1/LICENSE" "$root/usr/share/doc/$name/copyright"
  mkdir "$root/DEBIAN"
  # No Depends: the program is static. It trusts the authorities that the system trusts.
  cat > "$root/DEBIAN/control" <<CONTROL
Package: $name
Version: $package_version-1
Architecture: $2
Maintainer: ATCR <https://atcr.io>
Installed-Size: $(du -sk --apparent-size "$root/usr" | cut -f1)
Recommends: ca-certificates
Section: net
Priority: optional
Homepage: https://atcr.io
Description: $summary
$description
CONTROL
  (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Zxz --build "$root" "$out/${name}_${version}_$2.deb" >/dev/null
}

rpm_package() { # FOLDER ARCHITECTURE
  local root=$work/rpm-$2
  install_files "$1" "$root" site-functions
  install -Dm644 "$1/LICENSE" -t "$root/usr/share/licenses/$name"
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  cat > "$work/$2.spec" <<SPEC
Name: $name
Version: ${package_version//-/.}
Release: 1
Summary: $summary
License: MIT
URL: https://atcr.io
AutoReqProv: no
Recommends: ca-certificates
%description
${description//$'\n '/$'\n'}
%install
cp -a $root/. %{buildroot}
%files
/usr/bin/$name
/usr/share/man/man1/*
/usr/share/bash-completion/completions/$name
/usr/share/zsh/site-functions/_$name
/usr/share/fish/vendor_completions.d/$name.fish
%doc /usr/share/doc/$name
%license /usr/share/licenses/$name
SPEC
  # The program comes as it was built: nothing is stripped or compressed again, and the date is the commit's. The file has the
  # release's version in its name: GitHub would make a dot of a tilde.
  rpmbuild -bb --quiet --target "$2-linux" --define "_topdir $work/rpmbuild-$2" --define "_rpmdir $out" \
    --define "_build_name_fmt %%{NAME}-$version-%%{RELEASE}.%%{ARCH}.rpm" --define '_defaultdocdir /usr/share/doc' \
    --define '__os_install_post %{nil}' --define 'debug_package %{nil}' --define '_build_id_links none' \
    --define '_buildhost localhost' --define 'use_source_date_epoch_as_buildtime 1' \
    --define 'clamp_mtime_to_source_date_epoch 1' "$work/$2.spec"
}
