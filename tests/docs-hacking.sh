#!/bin/sh
# HACKING.md's map has every source file of lib/, and no other; its table of fault points has those of the source.
srcdir=${top_srcdir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0
LC_ALL=C
export LC_ALL

cd "$srcdir" || exit 99
sed -n 's/^    \(lib\/[^ ]*\)  .*/\1/p' HACKING.md | sed 's/\(.*\)\[ch\]$/\1c\n\1h/' | sort >"$tmp/map"
for f in lib/*/*.[ch]; do echo "$f"; done | grep -v '^lib/prong/' | sort >"$tmp/files"
test -s "$tmp/map" || { echo "HACKING.md has no map"; exit 1; }
diff "$tmp/map" "$tmp/files" || { echo "FAIL: the map in HACKING.md (<) and lib/ (>) differ: each file has a line"; failed=1; }

awk '/^### Fault points/ { inside = 1 } /^## The protocol/ { inside = 0 } inside && /^\|/' HACKING.md |
  grep -o '`[a-z-]*`' | tr -d '`' | sort >"$tmp/table"
cat lib/*/*.c | grep -o 'PRONG_\(FAULT\|SYS\)("[a-z-]*"' | sed 's/.*"\(.*\)"/\1/' | sort -u >"$tmp/points"
diff "$tmp/table" "$tmp/points" || { echo "FAIL: fault points in HACKING.md (<) and in lib/ (>) differ"; failed=1; }
exit $failed
