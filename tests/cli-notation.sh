#!/bin/sh
# SPDX-License-Identifier: MIT
# Numbers as people write them, when that is asked for: --thousands and --decimal=',' in text and in tables. Against Python, which
# writes groups of digits and says by a pattern of its own what is one.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
python=${PYTHON_NUMPY:-python3}

it '--thousands takes groups of three digits, separated by commas or by _'
given '1,234,567.5 -1_000 12 1e3 +999,999 1,000e-3\n'
answers 'sum\t2234579.5\ncount\t6\nmin\t-1000' --thousands sum,count,min
given '12345 0x1.8p3 nan -Inf .5 5.\n'
answers 'count\t6\nfirst\t12345' --thousands count,first
it 'the decimal comma'
given '1,5 -0,25 ,5 1e2 1,e1\n'
answers 'sum\t111.75\nmin\t-0.25' --decimal=',' sum,min
given '1.234.567,5 1_000 -1.000\n'
answers 1234567.5 --decimal ',' --thousands sum
given '1.5\n'
answers 1.5 --decimal . sum
it 'without being asked for, neither is taken'
given '1,234\n'
refuses 1 "standard input:1:1: not a number: '1,234'" sum
given '1_000\n'
refuses 1 "not a number: '1_000'" sum
it 'what is no group of three is refused with its place'
for token in 1,2345 12,34,567 ,123 '1,234,' 1234,567 1,234_567 1.234,567 1__000 -,123 1,23 1,234,56.7 1.5,000; do
  given "7\n8 $token\n"
  refuses 1 "standard input:2:3: not a number (with , or _ between groups of three digits): '$token'" --thousands sum
done
for token in 1.5 1,2,3 1.234 1_000; do
  given "$token\n"
  refuses 1 "standard input:1:1: not a number (with a decimal comma): '$token'" --decimal=',' sum
done
given '1.5\n'
refuses 1 'with a decimal comma, and . or _ between groups of three digits' --decimal=',' --thousands sum
refuses 2 "'x' is not one of its values" --decimal x sum

it 'in tables, too: the decimal comma is never taken for a delimiter'
printf 'a;b\n1,5;2\n2,5;"3,25"\n' >semicolons.csv
answers 'a\t4\nb\t5.25' -H --decimal=',' sum semicolons.csv
printf '1,5\n2,5\n' >single
answers 4 --decimal=',' -f 1 sum single
printf 'x\ty\n1.234,5\t-\n2,5\t1\n' >tabs.tsv
answers 'x\t1237\ny\t1' -H -f x,y --decimal=',' --thousands --missing - --narm sum tabs.tsv
printf 'x\n1,5\n2.5\n' >point.csv
refuses 1 "point.csv:3:1: column 'x': not a number (with a decimal comma): '2.5'" -H --decimal=',' sum@x point.csv
it 'where the delimiter is a comma, numbers with commas must be quoted'
printf 'a,b\n"1,234",2\n5,6\n"-12,000.5",\n' >quoted.csv
answers 'a\t-10761.5\nb\t8' -H --thousands --missing '' --narm sum quoted.csv
answers 'a\t-10761.5\nb\t8' -t, -H --thousands --missing '' --narm sum quoted.csv
printf 'a,b\n"1,5",2\n' >comma.csv
answers 'a\t1.5\nb\t2' -t, -H --decimal=',' sum comma.csv
printf 'a,b\n1_234,3\n' >underscore.csv
answers 'a\t1234\nb\t3' -t, -H --thousands sum underscore.csv
printf 'a,b\n"1,234",2\n1,234,2\n' >mixed.csv
refuses 1 'mixed.csv:3:1: a row of 3 fields, where the first has 2 (numbers with commas in them must be quoted' \
  -H -f a --thousands sum mixed.csv
printf '1,234\n5,678\n' >unquoted.csv
refuses 1 'unquoted.csv: are commas between fields, or in numbers' -f 1 --thousands sum unquoted.csv
refuses 1 'unquoted.csv: are commas between fields, or in numbers' -t, --decimal=',' sum unquoted.csv
refuses 2 'needs another delimiter' -t, --quote none --decimal=',' sum comma.csv
refuses 2 'needs another delimiter' -t, --quote none --thousands sum comma.csv

it 'wherever the text is cut, and for describe and order statistics'
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%d,%03d,%03d.5\n", i % 9 + 1, i % 1000, i * 7 % 1000 }' >large
tr -d , <large >plain
for op in sum,argmax,std median,iqr; do
  run "$prong" "$op" plain
  cp out wanted
  for j in 1 3; do
    run "$prong" --thousands -j $j "$op" large
    exits 0
    cmp -s wanted out || fail "$op: $(cat out), not $(cat wanted)"
  done
  run "$prong" --thousands "$op" - <large
  cp large in
  run "$prong" --thousands "$op"
  exits 0
  cmp -s wanted out || fail "$op of a pipe: $(cat out), not $(cat wanted)"
done
tr ',.' '.,' <large >german
run "$prong" sum,max -t blank -f 1 plain
cp out wanted
run "$prong" --thousands --decimal=',' --grain 5000 sum,max -t blank -f 1 german
exits 0
cmp -s wanted out || fail "a table: $(cat out), not $(cat wanted)"

if "$python" -c '' 2>/dev/null; then
  it 'tokens made at random are taken or refused as a pattern says'
  "$python" - "$prong" >parsed 2>&1 <<'END' || fail "$(tail -n 3 parsed)"
import random, re, subprocess, sys
random.seed(20)
whole = {False: r"(?:[0-9]{1,3}(?:(?:,[0-9]{3})+|(?:_[0-9]{3})+)|[0-9]+)",
         True: r"(?:[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:_[0-9]{3})+)|[0-9]+)"}
bad = 0
for k in range(100):
    comma = k % 2 == 1
    group, point = (".", ",") if comma else (",", ".")
    x = random.choice([random.randrange(10 ** 9), random.uniform(0, 1e7), random.uniform(-1e4, 1e4)])
    token = format(x, random.choice([",", "_", ",.3f", "_.2f"]))
    token = token.translate(str.maketrans(",.", group + point))
    for _ in range(random.randrange(3)):
        i = random.randrange(len(token))
        token = random.choice([token[:i] + token[i + 1:], token[:i] + random.choice("0159,._e") + token[i:]])
    if not token:
        continue
    mark = re.escape(point)
    good = re.fullmatch(rf"[-+]?(?:{whole[comma]}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][-+]?[0-9]+)?", token)
    wanted = float(token.replace(group, "").replace("_", "").replace(point, ".")) if good else None
    run = subprocess.run([sys.argv[1], "-j1", "--thousands"] + (["--decimal=,"] if comma else []) + ["first"],
                         input=token.encode(), capture_output=True)
    got = float(run.stdout) if run.returncode == 0 else None
    if got != wanted:
        bad += 1
        print(repr(token), "comma" if comma else "point", got, "instead of", wanted)
sys.exit(bad > 0)
END
fi
finish
