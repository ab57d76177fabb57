#!/bin/sh
# SPDX-License-Identifier: MIT
# Where elements come from: files, standard input at its present offset, FIFOs, pipes, sockets; and the same answer
# from the same bytes, whichever way they come and however many workers there are.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"

it 'a redirected file begins at its present offset'
printf '100 header\n1\n2\n3\n' >a
{ dd bs=1 count=11 of=/dev/null 2>/dev/null; "$prong" sum,count,first; } <a >out 2>err
status=$?
exits 0
out_is 'sum\t6\ncount\t3\nfirst\t1'
it 'so does raw input, whose size counts from there'
printf 'abcAAAABBBB' >raw
{ dd bs=1 count=3 of=/dev/null 2>/dev/null; "$prong" --dtype u8 count,max; } <raw >out 2>err
out_is 'count\t8\nmax\t66'
it '- is standard input, and may stand among files'
given '5 6\n'
answers 11 sum -
printf '1 2\n' >b
answers '-\t11\nb\t3' sum - b
it 'a second - finds standard input at its end'
printf '5 6\n' | "$prong" sum - - >out 2>err
status=$?
exits 0
out_is '-\t11\n-\t0'

it 'a pipe, a FIFO and a process substitution of the same bytes give the same'
printf '1 2 3\n' | "$prong" sum,last >out 2>err
status=$?
exits 0
out_is 'sum\t6\nlast\t3'
mkfifo fifo
printf '1 2 3\n' >fifo &
answers 6 sum fifo
wait
it 'a FIFO on standard input, written in dribs'
{ printf '1 2'; sleep 0.1; printf '3 4 '; sleep 0.1; printf '5'; } >fifo &
"$prong" sum,count,last <fifo >out 2>err
status=$?
wait
exits 0
out_is 'sum\t33\ncount\t4\nlast\t5'
python=${PYTHON_NUMPY:-python3}
if "$python" -c 'import socket' 2>/dev/null; then
  it 'a socket is read'
  "$python" - "$prong" >out 2>err <<'PY'
import socket, subprocess, sys
ours, theirs = socket.socketpair()
command = subprocess.Popen([sys.argv[1], "sum,count"], stdin=theirs)
theirs.close()
ours.sendall(b"1 2 3\n" * 100000)
ours.close()
sys.exit(command.wait())
PY
  status=$?
  exits 0
  out_is 'sum\t600000\ncount\t300000'
fi
it 'no FILE and a closed standard input is an error'
"$prong" sum <&- >out 2>err
status=$?
exits 1
no_answer
says '^prong: .*Bad file descriptor'
it 'a FILE and a closed standard input is none'
"$prong" sum b <&- >out 2>err
status=$?
exits 0
out_is 3
it 'a directory on standard input is refused'
"$prong" sum <. >out 2>err
status=$?
exits 1
no_answer
says 'directory'

# same NAME ARGUMENT…: the file data and a pipe of its bytes give the same for every number of workers.
seq 100001 420000 >text
head -c 2097152 text >bytes
read_by='2 3 7 16 64' piped_by='1 2 5 64'
test "${PRONG_TEST_SHARE:-1}" -eq 1 || read_by='3 64' piped_by='2'
same () {
  it "$1: a file, a redirected file and a pipe give the same for 1 to 64 workers"
  shift
  "$prong" -j 1 "$@" data >first 2>err || fail "$(cat err)"
  for j in $read_by; do
    "$prong" -j $j "$@" data >out 2>err
    cmp -s first out || fail "-j $j: $(cat out err)"
  done
  for j in $piped_by; do
    cat data | "$prong" -j $j "$@" >out 2>err
    cmp -s first out || fail "a pipe with -j $j: $(cat out err)"
  done
  "$prong" -j 3 "$@" <data >out 2>err
  cmp -s first out || fail "redirected: $(cat out err)"
}
all=count,nancount,sum,mean,std,min,max,range,argmin,argmax,absmin,absmax,any,all,count_nonzero,first,last,norm
cp text data
same text $all
# Random tokens: long lines, blanks of every kind, numbers that are cut by the blocks.
awk 'BEGIN { srand(7); for (i = 0; i < 330000; i++) printf "%s%s", (rand() - 0.5) * 10 ^ int(40 * rand()),
  i % 17 == 0 ? "\n" : i % 5 == 0 ? "\t  " : i % 3 == 0 ? "\r\n" : " " }' >data
same 'ragged text' $all,prod
cp bytes data
same raw --dtype '>i2' $all
same 'raw doubles' --dtype f64 $all
npy data '>f4' '(4096, 128)' True <bytes
same 'a column-major .npy' sum,var,min,count
it 'a product of the same chunks has the same bits for 1 to 64 workers'
npy data '<f4' '(524288,)' <bytes
for j in 1 2 3 8 64; do
  "$prong" -j $j prod data >out 2>err
  test $j = 1 && cp out first
  cmp -s first out || fail "-j $j: $(cat out err)"
done

it '--offset and --count take a part of a raw file'
printf 'abcdefgh' >raw
answers '97' --dtype u8 first raw
answers 'first\t99\ncount\t3\nlast\t101' --dtype u8 --offset 2 --count 3 first,count,last raw
refuses 1 'raw' --dtype u8 --offset 9 sum raw
refuses 1 'raw' --dtype u8 --count 9 sum raw
it 'info tells what a file is taken for'
npy m.npy '>f4' '(4096, 128)' True <bytes
run "$prong" info m.npy
exits 0
out_is "file\tm.npy\nformat\tnpy\ndtype\tf32\nbyte order\tnot this machine's\nshape\t4096 x 128\norder\tcolumn-major\n\
count\t524288\nbytes\t2097152\ndata at byte\t128"
answers 'file\tb\nformat\ttext\ndtype\ttext\nbytes\t4\ndata at byte\t0' info b

if test -n "$PRONG_TEST_DATA"; then
  it 'the weather of Seattle'
  for j in 1 2 7; do
    cut -d, -f3 "$PRONG_TEST_DATA/seattle-weather.csv" | tail -n +2 | "$prong" -j $j count,mean,min,max,std >out 2>err
    status=$?
    exits 0
    out_is 'count\t1461\nmean\t16.43908281998631\nmin\t-1.6\nmax\t35.6\nstd\t7.347242349178533'
    says_nothing
  done
fi
it '--files0-from takes names that a NUL ends, with any character in them'
printf '1 2\n' >'one file'
printf '3\n' >"$(printf 'two\nlines')"
printf 'one file\0two\nlines\0' >names0
answers '6' --files0-from names0 --total sum
answers 'file,sum\none file,3\n"two\nlines",3' --files0-from=names0 --csv sum
cp names0 in
answers '6' --files0-from=- --total sum
printf 'one file' >unended
answers 3 --files0-from unended sum
run "$prong" --files0-from names0 --csv describe
exits 0
run "$prong" --files0-from unended state sum -o one.state
exits 0
printf 'one.state\0' >states0
answers 3 --files0-from states0 merge
run "$prong" --files0-from names0 info
exits 0
refuses 2 "in 'names0': 'one file' cannot be one, too" --files0-from names0 sum 'one file'
refuses 2 "'ops' takes no FILE" --files0-from names0 ops
refuses 2 'which OPERATION' --files0-from names0
printf 'one file\0\0two' >empty-name
refuses 1 'empty-name: name 2 is empty' --files0-from empty-name sum
: >nothing
refuses 1 'nothing has no name in it' --files0-from nothing sum
refuses 1 'missing: No such file' --files0-from missing sum
printf 'one file\0-\0' >in
refuses 1 'standard input: name 2 is -' --files0-from=- sum
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "one file%c", 0 }' >many0
answers 9000 --files0-from many0 --total sum

finish
