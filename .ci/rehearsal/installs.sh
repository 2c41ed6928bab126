# Sourced by rehearse: install.sh, on a new Debian and on a machine with nothing but busybox.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's

by_the_script() {
  local line="curl -fsSL http://$host/install.sh"
  on_debian root bash -c "$line | sh"
  says "$name v$version" on_debian root "$name" version
  on_debian root bash -c "$line | ATCR_VERSION=$before bash"
  says "$name v$before" on_debian root "$name" version
  on_debian root bash -c "$line | sh"
  says "$name v$version" on_debian root "$name" version
  on_debian root bash -c "$line | sh -s -- --uninstall"
  [ -z "$(ls -A "$work/debian/usr/local/bin")" ] || die "left in /usr/local/bin: $(ls -A "$work/debian/usr/local/bin")"

  ! on_debian ann bash -c "$line | sh" || die "ann could write to /usr/local/bin"
  on_debian ann bash -c "$line | ATCR_INSTALL_DIR=~/.local/bin sh"
  says "$name v$version" on_debian ann "/home/ann/.local/bin/$name" version
  on_debian ann bash -c "$line | ATCR_INSTALL_DIR=~/.local/bin sh -s -- --uninstall"
  [ -z "$(find "$work/debian/home/ann" "$work/debian/tmp" -name "*$name*")" ] || die "left in ann's home, or in /tmp"
}

# The new Debian has minisign, and the served script the key.
script_checks_the_signature() {
  local list=$site/releases/download/v$version/checksums.txt
  grep -q "checksums.txt.minisig" "$work/site.requests" || die "install.sh asked for no signature"
  mv "$list.minisig" "$work/good.minisig"
  ! on_debian root bash -c "curl -fsSL http://$host/install.sh | sh" || die "install.sh took what is not signed"
  cp "$site/releases/download/v$before/checksums.txt.minisig" "$list.minisig"
  ! on_debian root bash -c "curl -fsSL http://$host/install.sh | sh" || die "install.sh took another list's signature"
  mv "$work/good.minisig" "$list.minisig"
  [ -z "$(ls -A "$work/debian/usr/local/bin")" ] || die "a refused release left $(ls -A "$work/debian/usr/local/bin")"
}

# Without any C library: the program must need none.
on_busybox() {
  local root=$work/busybox program=/opt/$name
  mkdir -p "$root"/{bin,dev,root,tmp}
  mknod -m 666 "$root/dev/null" c 1 3
  cp "$work/debian/bin/busybox" "$root/bin/"
  chroot "$root" /bin/busybox --install -s /bin
  in_busybox() {
    chroot "$root" /bin/env -i HOME=/root PATH=/bin ATCR_INSTALL_DIR=/opt ATCR_DOWNLOAD_URL="http://$host/releases" "$@"
  }
  in_busybox sh -c "wget -q -O - http://$host/install.sh | sh"
  says "$name v$version" in_busybox "$program" version
  in_busybox sh -c "wget -q -O - http://$host/install.sh | sh -s -- --uninstall"
  [ -z "$(ls -A "$root/opt")" ] || die "left on busybox: $(ls -A "$root/opt")"
}
