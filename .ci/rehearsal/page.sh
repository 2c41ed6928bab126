# Sourced by rehearse: whether a tag can be released, and what its page says.
# shellcheck shell=bash disable=SC2154 # the variables are rehearse's

# A checkout whose last commits are these; version 9.1.0, after v9.0.0.
checkout_of_a_tag() {
  local subject
  git clone -q . "$work/tagged"
  cp .github/packaging/{ready,notes} "$work/tagged/.github/packaging/"
  cd "$work/tagged" || exit
  git config user.name A && git config user.email a@example.org
  git tag v9.0.0
  for subject in "login: is quicker" "docs: a word" "Tests(login): another case" "chore: tidy" "README: a word" "get: 2 < 3 & \"so\""; do
    git commit -q --allow-empty -m "$subject"
  done
  sed -i '0,/^version = .*/s//version = "9.1.0"/' Cargo.toml
  # The newest section, which has another version's name where this commit is to be released.
  sed -i '0,/^## .*/s//## 9.1.0/' CHANGELOG.md
  cp "$key/public" .github/release-key.pub
  git commit -qam "Release v9.1.0"
  git tag v9.1.0
}

page_is_right() (
  checkout_of_a_tag
  [ "$(.github/packaging/ready v9.1.0)" = $'version=9.1.0\nprerelease=false' ]
  .github/packaging/notes v9.1.0 > "$work/notes.md"
  [ "$(sed -n 's/^- \(.*\) ([0-9a-f]\{7,\})$/\1/p' "$work/notes.md")" = $'get: 2 < 3 & "so"\nlogin: is quicker' ] ||
    die "the page has other commits"
  grep -qFe "$(sed -n '/^## 9.1.0/,/^## /p' CHANGELOG.md | grep -m1 '^- ')" "$work/notes.md" || die "the page lacks the changelog"
  ! grep -qF "The first version in Rust" "$work/notes.md" || die "the page has another version's changelog"

  is_not_ready() { ! .github/packaging/ready "$1" 2> "$work/said" || die "$1 was taken for ready"; }
  is_not_ready v9.1.1
  echo "## Unreleased" >> CHANGELOG.md
  is_not_ready v9.1.0
  git checkout -q CHANGELOG.md
  # Another version's section, whose name begins alike.
  sed -i 's/^## 9.1.0$/&-rc.1/' CHANGELOG.md
  is_not_ready v9.1.0
  sed -i 's/^version = "9.1.0"/version = "9.1.0-rc.1"/' Cargo.toml
  [ "$(.github/packaging/ready v9.1.0-rc.1)" = $'version=9.1.0-rc.1\nprerelease=true' ] || die "a pre-release is not taken for one"
  git checkout -q .
  rm .github/release-key.pub
  is_not_ready v9.1.0
  grep -q "RELEASING.md" "$work/said"
)
