#!/bin/sh
# SPDX-License-Identifier: MIT
# prong trace: a run told step by step, as lines, as Trace Events, as a picture and as a page; against strace where that is.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
checker=$(cd "${top_srcdir:-.}" && pwd)/tests/trace_page.py
. "${top_srcdir:-.}/tests/cli-common.sh"

seq 1 40000 >text
head -c 200000 text >data
"$prong" --dtype u8 sum data >sum
# The steps alone: what the run came to stands in the last line.
steps () { sed '1d;$d' out; }

it 'the steps are lines under a title, and the result is the last'
run "$prong" trace -j 2 --dtype u8 sum data
exits 0
says_nothing
head -n 1 out | grep -q '^ *us  who  *pid  step  *nattch status  *cpid  *lpid$' || fail "$(head -n 1 out)"
tail -n 1 out | cmp -s - sum || fail "$(tail -n 1 out)"
steps | head -n 1 | grep -q ' 0\.0  parent .*shmget(IPC_PRIVATE, [0-9]*, IPC_CREAT|0600) = [0-9]* .* 0 -' || fail "$(steps | head -n 1)"
steps | tail -n 1 | grep -q 'shmctl([0-9]*, IPC_RMID, NULL) = 0  *- none' || fail "$(steps | tail -n 1)"
test "$(grep -c 'fork() = ' out)" = 2 || fail "$(grep 'fork()' out)"
test "$(grep -c 'wait([0-9]*) = exit 0' out)" = 2 || fail "$(grep 'wait(' out)"
test "$(grep -c '^ *[0-9.]*  worker [01] .*shmat(' out)" = 2 || fail "$(grep 'shmat(' out)"
test "$(grep -c 'IPC_RMID' out)" = 1 || fail "$(grep 'RMID' out)"

it 'without --grain there are three chunks for each worker'
test "$(grep -c 'claim chunk' out)" = 6 || fail "$(grep -c 'claim chunk' out) chunks"

it 'with --remove=early the segment is marked before the first fork'
run "$prong" trace -j 2 --remove=early --dtype u8 sum data
exits 0
grep 'fork() = ' out | grep -v -q ' dest ' && fail "$(grep 'fork()' out)"
grep -q 'fork() = .* dest ' out || fail "$(grep 'fork()' out)"

it 'a killed worker shows, and what is done about it'
PRONG_FAULT=worker-claimed:kill run "$faulty" trace -j 2 --dtype u8 sum data
exits 0
grep -q 'wait([0-9]*) = killed by signal 9' out || fail "$(grep 'wait(' out)"
test "$(grep -c 'take chunk [0-9]* back from worker' out)" = 1 || fail "$(grep 'take' out)"
test "$(grep -c 'fork() = ' out)" = 3 || fail "$(grep 'fork()' out)"
tail -n 1 out | cmp -s - sum || fail "$(tail -n 1 out)"

it 'every form of the main job can be traced'
printf 'a,b\n1,2\n3,4\n' >table
for words in 'sum text' '-t, -H sum table' 'median text' '--dtype u8 --shape 10,20000 --axis 0 max data'; do
  # shellcheck disable=SC2086
  run "$prong" trace -j 2 $words
  exits 0
  test "$(grep -c 'shmget(' out)" = "$(grep -c 'IPC_RMID' out)" || fail "$words: $(grep 'shmget\|RMID' out)"
  # shellcheck disable=SC2086
  "$prong" -j 2 $words >plain
  tail -n "$(wc -l <plain)" out | cmp -s - plain || fail "$words: $(tail -n 1 out)"
done

it 'what makes no sense is refused'
refuses 2 'which OPERATION' trace
refuses 2 'standard input must be a terminal' trace --slow sum text
refuses 2 'want a file' trace --html - sum text
refuses 2 "for 'prong trace'" --html page sum text
refuses 2 "for 'prong trace'" --slow sum text
refuses 1 'no such file\|No such file' trace sum nosuch
run "$prong" trace --svg nosuch/file sum text
exits 1
says 'nosuch/file'

it 'pictures and pages are written instead of lines'
odd='a<b>&"c'"'"'.bin'
cp data "$odd"
run "$prong" trace -j 3 --dtype u8 --json t.json --svg t.svg --html t.html sum "./$odd"
exits 0
cmp -s out sum || fail "$(head -n 3 out)"
test -s t.json && test -s t.svg && test -s t.html || fail 'one is missing'

command -v python3 >/dev/null || finish
it 'they are well formed, tell of the same steps, and load nothing'
python3 "$checker" files t || fail 'see above'

it 'with --slow each step waits for Enter, and the run with it'
if test -r /proc/sysvipc/shm; then
  python3 "$checker" slow "$prong" trace --slow -j 2 --dtype u8 sum data </dev/null || fail 'see above'
fi

if command -v chromium >/dev/null; then
  it 'the slider and the arrow keys move through the page'
  python3 "$checker" moved t moved.html
  timeout 120 chromium --headless=new --no-sandbox --disable-gpu --user-data-dir=profile --virtual-time-budget=2000 \
    --dump-dom "file://$PWD/moved.html" >dom 2>browser
  if test -s dom; then
    grep -q '>Step 7 of [0-9]*</output>' dom || fail "$(grep -o '<output.*</output>' dom)"
    test "$(grep -c '<tr [^>]*class="at"' dom)" = 1 || fail 'one row is the present one'
    grep -q 'id="what">[A-Z]' dom || fail 'no explanation'
    grep -q '<div class="slots">' dom || fail 'no segment'
  else
    echo "chromium does not start here: $(tail -n 1 browser)"
  fi
fi

if strace -f -o log true 2>/dev/null; then
  # A leak checker cannot stop a process that strace holds.
  ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
  export ASAN_OPTIONS
  for when in early end; do
    it "$when: the system calls are those that strace sees"
    run strace -f -q -e trace=process,ipc -o log "$prong" trace -j 3 --remove=$when --dtype u8 --json s.json sum data
    exits 0
    python3 "$checker" strace s log || fail 'see above'
  done
fi
finish
