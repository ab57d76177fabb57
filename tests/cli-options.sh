#!/bin/sh
# SPDX-License-Identifier: MIT
# The grammar of operations, the options, and the words that are commands.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
words='info ops describe state merge trace segments limits'
printf '1 2 4 nan\n' >a
printf '3 -4\n' >b
printf 'abcdefgh' >raw

it 'no operation, by name or alias, is a command word'
run "$prong" ops
exits 0
cut -f 1 out | sed 's/:.*//' >names
cut -f 3 out | tr ' ' '\n' | grep -v '^-$' >aliases
for word in $words; do
  grep -q -x "$word" names aliases && fail "$word is both"
done
it 'names and aliases are unique'
sort -u names >unique-names
cat unique-names aliases | sort | uniq -d >twice
test ! -s twice || fail "$(cat twice)"
it 'ops and --help list every operation, and each of them works'
printf '1 2\n' >two
# with_parameter NAME: the operation with a parameter if it needs one.
with_parameter () {
  case $1 in
    topk | bottomk | largest | smallest) echo "$1:1" ;;
    quantile | trimmean) echo "$1:0.5" ;;
    *) echo "$1" ;;
  esac
}
npy pair '<i2' '(2,)' <<END
abcd
END
while read -r name; do
  case $name in
    dot | dotprod | cov | scov | pcov | covariance | corr | *pearson) run "$prong" "$name" pair pair ;;
    *) run "$prong" "$(with_parameter "$name")" two ;;
  esac
  exits 0
done <<END
$(cat names aliases)
END
run "$prong" --help
exits 0
says_nothing
for name in count nancount sum mean min max argmin argmax absmin absmax range prod var std any all count_nonzero first last \
  $(cat names); do
  grep -q -E "^  $name(:[^ ]*)?  +[^ ]" out || fail "--help does not list $name"
done
for option in --help --version --jobs --dtype --offset --count --ddof --nan-policy --narm --retries --timeout \
  --chunk-timeout --remove --out-dtype --total --json --stats; do
  grep -q -e " ${option}[= ]" out || fail "--help does not list $option"
done
it '--version says which'
answers "prong $(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' "${top_builddir:-.}/config.h")" --version

it 'a command word that this version lacks is no operation'
for word in $words; do
  case $word in info | ops) continue ;; esac
  run "$prong" "$word"
  case $status in 0 | 2) ;; *) fail "$word: exit status $status" ;; esac
  grep -q 'unknown operation' err && fail "$word is taken for an operation"
done

it 'an unknown operation is refused, and the nearest is suggested'
refuses 2 "unknown operation 'summ'; did you mean 'sum'" summ a
refuses 2 "unknown operation 'maen'; did you mean 'mean'" maen a
refuses 2 "unknown operation 'arg_max'; did you mean 'argmax'" sum,arg_max a
refuses 2 "unknown operation 'xyzzyxyzzy'\$" xyzzyxyzzy a
it 'a list of operations must be well formed'
for list in '' ',' 'sum,' ',sum' 'sum,,min' 'norm:' 'norm:3' 'norm:1,2' 'sum:2' 'norm:2,' 'sum@' 'sum@a@b@c' ':2' '@x' \
  'sum min'; do
  refuses 2 '^prong: ' "$list" b
done
answers 'norm:2\t5\nnorm:1\t7\nsum\t-1' norm:2,norm:1,sum b
it 'options may stand anywhere, long ones shortened, and -- ends them'
answers 7 --narm sum a
answers 7 sum --nar a
answers 7 sum a --nan-policy=omit
answers -1 -j2 sum -- b
answers 7 -j 2 --nan-policy omit sum a
answers 7 --nan-policy raise --narm sum a
printf '5\n' >./-x
answers 5 sum -- -x
answers 5 sum ./-x

it 'no operation and no FILE is a matter of usage'
refuses 2 '^prong: which OPERATION'
for arguments in --nosuch -q '--jobs' '--jobs=0 sum b' '--jobs=-1 sum b' '-j x sum b' '-j 1025 sum b' '--jobs=2x sum b' \
  '--dtype f63 sum b' '--dtype= sum b' '--ddof -1 sum b' '--ddof 1.5 sum b' '--nan-policy maybe sum b' \
  '--remove never sum b' '--out-dtype i8 sum b' '--out-dtype text sum b' '--timeout 0 sum b' '--timeout -1 sum b' \
  '--timeout nan sum b' '--timeout x sum b' '--chunk-timeout 0 sum b' '--retries -1 sum b' '--retries 1.0 sum b' \
  '--count x sum b' '--offset 99999999999999999999 sum b' '--json=yes sum b' '--offset 1 sum b' '--count 1 sum b' \
  'info' 'ops sum'; do
  # shellcheck disable=SC2086
  run "$prong" $arguments
  exits 2
  no_answer
  grep -q "Try 'prong --help'" err || fail "$arguments: $(cat err)"
done
it 'a terminal on standard input and no FILE is a matter of usage'
if command -v script >/dev/null; then
  script -q -e -c "'$prong' sum" typescript >out 2>&1 </dev/null
  status=$?
  exits 2
  grep -q 'standard input is a terminal' out typescript || fail "$(cat out)"
fi

it '--ddof changes the divisor of var, std and sem'
printf '1 2 3 4\n' >four
answers 'var\t1.25\nstd\t1.118033988749895\nsem\t0.5590169943749475' var,std,sem four
answers 'var\t1.6666666666666667\nstd\t1.2909944487358056\nsem\t0.6454972243679028' --ddof 1 var,std,sem four
answers 'var\tnan\nmean\t2.5' --ddof 4 var,mean four
it 'NaN propagate, are omitted, or raise exit status 4 with their place'
answers 'sum\tnan\nmin\tnan\nmax\tnan\nmean\tnan\nstd\tnan\nrange\tnan' sum,min,max,mean,std,range a
answers 'argmin\t3\nargmax\t3\ncount\t4\nnancount\t1\nfirst\t1\nlast\tnan' argmin,argmax,count,nancount,first,last a
answers 'sum\t7\nmin\t1\nargmax\t2\nmean\t2.3333333333333335\ncount\t4\nnancount\t1\nlast\t4' \
  --narm sum,min,argmax,mean,count,nancount,last a
refuses 4 '^prong: a:1:7: NaN' --nan-policy raise sum a
refuses 4 '^prong: a:1:7: NaN' --nan-policy=raise count a
answers 7 --nan-policy raise norm:1 b
printf '\000\000\200\077\000\000\300\177' >nans
refuses 4 '^prong: nans: element 1 is NaN' --nan-policy raise --dtype '<f4' max nans
for j in 1 2 5; do
  awk 'BEGIN { for (i = 0; i < 400000; i++) print i % 100000 == 99999 ? "NaN" : i }' >many
  refuses 4 '^prong: many:100000:1: NaN' -j $j --nan-policy raise sum many
done
it 'every name of a type is understood'
for type in u8 uint8 '|u1' bool i8 int8; do
  run "$prong" --dtype "$type" count raw
  exits 0
  out_is 8
done
for type in i32 int32 '<i4' '>i4' i32be u32le float f32 '=f4' '>f4'; do
  run "$prong" --dtype "$type" count raw
  exits 0
  out_is 2
done
answers 1633837924 --dtype '>u4' --count 1 sum raw
answers 1684234849 --dtype u32le --count 1 sum raw
it '--grain changes no result but that of prod'
seq 1 300000 | head -c 800000 >bytes
for grain in 1000 4096 77777 1000000; do
  run "$prong" --grain $grain --dtype f64 sum,std,argmax,first,last bytes
  exits 0
  test -f first-grain || cp out first-grain
  cmp -s out first-grain || fail "--grain $grain: $(cat out)"
done
finish
