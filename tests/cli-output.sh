#!/bin/sh
# SPDX-License-Identifier: MIT
# How results are printed: bare, by name, by file, as JSON; and every number as its shortest digits, in any locale.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"

printf '1\n2\n4\n' >a
printf '10 20\n' >b
printf '' >none

it 'one operation on one input prints the bare value'
given '1 2 4\n'
answers 7 sum
answers 7 sum a
it 'several operations print name and value, in the order asked for, as they were written'
answers 'sum\t7\nmax\t4\ncount\t3\nsum\t7' sum,max,count,sum a
answers 'average\t15\nnorm:1\t30\nnorm:INF\t20' average,norm:1,norm:INF b
it 'several files print a line each'
answers 'a\t7\nb\t30' sum a b
it 'several files and operations have a header'
answers 'file\tsum\tmin\na\t7\t1\nb\t30\t10\n-\t7\t1' sum,min a b -
it '--total takes all files as one'
answers 'sum\t37\nargmax\t4\ncount\t5\nlast\t20' --total sum,argmax,count,last a b
answers 37 --total sum a b
answers 37 --total sum a none b

it '--json prints an object a file'
answers '{"file":"a","dtype":"text","count":3,"results":[{"op":"norm","params":["2"],"column":null,"value":4.58257569495584}]}' \
  --json norm:2 a
it 'JSON is valid, whatever the values and names'
weird=$(printf 'a "q\\uo\te"\001')
printf 'nan inf -inf -0 1e300\n' >"$weird"
run "$prong" --json sum,max,min,any,argmin,count "$weird" a b
exits 0
python=${PYTHON_NUMPY:-python3}
if "$python" -c '' 2>/dev/null; then
  "$python" -c '
import json, sys
lines = [json.loads(line, parse_constant=lambda c: sys.exit("bare " + c)) for line in open("out")]
assert len(lines) == 3, lines
assert lines[0]["file"] == sys.argv[1], lines[0]["file"]
assert [r["value"] for r in lines[0]["results"]] == ["nan", "nan", "nan", True, 0, 5], lines[0]
assert lines[1]["count"] == 3 and lines[1]["dtype"] == "text", lines[1]
assert [r["op"] for r in lines[2]["results"]] == ["sum", "max", "min", "any", "argmin", "count"], lines[2]
assert lines[2]["results"][0]["value"] == 30, lines[2]
' "$weird" >parsed 2>&1 || fail "$(cat parsed)"
  run "$prong" --json ops
  "$python" -c 'import json; [json.loads(line) for line in open("out")]' >parsed 2>&1 || fail "ops: $(cat parsed)"
  run "$prong" --json info "$weird" a
  "$python" -c 'import json; [json.loads(line) for line in open("out")]' >parsed 2>&1 || fail "info: $(cat parsed)"
fi

# shows INPUT OUTPUT: the only element of a text.
shows () {
  given "$1\n"
  answers "$2" first
}
it 'numbers have the fewest digits that read back, in fixed notation for 1e-4 <= |x| < 1e16'
shows 1e5 100000
shows 100000.0 100000
shows 9999999999999998 9999999999999998
shows 1e16 1e+16
shows 1e15 1000000000000000
shows -12345678901234567 -1.2345678901234568e+16
shows 0.0001 0.0001
shows 0.00099 0.00099
shows 0.00001 1e-05
shows 0.000099999 9.9999e-05
shows 1.5e-5 1.5e-05
shows 0.1 0.1
shows 0.30000000000000004 0.30000000000000004
shows 2.50 2.5
shows -3 -3
shows 1e22 1e+22
shows 1e23 1e+23
shows 9.5e-100 9.5e-100
shows 5e-324 5e-324
shows 2.2250738585072014e-308 2.2250738585072014e-308
shows 1.7976931348623157e308 1.7976931348623157e+308
shows 9007199254740993 9007199254740992
shows 0.1234567890123456789 0.12345678901234568
shows +1. 1
shows .5 0.5
it 'a power of two has the shortest digits of all that read back, too'
shows 5.684341886080802e-14 5.684341886080802e-14
shows 9.332636185032189e-302 9.332636185032189e-302
it 'zeros keep their sign, and what is no number has a name'
shows -0 -0
shows 0 0
shows nan nan
shows -NaN nan
shows inf inf
shows -Infinity -inf
shows 1e999 inf

it '--out-dtype rounds once and prints the shortest digits of that type'
given '0.1 0.2\n'
answers 0.3 --out-dtype f32 sum
answers 0.3 --out-dtype f16 sum
answers 0.3 --out-dtype bf16 sum
given '16777217 1e-30\n'
answers 16777218 --out-dtype f32 sum
given '65520\n'
answers inf --out-dtype f16 sum
given '3.4028235677973366e38\n'
answers inf --out-dtype f32 max
given '1e-46\n'
answers 0 --out-dtype f32 min

it 'integers have all their digits'
printf '\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\177' >big
answers '18446744073709551615' --dtype u64 --count 1 sum big
answers 'sum\t27670116110564327422\nmax\t18446744073709551615\nrange\t9223372036854775808\nmean\t1.3835058055282164e+19' \
  --dtype u64 sum,max,range,mean big
answers 'min\t-1\nsum\t9223372036854775806\nrange\t9223372036854775808' --dtype i64 min,sum,range big
answers 2.7670116110564327e+19 --dtype u64 --out-dtype f64 sum big
given '1 0\n'
answers 'any\ttrue\nall\tfalse' any,all

it 'no locale changes what is read or printed'
given '1.5 2.25 1e-3\n'
for locale in de_DE.UTF-8 fr_FR.UTF-8 $(locale -a 2>/dev/null | grep -i -E '^(de|fr|ru|pt)_' | head -n 2); do
  for variable in LC_ALL LC_NUMERIC LANG; do
    run env "$variable=$locale" "$prong" sum,mean
    exits 0
    out_is 'sum\t3.751\nmean\t1.2503333333333333'
    says_nothing
  done
done

it '--stats tells on standard error what the run took, and the answer stays alone'
run "$prong" --stats -j 2 sum a
exits 0
out_is 7
says '^workers 1  chunks 1  retries 0  seconds [0-9.]*  bytes 6  GB/s [0-9.]*  segment [0-9]*$'
finish
