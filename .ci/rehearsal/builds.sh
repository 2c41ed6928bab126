# Sourced by rehearse: the builds, and what is checked of them.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's

# Where ../shared/cross is, it builds, and rustup is hidden from dist. Elsewhere rustup fetches the target.
prepare_builds() {
  # With an example the crates have the features that the tests need, and are those that the tests were built with.
  as_tests=(--bin "$name" --example man)
  others=()
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  native=${CARGO_TARGET_DIR:-$PWD/target}
  CARGO=$PWD/.ci/cargo-for-dist CARGO_TARGET_DIR=$native/cross
  export SOURCE_DATE_EPOCH CARGO CARGO_TARGET_DIR
  if [ -x ../shared/cross/setup ]; then
    CROSS=$(realpath ../shared/cross)
    export CROSS
    "$CROSS/setup" "$linux" aarch64-unknown-linux-musl x86_64-pc-windows-gnu
    others=(aarch64-unknown-linux-musl)
    mkdir "$work/path"
    printf '#!/bin/sh\nexit 1\n' > "$work/path/rustup"
    chmod +x "$work/path/rustup"
    ln -s "${CROSS_HOME:-$HOME/.cache/atcr-cross}/venv/bin/cargo-zigbuild" "$work/path/"
  else
    rustup target add "$linux"
    .ci/tools zig >/dev/null
  fi
}

build() { # CHECKOUT TARGET...: dist's archives for these targets, in CHECKOUT/target/distrib
  local checkout=$1
  shift
  (cd "$checkout" && PATH=$work/path:$PATH dist build --artifacts=local "${@/#/--target=}")
}

# Both versions have the key; what only starts has none, as in the tests.
build_all() {
  build_before "$work/before"
  ATCR_RELEASE_KEY=$public RELEASE_TARGET=$linux build . "$linux"
  ((${#others[@]} == 0)) || RELEASE_TARGET='' build . "${others[@]}"
  ((${#others[@]} == 0)) || CARGO_PROFILE_DEV_DEBUG=0 "$CROSS/cargo-for" x86_64-pc-windows-gnu build --locked "${as_tests[@]}"
}

# The same source with a lower version, which is only to be updated: for this machine, as the tests are built, of whose crates it
# takes what is compiled. The program is in $FOLDER/$name.
build_before() { # FOLDER
  git clone -q . "$1"
  sed -i "0,/^version = .*/s//version = \"$before\"/" "$1/Cargo.toml"
  (cd "$1" && CARGO_TARGET_DIR=$native CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 ATCR_RELEASE_KEY=$public \
    env -u CARGO cargo build "${as_tests[@]}") 2>&1 | tee "$work/built"
  grep -q "Compiling $name .*$1" "$work/built" || die "nothing was built in $1"
  cp "$native/debug/$name" "$1/"
}

# Our own crate has the same bytes in another folder. That the whole program has, also with another home of cargo, takes minutes:
# .ci/reproducible shows it, and build-release.yml for each release.
same_bytes() {
  build_before "$work/of/another/checkout"
  cmp "$work/before/$name" "$work/of/another/checkout/$name" || die "two builds differ"
}

# No folder of this machine is in the released program, other than those that its standard library was built with.
names_no_folder() {
  local home=${CARGO_HOME:-$HOME/.cargo} library=${CROSS_HOME:-$HOME/.cache/atcr-cross}/sysroot
  paths() { cat "$@" | grep -aoE "($PWD|$work|$home|$HOME)/[A-Za-z0-9/._+-]*" | sort -u; }
  paths "$work/own/$name" > "$work/paths" || true
  { [ -z "${CROSS-}" ] || paths "$library/lib/rustlib/$linux/lib"/*.rlib; } > "$work/library-paths" || true
  # One runs into the next text where no byte stands between them.
  if grep -vFf <(sed 's/\.rs.*/.rs/' "$work/library-paths" | grep .) "$work/paths"; then
    die "the program names folders of the machine that built it"
  fi
}

# Windows' program is built by the GNU toolchain here, not by Microsoft's. A text stands in for what can't be built.
stand_in_for_the_rest() {
  local target folder=$work/windows
  mkdir "$folder"
  cp README.md INSTALLATION.md CHANGELOG.md LICENSE "$folder"
  if ((${#others[@]})); then
    cp "$CARGO_TARGET_DIR/x86_64-pc-windows-gnu/debug/$name.exe" "$folder"
  else
    echo "no Windows program" > "$folder/$name.exe"
  fi
  for target in {x86_64,aarch64}-pc-windows-msvc; do
    (cd "$folder" && python3 -m zipfile -c "$work/archives/$name-$target.zip" ./*)
    echo "no Windows program" > "$folder/$name.exe"
  done
  for target in aarch64-unknown-linux-musl {x86_64,aarch64}-apple-darwin; do
    [ ! -e "$work/archives/$name-$target.tar.gz" ] || continue
    mkdir "$work/$name-$target"
    cp README.md INSTALLATION.md CHANGELOG.md LICENSE "$work/$name-$target"
    echo "no program for $target" > "$work/$name-$target/$name"
    tar -C "$work" -czf "$work/archives/$name-$target.tar.gz" "$name-$target"
  done
}
