#!/bin/sh
# SPDX-License-Identifier: MIT
# A worker that dies once, at any step, costs its chunk: the answer is the same to the last bit. One that dies at every
# attempt ends the run with exit status 3 and says which worker, which signal, which elements. Never a hang.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"

# Five chunks of bytes that are doubles of wild exponents; text of three blocks, twice the ring of one worker as a pipe.
seq 100000 400000 | head -c 2097152 >data
npy data.npy '<f8' '(262144,)' <data
seq 1 900000 >text
points='worker-start worker-attached worker-entered worker-taken worker-claimed worker-computed worker-writing worker-written
  worker-published worker-exit'

# input KIND: runs the command on that kind of input with what is in $faults; the answer is in out.
input () {
  case $1 in
    npy) run env PRONG_FAULT="$faults" "$faulty" $more -j 3 --grain 52429 sum,std,argmax,first,last data.npy ;;
    raw) run env PRONG_FAULT="$faults" "$faulty" $more -j 2 --grain 52429 --dtype '>i4' sum,range data ;;
    product) run env PRONG_FAULT="$faults" "$faulty" $more -j 2 --grain 52429 prod,sum data.npy ;;
    text) run env PRONG_FAULT="$faults" "$faulty" $more -j 2 sum,mean,argmax,last text ;;
    pipe)
      # shellcheck disable=SC2086
      cat text | env PRONG_FAULT="$faults" "$faulty" $more -j 1 sum,mean,argmax,last >out 2>err
      status=$? ;;
  esac
}

kinds='npy raw product text pipe'
more='' faults=''
for kind in $kinds; do
  it "$kind: without a fault there is an answer"
  input "$kind"
  exits 0
  says_nothing
  cp out "right-$kind"
done
it 'a pipe and a file of the same text give the same answer'
cmp -s right-text right-pipe || fail 'they differ'

# survives POINT ACTION KIND
survives () {
  it "$3: a worker hit once by '$2' at $1 changes nothing"
  faults=$1:$2
  input "$3"
  exits 0
  cmp -s out "right-$3" || fail "another answer: $(head -n 3 out)"
  says_nothing
}

for point in $points; do
  for kind in $kinds; do
    survives "$point" kill "$kind"
  done
  survives "$point" segv npy
  survives "$point" term text
  survives "$point" bus pipe
  survives "$point" exit product
done

# Every pass: 3 or, where each new worker still publishes a chunk before it dies, the right answer.
for point in $points; do
  for kind in $kinds; do
    faults="$point:kill:*"
    input "$kind"
    it "$kind: workers killed at every $point end the run with the right answer or with exit status 3"
    case $status in
      0)
        case $point in worker-published | worker-exit) ;; *) fail "exit status 0" ;; esac
        cmp -s out "right-$kind" || fail "another answer: $(head -n 3 out)" ;;
      *)
        exits 3
        no_answer
        case $point in
          worker-start | worker-attached | worker-entered | worker-exit) says 'before it had claimed a chunk' ;;
          *) says 'attempt 4 of chunk [0-9]*, [a-z]* [0-9]* to [0-9]*: while reducing' ;;
        esac
        says '^prong: worker [0-9]* (pid [1-9][0-9]*) was killed by signal 9 (Killed) at attempt 4' ;;
    esac
  done
done

it 'the range in the message is that of the chunk'
faults='worker-claimed:segv:*'
run env PRONG_FAULT="$faults" "$faulty" -j 1 --grain 200000 sum data.npy
says 'signal 11 (Segmentation fault) at attempt 4 of chunk 0, elements 0 to 199999: while reducing data.npy'
more='--retries 0'
input text
exits 3
says 'at attempt 1 of chunk [0-9]*, bytes [0-9]* to [0-9]*: while reducing text'
more=''
faults='worker-computed:exit:*'
input npy
exits 3
says 'exited with status 7 before its work was done at attempt 4 of chunk'

it 'the range of a run in which no worker came to a chunk is all of it'
run env PRONG_FAULT='worker-start:kill:*' "$faulty" -j 2 sum data.npy
says 'elements 0 to 262143'

it 'ten deaths cost ten chunks, not a run'
run env PRONG_FAULT='worker-computed:kill:1-10' "$faulty" --retries 10 --stats -j 2 --grain 10000 sum data.npy
exits 0
says 'workers 2  chunks 27  retries 10 '
run "$faulty" sum data.npy
mv out wanted
run env PRONG_FAULT='worker-computed:kill:1-10' "$faulty" --retries 10 -j 2 --grain 10000 sum data.npy
cmp -s out wanted || fail 'another answer'

it 'a worker that dies of its computation in turn with others is not confused with them'
faults='worker-taken:kill;worker-writing:segv:3;worker-published:term:2;worker-exit:exit;worker-start:kill:2'
for kind in $kinds; do
  input "$kind"
  exits 0
  cmp -s out "right-$kind" || fail "$kind: another answer: $(head -n 3 out)"
done
finish
