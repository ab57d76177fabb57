#!/bin/sh
# SPDX-License-Identifier: MIT
# Each broken program shows its symptom every time: three times here, with each number of workers that its comment names.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
PRONG_TEST_SHARE=1
. "${top_srcdir:-.}/tests/lab-common.sh"
awk 'BEGIN { for (i = 1; i <= 1000; i++) print i }' >"$tmp/thousand"
for i in $mistakes; do
  build "broken/$i.c" "$i"
  test -s "$lab/broken/$i.md" || fail "broken/$i.md, the diagnosis, is not there"
  head -n 12 "$lab/broken/$i.c" | grep -q observe || fail "broken/$i.c does not say how to observe it"
done

# shows NUMBER WORKERS PATTERN: the program's output, both streams together and sorted, matches (grep -x, basic).
shows () {
  for _ in 1 2 3; do
    "$tmp/$1" "$2" <"$tmp/thousand" >"$tmp/out" 2>&1
    grep -q -x -e "$3" "$tmp/out" || fail "broken/$1 with $2 workers does not show '$3' but '$(cat "$tmp/out")'"
  done
}
# leaks NUMBER: each run leaves one segment, which is removed here.
leaks () {
  for _ in 1 2 3; do
    "$tmp/$1" 4 <"$tmp/thousand" >"$tmp/out" 2>&1 &
    pid=$!
    wait $pid
    left=$(made_by $pid)
    test "$(echo "$left" | grep -c .)" = 1 || fail "broken/$1 left '$left'"
    for id in $left; do ipcrm -m "$id"; done
  done
}
if ! command -v ipcrm >/dev/null; then
  echo 'ipcrm, to remove what broken programs leave, is not there'
  exit 77
fi

shows 01 4 'worker 0 was killed by signal 11.*'
leaks 02
leaks 03
shows 04 3 '8 processes'
shows 04 6 '64 processes'
shows 05 4 'sum \(31375\|93875\|156375\|218875\)'
shows 06 4 'mode 666'
shows 07 4 'sum 1500500'
shows 08 4 '8 bytes asked for, 4096 used'
shows 08 6 'worker 4 was killed by signal 11.*'
shows 09 4 'sum 0'
shows 10 4 'sum 500500'
test "$(grep -c numbers "$tmp/out")" = 5 || fail "broken/10 printed its line $(grep -c numbers "$tmp/out") times"
shows 11 4 'worker 0, pid [0-9]*, is in state Z'
shows 11 4 'sum 469125'
shows 12 4 'shmget: wrong key?'
# Each worker has 60 ms to do, however long it has to wait for a processor.
shows 13 4 '0\.0[0-9] s by clock(), \(0\.0[5-9]\|0\.[1-9][0-9]\|[1-9][0-9]*\.[0-9]*\) s by the clock on the wall'
shows 14 4 'shmat: Invalid argument'
nothing_left 'broken programs'
finish
