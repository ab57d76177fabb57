#!/bin/sh
# SPDX-License-Identifier: MIT
# What the kernel sees of a run: shmget(IPC_PRIVATE, size, 0600), one fork a worker, a shmat in each of them, a wait for
# each of those pids and for no other, shmdt and IPC_RMID.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
strace -f -o trace true 2>/dev/null || { echo 'strace is not installed, or ptrace is not allowed'; exit 77; }
# A leak checker cannot stop a process that strace holds.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

seq 1 300000 >text
head -c 1600000 text >data
workers=3
# With -f every line begins with a pid; a call that another interrupts is told on two lines.
traced () {
  rm -f trace
  run strace -f -q -e trace=process,ipc -o trace "$prong" -j $workers --grain 20000 "$@" --dtype f64 sum data
  exits 0
  parent=$(awk '/execve\(/ { print $1; exit }' trace)
  grep -E '(clone3?|fork)\(' trace | grep -v CLONE_THREAD | wc -l >forks
  sed -n -E 's/.*(clone3?|v?fork)( resumed>.*|\(.*)= ([0-9]+)$/\3/p' trace | sort >children
}

for when in early end; do
  traced --remove=$when
  it "$when: there is one private segment of mode 0600"
  test "$(grep -c 'shmget(' trace)" = 1 || fail "$(grep 'shmget(' trace)"
  grep -q -E "^$parent +shmget\(IPC_PRIVATE, [0-9]+, (IPC_CREAT\|)?0600\) = [0-9]+" trace || fail "$(grep 'shmget(' trace)"
  id=$(sed -n -E 's/.*shmget\(.*= ([0-9]+)$/\1/p' trace)

  it "$when: $workers workers are $workers forks"
  test "$(cat forks)" = $workers || fail "$(cat forks) forks"
  test "$(wc -l <children)" = $workers || fail "children: $(cat children)"

  it "$when: the parent and every worker attach the segment, all at one address"
  address=$(sed -n -E "s/^$parent +shmat\($id, NULL, 0\) += (0x[0-9a-f]+)$/\1/p" trace | head -n 1)
  test -n "$address" || fail "the parent's: $(grep 'shmat(' trace)"
  while read -r child; do
    grep -q -E "^$child +(shmat\($id, $address, 0\) += $address|<\.\.\. shmat resumed>\) *= $address)$" trace ||
      fail "worker $child: $(grep "^$child .*shmat" trace)"
  done <children

  it "$when: the parent waits for every worker by its pid, and for nobody else"
  sed -n -E "s/^$parent +wait4\((-?[0-9]+),.*/\1/p; s/^$parent +waitid\(P_PID, ([0-9]+),.*/\1/p" trace | sort -u >waited
  cmp -s waited children || fail "children $(tr '\n' ' ' <children), waited for $(tr '\n' ' ' <waited)"
  test "$(grep -c -E 'wait(4|id)\(' trace)" = "$(grep -c -E "^$parent +wait(4|id)\(" trace)" || fail 'a worker waits'
  grep -E 'waitid\(' trace | grep -v -q 'P_PID' && fail "$(grep -E 'waitid\(' trace)"

  it "$when: the parent detaches and removes the segment"
  grep -q -E "^$parent +shmdt\($address\) += 0" trace || fail "$(grep 'shmdt(' trace)"
  grep -q -E "^$parent +shmctl\($id, IPC_RMID, NULL\) += 0" trace || fail "$(grep 'shmctl(' trace)"
  first_fork=$(grep -n -E '(clone3?|fork)\(' trace | head -n 1 | cut -d: -f1)
  mark=$(grep -n -E "shmctl\($id, IPC_RMID" trace | head -n 1 | cut -d: -f1)
  last_death=$(grep -n -E '^[0-9]+ +\+\+\+ exited' trace | tail -n 2 | head -n 1 | cut -d: -f1)
  if test $when = early; then
    it 'early: the segment is marked before the first fork'
    test "$mark" -lt "$first_fork" || fail "line $mark, the fork on line $first_fork"
  else
    it 'end: the segment is removed after the last worker has ended'
    test "$mark" -gt "$last_death" || fail "line $mark, the last death on line $last_death"
  fi
done
finish
