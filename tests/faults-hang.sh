#!/bin/sh
# SPDX-License-Identifier: MIT
# A worker that stops or hangs is ended at its chunk's deadline, or at the run's, and its chunk is done again.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"

seq 100000 400000 | head -c 2097152 >data
npy data.npy '<f8' '(262144,)' <data
run "$faulty" sum,std data.npy
cp out right
seq 1 900000 >text
run "$faulty" sum,last text
cp out right-text

for fault in worker-taken:stop worker-claimed:hang worker-computed:stop worker-computed:hang worker-writing:stop \
  worker-written:hang worker-published:stop; do
  it "a worker that meets $fault once is ended at its chunk's deadline and changes nothing"
  # The deadline of the run is there so that a failure is no wait for the guard.
  run env PRONG_FAULT="$fault" "$faulty" -j 2 --grain 20000 --retries 20 --chunk-timeout 0.3 --timeout 10 sum,std data.npy
  exits 0
  cmp -s out right || fail 'another answer'
done
it 'the same in a pipe'
cat text | PRONG_FAULT='worker-computed:stop' "$faulty" -j 2 --retries 20 --chunk-timeout 0.3 --timeout 10 sum,last >out 2>err
status=$?
exits 0
cmp -s out right-text || fail 'another answer'

for point in worker-taken worker-written; do
  it "a worker that stops at every $point ends the run with exit status 3, the chunk and its elements"
  run env PRONG_FAULT="$point:stop:*" "$faulty" -j 1 --grain 200000 --retries 1 --chunk-timeout 0.1 --timeout 10 sum data.npy
  exits 3
  no_answer
  says 'chunk 0 was not done in time by worker 0 (pid [1-9][0-9]*) at attempt 2, elements 0 to 199999: while reducing data.npy'
done

for point in worker-start worker-attached worker-exit; do
  it "one worker that hangs at $point, without a chunk, does not hold up the others"
  run env PRONG_FAULT="$point:hang" "$faulty" -j 2 --grain 20000 --timeout 20 sum,std data.npy
  exits 0
  cmp -s out right || fail 'another answer'
done

for point in worker-start worker-attached worker-taken worker-computed; do
  it "the deadline of the run holds when all workers hang at $point"
  run env PRONG_FAULT="$point:hang:*" "$faulty" -j 2 --timeout 0.2 sum data.npy
  exits 3
  no_answer
  says '^prong: the deadline of the run passed.*: while reducing data.npy'
done

it 'the deadline of the run holds while a pipe says nothing'
mkfifo quiet
sleep 8 >quiet 2>/dev/null &
sleeper=$!
run "$prong" --timeout 0.2 sum quiet
kill $sleeper 2>/dev/null
exits 3
no_answer
says 'the deadline of the run passed'

it 'a slow worker within its deadline is left alone'
run env PRONG_FAULT='worker-computed:sleep:*' "$faulty" --stats -j 2 --grain 100000 --chunk-timeout 20 sum data.npy
exits 0
says ' retries 0 '
finish
