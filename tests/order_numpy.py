# SPDX-License-Identifier: MIT
"""Asks prong for order statistics, and computes what must come out from sorted Python numbers: Hyndman and Fan's definitions in
fractions, rounded once. numpy's quantiles must agree to 1e-13, but where it is known to be wrong (see differs_from_numpy).
Usage: order_numpy.py PRONG SEED"""
import math
import os
import random
import sys
import tempfile
from fractions import Fraction

import numpy as np

import verdict
from rounding import number, reads, same
from share import shared
from verdict import fail

PRONG, SEED = sys.argv[1], int(sys.argv[2])
METHODS = ("linear inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull "
           "median_unbiased normal_unbiased lower higher midpoint nearest").split()


def half_even(x):
    return round(x)


def position(method, q, n):
    """Where the quantile is among x_0 … x_(n-1): an exact position; a fraction says how far to the next."""
    nq, linear = n * q, (n - 1) * q
    if method == "inverted_cdf":
        v = Fraction(math.ceil(nq) - 1)
    elif method == "averaged_inverted_cdf":
        v = Fraction(math.ceil(nq) - 1) + (Fraction(1, 2) if nq.denominator == 1 else 0)
    elif method == "closest_observation":
        v = Fraction(half_even(nq) - 1)
    elif method == "interpolated_inverted_cdf":
        v = nq - 1
    elif method == "hazen":
        v = nq - Fraction(1, 2)
    elif method == "weibull":
        v = (n + 1) * q - 1
    elif method == "linear":
        v = linear
    elif method == "median_unbiased":
        v = (n + Fraction(1, 3)) * q - Fraction(2, 3)
    elif method == "normal_unbiased":
        v = (n + Fraction(1, 4)) * q - Fraction(5, 8)
    elif method == "lower":
        v = Fraction(math.floor(linear))
    elif method == "higher":
        v = Fraction(math.ceil(linear))
    elif method == "midpoint":
        v = Fraction(math.floor(linear) + math.ceil(linear), 2)
    elif method == "nearest":
        v = Fraction(half_even(linear))
    return min(max(v, Fraction(0)), Fraction(n - 1))


def between(a, b, g):
    """a + (b - a) g, rounded once; integers stay integers where the value is an element."""
    if g != 0 and a == b == 0 and isinstance(a, float) and math.copysign(1, a) != math.copysign(1, b):
        return 0.0
    if g == 0 or a == b:
        return a
    if isinstance(a, float) and (math.isinf(a) or math.isinf(b)):
        return a if math.isinf(a) and not math.isinf(b) else b if not math.isinf(a) else math.nan
    x = Fraction(a) + (Fraction(b) - Fraction(a)) * g
    return x.numerator / x.denominator if x else 0.0


def quantile(x, q, method):
    v = position(method, q, len(x))
    low = math.floor(v)
    return between(x[low], x[min(low + 1, len(x) - 1)], v - low)


def trimmed(x, f):
    cut = math.floor(len(x) * f)
    kept = x[cut:len(x) - cut]
    if not kept:
        return quantile(x, Fraction(1, 2), "linear")
    infinite = [v for v in kept if isinstance(v, float) and math.isinf(v)]
    if infinite:
        return infinite[0] if len(set(infinite)) == 1 else math.nan
    if all(isinstance(v, float) and v == 0 and math.copysign(1, v) < 0 for v in kept):
        return -0.0
    mean = sum(map(Fraction, kept)) / len(kept)
    return mean.numerator / mean.denominator


def deviation(x):
    """As it is defined: the median and each distance rounded once."""
    center = float(quantile(x, Fraction(1, 2), "linear"))
    if math.isinf(center):
        return None
    distances = sorted(math.inf if isinstance(v, float) and math.isinf(v) else float(abs(Fraction(v) - Fraction(center)))
                       for v in x)
    return quantile(distances, Fraction(1, 2), "linear")


def run(arguments, data=None, isa=None):
    env = dict(os.environ, PRONG_ISA=isa) if isa else None
    done = verdict.run([PRONG, "--json", *arguments], input=data, env=env)
    if done.returncode or done.stderr:
        fail(arguments, done)
        return None
    results = reads(done.stdout)["results"]
    return [one["value"] if isinstance(one["value"], list) else [one["value"]] for one in results]


def order(array):
    """The elements without NaN, sorted, -0 before +0."""
    flat = (array.astype("u1") if array.dtype == bool else array).reshape(-1).tolist()
    return sorted((x for x in flat if x == x), key=lambda x: (x, math.copysign(1, x)))


def differs_from_numpy(method, array):
    """numpy 1.24 takes a wrong neighbour on ties in these; it computes n q in doubles in all, which loses ties."""
    return method in ("closest_observation", "inverted_cdf", "averaged_inverted_cdf", "nearest") or array.dtype.kind != "f" \
        or array.dtype.itemsize < 8 or not np.isfinite(array).all()


@shared
def check(name, array, arguments, path, rng):
    """All operations on one array; NaN are left out."""
    x = order(array)
    if not x:
        return
    method = rng.choice(METHODS)
    digits = rng.choice([1, 2, 3, 9])
    qs = ["0", "1", "0.5"] + [("%.*f" % (digits, rng.random())) for _ in range(4)]
    percents = ["%.2f" % (100 * rng.random()) for _ in range(2)]
    trim = rng.choice(["0", "0.1", "0.25", "0.499", "0.5"])
    operations = "median,q1,q3,iqr,quantile:%s,perc:%s,perc,trimmean:%s,madraw,mad"
    got = run(["--narm", "--method", method, *arguments, operations % (",".join(qs), ",".join(percents), trim), path])
    if got is None:
        return
    quartiles = [quantile(x, Fraction(k, 4), method) for k in (1, 3)]
    want = [[quantile(x, Fraction(1, 2), "linear")], quartiles[:1], quartiles[1:], [None],
            [quantile(x, Fraction(q), method) for q in qs], [quantile(x, Fraction(p) / 100, method) for p in percents],
            [quantile(x, Fraction(95, 100), method)], [trimmed(x, Fraction(trim))], [deviation(x)], [None]]
    if all(isinstance(q, int) for q in quartiles):
        want[3] = [quartiles[1] - quartiles[0]]
    elif all(math.isfinite(q) for q in quartiles):
        want[3] = [float(Fraction(float(quartiles[1])) - Fraction(float(quartiles[0])))]
    if want[8][0] is not None and math.isfinite(want[8][0]):
        want[9] = [want[8][0] * 1.4826]
    for k, (a, b) in enumerate(zip(got, want)):
        if len(a) != len(b) or not all(w is None or same(number(g), w) for g, w in zip(a, b)):
            fail(name, method, arguments, "result", k, "is", a, "not", b)
    if not differs_from_numpy(method, array):
        for q, value in zip(qs, got[4]):
            there = float(np.quantile(np.array(x), float(q), method=method))
            if abs(there - value) > 1e-13 * max(abs(x[0]), abs(x[-1])):
                fail(name, method, q, "numpy has", there, "not", value)


def values(kind, n, rng, flavour):
    dtype = np.dtype(kind)
    if dtype == bool:
        return np.array([rng.random() < 0.5 for _ in range(n)], dtype)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        if flavour % 2:
            return np.array([rng.randrange(max(-3, info.min), 4) for _ in range(n)], dtype)
        return np.array([rng.choice([info.min, info.max, 0]) if rng.random() < 0.1 else rng.randrange(info.min, info.max + 1)
                         for _ in range(n)], dtype)
    most = {2: 10, 4: 100, 8: 900}[dtype.itemsize]
    out = [(rng.random() - 0.5) * 2.0 ** rng.randrange(-most, most) if flavour != 1 else rng.choice([-2.5, -0.0, 0.0, 1.0, 2.5])
           for _ in range(n)]
    for i in range(n):
        if flavour in (2, 4) and rng.random() < 0.05:
            out[i] = rng.choice([math.inf, -math.inf])
        if flavour in (3, 4) and rng.random() < 0.2:
            out[i] = math.nan
    with np.errstate(all="ignore"):
        return np.array(out, dtype)


def small(rng, path):
    for kind in ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">f8", ">i4"]:
        for n in 1, 2, 3, 4, 10, 101, 1000:
            array = values(kind, n, rng, rng.randrange(5))
            np.save(path, array)
            check("%s[%d]" % (kind, n), array, ["-j", str(rng.choice([1, 2, 3]))], path, rng)


def shapes(rng):
    """Arrays that are hard for somebody who guesses from a sample."""
    n = 150000
    gen = np.random.default_rng(rng.randrange(1 << 30))
    uniform = gen.random(n)
    yield "uniform", uniform
    yield "sorted", np.sort(uniform)
    yield "reversed", np.sort(uniform)[::-1].copy()
    yield "constant", np.full(n, 7.5)
    yield "two values", np.where(uniform < 0.5, 1.0, 2.0)
    yield "one in a crowd", np.where(np.arange(n) == 1234, -1.0, 3.0)
    yield "rounded", np.floor(uniform * 20)
    yield "log-normal", gen.lognormal(0, 50, n)
    yield "neighbours", 1 + np.floor(uniform * n) * 2.0 ** -52
    yield "denormals", np.floor(uniform * 1000) * 5e-324 * np.where(gen.random(n) < 0.5, -1, 1)
    yield "zeros of both signs", np.where(uniform < 0.3, -0.0, np.where(uniform < 0.6, 0.0, gen.standard_normal(n)))
    yield "integers", gen.integers(-2 ** 63, 2 ** 63 - 1, n)
    yield "unsigned", gen.integers(0, 2 ** 64 - 1, n, dtype=np.uint64)
    yield "bytes", gen.integers(0, 256, n, dtype=np.uint8)
    yield "mostly NaN", np.where(uniform < 0.9, np.nan, uniform)
    # Everything that a sample of runs would look at is alike but in one chunk.
    yield "a cluster", np.concatenate([np.full(n // 2, 5.0), gen.random(1000), np.full(n - n // 2 - 1000, 6.0)])


def large(rng, folder, path):
    for name, array in shapes(rng):
        np.save(path, array)
        for arguments in rng.sample([[], ["-j", "3", "--grain", "999"], ["--mem-limit", "1K"]], 2):
            check(name, array, arguments, path, rng)
        # The same from text, from a pipe, and in two parts.
        if array.dtype == np.float64 and name in ("uniform", "sorted", "rounded", "mostly NaN", "log-normal"):
            text = "\n".join(map(repr, array.tolist())).encode()
            want = run(["--narm", "median,q1,perc:99,trimmean:0.2,mad", path])
            ends = os.path.join(folder, "a.txt"), os.path.join(folder, "b.txt")
            cut = text.index(b"\n", len(text) // 3) + 1
            for end, part in zip(ends, (text[:cut], text[cut:])):
                with open(end, "wb") as out:
                    out.write(part)
            for arguments, data in ((["-"], text), (["--total", *ends], None), (["--total", "--mem-limit", "2K", *ends], None)):
                got = run(["--narm", "-j", "2", "median,q1,perc:99,trimmean:0.2,mad", *arguments], data)
                if got != want:
                    fail(name, "as text", arguments, got, want)


@shared
def check_many(name, array, path, isa):
    """The elements of some ranks out of so many that a survey is made, against numpy's partition."""
    np.save(path, array)
    clean = array[array == array]
    for qs in ["0.5"], ["0", "0.001", "0.25", "0.5", "0.75", "0.9", "1"]:
        ranks = [math.floor(Fraction(q) * (len(clean) - 1)) for q in qs]
        want = np.partition(clean, ranks)[ranks].tolist()
        got = run(["--narm", "--method", "lower", "quantile:" + ",".join(qs), path], isa=isa)
        if got is None or [number(g) for g in got[0]] != want:
            fail(name, isa, "quantiles of many", got, want)


def many(rng, path):
    """Of one to four bytes, lest the files become large."""
    n = 17 * 10 ** 6
    gen = np.random.default_rng(rng.randrange(1 << 30))
    normal = gen.standard_normal(n, dtype=np.float32)
    check_many("normal", normal, path, "portable")
    check_many("cents", np.floor(np.abs(normal) * 3000) / 100, path, "avx2")
    check_many("sorted", np.sort(normal), path, "avx512")
    check_many("a wave with noise", np.sin(np.arange(n, dtype=np.float32) / 10000) + normal / 1000, path, "avx2")
    check_many("a random walk", np.cumsum(normal, dtype=np.float64).astype(np.float32), path, "avx512")
    check_many("runs of one value", np.repeat(normal[:n // 2000], 2000), path, "portable")
    normal[gen.integers(0, n, n // 100)] = np.nan
    check_many("NaN", normal, path, "avx512")
    check_many("bytes", gen.integers(0, 256, n, dtype=np.uint8), path, "avx512")
    for values in 1000, 20000, 150000:  # of a chunk of 65536, so that they fill each of its tables
        array = gen.integers(0, values, 4 * 10 ** 6, dtype=np.uint32)
        np.save(path, array)
        got, want = run(["countunique,unique", path]), np.unique(array).tolist()
        if got != [[len(want)], want]:
            fail("unique", values, got and got[0], len(want))


def main():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.npy")
        small(rng, path)
        large(rng, folder, path)
        many(rng, path)
        np.save(path, np.array([1.0, math.nan, 3.0]))
        if run(["median,quantile:0.1,0.2,mad", path]) != [["nan"], ["nan", "nan"], ["nan"]]:
            fail("a NaN makes the result NaN")
        np.save(path, np.array([]))
        done = verdict.run([PRONG, "median", path])
        if done.returncode != 1 or done.stdout:
            fail("the median of nothing", done)
    verdict.end()


main()
