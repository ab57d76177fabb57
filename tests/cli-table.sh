#!/bin/sh
# SPDX-License-Identifier: MIT
# Tables as commands: what is answered, how it is laid out, and what is refused with what would do.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
printf 'name,price,qty\napple,1.5,2\n"pear, big",2,1\n"fig ""new""\nsweet",0.25,10\n' >goods.csv
printf '1 2  3\n 4 5 6 \n\n7\t8 9' >blanks
printf 'a|b\r\n1|2\r\n3|4\r\n' >bars
printf '\357\273\277x,y\n1,2\n' >bom.csv
printf '# head "\nx,y\n# "one\n1,2\n3,4\n' >comments.csv
printf 'x,y\n1,NA\n2,\n3,4\n' >gaps.csv
printf 'x,y\n1,2\n3\n4,5,6\n7,8\n' >ragged.csv

it 'every column with numbers has a line, and several operations a header'
answers 'price\t1.25\nqty\t4.333333333333333' -H mean goods.csv
answers 'column\tsum\tmax\nprice\t3.75\t2\nqty\t13\t10' -t, -H sum,max goods.csv
it 'one operation of one named column is a bare value'
answers 3.75 -H -f price sum goods.csv
answers 13 sum@3 -H goods.csv
it 'operations have columns of their own, or two'
answers 'sum@price\t3.75\nmean@qty\t4.333333333333333\ndot@price@qty\t7.5' -t, -H sum@price,mean@qty,dot@price@qty goods.csv
answers 'count@price\t3\ncount@qty\t3\nperc:50@qty\t2' -H count,perc:50@qty goods.csv
it 'columns are named by words, numbers and ranges'
answers 'price\t3.75\nqty\t13' -H -f 2-3 sum goods.csv
answers 'qty\t13\nprice\t3.75' -H -f qty,-2 sum --missing 'apple,pear\054 big' -f qty,2 goods.csv
answers '2\t15\n3\t18' -t blank -f 2- sum blanks
it 'fields are separated by blanks, tabs, bars and what the first row has'
answers '1\t12\n2\t15\n3\t18' -t blank sum blanks
answers '1\t12\n2\t15\n3\t18' -f 1-3 sum blanks
answers 'a\t4\nb\t6' -H sum bars
given 'x\ty\n1\t2\n'
answers 2 -t '\t' -H -f y sum
answers 2 -t tab -H -f y sum -
it 'a byte-order mark, comments and lines at the front are left out'
answers 'x\t1\ny\t2' -H sum bom.csv
answers 'x\t4\ny\t6' -H --comment '#' sum comments.csv
answers 'x\t4\ny\t6' -H --skip 1 --comment '#' sum comments.csv
it 'missing values are NaN, under the NaN policy'
answers 'x\t6\ny\tnan' -H --missing ,NA sum gaps.csv
answers 'x\t6\ny\t4' -H --missing NA --missing '' --narm sum gaps.csv
refuses 4 'gaps.csv:2:3: NaN in column .y.' -H --missing ,NA --nan-policy raise sum gaps.csv
it 'groups have a row each, in the order of their keys'
given 'k,v\nb,1\na,2\nb,3\n"a",4\n'
answers 'k\tsum@v\targmax@v\na\t6\t3\nb\t4\t2' -H -g k sum,argmax@v
answers 'k\tmean@v\na\t3\nb\t2' -t, -H -g 1 mean -
refuses 2 'median cannot be had by groups' -H -g k median -
it 'groups of few rows take little memory, and those that do not fit are refused'
awk 'BEGIN { for (i = 0; i < 200000; i++) print "k" i * 7919 % 100000 "," i }' >sparse
run "$prong" -t, -g 1 --mem-limit 12M sum@2,argmax@2 sparse
exits 0
test "$(wc -l <out)" -eq 100001 || fail "$(wc -l <out) lines"
test "$(sed -n 100001p out)" = "$(printf 'k99999\t264642\t182321')" || fail "the last is $(sed -n 100001p out)"
refuses 1 'groups do not fit the memory limit of 1048576 bytes (--mem-limit)' -t, -g 1 --mem-limit 1M sum@2 sparse
it 'order statistics and histograms are of columns, too'
answers 'column\tmedian\tmode\nprice\t1.5\t0.25\nqty\t2\t1' -H median,mode goods.csv
answers 'hist:2@price\t0.25\t1.125\t1\nhist:2@price\t1.125\t2\t2\nhist:2@qty\t1\t5.5\t2\nhist:2@qty\t5.5\t10\t1' -H hist:2 goods.csv
it 'several files have their name in front'
answers 'file\tcolumn\tsum\tmin\nbom.csv\tx\t1\t1\nbom.csv\ty\t2\t2\nbom.csv\tx\t1\t1\nbom.csv\ty\t2\t2' -H sum,min bom.csv bom.csv
it 'JSON names the columns'
answers '{"file":"bom.csv","rows":1,"results":[{"op":"sum","params":[],"column":"x","value":1}]}' --json -H sum@x bom.csv
it 'what cannot be read is refused with the place and what would do'
refuses 1 "gaps.csv:2:3: not a number in column 'y': 'NA' (--missing WORD takes a word for NaN)" -H sum@y gaps.csv
refuses 1 "gaps.csv:3:3: an empty field in column 'y': --missing '' takes it for NaN" -H --missing NA sum@y gaps.csv
refuses 1 'ragged.csv:3:1: a row of 1 fields, where the first has 2 (--ragged=skip' -H sum ragged.csv
answers 'x\t8\ny\t10' -H --ragged=skip sum ragged.csv
refuses 1 "goods.csv: no column 'cost': there are 3, name, price, qty" -H -f cost sum goods.csv
refuses 1 "goods.csv: no column '4': there are 3" -H -f 4 sum goods.csv
refuses 1 'no header (-H) that names them' -f price sum goods.csv
refuses 1 "goods.csv:1:6: not a number in column '2': 'price' (.*; is the first row a header (-H)?)" sum@2 goods.csv
refuses 2 'dot takes two columns' -H dot goods.csv
refuses 2 'sum takes one column' -H sum@price@qty goods.csv
refuses 2 'at most two columns' -H dot@price@qty@qty goods.csv
given 'x\n1"2\n'
refuses 1 'standard input:2:2: a quote in the middle of a field' -t, -H sum@x
given 'x\n"1\n2\n'
refuses 1 'standard input:2:1: a quote is never closed' -t, -H sum@x
given ''
refuses 1 'standard input: there is no row' -t, sum
refuses 2 "not for 'describe'" -t, describe goods.csv
refuses 2 "leave rows of a table out before, as in awk" -t, --where goods.csv sum goods.csv
refuses 2 'the weighted mean is dot@x@w divided by sum@w' -t, --weights goods.csv sum goods.csv
it 'a histogram of one column can be drawn'
run "$prong" -t, -H --svg picture.svg hist:3@qty goods.csv
exits 0
grep -q 'goods.csv: qty' picture.svg || fail "no title: $(head -c 600 picture.svg)"
bins=$(sed -n 's/.*<title>\[[^:]*: \([0-9]*\)<.*/\1/p' picture.svg | tr '\n' ' ')
test "$bins" = '2 1 ' || fail "bars of $bins"
refuses 2 'a picture is of one histogram: hist@COLUMN' -t, -H --svg none.svg hist:3 goods.csv
refuses 2 'a picture is of one histogram of one FILE' -t, -H --svg none.svg hist:3@qty goods.csv goods.csv
test ! -e none.svg || fail 'there is a picture'
it '--total takes all files as one table'
printf 'name,price,qty\nplum,4,"1"\napple,8,3\n' >more.csv
answers 'column\tsum\targmax\tmedian\nprice\t15.75\t4\t2\nqty\t17\t2\t2' -H --total sum,argmax,median goods.csv more.csv
answers '{"file":"total","rows":5,"results":[{"op":"sum","params":[],"column":"qty","value":17}]}' \
  --json -H --total sum@qty goods.csv more.csv
given 'name,price,qty\nplum,4,1\napple,8,3\n'
answers 'name\tsum@price\napple\t9.5\nfig "new" sweet\t0.25\npear, big\t2\nplum\t4' -H --total -g name sum@price goods.csv -
answers 'column,count\nprice,3\nqty,3' --csv -H --total count goods.csv
printf 'name,cost,qty\nplum,4,1\n' >cost.csv
refuses 1 "cost.csv: column 2 is 'cost', and in goods.csv 'price'" -H --total sum@qty goods.csv cost.csv
refuses 1 'bars has 2 columns, and goods.csv 3' -H --total sum goods.csv bars
refuses 1 'ragged.csv:3:1: a row of 1 fields' -H --total sum bom.csv ragged.csv
it '… also where guesses about quotes are wrong in one of them'
awk 'BEGIN { for (i = 0; i < 400; i++) printf "%d,\"a,\n1,2\"\n", i }' >quotes.csv
awk 'BEGIN { for (i = 0; i < 400; i++) print i ",b" }' >simple.csv
for j in 1 3; do
  answers 'sum@1\t239400\ncount@1\t1200\nargmax@1\t399\nmedian@1\t199.5' \
    -j $j --grain 64 -t, --total sum@1,count@1,argmax@1,median@1 simple.csv quotes.csv simple.csv
done
it 'a pipe is a table like a file, also where it does not fit in memory'
cat goods.csv >in
answers 3.75 -H -f price sum
answers 1.5 -H -f price --mem-limit 1K median

it '… of which nothing is kept: there is no place for it'
awk 'BEGIN { for (i = 0; i < 400000; i++) printf "%d,\"a,\n%d\",%d\n", i % 1000, i, i }' >many
run "$prong" -t, sum,argmax@3,corr@1@3,last@3,prod@1 many; mv out wanted
for j in 1 4; do
  # shellcheck disable=SC2002
  cat many | TMPDIR=/nonexistent "$prong" --mem-limit 1K -j $j -t, sum,argmax@3,corr@1@3,last@3,prod@1 >out 2>err; status=$?
  exits 0
  cmp -s wanted out || fail "-j $j: another answer: $(cat out err)"
done
for operation in sum@3 median@3; do
  run "$prong" -t, $operation many; mv out wanted
  # shellcheck disable=SC2002
  cat many | "$prong" --mem-limit 1M -t, $operation >out 2>err; status=$?
  exits 0
  cmp -s wanted out || fail "$operation: another answer: $(cat out err)"
done
it '… and of which errors have their lines'
# shellcheck disable=SC2002
{ cat many; echo '1,x'; } | "$prong" -t, sum >out 2>err; status=$?
exits 1
says 'standard input:800001:1: a row of 2 fields'
# shellcheck disable=SC2002
{ cat many; printf '"a",\r\n"\n",7,x'; } | "$prong" -t, --ragged=skip sum@3 >out 2>err; status=$?
exits 1
says "standard input:800003:5: not a number in column '3': 'x'"
it 'a pipe that stands still inside quotes is waited for, no longer than --timeout says'
mkfifo slow
for front in 3 500000; do
  { awk "BEGIN { for (i = 0; i < $front; i++) print i \",\\\"b\\\"\"; printf \"7,\\\"c\\n\" }"; exec sleep 30; } >slow &
  writer=$!
  "$prong" -t, --timeout 0.5 sum@1 <slow >out 2>err; status=$?
  exits 3
  no_answer
  kill $writer; wait $writer 2>/dev/null
done
it 'what comes through one pipe is no two tables'
# shellcheck disable=SC2002
cat many | "$prong" -t, --total sum@3 - /dev/stdin >out 2>err; status=$?
exits 1
says 'standard input\|/dev/stdin is there twice'

it 'a killed worker costs nothing but time'
awk 'BEGIN { for (i = 0; i < 3000; i++) print i "," i * i "," i % 7 }' >squares
run "$prong" -t, -g 3 sum,argmax squares; cp out wanted
PRONG_FAULT='worker-computed:kill:2' run "$faulty" -j 3 --grain 1000 -t, -g 3 sum,argmax squares
exits 0
cmp -s out wanted || fail "another answer: $(head -c 200 out)"

data=${PRONG_TEST_DATA-}/seattle-weather.csv
if test -r "$data"; then
  it 'the weather of Seattle'
  answers 'column\tmean\tstd\tmax\ntemp_max\t16.43908281998631\t7.347242349178533\t35.6\nwind\t3.24113620807666\t1.4373329058364555\t9.5' \
    -t, -H -f temp_max,wind mean,std,max "$data"
  run "$prong" -t, -H -g weather mean@wind,count@wind "$data"
  exits 0
  out_is 'weather\tmean@wind\tcount@wind\ndrizzle\t2.3679245283018866\t53\nfog\t2.481188118811881\t101\nrain\t3.6698907956318254\t641\nsnow\t4.411538461538462\t26\nsun\t2.95640625\t640'
fi
finish
