#!/bin/sh
# The OPTIONS and OPERATIONS of prong(1) are those of the command. To renew them: make update-man
srcdir=${top_srcdir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cp "$srcdir/doc/prong.1" "$tmp/prong.1" && chmod u+w "$tmp/prong.1" || exit 99
sh "$srcdir/doc/update-man.sh" "${top_builddir:-.}/bin/prong" "$tmp/prong.1" || exit 1
if diff -u "$srcdir/doc/prong.1" "$tmp/prong.1"; then
  exit 0
fi
echo "FAIL: doc/prong.1 (-) is not what the command says (+); make update-man renews it"
exit 1
