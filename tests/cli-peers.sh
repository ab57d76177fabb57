#!/bin/sh
# SPDX-License-Identifier: MIT
# Every spelling that people bring from datamash and numpy is understood, and comes to what these two say: datamash to the digits
# that it prints, numpy to rounding.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
LC_ALL=C
export LC_ALL
command -v datamash >/dev/null || test -n "$PYTHON_NUMPY" || { echo 'neither datamash nor numpy is here'; exit 77; }
awk 'BEGIN { for (i = 1; i <= 997; i++) { x = (i * 7919) % 1009; printf "%.2f\t%d\n", x / 8 + 0.25, (x * x) % 13 } }' >table
cut -f 1 table >x
cut -f 2 table >y

# alike A B: the same words, or numbers that agree to ten digits.
alike () {
  printf '%s\n%s\n' "$1" "$2" | awk 'NR == 1 { a = $0 } NR == 2 { d = a - $0; m = a < 0 ? -a : a
    exit !(a == $0 || ($0 ~ /^[-+.0-9e]+$/ && d * d <= 1e-20 * (m * m))) }'
}

if command -v datamash >/dev/null; then
  for op in count sum min max absmin absmax range mean geomean harmmean median q1 q3 iqr perc perc:33 mode antimode \
    pstdev sstdev pvar svar mad madraw sskew pskew skurt pkurt trimmean:0.2 ms rms unique countunique first last; do
    it "$op is what datamash says"
    case $op in unique) input=y ;; *) input=x ;; esac
    theirs=$(datamash "$op" 1 <$input 2>/dev/null) || continue # not in that version
    ours=$("$prong" "$op" $input) || fail "exit status $?"
    # datamash sorts what is unique as text.
    test "$op" != unique || { ours=$(echo "$ours" | tr , '\n' | sort); theirs=$(echo "$theirs" | tr , '\n' | sort); }
    test "$op" = unique && test "$ours" = "$theirs" || alike "$ours" "$theirs" || fail "'$ours' and not '$theirs'"
  done
  for op in pcov scov ppearson spearson dotprod; do
    it "$op of two columns is what datamash says"
    theirs=$(datamash "$op" 1:2 <table 2>/dev/null) || continue
    ours=$("$prong" -t '\t' "$op@1@2" table 2>/dev/null | tail -n 1) || fail "exit status $?"
    alike "${ours##*	}" "$theirs" || fail "'$ours' and not '$theirs'"
  done
  it '--narm leaves out NaN as it does there, and -R and --format round and print as there'
  printf '1\nnan\n2.345\n4\n' >z
  alike "$("$prong" --narm mean z)" "$(datamash --narm mean 1 <z)" || fail '--narm'
  answers "$(datamash -R 2 sum 1 <x)" -R 2 sum x
  answers "$(datamash --format %.3f mean 1 <x)" --format %.3f mean x
fi

test -n "$PYTHON_NUMPY" || { finish; exit; }
cat >numpys.py <<'PY'
import sys
import numpy as np
x = np.loadtxt("x"); y = np.loadtxt("y")
np.save("x.npy", x); np.save("y.npy", y); np.save("m.npy", x > 50); np.save("w.npy", y)
c = x[:996].reshape(4, 3, 83); np.save("c.npy", c)
u = x / x.mean()
np.save("u.npy", u[:40]); np.save("k.npy", y > 3)
def put(spelling, value):
    print(spelling, ",".join(repr(float(v)) for v in np.ravel(value)), sep="\t")
put("count x.npy", x.size); put("sum x.npy", x.sum()); put("mean x.npy", x.mean()); put("average x.npy", x.mean())
put("min x.npy", x.min()); put("max x.npy", x.max()); put("prod u.npy", u[:40].prod()); put("product u.npy", u[:40].prod())
put("count_nonzero y.npy", np.count_nonzero(y)); put("ptp x.npy", np.ptp(x)); put("range x.npy", np.ptp(x))
put("argmin x.npy", x.argmin()); put("argmax y.npy", y.argmax())
put("var x.npy", x.var()); put("std x.npy", x.std())
put("--ddof 1 var x.npy", x.var(ddof=1)); put("--ddof 1 std x.npy", x.std(ddof=1))
put("svar x.npy", x.var(ddof=1)); put("pvar x.npy", x.var()); put("sstdev x.npy", x.std(ddof=1)); put("pstdev x.npy", x.std())
put("--ddof 1 sem x.npy", x.std(ddof=1) / np.sqrt(x.size)); put("meaneb --ddof 1 x.npy", x.std(ddof=1) / np.sqrt(x.size))
put("ms x.npy", np.mean(x * x)); put("rms x.npy", np.sqrt(np.mean(x * x)))
put("norm:1 x.npy", np.linalg.norm(x, 1)); put("norm:2 x.npy", np.linalg.norm(x)); put("norm x.npy", np.linalg.norm(x))
put("norm:inf x.npy", np.linalg.norm(x, np.inf)); put("dot x.npy y.npy", x @ y)
put("cov x.npy y.npy", np.cov(x, y, ddof=0)[0, 1]); put("cov --ddof 1 x.npy y.npy", np.cov(x, y)[0, 1])
put("corr x.npy y.npy", np.corrcoef(x, y)[0, 1])
put("--weights w.npy mean x.npy", np.average(x, weights=y)); put("--where m.npy sum x.npy", x[x > 50].sum())
put("--axis 1 sum c.npy", c.sum(axis=1)); put("--axis 0,2 max c.npy", c.max(axis=(0, 2)))
put("--axis=-1 median c.npy", np.median(c, axis=-1)); put("--keepdims --axis 2 mean c.npy", c.mean(axis=2))
put("median x.npy", np.median(x)); put("unique y.npy", np.unique(y)); put("nunique y.npy", np.unique(y).size)
put("quantile:0.1,0.25,0.999 x.npy", np.quantile(x, [0.1, 0.25, 0.999])); put("percentile:12.5 x.npy", np.percentile(x, 12.5))
for method in ("inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear "
               "median_unbiased normal_unbiased lower higher midpoint nearest").split():
    put("--method %s quantile:0.37 x.npy" % method, np.quantile(x, 0.37, method=method))
PY
"$PYTHON_NUMPY" -B numpys.py >numpys || fail "numpy's answers: exit status $?"
while IFS='	' read -r spelling theirs; do
  it "$spelling is what numpy says"
  # shellcheck disable=SC2086
  "$prong" $spelling </dev/null | tr '\n' , >ours || fail 'it is refused'
  printf '%s,\n' "$theirs" | tr , '\n' | sed '/^$/d' >wanted
  tr , '\n' <ours | sed '/^$/d' | paste - wanted >both
  test "$(wc -l <both)" = "$(wc -l <wanted)" || fail "$(cat ours)"
  while IFS='	' read -r a b; do
    alike "$a" "$b" || fail "'$a' and not '$b'"
  done <both
done <numpys

it 'truths are what numpy says'
answers 'any\ttrue\nall\tfalse' any,all y.npy
answers 'any\ttrue\nall\tfalse' any,all k.npy
it 'a histogram is what numpy says'
"$PYTHON_NUMPY" -B -c 'import numpy as np
for n in np.histogram(np.load("x.npy"), 7)[0]: print(n)' >wanted
"$prong" hist:7 x.npy | cut -f 3 | cmp -s - wanted || fail "$("$prong" hist:7 x.npy)"
"$prong" histogram:7 x.npy | cut -f 3 | cmp -s - wanted || fail 'histogram:7'
finish
