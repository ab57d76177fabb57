#!/bin/sh
# Renews the parts of prong(1) that are made from the command's own tables: OPTIONS from `prong --help`, OPERATIONS from
# `prong ops`. They stand between marker comments; the rest of the page is written by hand.
#
#     doc/update-man.sh PRONG PAGE        (make update-man does it for doc/prong.1)
usage='usage: update-man.sh PRONG PAGE'
prong=${1:?$usage} page=${2:?$usage}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
LC_ALL=C
export LC_ALL

# Words of the tables as mdoc: plain ASCII, and nothing in them is a macro.
text () { sed -e 's/\\/\\e/g' -e 's/…/.../g'; }

"$prong" --help >"$tmp/help" && "$prong" ops >"$tmp/ops" || { echo "update-man.sh: $prong failed" >&2; exit 1; }

text <"$tmp/help" | awk '
  /^Options:$/ { inside = 1; print ".Bl -tag -width Ds"; next }
  inside && /^$/ { print ".El"; exit }
  inside {
    item = ".It"
    if ($1 ~ /^-.,$/) { item = item " Fl " substr($1, 2, 1) " ,"; $1 = ""; $0 = $0; sub(/^ +/, "") }
    split($1, long, "=")
    item = item " Fl -" substr(long[1], 3)
    if (long[2] != "") item = item " Ns = Ns Ar " long[2]
    sub(/^ *[^ ]+ +/, "")
    print item; print "\\&" $0
  }' >"$tmp/OPTIONS"

text <"$tmp/ops" | awk -F '\t' '
  BEGIN { print ".Bl -tag -width Ds" }
  { item = ".It Cm " $1
    if ($3 != "-") { n = split($3, alias, " "); for (i = 1; i <= n; i++) item = item " , " alias[i] }
    print item; print "\\&" $4 }
  END { print ".El" }' >"$tmp/OPERATIONS"

for part in OPTIONS OPERATIONS; do
  test "$(wc -l <"$tmp/$part")" -gt 4 || { echo "update-man.sh: no $part in what $prong says" >&2; exit 1; }
  grep -q "^\.\\\\\" BEGIN $part" "$page" && grep -q "^\.\\\\\" END $part" "$page" ||
    { echo "update-man.sh: $page has no markers for $part" >&2; exit 1; }
done

awk -v dir="$tmp" '
  /^\.\\" END / { inside = 0 }
  !inside { print }
  /^\.\\" BEGIN / { inside = 1; while ((getline line < (dir "/" $3)) > 0) print line }' "$page" >"$tmp/page" &&
  cat "$tmp/page" >"$page"
