#!/bin/sh
# The manual's examples give what the manual says. In doc/manual/*.texi a comment before an @smallexample says what it is:
#
#     @c session       commands and their output (tests/session.sh); all of a chapter in one directory, in order
#     @c file NAME     a file of that name in that directory, from the beginning
#     @c copy lab      that directory of the source is copied there (no @smallexample)
#     @c varies REGEX  what matches it (ERE) in this chapter's output may be anything else that does
#
# tests/manual.sh FILE… runs these chapters only.
# shellcheck source=/dev/null disable=SC2154
. "${top_srcdir:-.}/tests/session.sh"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp" # programs that are graded run as another user
session_tools "$tmp/bin"
failed=0 sessions=0

# extract CHAPTER DIRECTORY: its files go to DIRECTORY/place, its session to expected, the rest beside it.
extract () {
  mkdir -p "$2/place" || exit 99
  touch "$2/expected" "$2/varies" "$2/files"
  awk -v out="$2" '
    /^@c session$/ { target = out "/expected"; next }
    /^@c file / { target = out "/place/" $3; print $3 >(out "/files"); next }
    /^@c copy / { print $3 >(out "/copies"); next }
    /^@c varies / { sub(/^@c varies /, ""); gsub("\\|", "\\|"); print "s|" $0 "|~|g" >(out "/varies"); next }
    /^@(small)?example$/ { inside = 1; next }
    /^@end (small)?example$/ { inside = 0; target = ""; next }
    /^@(end )?group$/ { next }
    inside && target != "" {
      gsub(/@dots\{\}/, "…"); gsub(/@minus\{\}/, "-")
      gsub(/@@/, "\001"); gsub(/@\{/, "{"); gsub(/@\}/, "}"); gsub("\001", "@")
      print >target
    }' "$1"
  if test -e "$2/copies"; then
    while read -r folder; do cp -R "$session_source/$folder" "$2/place/" || exit 99; done <"$2/copies"
    chmod -R u+w "$2/place" # the source may be read-only
  fi
}

chapter () {
  name=$(basename "$1" .texi)
  extract "$1" "$tmp/$name"
  while read -r file; do
    grep -q "^\\\$ .*${file%.*}" "$tmp/$name/expected" || { echo "FAIL: $1: nothing is done with the file $file"; failed=1; }
  done <"$tmp/$name/files"
  grep -q '^\$ ' "$tmp/$name/expected" || return 0
  sessions=$((sessions + 1))
  session_script "$tmp/$name/expected" >"$tmp/$name/script"
  session_run "$tmp/$name/script" "$tmp/bin" "$tmp/$name/place" >"$tmp/$name/output"
  sed -E -f "$tmp/$name/varies" "$tmp/$name/expected" >"$tmp/$name/said"
  sed -E -f "$tmp/$name/varies" "$tmp/$name/output" >"$tmp/$name/got"
  diff -u "$tmp/$name/said" "$tmp/$name/got" || { echo "FAIL: $1 says (-) what is not so (+)"; failed=1; }
}

test $# -gt 0 || set -- "$session_source"/doc/manual/*.texi
for file; do
  chapter "$file"
done
test $sessions -gt 0 || { echo 'the manual has no examples'; exit 1; }
exit $failed
