#!/bin/sh
# SPDX-License-Identifier: MIT
# The grader: every broken program draws its own diagnosis and no other, and no correct one draws any.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
. "${top_srcdir:-.}/tests/lab-common.sh"

for i in $mistakes; do
  build "broken/$i.c" "$i"
  draws "$i" "${i#0}"
  grep -q "\"page\": \"lab/broken/$i.md\"" "$tmp/report" || fail "the finding of $i does not name its page"
done
for stage in $stages; do
  build "$stage.c" "$stage"
  draws "$stage" fine
done
for program in $odd; do
  build "odd/$program.c" "$program"
  draws "$program" fine
done
nothing_left 'the grader'

# A static binary is graded as far as it can be, and the report says how far.
# shellcheck disable=SC2086
if ${CC:-cc} -static -O1 -o "$tmp/static" "$lab/02_slots.c" 2>/dev/null; then
  draws static fine
  grep -q not_checked "$tmp/report" || fail "nothing is said of what was not checked in a static binary"
  # shellcheck disable=SC2086
  ${CC:-cc} -static -O1 -o "$tmp/static" "$lab/broken/02.c" && draws static 2
fi

# What people read, and the exit statuses.
exits 1 "$grade" "$tmp/05"
grep -q '^mistake 5: ' "$tmp/out" || fail "the text does not name the mistake: $(cat "$tmp/out")"
grep -q 'lab/broken/05.md' "$tmp/out" || fail "the text does not name the page"
grep -q 'SIGKILL.*not graded' "$tmp/out" || fail "the text says nothing of SIGKILL"
exits 2 "$grade" "$tmp/none"
exits 2 "$grade" "$lab/README.md"
exits 2 "$grade"
exits 2 "$grade" --limit never "$tmp/05"
if test -n "$PYTHON"; then
  "$grade" --json "$tmp/07" | "$PYTHON" -c '
import json, sys
r = json.load(sys.stdin)
assert r["fine"] is False and r["watched"] is True, r
assert [f["mistake"] for f in r["findings"]] == [7], r
assert all(run["checked"] in (True, False) for run in r["runs"]), r' || fail "--json"
fi
finish
