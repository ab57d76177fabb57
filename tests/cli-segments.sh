#!/bin/sh
# SPDX-License-Identifier: MIT
# prong segments and prong limits: what is told of segments alive and left over, and what may be removed.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
"$prong" segments >/dev/null 2>err || { grep -q 'not implemented' err && { echo 'skipped: no list of segments here'; exit 77; }; }
seq 1 1000 >text
# of PID: the lines of the segments that this process made.
of () { "$prong" segments | awk -F '\t' -v pid="$1" '$7 == pid'; }

# A run that removes at the end, caught in the middle and killed: its segment stays.
leave_one () {
  PRONG_FAULT='worker-computed:hang:*' "$faulty" --remove=end -j 1 sum text >/dev/null 2>&1 &
  victim=$!
  tries=0
  until of "$victim" | grep -q 'in use' || test $tries -gt 200; do
    sleep 0.05
    tries=$((tries + 1))
  done
}

it 'a segment in use is told of as that, and not removed'
leave_one
of "$victim" >seen
grep -q "	private	$(id -u)	0600	[0-9]*	[12]	$victim	yes	prong's, in use" seen || fail "told: $(cat seen)"
run "$prong" segments --remove
exits 0
grep -q "process $victim" out && fail "removed: $(cat out)"
test -n "$(of "$victim")" || fail 'it is gone'
it 'one that is left over is told of, and removed when asked for'
kill -9 "$victim"
wait "$victim" 2>/dev/null
tries=0
until of "$victim" | grep -q "	0	$victim	no	" || test $tries -gt 200; do
  sleep 0.05
  tries=$((tries + 1))
done
of "$victim" >seen
grep -q "	private	$(id -u)	0600	[0-9]*	0	$victim	no	prong's, left over" seen || fail "told: $(cat seen)"
"$prong" segments --json >json
grep -q "\"attached\":0,\"creator\":$victim,.*\"creator_alive\":false,\"marked\":false,\"mine\":true,\"prongs\":true" json ||
  fail "JSON: $(grep "$victim" json)"
run "$prong" segments --remove
exits 0
grep -q "^removed [0-9]*, [0-9]* bytes of process $victim\$" out || fail "said: $(cat out)"
test -z "$(of "$victim")" || fail 'it is still there'

it 'what is not of prong is never removed'
if command -v ipcmk >/dev/null 2>&1; then
  id=$(ipcmk -M 4096 -p 0666 | sed 's/[^0-9]*//')
  "$prong" segments | grep -q "^$id	0x[0-9a-f]*	$(id -u)	0666	4096	0	[0-9]*	no	left over, it seems" ||
    fail "told: $("$prong" segments | grep "^$id	")"
  run "$prong" segments --remove
  ipcs -m -i "$id" >/dev/null 2>&1 || fail 'it is gone'
  ipcrm -m "$id"
fi

it 'the limits are those of the kernel'
if test -r /proc/sys/kernel/shmmni; then
  run "$prong" limits
  exits 0
  grep -q "^SHMMNI	$(cat /proc/sys/kernel/shmmni)	" out || fail "said: $(cat out)"
  "$prong" limits --json | grep -q "\"segments\":$(cat /proc/sys/kernel/shmmni)," || fail 'JSON differs'
fi
it 'wrong uses are refused'
refuses 2 'segments takes no FILE' segments x
refuses 2 'limits takes no FILE' limits x
refuses 2 'early or end?' --remove sum text
finish
