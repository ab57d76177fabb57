#!/bin/sh
# The manual becomes Info and HTML without one warning, and every reference in it leads somewhere.
srcdir=${top_srcdir:-.}
command -v makeinfo >/dev/null || { echo 'makeinfo is not installed, so the manual was not made'; exit 77; }
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

# As automake makes it, but of no day: nothing here may depend on when the source was changed.
printf '@set %s\n' 'UPDATED some day' 'UPDATED-MONTH some month' 'EDITION 0' 'VERSION 0' >"$tmp/version.texi"

# build WHAT OPTION…
build () {
  what=$1
  shift
  if ! makeinfo "$@" -I "$tmp" -I "$srcdir/doc" -o "$tmp/out.$what" "$srcdir/doc/prong.texi" 2>"$tmp/err" || test -s "$tmp/err"; then
    cat "$tmp/err"
    echo "FAIL: makeinfo $* complains"
    failed=1
  fi
}

build info --no-split
build html --html --no-split
test $failed = 0 || exit 1
for node in 'The command line' 'Programs' 'A course in shared memory' 'Function index'; do
  grep -q "^File: .* Node: $node," "$tmp/out.info" || { echo "FAIL: Info has no node '$node'"; failed=1; }
done
grep -q '^\* prong_fold:' "$tmp/out.info" || { echo 'FAIL: prong_fold is not in the index of functions'; failed=1; }
exit $failed
