# SPDX-License-Identifier: MIT
"""Asks prong, along axes, for operations that must hold all elements of an output, and for extrema, which go by rows; and for
products of whole arrays. What must come out is computed with exact fractions, rounded once, or is an element that numpy finds.
Usage: axes_order.py PRONG SEED"""
import math
import os
import random
import sys
import tempfile
from collections import Counter
from fractions import Fraction

import numpy as np

import verdict
from rounding import number, reads, rounded, same
from share import shared
from verdict import fail

PRONG, SEED = sys.argv[1], int(sys.argv[2])
KINDS = ["?", "i1", "i4", "i8", "u1", "u8", "f2", "f4", "f8", ">i2", ">u8", ">f4", ">f8"]
HELD = "median q1 q3 iqr perc:90 trimmean:0.2 mad madraw mode antimode countunique".split()
BY_ROWS = "min max range norm:inf count nancount".split()


def run(*arguments, **environment):
    return verdict.run([PRONG, *arguments], env=dict(os.environ, **environment))


def linear(x, q):
    """The quantile between the two elements of sorted numbers that decide it."""
    at = q * (len(x) - 1)
    i = at.numerator // at.denominator
    low, high = x[i], x[min(i + 1, len(x) - 1)]
    if low == high or at == i:
        return low
    if math.isinf(low) or math.isinf(high):
        return float(low) + float(high)
    return rounded(Fraction(low) + (at - i) * (Fraction(high) - Fraction(low)))


def held(kept):
    x = sorted(kept, key=lambda v: (v, math.copysign(1, v)))
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    out = {"median": linear(x, half), "q1": linear(x, quarter), "q3": linear(x, 3 * quarter)}
    out["perc:90"] = linear(x, Fraction(9, 10))
    span = Fraction(out["q3"]) - Fraction(out["q1"])
    out["iqr"] = int(span) if isinstance(out["q1"], int) and isinstance(out["q3"], int) else rounded(span)
    cut = len(x) // 5
    middle = x[cut:len(x) - cut]
    out["trimmean:0.2"] = rounded(sum(map(Fraction, middle)) / len(middle))
    distances = sorted(rounded(abs(Fraction(v) - Fraction(float(out["median"])))) for v in x)
    out["madraw"] = linear(distances, half)
    out["mad"] = out["madraw"] * 1.4826
    counts = Counter(v + 0 for v in kept)
    out["mode"] = min(counts, key=lambda v: (-counts[v], v))
    out["antimode"] = min(counts, key=lambda v: (counts[v], v))
    out["countunique"] = len(counts)
    return out


def by_rows(kept, all_of_them):
    zero = {math.copysign(1, v) for v in kept if v == 0}
    low, high = min(kept), max(kept)
    if isinstance(low, float):
        low = -0.0 if low == 0 and -1 in zero else low
        high = 0.0 if high == 0 and 1 in zero else high
    span = high - low if isinstance(low, int) or math.isinf(low) or math.isinf(high) else rounded(Fraction(high) - Fraction(low))
    return {"min": low, "max": high, "range": span, "norm:inf": max(abs(low), abs(high)), "count": all_of_them,
            "nancount": all_of_them - len(kept)}


def values(kind, shape, rng):
    n, dtype = math.prod(shape), np.dtype(kind)
    nans = rng.choice([0, 0, 0.1])
    if dtype == bool:
        return np.array([rng.random() < 0.6 for _ in range(n)], dtype).reshape(shape)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        low, high = rng.choice([(info.min, info.max), (max(info.min, -3), 3)])
        return np.array([rng.randrange(low, high + 1) for _ in range(n)], dtype).reshape(shape)
    out = [math.nan if rng.random() < nans else rng.choice([0.0, -0.0, rng.randrange(-4, 5), rng.gauss(0, 20)]) for _ in range(n)]
    return np.array(out, dtype).reshape(shape)


def rows_of(array, axis):
    moved = np.moveaxis(array, axis, -1)
    return moved.reshape(-1, array.shape[axis])


def answers(name, ops, arguments, **environment):
    done = run("--json", *arguments[:-1], ",".join(ops), arguments[-1], **environment)
    if done.returncode or done.stderr:
        fail(name, ops, done)
        return None
    return done.stdout


def compare(name, ops, wanted, text):
    for result in reads(text)["results"] if text else []:
        for o, (got, want) in enumerate(zip(result["values"], wanted)):
            want = want[result["op"]]
            if not same(number(got), want) and not (number(got) == want == 0 and result["op"] not in ("min", "max")):
                fail(name, result["op"], "of output", o, "is", got, "not", want)
                break
        if len(result["values"]) != len(wanted):
            fail(name, len(result["values"]), "outputs, not", len(wanted))


@shared
def check(rng, folder):
    shape = tuple(rng.choice([1, 2, 3, 9, rng.randrange(1, 70)]) for _ in range(rng.randrange(1, 4)))
    kind, axis = rng.choice(KINDS), rng.randrange(len(shape))
    array = values(kind, shape, rng)
    path = os.path.join(folder, "a.npy")
    np.save(path, np.asarray(array, order=rng.choice("CF")))
    policy = rng.choice(["propagate", "omit"])
    arguments = ["--axis=%d" % axis, "--nan-policy", policy, "-j", rng.choice("123"), path]
    name = "%s %s %s" % (kind, shape, arguments)
    rows = [[int(v) for v in row] if array.dtype.kind == "b" else row.tolist() for row in rows_of(array, axis)]
    kept = [[v for v in row if v == v] for row in rows]
    if not all(kept):
        done = run(*arguments[:-1], "median", path)
        if policy == "omit" and (done.returncode != 1 or done.stdout or not done.stderr):
            fail(name, "the median of nothing:", done)
        return
    for ops, oracle in (HELD, lambda k, _: held(k)), (BY_ROWS, by_rows):
        wanted = [oracle(k, len(row)) for k, row in zip(kept, rows)]
        for want, k, row in zip(wanted, kept, rows):
            if policy == "propagate" and len(k) < len(row):
                exact = {"count": len(row), "nancount": len(row) - len(k), "countunique": want.get("countunique", 0) + 1}
                want.update({op: exact.get(op, math.nan) for op in ops})
        some = rng.sample(ops, rng.randrange(1, len(ops) + 1))
        text = answers(name, some, arguments)
        compare(name, some, wanted, text)
        if text != answers(name, some, arguments, PRONG_ISA="portable"):
            fail(name, some, "depends on the instruction set")
    mixed = answers(name, ["mean", "median", "argmin"], arguments)
    alone = [reads(answers(name, [op], arguments))["results"][0] for op in ("mean", "median", "argmin")]
    if mixed and reads(mixed)["results"] != alone:
        fail(name, "mean, median and argmin together:", mixed, "not", alone)


def long_and_short(rng, folder):
    """More elements than a worker holds at a time under a limit, and very many outputs of a few."""
    path = os.path.join(folder, "a.npy")
    generator = np.random.RandomState(rng.randrange(2 ** 31))
    for shape, axis, limit in ((40, 9000), 1, "64k"), ((9000, 40), 0, "64k"), ((50000, 3), 1, "1g"), ((3, 50000), 0, "1g"):
        array = generator.standard_normal(shape)
        np.save(path, array)
        wanted = np.median(array, axis=axis).tolist()
        text = answers(str(shape), ["median"], ["--axis=%d" % axis, "--mem-limit", limit, path])
        compare(str(shape), ["median"], [{"median": m} for m in wanted], text)


@shared
def product(rng, path, kind):
    n = rng.choice([0, 1, 15, 16, 17, 1023, 1025, 3000])
    if kind == "f8":
        x = [math.ldexp(rng.uniform(1, 2), rng.randrange(-3, 3)) * rng.choice([1, -1]) for _ in range(n)]
        if rng.random() < 0.3 and n:
            x[rng.randrange(n)] = rng.choice([5e-324, 3e-310, math.nan, 1e308])
    else:
        x = [rng.choice([1, 2, 3, -1, 7]) if rng.random() < 0.99 else rng.randrange(-2 ** 63, 2 ** 63) for _ in range(n)]
    x = [abs(v) for v in x] if kind == "u8" else x
    np.save(path, np.array(x, kind))
    want = rounded(math.prod(Fraction(v) for v in x if v == v))
    for arguments in ["-j1"], ["-j3", "--grain", "100"]:
        for isa in "portable", "avx2", "avx512":
            done = run("--narm", "--json", *arguments, "prod", path, PRONG_ISA=isa)
            got = number(reads(done.stdout)["results"][0]["value"])
            if not same(got, want):
                fail("prod of", n, kind, arguments, isa, "is", got, "not", want)


def main():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(90):
            check(rng, folder)
        long_and_short(rng, folder)
        for kind in ["f8", "i8", "u8"] * 8:
            product(rng, os.path.join(folder, "p.npy"), kind)
    verdict.end()


main()
