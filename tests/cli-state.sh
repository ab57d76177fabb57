#!/bin/sh
# SPDX-License-Identifier: MIT
# prong state and prong merge as commands: input and output of every kind, and what is refused.
# shellcheck source=tests/cli-common.sh
. "${top_srcdir:-.}/tests/cli-common.sh"

seq 1 60 >a
seq 61 100 >b

it 'states of files come to what one run over all prints'
run "$prong" state sum,median,unique -o a.st a; exits 0; says_nothing; no_answer
run "$prong" state sum,median,unique -o b.st b; exits 0
run "$prong" --total sum,median,unique a b; exits 0
cp out whole
answers "$(cat whole)" merge a.st b.st
answers "$(cat whole)" merge b.st a.st

it 'several files are one part, and a merged state can be merged again'
run "$prong" state mean -o ab.st a b; exits 0
answers '50.5' merge ab.st
run "$prong" merge ab.st -o again.st; exits 0; no_answer
run cmp ab.st again.st; exits 0

it 'standard input and output stand for files'
run sh -c "seq 1 100 | '$prong' state mean,argmax --part 1/1 | '$prong' merge -"
exits 0
out_is 'mean\t50.5\nargmax\t99'
run sh -c "cat b | '$prong' state median -o - - | '$prong' merge -"
exits 0
out_is '80.5'

it 'a part is numbered where places matter'
refuses 2 'depends on where elements are.*--part K/N' state argmin -o x.st a
run "$prong" state argmax,first,last --part 2/2 -o p2.st b; exits 0
run "$prong" state argmax,first,last --part 1/2 -o p1.st a; exits 0
answers 'argmax\t99\nfirst\t1\nlast\t100' merge p2.st p1.st
refuses 1 'part 1 of 2 is missing' merge p2.st
answers 'argmax\t59\nfirst\t1\nlast\t60' merge p1.st

it 'no part is counted twice'
refuses 1 'p1.st: both hold part 1 of 2' merge p1.st p1.st

it 'a number of a part that is none is refused'
for part in 0/2 3/2 2 x/2 /2 1/ 1/x; do
  refuses 2 "part" state sum --part "$part" -o x.st a
done

it 'options of the result may be changed, and what the state was made with may not'
run "$prong" state var,q1 -o v.st a; exits 0
answers "$("$prong" --ddof 1 --method lower --out-dtype f32 var,q1 a)" merge --ddof 1 --method lower --out-dtype f32 v.st
refuses 1 'NaN policy' merge --narm v.st

it 'what has no state says why'
refuses 2 'prod has no state: .*order' state prod -o x.st a
test ! -e x.st || fail 'x.st was made'

it 'histograms have a state where their bins are given, and only with the same edges are they joined'
refuses 2 'hist has no state without a range or edges (--range, --edges)' state hist -o x.st a
refuses 2 'hist:auto has no state: .*give a number' state hist:auto --range 0,9 -o x.st a
run "$prong" state hist:4 --range 0,100 -o h1.st a; exits 0
run "$prong" state hist:4 --range 0,100 -o h2.st b; exits 0
run "$prong" state hist:4 --range 0,50 -o h3.st b; exits 0
answers '0\t25\t24\n25\t50\t25\n50\t75\t25\n75\t100\t26' merge h2.st h1.st
refuses 1 'h3.st: .*different edges: hist:4 has 4 bins from 0 to 100, and 4 from 0 to 50' merge h1.st h3.st
given ''
run "$prong" state hist --edges 1,2,4 -o h4.st -; exits 0
answers '1\t2\t0\n2\t4\t0' merge h4.st
given '3\n'
run "$prong" state hist --edges 1,2,4 -o h5.st -; exits 0
answers '1\t2\t0\n2\t4\t1' merge h4.st h5.st
"$prong" --json ops | grep '"op":"hist"' | grep -q '"mergeable":true' || fail 'ops does not say so'

it 'a tally beyond the memory limit is refused'
seq 1 100000 >many
refuses 1 'distinct values.*raise the memory limit' state --mem-limit 1M median -o x.st many
run "$prong" state median -o m1.st many; exits 0
run "$prong" state median -o m2.st b; exits 0
refuses 1 'm2.st: .*raise the memory limit' merge --mem-limit 1M m1.st m2.st

it 'damaged, cut, foreign and mismatched files are refused by name'
head -c 100 a.st >cut.st
refuses 1 'cut.st: damaged state: 100 bytes of' merge a.st cut.st
size=$(wc -c <a.st)
{ head -c $((size / 2)) a.st; printf x; tail -c +$((size / 2 + 2)) a.st; } >flip.st
cmp -s a.st flip.st && fail 'the byte was an x'
refuses 1 'flip.st: damaged state: its checksum' merge flip.st
refuses 1 'a: not a state of prong' merge a
{ head -c 8 a.st; printf '\143'; tail -c +10 a.st; } >new.st
refuses 1 'new.st: a state of version 99; this program reads version 1' merge new.st
run "$prong" state sum -o sum.st a; exits 0
refuses 1 'sum.st: states of different operations' merge a.st sum.st
printf '\1\2' >ints
run "$prong" state sum --dtype u8 -o ints.st ints; exits 0
refuses 1 'ints.st: states of elements that do not compare: text and u8' merge sum.st ints.st
: >nothing
refuses 1 'nothing: not a state' merge nothing
refuses 1 'missing.st: No such file' merge missing.st

it 'an input that fails leaves the old state'
cp sum.st old.st
echo 'x' >bad
refuses 1 "bad:1:1: not a number" state sum -o old.st bad
run cmp sum.st old.st; exits 0
mkdir folder
run "$prong" state sum -o folder a; exits 1; says 'folder: '
run "$prong" state sum -o no/such a; exits 1; says 'no/such: No such file'
test -z "$(find . -name '*.st.*')" || fail 'a temporary file was left'

it 'a new file has the usual mode'
(umask 027; "$prong" state sum -o mode.st a)
test "$(stat -c %a mode.st)" = 640 || fail "mode $(stat -c %a mode.st)"

it 'JSON has what one run over all has'
run "$prong" --json --total sum,topk:2 a b; exits 0
cp out whole
run "$prong" state sum,topk:2 -o a.st a; exits 0
run "$prong" state sum,topk:2 -o b.st b; exits 0
run "$prong" merge --json a.st b.st; exits 0
cp out merged
run cmp merged whole; exits 0

it 'usage errors are told'
refuses 2 'state of which OPERATION' state
refuses 2 'merge which STATEs' merge
refuses 2 'state is of whole arrays' state --axis 0 sum -o x.st a

finish
