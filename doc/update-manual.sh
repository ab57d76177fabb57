#!/bin/sh
# Makes the tables of the manual from the one source of each: operations.texi from `prong ops`, options.texi from `prong --help`,
# statuses.texi and functions.texi from the installed headers, whose comments are the contracts.
#
#     doc/update-manual.sh PRONG HEADERS DIRECTORY        (make update-man does it for doc/manual)
usage='usage: update-manual.sh PRONG HEADERS DIRECTORY'
prong=${1:?$usage} headers=${2:?$usage} out=${3:?$usage}
LC_ALL=C
export LC_ALL
here=$(dirname "$0")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Plain text as Texinfo. Powers are written as TeX has them, since its fonts have few of those characters.
text () { sed -e 's/[@{}]/@&/g' -e 's/…/@dots{}/g' -e 's/⁴/^4/g' -e 's/Σ/sum of /g' -e 's/²/^2/g' -e 's/µ/u/g' -e 's/≤/<=/g' -e 's,\]\[,]@/[,g'; }
made () { echo "@c Made by make update-man from $1; changes belong there."; }

"$prong" ops >"$tmp/ops" && "$prong" --help >"$tmp/help" || { echo "update-manual.sh: $prong failed" >&2; exit 1; }

{
  made "prong ops"
  echo '@table @asis'
  text <"$tmp/ops" | awk -F '\t' '{
    item = "@item @code{" $1 "}" ($2 == "mergeable" ? " +" : "")
    if ($3 != "-") { n = split($3, alias, " "); for (i = 1; i <= n; i++) item = item (i > 1 ? ", " : "  (") "@code{" alias[i] "}"
      item = item ")" }
    name = $1; sub(/:.*/, "", name)
    print item; if (!seen[name]++) print "@cindex " name; print $4 }'
  echo '@end table'
} >"$tmp/operations.texi"

{
  made "prong --help"
  echo '@table @asis'
  text <"$tmp/help" | awk '
    /^Options:$/ { inside = 1; next }
    inside && /^$/ { exit }
    inside {
      short = ""
      if ($1 ~ /^-.,$/) { short = "@option{" substr($1, 1, 2) "}, "; $1 = ""; $0 = $0; sub(/^ +/, "") }
      split($1, long, "=")
      item = "@item " short "@option{" long[1] "}"
      if (long[2] != "") item = item "@code{=" long[2] "}"
      sub(/^ *[^ ]+ +/, "")
      print item; print "@cindex " long[1]; print }'
  echo '@end table'
} >"$tmp/options.texi"

{
  made "prong/status.h"
  echo '@ftable @code'
  text <"$headers/prong/status.h" | sed -n 's/^    \(PRONG_[A-Z]*\),\{0,1\} *\/\* \(.*\) \*\/$/\1\t\2/p' |
    awk -F '\t' '{ print "@item " $1; print $2 }'
  echo '@end ftable'
} >"$tmp/statuses.texi"

names='fold pool array reduce table exact trace ipc status version' # in the order in which one reads them
for header in "$headers"/prong/*.h; do
  case " $names " in *" $(basename "$header" .h) "*) ;; *) echo "update-manual.sh: where does $header stand?" >&2; exit 1 ;; esac
done
{
  made "the headers lib/prong/*.h"
  cat <<HEAD
@node Functions
@chapter Functions

@cindex functions
What stands here is what the headers say: for each function what it does, who may call it, and what it returns.  The headers have
also the structs, with a word on each field.  Every function has a manual page in section 3.

@menu
HEAD
  for name in $names; do
    echo "* Header $name::"
  done
  echo '@end menu'
  for name in $names; do
    printf '\n@node Header %s\n@section @file{prong/%s.h}\n\n@cindex prong/%s.h\n' "$name" "$name" "$name"
    text <"$headers/prong/$name.h" | awk -f "$here/functions.awk" || exit 1
  done
} >"$tmp/functions.texi"

for part in operations options statuses functions; do
  test "$(wc -l <"$tmp/$part.texi")" -gt 10 || { echo "update-manual.sh: nothing found for $part.texi" >&2; exit 1; }
  cat "$tmp/$part.texi" >"$out/$part.texi" || exit 1
done
