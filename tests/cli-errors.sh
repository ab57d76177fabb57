#!/bin/sh
# SPDX-License-Identifier: MIT
# Bad input gets a clear error that names the file and the place; nothing is printed, and the exit status says which kind.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"

it 'a bad number is told with its line and column'
printf '1 2\n3 abc\n' >bad
refuses 1 "^prong: bad:2:3: not a number: 'abc'\$" sum bad
given '1\n2\n\n  1.2.3 4\n'
refuses 1 "^prong: standard input:4:3: not a number: '1.2.3'\$" sum,count
for token in 1,5 0x 1e 1e+ . - + -- 1_000 inff na NULL '"1"' 1d5 '1e5x'; do
  printf '7\n%s\n' "$token" >bad
  run "$prong" sum bad
  exits 1
  no_answer
  says "^prong: bad:2:1: not a number: '"
done
it 'the first bad number is told for any number of workers'
{ seq 1 300000; echo oops; seq 1 300000; echo worse; } >bad
for j in 1 2 3 8; do
  refuses 1 "^prong: bad:300001:1: not a number: 'oops'\$" -j $j sum bad
  cp bad in
  refuses 1 "^prong: standard input:300001:1: not a number: 'oops'\$" -j $j sum,max
done
it 'a bad number that two blocks share is told whole'
{ head -c 1048574 /dev/zero | tr '\0' ' '; printf 'wrong 1\n'; } >bad
refuses 1 "^prong: bad:1:1048575: not a number: 'wrong'\$" sum bad
cat bad | "$prong" sum >out 2>err
status=$?
exits 1
says "^prong: standard input:1:1048575: not a number: 'wrong'\$"
it 'binary data are not taken for text in silence'
printf '1 2 \000\001\377 3\n' >bad
refuses 1 '^prong: bad' sum bad
it 'bad words with control characters do not reach the terminal as they are'
printf '1 \033[31mred\n' >bad
refuses 1 '^prong: bad:1:3: not a number: ' sum bad
grep -q "$(printf '\033')" err && fail 'an escape sequence was printed'

it 'one bad file of several leaves standard output empty'
printf '1\n' >good
refuses 1 '^prong: bad:1:3:' sum good bad good
refuses 1 '^prong: nowhere: open: No such file or directory' sum good nowhere
it 'a directory, a missing and a vanished file are told as what they are'
mkdir d
refuses 1 '^prong: d: .*directory' sum d
refuses 1 '^prong: no/such: open: No such file or directory' sum no/such
refuses 1 '^prong: good/x: open: Not a directory' sum good/x
if test "$(id -u)" != 0; then
  it 'an unreadable file is told'
  : >secret
  chmod 000 secret
  refuses 1 '^prong: secret: open: Permission denied' sum secret
fi

it 'an empty input has a sum, a product and a count, but no mean or extrema'
: >none
answers 'sum\t0\nprod\t1\ncount\t0\nany\tfalse\nall\ttrue\nnancount\t0\ncount_nonzero\t0\nnorm\t0\nnorm:1\t0\nnorm:inf\t0' \
  sum,prod,count,any,all,nancount,count_nonzero,norm,norm:1,norm:inf none
answers 0 --dtype u64 sum none
for op in mean min max argmin argmax absmin absmax range first last rms; do
  refuses 1 "^prong: none: $op of an empty input has no value" $op none
  refuses 1 "^prong: none: $op of an empty input has no value" sum,$op none
done
given ''
refuses 1 '^prong: standard input: max of an empty input' max
given ' \n\t\n'
refuses 1 '^prong: standard input: min of an empty input' min
answers 0 count
given 'nan nan\n'
refuses 1 'argmin of nothing but NaN' --narm argmin
answers 'sum\t0\ncount\t2\nnancount\t2' --narm sum,count,nancount
it 'a standard deviation of nothing is not a number'
answers 'var\tnan\nstd\tnan' var,std none

it 'a raw file with bytes left over says how many'
printf '12345678901' >raw
refuses 1 'raw: 11 bytes.* 3 left over' --dtype f64 sum raw
refuses 1 'raw: .* 1 left over' --dtype i16 --offset 2 sum raw
printf '12345678901' >in
refuses 1 'standard input: .* 3 left over' --dtype f64 sum
printf '12345678901' | "$prong" --dtype f64 sum >out 2>err
status=$?
exits 1
no_answer
says 'standard input: .*3 .*left over'

# header TEXT: a .npy file h with this header and 16 bytes of data.
header () {
  { printf '\223NUMPY\001\000v\000'; printf '%-117s\n' "$1"; printf '0123456789abcdef'; } >h
}
it 'damaged .npy files are refused with what is wrong'
header "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"
refuses 1 '^prong: h: ' sum h
cat h | "$prong" sum >out 2>err
status=$?
exits 1
no_answer
says '^prong: standard input: '
for shape in '(-2,)' '(4294967296, 4294967296)' '(18446744073709551616,)' '(2' 'x' '(1.5,)' '9223372036854775807,'; do
  header "{'descr': '<f8', 'fortran_order': False, 'shape': $shape, }"
  refuses 1 '^prong: h: ' sum h
done
for descr in '|O' '<c16' '<U5' '|S3' '<M8[s]' '|V8' '<f16' 'f99'; do
  header "{'descr': '$descr', 'fortran_order': False, 'shape': (2,), }"
  refuses 1 '^prong: h: ' sum h
  grep -q -F -e "$descr" err || grep -q -F -e "$(echo "$descr" | tr -d '<|')" err || fail "does not name $descr: $(cat err)"
done
header "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (2,), }"
refuses 1 '^prong: h: unsupported dtype: records' sum h
header "{'fortran_order': False, 'shape': (2,), }"
refuses 1 '^prong: h: ' sum h
header "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2,), }"
refuses 1 '^prong: h: ' sum h
header ''
refuses 1 '^prong: h: ' sum h
for length in 7 9 10 50 127; do
  header "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
  head -c $length h >./cut
  refuses 1 '^prong: cut: ' sum cut
done
printf '\223NUMPY\011\000v\000' >h
refuses 1 '^prong: h: .*version' sum h

it 'a file that somebody truncates while it is reduced is told, and is no crash'
for way in mapped text; do
  case $way in
    mapped) head -c 4194304 /dev/zero >victim; kind='--dtype f64' ;;
    text) seq 1 600000 >victim; kind='' ;;
  esac
  # Every worker waits 50 ms at each claim, and in the middle of that the file goes.
  # shellcheck disable=SC2086
  PRONG_FAULT='worker-claimed:sleep:*' "$faulty" -j 2 $kind --grain 65536 sum victim </dev/null >out 2>err &
  pid=$!
  sleep 0.02
  : >victim
  wait $pid
  status=$?
  if test $status != 0; then # it came too late where the machine was busy
    exits 1
    no_answer
    says '^prong: victim: the file was truncated, or could not be read, at byte [0-9]*'
  fi
done
it 'a full disk and a closed standard output are errors'
if test -c /dev/full; then
  "$prong" sum good >/dev/full 2>err
  status=$?
  exits 1
  says '^prong: standard output: No space left on device'
  "$prong" --help >/dev/full 2>err
  status=$?
  exits 1
  "$prong" info good >/dev/full 2>err
  status=$?
  exits 1
fi
for arguments in 'sum good' 'ops' 'info good' '--version' '--json sum,min good'; do
  # shellcheck disable=SC2086
  "$prong" $arguments >&- 2>err
  status=$?
  exits 1
  says '^prong: standard output: Bad file descriptor'
done
"$prong" sum good 2>&- >out
status=$?
exits 0
out_is 1
finish
