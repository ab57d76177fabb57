#!/bin/sh
# SPDX-License-Identifier: MIT
# The forms of output: plain, TSV, CSV, tables for people; numbers by --format and --round. Against datamash, Python's csv, json
# and decimal modules where they are there.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
python=${PYTHON_NUMPY:-python3}
printf '1\n2\n4\n' >a
printf '10 20\n' >b
printf 'name,price,"q, ""y"""\napple,1.5,2\npear,2,1\napple,0.25,10\n' >goods.csv

it '--plain is what is printed without it, and the last form counts'
answers 'file\tsum\tmax\na\t7\t4\nb\t30\t20' --csv --plain sum,max a b
answers 'sum\n7' --json --csv sum a

it 'rows always have a header, and the name of the file where there are several'
answers 'sum\tmean\n7\t2.3333333333333335' --tsv sum,mean a
answers 'file\tsum\na\t7\nb\t30' --tsv sum a b
answers 'file,sum,"quantile:0.5,0.9"\na,7,"2,3.6"\nb,30,"15,19"' --csv sum,quantile:0.5,0.9 a b
answers 'sum,max\n37,20' --csv --total sum,max a b
it 'columns and groups of tables are rows, operations fields'
answers 'column,sum,max\nprice,3.75,2\n"q, ""y""",13,10' --csv -H sum,max goods.csv
answers 'column,sum\nprice,3.75' --csv -H -f price sum goods.csv
answers 'sum@price,"dot@price@q, ""y"""\n3.75,7.5' --csv -H 'sum@price,dot@price@3' goods.csv
answers 'name,sum@price\napple,1.75\npear,2' --csv -H -g name sum@price goods.csv
answers 'file,column,max\ngoods.csv,price,2\ngoods.csv,"q, ""y""",10\ngoods.csv,price,2\ngoods.csv,"q, ""y""",10' \
  --csv -H max goods.csv goods.csv
it 'with a histogram each bin is a row, and so is every other value'
answers 'operation,low,high,value\nhist:2,1,2.5,2\nhist:2,2.5,4,1\nsum,,,7' --csv hist:2,sum a
answers 'column,operation,low,high,value\nprice,hist:1,0.25,2,3' --csv -H -f price hist:1 goods.csv
it 'columns that differ from file to file make no header'
printf 'name,cost\napple,1\n' >other.csv
refuses 1 'other.csv: its columns make another header' --csv -H -g name sum goods.csv other.csv
refuses 1 'other.csv: its columns make another header' -H -g name sum goods.csv other.csv
it 'a table for people is aligned: numbers to the right, names to the left, in any script'
printf 'k,v\nÄpfel,1\n日本,20.5\ne\314\201te,300\n' >names.csv
answers 'k      sum@v\ne\0314\0201te      300\nÄpfel      1\n日本    20.5' --table -H -g k sum names.csv
answers 'file  sum                mean\na       7  2.3333333333333335\nb      30                  15' --table sum,mean a b
it 'what has no rows says so'
refuses 2 "not for 'info'" --csv info a
refuses 2 "not for 'limits'" --table limits
it 'describe, ops and reductions along axes have rows, too'
answers 'file,count,nancount,infcount,zeros,min,q1,median,q3,max,mean,std,skewness,kurtosis\nb,2,0,0,0,10,12.5,15,17.5,20,15,5,0,-2\nb,2,0,0,0,10,12.5,15,17.5,20,15,5,0,-2' \
  --csv describe b b
answers 'count,nancount,infcount,zeros,min,q1,median,q3,max,mean,std,skewness,kurtosis\n0,0,0,0,,,,,,,nan,nan,nan' --csv describe
npy cube '|u1' '(2, 3, 2)' <<END
ABCDEFGHIJKL
END
answers 'axis0,axis2,sum,argmax\n0,0,201,2\n0,1,204,2\n1,0,219,2\n1,1,222,2' --csv --axis 1 sum,argmax cube
answers 'axis1\tsum\n0\t274\n1\t282\n2\t290' --tsv --axis 0,-1 sum cube
answers 'sum\n846' --csv --axis 0,1,2 --keepdims sum cube

it '--round and --format are for floating-point values, and integers keep their digits'
answers 'sum\t7.00\ncount\t3\nargmax\t2\nmean\t2.33' -R 2 sum,count,argmax,mean a
answers '2' --round=0 mean a
answers '    2.333|' --format '%9.3f|' mean a
answers '1.00,2.00,4.00' -R 2 unique a
answers 'hist:1\t1.0\t4.0\t3\nsum\t7.0' -R 1 hist:1,sum a
answers '{"file":"a","dtype":"text","count":3,"results":[{"op":"mean","params":[],"column":null,"value":2.33}]}' --json -R 2 mean a
answers '{"file":"a","dtype":"text","count":3,"results":[{"op":"mean","params":[],"column":null,"value":"+2.3"}]}' \
  --json --format %+.1f mean a
answers '{"file":"a","dtype":"text","count":3,"results":[{"op":"hist","params":["1"],"column":null,"value":{"edges":[1.0,4.0],"counts":[3]}}]}' \
  --json -R 1 hist:1 a
given 'inf -inf nan\n'
answers 'first\t  inf\nlast\t  nan' --format %05.1f first,last
given '-inf\n'
answers ' -INF' --format %05.1F first
it '--format takes one conversion of a floating-point value, and says where it has another'
refuses 2 "'%d': no conversion for floating.*at character 2: 'd'" --format %d sum a
refuses 2 "at character 2: 's'" --format %s sum a
refuses 2 "at character 2: 'Lf'" --format %Lf sum a
refuses 2 "at character 2: '\\*f'" --format '%*f' sum a
refuses 2 "at character 3: '\$f'" --format "%1\$f" sum a
refuses 2 "a second conversion.* at character 5: '%.2f'" --format %.3f%.2f sum a
refuses 2 'no conversion, as %.3f is, at its end' --format abc sum a
refuses 2 'no conversion, as %.3f is, at its end' --format %% sum a
refuses 2 'not complete.* at its end' --format %5 sum a
refuses 2 'a precision of more than 1000' --format %.1001f sum a
refuses 2 "'-1' is no whole number from 0 to 1000" -R -1 sum a
refuses 2 "'1x' is no whole number" --round 1x sum a
refuses 2 'exclude each other' -R 1 --format %f sum a

if command -v datamash >/dev/null; then
  it 'numbers are rounded and formatted as by datamash'
  printf '0.125\n0.375\n-1.005\n1e5\n2.5\n1234567.5\n' >numbers
  for how in '-R 1' '-R 2' '-R 3' '--format %.3f' '--format %010.2f' '--format %-12.4e|' '--format %+g' '--format x%fy%%' \
    '--format %#.0f' '--format %.0f' '--format %G' '--format %E'; do
    # shellcheck disable=SC2086
    for op in sum mean min max; do
      datamash $how $op 1 <numbers >wanted
      run "$prong" $how $op numbers
      exits 0
      cmp -s wanted out || fail "$how $op: $(cat out), and datamash $(cat wanted)"
    done
  done
  it 'groups of a table are as by datamash'
  printf 'k\tv\nb\t1\na\t2\nb\t3\n' >groups.tsv
  datamash --header-in -s -g 1 sum 2 mean 2 <groups.tsv >wanted
  run "$prong" --tsv -t tab -H -g k sum@v,mean@v groups.tsv
  exits 0
  sed 1d out >rows
  cmp -s wanted rows || fail "$(cat out), and datamash $(cat wanted)"
fi

if "$python" -c '' 2>/dev/null; then
  it 'decimals are those of the exact value, rounded half to even'
  awk 'BEGIN { srand(7); for (i = 0; i < 300; i++) printf "%.17g\n", (rand() - 0.5) * 10 ^ int(rand() * 20 - 8)
    for (i = -40; i < 40; i++) print i / 16 }' >many
  for n in 0 1 3 8; do
    run "$prong" -R $n -t blank -g 1 first@1 many
    exits 0
    "$python" -c '
import sys
from decimal import Decimal, getcontext, ROUND_HALF_EVEN
getcontext().prec = 1000
places = Decimal(1).scaleb(-int(sys.argv[1]))
for line in open("out").read().split("\n")[1:-1]:
    key, shown = line.split("\t")
    wanted = format(Decimal(float(key)).quantize(places, ROUND_HALF_EVEN), "f")
    if shown != wanted:
        print(key, shown, "instead of", wanted)
' $n >parsed 2>&1 || fail "-R $n: $(cat parsed)"
    test ! -s parsed || fail "-R $n: $(head -n 3 parsed)"
  done
  it "a ' groups the digits by commas"
  run "$prong" --format "%'.2f" -t blank -g 1 first@1 many
  exits 0
  "$python" -c '
for line in open("out").read().split("\n")[1:-1]:
    key, shown = line.split("\t")
    if shown != format(float(key), ",.2f"):
        print(key, shown)
' >parsed 2>&1 || fail "$(cat parsed)"
  test ! -s parsed || fail "$(head -n 3 parsed)"
  it 'CSV is read by others as it was meant, whatever the names'
  printf 'key,v\n"a,b",1\n"two\nlines",2\n"q""q",3\n,4\n" x ",5\ntab\there,6\n' >odd.csv
  run "$prong" --csv -H -g key sum odd.csv
  exits 0
  "$python" -c '
import csv
rows = list(csv.reader(open("out", newline="")))
wanted = {r[0]: r[1] for r in list(csv.reader(open("odd.csv", newline="")))[1:]}
assert rows[0] == ["key", "sum@v"], rows[0]
assert {r[0]: r[1] for r in rows[1:]} == wanted and len(rows) == 7, rows
' >parsed 2>&1 || fail "$(cat parsed)"
  run "$prong" --json -H -g key sum odd.csv
  "$python" -c '
import csv, json
wanted = {r[0]: float(r[1]) for r in list(csv.reader(open("odd.csv", newline="")))[1:]}
got = json.load(open("out"))
assert {g["key"]: g["results"][0]["value"] for g in got["groups"]} == wanted, got
' >parsed 2>&1 || fail "$(cat parsed)"
fi
finish
