#!/bin/sh
# What libprong.so exports is exactly what tests/exports.txt lists: a symbol that is lost breaks programs, and one that
# slips out is a promise nobody meant to make. To renew the list after a change that was meant:
#     make -C build check TESTS=tests/exports.sh PRONG_RENEW=1        (it is sorted as LC_ALL=C sort does)
srcdir=${top_srcdir:-.}
lib=${top_builddir:-.}/lib/.libs/libprong.so
list=$srcdir/tests/exports.txt

if test ! -e "$lib"; then
  echo "no libprong.so was built (--disable-shared)"
  exit 77
fi
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
# The sanitizers put names of their own beside ours.
${NM:-nm} -D --defined-only "$lib" >"$tmp/nm" || exit 99
awk '{ sub(/@.*/, "", $3); print $3 }' "$tmp/nm" | grep -v -E '^_*(odr_)?(a|ub|l|t)san[_.]|^__odr_asan' |
  LC_ALL=C sort -u >"$tmp/exports.txt"

if test -n "$PRONG_RENEW"; then
  cp "$tmp/exports.txt" "$list"
  exit
fi
if diff -u "$list" "$tmp/exports.txt"; then
  exit 0
fi
echo "The exported symbols (+) are not those of tests/exports.txt (-)."
exit 1
