#!/bin/sh
# SPDX-License-Identifier: MIT
# The benchmarks' own parts: a run measures, checks answers and writes its page; figures are called moved when they moved, and
# not when there was noise alone; the simulation agrees with what can be said without it. No time is judged.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
bench=$(cd "${top_srcdir:-.}/bench" && pwd) || exit
. "${top_srcdir:-.}/tests/cli-common.sh"
python=${PYTHON_NUMPY:-python3}
$python -c 'import numpy' 2>/dev/null || { echo 'skipped: no Python with numpy'; exit 77; }

it "a run writes its page and its claims, and prong's error is none"
mkdir data page
run $python "$bench/run" --quick --only error --prong "$prong" --directory data --output page
exits 0
grep -q '^| relative error of .* | none | none | yes |$' page/RESULTS.md || fail "no claim: $(cat page/RESULTS.md)"
grep -q '^| decades | prong | ' page/RESULTS.md || fail "no table: $(cat page/RESULTS.md)"

it "a wrong answer fails it"
printf '#!/bin/sh\necho 1\n' >liar
chmod +x liar
run $python "$bench/run" --quick --only error --prong ./liar --directory data --output page
exits 1
says "bench: sum of .*: off by"

it "a section that there is not is refused"
run $python "$bench/run" --only nothing --prong "$prong" --directory data --output page
exits 2

it "ratios around 1 have not moved, and ratios around 1.1 have"
cat >judge.py <<'E2'
import importlib.machinery, importlib.util, random, sys
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader('regress', sys.argv[1])
regress = importlib.util.module_from_spec(importlib.util.spec_from_loader('regress', loader))
loader.exec_module(regress)
random.seed(1)
inside = 0
for _ in range(2000):
    low, high = regress.interval([random.lognormvariate(0, 0.1) for _ in range(31)])
    inside += low <= 1 <= high
    low, high = regress.interval([1.5 * random.lognormvariate(0, 0.1) for _ in range(31)])
    assert low > 1, (low, high)
assert inside >= 1990, inside  # of 2000, but for a probability of 0.1 % each
assert regress.interval([1.0] * 5) == (0.0, float('inf'))  # five pairs say nothing at that probability
E2
run $python judge.py "$bench/regress"
exits 0

it "in the simulation two workers take half as long where nothing else binds, and never less"
cat >scale.py <<'E2'
import importlib.machinery, importlib.util, sys
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader('scaling', sys.argv[1])
scaling = importlib.util.module_from_spec(importlib.util.spec_from_loader('scaling', loader))
sys.modules['scaling'] = scaling
loader.exec_module(scaling)
free = scaling.Costs(fork=0, begin=0, line=0, consume=0, wake=0, reap=0)
one, _ = scaling.simulate(free, 1, memory_scales=True)
assert abs(one - free.bytes / free.core) < 1e-9, one
for workers in (2, 4, 64, 1024):
    seconds, shares = scaling.simulate(free, workers, memory_scales=True)
    assert abs(seconds * workers - one) < 1e-9, (workers, seconds)
    assert abs(shares['work'] - 1) < 1e-9, shares
for commutative in (False, True):
    floor = 0
    for line in (0, 1e-7, 1e-5, 1e-3):  # dearer claims cannot make a job faster, and in the end they are all that counts
        costs = scaling.Costs(line=line)
        seconds, _ = scaling.simulate(costs, 64, memory_scales=True, commutative=commutative, forked=False)
        assert seconds >= floor, (line, seconds, floor)
        floor = seconds
    assert abs(floor / (costs.bytes / costs.grain * 1e-3) - 1) < 0.02, floor
E2
run $python scale.py "$bench/scaling.py"
exits 0
finish
