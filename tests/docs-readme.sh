#!/bin/sh
# README.md's examples give what README.md says: its ```console blocks are a session (tests/session.sh), in a directory where the
# ```c block is the file sum.c, and the source's lab/ stands.
# shellcheck source=/dev/null disable=SC2154
. "${top_srcdir:-.}/tests/session.sh"
readme=${top_srcdir:-.}/README.md
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/empty" || exit 99
chmod 755 "$tmp" # programs that are graded run as another user
session_tools "$tmp/bin"
cp -R "$session_source/lab" "$tmp/empty/" && chmod -R u+w "$tmp/empty/lab" || exit 99

# block KIND: the contents of all ```KIND blocks.
block () {
  awk -v kind="$1" '/^```/ { inside = $0 == "```" kind; next } inside' "$readme"
}

block c >"$tmp/empty/sum.c"
block console >"$tmp/expected"
test -s "$tmp/empty/sum.c" && grep -q '^\$ ' "$tmp/expected" || { echo "README.md has no examples"; exit 1; }
session_script "$tmp/expected" >"$tmp/script"
session_run "$tmp/script" "$tmp/bin" "$tmp/empty" >"$tmp/got"
if diff -u "$tmp/expected" "$tmp/got"; then
  exit 0
fi
echo "FAIL: README.md says (-) what is not so (+)"
exit 1
