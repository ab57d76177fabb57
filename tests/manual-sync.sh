#!/bin/sh
# What the manual has of tables is what the command and the headers say: `make update-man` renews it. All chapters are part of it
# and of a release, every exported function and every status is in it, and so are all broken programs of the lab.
srcdir=${top_srcdir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

fail () {
  echo "FAIL: $*"
  failed=1
}

mkdir "$tmp/manual" || exit 99
sh "$srcdir/doc/update-manual.sh" "${top_builddir:-.}/bin/prong" "$srcdir/lib" "$tmp/manual" || exit 1
for file in "$tmp"/manual/*.texi; do
  diff -u "$srcdir/doc/manual/${file##*/}" "$file" ||
    fail "doc/manual/${file##*/} (-) is not what its source says (+); make update-man renews it"
done

for file in "$srcdir"/doc/manual/*.texi; do
  name=manual/${file##*/}
  cat "$srcdir/doc/prong.texi" "$srcdir"/doc/manual/*.texi | grep -q -x "@include $name" || fail "$name is not included"
  grep -q "doc/$name" "$srcdir/doc/local.mk" || fail "$name is not in doc/local.mk"
done

cat "$srcdir"/doc/manual/*.texi >"$tmp/all"
while read -r name; do
  grep -q "^@deftypefunx* {[^}]*} $name (" "$tmp/all" || fail "the function $name is not in the manual"
done <"$srcdir/tests/exports.txt"
grep -o '^    PRONG_E[A-Z]*' "$srcdir/lib/prong/status.h" | tr -d ' ' | while read -r status; do
  grep -q -x "@item $status" "$tmp/all" || echo "$status"
done >"$tmp/missing"
test ! -s "$tmp/missing" || fail "statuses that are not in the manual: $(cat "$tmp/missing")"
for program in "$srcdir"/lab/broken/*.c; do
  number=${program##*/}
  number=${number%.c}
  grep -q "^@item ${number#0} @tab " "$srcdir/doc/manual/lab.texi" || fail "broken/$number is not in the manual"
done
exit $failed
