#!/bin/sh
# SPDX-License-Identifier: MIT
# System calls that fail: the run goes on where it can and otherwise says which call, why, and what helps.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"

seq 1 900000 >text
head -c 2097152 text >data
npy data.npy '<f8' '(262144,)' <data
run "$faulty" sum,std data.npy
cp out right
run "$faulty" sum,last text
cp out right-text

# with FAULTS ARGUMENT…: the command on the .npy file.
with () {
  faults=$1
  shift
  run env PRONG_FAULT="$faults" "$faulty" --grain 20000 "$@" sum,std data.npy
}
unharmed () {
  exits 0
  cmp -s out right || fail "another answer: $(head -n 2 out)"
}
# told PATTERN: exit 1, the words, no answer.
told () {
  exits 1
  no_answer
  says '^prong: '
  says "$1"
}

for k in 1 2 3; do
  it "a run whose fork $k fails goes on with the workers it has"
  with "parent-fork:EAGAIN:$k" -j 3 --stats
  unharmed
  says '^workers 2 '
  says '1 workers could not be forked'
done
it 'a run that can fork only one worker of sixteen goes on'
with 'parent-fork:EAGAIN:2-100' -j 16
unharmed
it 'a run that can fork none ends with a hint'
with 'parent-fork:EAGAIN:*' -j 4
told 'fork: Resource temporarily unavailable (too many processes: see ulimit -u'
with 'parent-fork:ENOMEM:*' -j 4
told 'fork: Cannot allocate memory (no memory for another process'
it 'a dead worker that cannot be replaced leaves its chunk to the others'
# The others are slow, so that they have not left by then.
with 'worker-claimed:kill;worker-computed:sleep:*;parent-fork:EAGAIN:3-100' -j 2
unharmed
it 'the last worker, dead and not to be replaced, ends the run'
with 'worker-claimed:kill;parent-fork:EAGAIN:2-100' -j 1
told 'fork: Resource temporarily unavailable'

it 'shmget without a free id or page says that no disk is full'
with 'segment-shmget:ENOSPC:*'
told 'shmget(IPC_PRIVATE, [0-9]*, 0600): shmget: No space left on device (the disk is not full: .*SHMMNI.*SHMALL'
it 'shmget of too large a segment names SHMMAX'
with 'segment-shmget:EINVAL:*'
told 'SHMMAX'
with 'segment-shmget:ENOMEM:*'
told 'shmget: Cannot allocate memory ('
it 'a failing shmat in the parent is told'
with 'segment-shmat:ENOMEM'
told 'shmat: Cannot allocate memory ('
it 'a segment that cannot be marked is not left behind'
with 'segment-mark:EPERM'
told 'shmctl'
it 'where a marked segment cannot be attached another is made and removed at the end'
with 'segment-probe:EINVAL:*' -j 3
unharmed
with 'segment-probe:EINVAL:*;worker-computed:kill' -j 3
unharmed
it 'a worker that cannot attach ends the run at once and says why'
with 'worker-shmat:EINVAL' -j 2
told 'worker [01] could not attach segment [0-9]* at 0x[0-9a-f]*: shmat: Invalid argument ('
with 'worker-shmat:EACCES:*' -j 2
told 'shmat: Permission denied (.*0600'

it 'interrupted waits are taken up again'
with 'parent-wait:EINTR:1-3;parent-poll:EINTR:1-3;parent-poll:EAGAIN:4'
unharmed
it 'a worker that somebody else has waited for was there all the same'
with 'parent-wait:ECHILD:1' -j 2
unharmed
it 'workers that die before their first chunk, and that somebody else has waited for, are told by their number'
with 'parent-wait:ECHILD:*;worker-start:kill:*' -j 2
exits 3
says 'worker [01] (pid [1-9][0-9]*) ended (its exit status was taken by someone else) at attempt'
it 'a failing poll is told'
with 'parent-poll:EIO'
told 'ppoll: Input/output error'

# without_pidfd ARGUMENT…: the same kernel as one that has no pidfd_open.
for action in kill segv exit term; do
  for point in worker-start worker-claimed worker-written worker-published worker-exit; do
    it "without pidfds, a worker that meets '$action' at $point is noticed"
    with "watch-pidfd:ENOSYS:*;$point:$action" -j 2
    unharmed
  done
done
it 'without pidfds, workers that die at every attempt end the run'
with 'watch-pidfd:ENOSYS:*;worker-computed:kill:*' -j 2
exits 3
says 'was killed by signal 9 (Killed) at attempt 4 of chunk'
it "without pidfds, a worker that hangs is ended at its chunk's deadline"
with 'watch-pidfd:EPERM:*;worker-computed:hang' -j 2 --retries 20 --chunk-timeout 0.3 --timeout 10
unharmed
it 'without pidfds, pipes and text are read as ever'
cat text | PRONG_FAULT='watch-pidfd:ENOSYS:*;worker-computed:kill:2' "$faulty" -j 2 sum,last >out 2>err
status=$?
exits 0
cmp -s out right-text || fail 'another answer'
if grep -q 'HAVE_DECL_SYS_PIDFD_OPEN 1' "${top_builddir:-.}/config.h"; then
  it 'a pidfd that is missing for one worker costs that worker'
  with 'watch-pidfd:EMFILE:3' -j 3 --stats
  unharmed
  says '^workers 2 '
  it 'a worker that is ended for want of a pidfd gives back the chunk that it has begun'
  # It is at its chunk for 100 ms; the parent, which would watch it, comes after 50.
  busy='worker-claimed:sleep:1-2;worker-claimed:sleep:1-2;parent-forked:sleep:2'
  with "watch-pidfd:EMFILE:3;$busy" -j 3 --stats
  unharmed
  says '^workers 2 .* retries 0 '
  run env PRONG_FAULT="watch-pidfd:EMFILE:3;$busy" "$faulty" -j 3 sum,last text
  exits 0
  cmp -s out right-text || fail 'another answer'
  it 'no pidfd for any worker is told as what it is'
  with 'watch-pidfd:EMFILE:2-100' -j 3
  told 'Too many open files (.*ulimit -n'
fi
it 'no pipe for any worker is told as what it is'
with 'watch-pidfd:ENOSYS:*;watch-pipe:EMFILE:*' -j 3
told 'Too many open files (.*ulimit -n'

it 'a missing bell is told'
with 'watch-eventfd:EMFILE' -j 2
# A build without Linux extras has no eventfd, and nothing fails.
case $status in 0) unharmed ;; *) told 'Too many open files (.*ulimit -n' ;; esac

it 'a file that cannot be opened, seen, mapped or read is named with the reason'
with 'array-open:EACCES'
told '^prong: data.npy: open: Permission denied'
with 'array-fstat:EIO'
told '^prong: data.npy: .*: Input/output error'
with 'array-mmap:ENOMEM'
told '^prong: data.npy: .*mmap: Cannot allocate memory ('
with 'array-pread:EIO'
told '^prong: data.npy: .*: Input/output error'
it 'a worker that cannot read its file takes it from the mapping'
with 'array-fetch:EIO:*'
unharmed
it 'a pipe that cannot be read is told'
cat text | PRONG_FAULT='array-read:EIO:4' "$faulty" -j 2 sum >out 2>err
status=$?
told '^prong: standard input: .*: Input/output error'
it 'an interrupted read of a pipe is taken up again'
cat text | PRONG_FAULT='array-read:EINTR:1-5;array-read:EAGAIN:7' "$faulty" -j 2 sum,last >out 2>err
status=$?
exits 0
cmp -s out right-text || fail 'another answer'
finish
