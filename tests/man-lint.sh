#!/bin/sh
# Section 3 of the manual and the headers have the same functions, with the same types; its examples compile; and mandoc
# finds no fault with any page. Without mandoc only the former are tested.
srcdir=${top_srcdir:-.}
build=${top_builddir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

fail () {
  echo "FAIL: $*"
  failed=1
}

# The functions of the headers: the last word before the first parenthesis after PRONG_API.
cat "$srcdir"/lib/prong/*.h | tr '\n' ' ' | grep -o 'PRONG_API [^(;]*(' |
  sed -n 's/.*[ *]\(prong_[a-z0-9_]*\) *($/\1/p' | sort >"$tmp/functions"
test "$(wc -l <"$tmp/functions")" -gt 10 || { echo "no functions found in the headers"; exit 99; }

# The prototypes of the pages' SYNOPSIS, as C.
for page in "$srcdir"/doc/*.3; do
  awk '
    /^\.Sh/ { synopsis = $2 == "SYNOPSIS" }
    !synopsis { next }
    /^\.Ft/ { sub(/^\.Ft +/, ""); gsub(/"/, ""); type = $0 }
    /^\.Fn/ {
      name = $2; sub(/^\.Fn +[^ ]+ */, "")
      if ($0 ~ /^"/) { gsub(/" "/, ", "); gsub(/"/, "") }
      print type " " name "(" $0 ");"
    }
    /^\.Fo/ { name = $2; arguments = "" }
    /^\.Fa/ { sub(/^\.Fa +/, ""); gsub(/"/, ""); arguments = arguments (arguments == "" ? "" : ", ") $0 }
    /^\.Fc/ { print type " " name "(" arguments ");" }' "$page" >"$tmp/page.c"
  cat "$tmp/page.c" >>"$tmp/prototypes"
  # Each function of the page is among its names, and its page or link exists.
  for f in $(sed 's/(.*//; s/.*[ *]//' "$tmp/page.c"); do
    grep -q "^\.Nm $f\( ,\)\{0,1\}$" "$page" || fail "$f is not among the names of $page"
    if test "$page" != "$srcdir/doc/$f.3"; then
      grep -q -s -x "\.so man3/${page##*/}" "$build/man3/$f.3" || fail "$f has no link to ${page##*/}: see doc/local.mk"
    fi
  done
done
sed 's/(.*//; s/.*[ *]//' "$tmp/prototypes" | sort >"$tmp/pages"
diff "$tmp/functions" "$tmp/pages" || fail "functions of the headers (<) and of the pages (>) differ"

# Each status is explained.
grep -o '^    PRONG_[A-Z]*[ ,]' "$srcdir/lib/prong/status.h" | tr -d ' ,' | while read -r status; do
  grep -q "^\.It Dv $status\$" "$srcdir/doc/prong_error_string.3" || echo "$status is not in doc/prong_error_string.3"
done >"$tmp/statuses"
test ! -s "$tmp/statuses" || fail "$(cat "$tmp/statuses")"

# A prototype of other types than the header's is an error of the compiler.
{ echo '#include <prong.h>'; cat "$tmp/prototypes"; } >"$tmp/prototypes.c"
${CC:-cc} -I"$srcdir/lib" -fsyntax-only "$tmp/prototypes.c" || fail "a page and a header differ in a prototype"

# The examples are whole functions.
for page in "$srcdir"/doc/*.3; do
  {
    printf '#include <%s>\n' prong.h stdio.h stdlib.h
    awk '
      /^\.Sh/ { examples = $2 == "EXAMPLES" }
      /^\.Ed/ { inside = 0 }
      inside { gsub(/\\e/, "\\"); print }
      examples && /^\.Bd -literal/ { inside = 1 }' "$page"
  } >"$tmp/example.c"
  ${CC:-cc} -I"$srcdir/lib" -std=c11 -pedantic -Wall -Wextra -Wno-unused-function -Werror -fsyntax-only "$tmp/example.c" ||
    fail "the example of $page does not compile"
done

if command -v mandoc >/dev/null; then
  mandoc -T lint -W warning "$srcdir"/doc/*.[13] 2>"$tmp/err" || fail "mandoc finds faults"
  grep -v 'outdated mandoc.db' "$tmp/err" >&2
elif test $failed = 0; then
  echo "mandoc is not installed, so the pages were not read by it"
  exit 77
fi
exit $failed
