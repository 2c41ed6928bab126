# Sourced by rehearse: the container image, made of the archives and run as docker would, in a chroot.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's
export BUILDAH_ISOLATION=chroot

# Of the new Debian, and of its arm64. The machine's own busybox may be a dynamic one.
make_image() {
  mmdebstrap --quiet --variant=extract --architectures=arm64 --include=busybox-static bookworm "$work/debian-arm64"
  cp "$work/debian/bin/busybox" "$work/archives/busybox-amd64"
  cp "$work/debian-arm64/bin/busybox" "$work/archives/busybox-arm64"
  cp "$work/debian/usr/share/doc/busybox-static/copyright" "$work/archives/busybox-copyright"
  # A storage of its own, which goes with the folder.
  printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/storage" "$work/storage-run" > "$work/storage.conf"
  export CONTAINERS_STORAGE_CONF=$work/storage.conf
  .github/packaging/image "$work/archives" "$release"
}

# from_image ARCHITECTURE: a container of it, whose entry point is in `entrypoint`.
from_image() {
  container=$(buildah from --quiet --arch "$1" "oci-archive:$release/${name}_${version}_image.tar")
  entrypoint=$(buildah inspect --format '{{index .OCIv1.Config.Entrypoint 0}}' "$container")
}

image_works() {
  local container entrypoint
  from_image amd64
  in_image() { buildah run --volume "$work/from-image:/install" "$container" -- "$entrypoint" "$@"; }
  mkdir "$work/from-image"
  says "$name v$version" in_image version
  in_image cp "/usr/local/bin/$name" /install/
  cmp "$work/from-image/$name" "$work/own/$name"
  if ((${#others[@]})); then
    from_image arm64
    says "$name v$version" "$CROSS/with-qemu" chroot "$(buildah mount "$container")" "$entrypoint" version
  fi
}
