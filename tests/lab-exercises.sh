#!/bin/sh
# SPDX-License-Identifier: MIT
# The exercises' beginning compiles; their solutions, in a checkout, are right and draw no diagnosis; they make a tarball of
# their own and are in no release.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
. "${top_srcdir:-.}/tests/lab-common.sh"
awk 'BEGIN { for (i = 1; i <= 1000; i++) print i }' >"$tmp/thousand"

build exercises/start.c start
test "$("$tmp/start" 4 <"$tmp/thousand")" = 'sum 500500' || fail "start.c"
grep -q 'lab/solutions/[1-9]' "$top_builddir/Makefile" && fail "solutions are distributed to students"
if ! test -d "$lab/solutions"; then
  echo 'the solutions are not in a release; nothing else was tested'
  finish
fi

build solutions/1_attach.c 1_attach
"$tmp/1_attach" >"$tmp/out" || fail "1_attach: status $?"
test "$(grep -c 'attached [012] times' "$tmp/out")" = 5 || fail "1_attach printed $(cat "$tmp/out")"
for solution in 2_child 3_slots 4_errors 5_dead_child 6_pool; do
  build "solutions/$solution.c" "$solution"
  draws "$solution" fine
done
"$tmp/5_dead_child" 4 2 <"$tmp/thousand" >"$tmp/out" 2>"$tmp/err"
test "$(cat "$tmp/out")" = 'sum 500500' || fail "5_dead_child, a worker killed: $(cat "$tmp/out" "$tmp/err")"
"$tmp/5_dead_child" 4 2 hang <"$tmp/thousand" >"$tmp/out" 2>"$tmp/err"
test "$(cat "$tmp/out")" = 'sum 500500' || fail "5_dead_child, a worker that hangs: $(cat "$tmp/out" "$tmp/err")"
printf 'sum 500500\nabove 500\n' >"$tmp/wanted"
for arguments in '1' '4' '4 7'; do
  # shellcheck disable=SC2086
  "$tmp/6_pool" $arguments <"$tmp/thousand" >"$tmp/out" 2>"$tmp/err"
  cmp -s "$tmp/wanted" "$tmp/out" || fail "6_pool $arguments: $(cat "$tmp/out" "$tmp/err")"
done

cd "$top_builddir" || exit 99
unset MAKEFLAGS MAKELEVEL MFLAGS
if command -v xz >/dev/null; then
  make -s instructor-dist >"$tmp/log" 2>&1 || fail "make instructor-dist: $(cat "$tmp/log")"
  for tarball in prong-instructor-*.tar.xz; do
    test "$(xz -dc "$tarball" | tar tf - | grep -c '/[1-6]_.*\.c$')" = 6 || fail "$tarball does not hold six solutions"
    rm -f "$tarball"
  done
fi
nothing_left 'the exercises'
finish
