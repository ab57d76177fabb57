#!/bin/sh
# SPDX-License-Identifier: MIT
# However the parent dies, alone or with its whole group, no segment and no process remains: but for one segment if it
# happens between shmget and the removal mark, or at any time where removal at the end was asked for.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
command -v setsid >/dev/null || { echo 'setsid is not installed'; exit 77; }
test -r /proc/sysvipc/shm || { echo 'segments cannot be listed here'; exit 77; }

seq 1 900000 >text
head -c 2097152 text >data
npy data.npy '<f8' '(262144,)' <data

# dies FAULT ARGUMENT…: runs the command in a session of its own; $status and $pid tell how and who it was.
dies () {
  fault=$1
  shift
  PRONG_FAULT=$fault setsid "$faulty" "$@" <in >out 2>err &
  pid=$!
  wait $pid 2>/dev/null
  status=$?
}

# nobody_left: all of the session is gone within 5 s, the workers, too.
nobody_left () {
  tries=0
  while awk -v pid="$pid" '{ sub(/.*\) /, "") } $1 != "Z" && $4 == pid { found = 1 } END { exit !found }' \
    /proc/[0-9]*/stat 2>/dev/null; do
    tries=$((tries + 1))
    if test $tries -gt 100; then
      fail "a process of the session remains"
      return
    fi
    sleep 0.05
  done
}

killed_by () { test "$status" = $((128 + $1)) || fail "exit status $status, not death by signal $1: $(head -c 300 err)"; }

check_death () {
  killed_by "$1"
  nobody_left
  no_segment_of $pid
  no_answer
}

for point in segment-marked parent-ready parent-forked parent-watch parent-consumed parent-reaped parent-combine \
  parent-aggregated segment-detached; do
  for action in kill killgroup; do
    it "a parent that is ended by $action at $point leaves nothing"
    dies "$point:$action" -j 2 --grain 20000 prod,sum data.npy
    check_death 9
  done
done
for action in kill killgroup; do
  it "a parent that is ended by $action while it feeds a pipe leaves nothing"
  cp text in
  cat text | PRONG_FAULT=parent-fed:$action:3 setsid "$faulty" -j 2 sum >out 2>err &
  pid=$!
  wait $pid 2>/dev/null
  status=$?
  check_death 9
  it "a parent that is ended by $action after a worker's death leaves nothing"
  dies "worker-claimed:kill;parent-takeback:$action" -j 2 --grain 20000 sum data.npy
  check_death 9
done

for point in worker-start worker-attached worker-taken worker-computed worker-writing worker-published worker-exit; do
  for action in killparent killgroup; do
    it "a worker whose parent is ended by $action at $point does not outlive it"
    # The other worker sleeps for good; the one at the point ends at its parent's death.
    dies "$point:$action;$point:hang:2-9" -j 3 --grain 20000 sum data.npy
    check_death 9
  done
done

for action in kill killgroup; do
  it "$action between shmget and the mark leaves just that one segment"
  dies "segment-window:$action" -j 2 sum data.npy
  killed_by 9
  nobody_left
  test "$(segments_of $pid)" = 1 || fail "$(segments_of $pid) segments instead of 1"
  for id in $(awk -v pid=$pid '$5 == pid { print $2 }' /proc/sysvipc/shm); do
    ipcrm -m "$id"
  done
  it "$action with --remove=end leaves just that one segment"
  dies "parent-watch:$action" --remove=end -j 2 sum data.npy
  killed_by 9
  nobody_left
  test "$(segments_of $pid)" = 1 || fail "$(segments_of $pid) segments instead of 1"
  for id in $(awk -v pid=$pid '$5 == pid { print $2 }' /proc/sysvipc/shm); do
    ipcrm -m "$id"
  done
done

for way in --remove=end --remove=early PRONG_REMOVE_AT_END=1; do
  case $way in
    --*) how="$faulty $way" ;;
    *) how="env $way $faulty" ;;
  esac
  it "with $way there is no segment after an answer"
  # shellcheck disable=SC2086
  run $how -j 2 sum data.npy
  exits 0
  for fault in 'worker-computed:kill:*' 'parent-fork:EAGAIN:*' 'worker-start:EIO:9' 'worker-shmat:ENOMEM:*'; do
    it "with $way there is no segment after $fault"
    # shellcheck disable=SC2086
    PRONG_FAULT=$fault $how -j 2 sum data.npy >out 2>err </dev/null &
    pid=$!
    wait $pid
    no_segment_of $pid
  done
  it "with $way there is no segment after a bad number"
  echo '1 2 x' >bad
  # shellcheck disable=SC2086
  $how -j 2 sum bad >out 2>err </dev/null &
  pid=$!
  wait $pid
  no_segment_of $pid
done

# stopped PID: it, and all of its session, are stopped; waits for that.
state_is () {
  tries=0
  until awk -v pid="$pid" -v want="$1" '{ sub(/.*\) /, "") } $4 == pid { n++; same += $1 == want }
    END { exit !(n > 1 && same == n) }' /proc/[0-9]*/stat 2>/dev/null; do
    tries=$((tries + 1))
    test $tries -le 200 || return 1
    sleep 0.02
  done
}
# A session's leader has no terminal and its group is orphaned, so that the kernel discards SIGTSTP: SIGSTOP it is.
it 'a run whose group is stopped and goes on gives its answer'
run "$faulty" sum data.npy
cp out right
PRONG_FAULT='worker-computed:sleep:*' setsid "$faulty" -j 2 --grain 5000 sum data.npy <in >out 2>err &
pid=$!
sleep 0.3
kill -STOP -$pid
state_is T || fail 'workers are not in the group of their parent: they did not stop with it'
kill -CONT -$pid
wait $pid
status=$?
exits 0
cmp -s out right || fail 'another answer'
finish
