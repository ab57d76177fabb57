#!/bin/sh
# SPDX-License-Identifier: MIT
# prong describe: what it prints of numbers of every kind, from files and pipes, and what it refuses.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
LC_ALL=C COLUMNS=60
export LC_ALL COLUMNS
printf '1 2 nan 4 0 -3 0 8\n' >a

it 'figures and a histogram are one below the other'
answers 'file      a\ndtype     text\ncount     8\nnancount  1\ninfcount  0\nzeros     2\nmin       -3\nq1        0\nmedian    1
q3        3\nmax       8\nmean      1.7142857142857142\nstd       3.238795442501324\nskewness  0.610133571943901
kurtosis  -0.2738497176338779\n
[  -3, -1.9)  1  ######################
[-1.9, -0.8)  0
[-0.8,  0.3)  2  ###########################################
[ 0.3,  1.4)  1  ######################
[ 1.4,  2.5)  1  ######################
[ 2.5,  3.6)  0
[ 3.6,  4.7)  1  ######################
[ 4.7,  5.8)  0
[ 5.8,  6.9)  0
[ 6.9,    8]  1  ######################' describe a
it 'they are those of the operations'
seq 1 1000 | sed 's/$/.25/' >b
run "$prong" --json describe b
exits 0
for op in count nancount infcount min q1 median q3 max mean std skewness kurtosis; do
  grep -q -e "\"$op\":$("$prong" $op b)," out || fail "$op: $(cat out)"
done
grep -q -F -e "\"hist\":$("$prong" --json hist:10 b | sed 's/.*"value"://; s/}\]}$//')}" out || fail "$(cat out)"
it 'a pipe is described like a file, and options hold'
cp out wanted
cat b | "$prong" --json describe >out
sed -i 's/"file":"b"/"file":"-"/' wanted
cmp -s wanted out || fail "$(cat out)"
run "$prong" describe --json --ddof 1 --range 0,10 --method lower a
exits 0
says_nothing
grep -q '"q1":0,"median":1,"q3":2,.*"std":3.498298.*"edges":\[0,1,2,' out || fail "$(cat out)"
it 'several files follow each other, or are one'
run "$prong" describe a b
exits 0
test "$(grep -c '^file' out)" = 2 || fail "$(cat out)"
run "$prong" describe --total --json a b
exits 0
grep -q '^{"file":"total","dtype":"text","count":1008,' out || fail "$(cat out)"
it 'the elements are looked at twice: for moments and extrema, and for quantiles and histogram together'
chunks () { "$prong" -j 2 --dtype f64 --stats "$@" big 2>&1 >/dev/null | sed -n 's/.*  chunks \([0-9]*\) .*/\1/p'; }
head -c 8000000 /dev/zero >big
test "$(chunks describe)" = $(($(chunks mean) + $(chunks median))) || fail "$(chunks describe) chunks"
test "$(chunks describe --edges=-1,1)" = $(($(chunks mean) + $(chunks median))) || fail "$(chunks describe) chunks with edges"
test "$(chunks median,hist:7 --range 0,1)" = "$(chunks median)" || fail 'a histogram of a range took a pass of its own'
it 'a histogram that rides on the pass of quantiles is the one that is counted alone'
for bins in '--range=0,700' '--edges=0,1,500' '--nan-policy=omit'; do
  "$prong" --json "$bins" hist b | sed 's/.*"value"://' >alone
  "$prong" --json "$bins" median,max,hist b | sed 's/.*"value"://' | cmp -s - alone || fail "$bins"
done
it 'masks and integers, which are exact'
printf '\001\000\001' | npy m '|u1' '(3,)'
printf '\377\377\377\377\377\377\377\177\000\000\000\000\000\000\000\200\000\000\000\000\000\000\000\000' | npy i '<i8' '(3,)'
run "$prong" describe --json i
exits 0
grep -q '"min":-9223372036854775808,.*"max":9223372036854775807,' out || fail "$(cat out)"
grep -q '"counts":\[1,0,0,0,0,1,0,0,0,1\]' out || fail "$(cat out)"
run "$prong" describe --json --where m i
exits 0
grep -q '"count":2,.*"zeros":1,.*"min":0,' out || fail "$(cat out)"
it 'what has no value is a dash, and of nothing there is no histogram'
given ''
answers 'file      standard input\ndtype     text\ncount     0\nnancount  0\ninfcount  0\nzeros     0\nmin       -\nq1        -
median    -\nq3        -\nmax       -\nmean      -\nstd       nan\nskewness  nan\nkurtosis  nan' describe
given 'nan\n'
run "$prong" describe --json
exits 0
grep -q '"count":1,"nancount":1,.*"min":null,.*"hist":null}$' out || fail "$(cat out)"
it 'infinities leave the rest, and say why there is no histogram'
given '1 inf 2 -inf 5\n'
run "$prong" describe
exits 0
says_nothing
grep -q '^infcount  2$' out && grep -q '^median    2$' out || fail "$(cat out)"
grep -q '^hist      - (infinities have no range: give one with --range)$' out || fail "$(cat out)"
cat in | "$prong" describe >out2
cmp -s out out2 || fail "$(cat out2)"
run "$prong" describe --range 0,10
exits 0
grep -q '^\[ 0,  1)' out || fail "$(cat out)"
it 'NaN that propagate do so'
run "$prong" describe --nan-policy propagate a
exits 0
grep -q '^mean      nan$' out && grep -q '^zeros     2$' out && grep -q '^hist      - (NaN' out || fail "$(cat out)"
refuses 4 'a:1:5: NaN' describe --nan-policy raise a
it 'bad input is refused with its place, and nothing is printed'
printf '1 x\n' >bad
refuses 1 "^prong: bad:1:3: not a number: 'x'" describe a bad
refuses 1 '^prong: none: open: No such file' describe none
refuses 2 'describe takes no --axis' describe --axis 0 i
refuses 2 'describe takes no --weights' describe --weights i i
refuses 2 'describe takes no --svg; hist does' describe --svg x.svg i
finish
