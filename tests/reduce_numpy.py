# SPDX-License-Identifier: MIT
"""Asks prong for all operations on many arrays, and computes what must come out: with numpy where it defines the answer
(extrema, places), with integers and fractions where the answer is an exact value rounded once (sums and what is made of
them). Usage: reduce_numpy.py PRONG SEED"""
import math
import os
import random
import sys
import tempfile
from fractions import Fraction

import numpy as np

import verdict
from rounding import number, reads, root, rounded, same
from share import SHARE, shared
from verdict import fail

PRONG, SEED = sys.argv[1], int(sys.argv[2])
NEEDS_ELEMENTS = "mean ms rms min max range argmin argmax absmin absmax first last".split()
OPS = ("count nancount infcount sum mean var std sem ms rms norm:1 norm:2 norm:inf prod min max range argmin argmax absmin "
       "absmax any all count_nonzero first last").split()


def exact_values(kept, ddof, form):
    """Sum, mean … of Python numbers without NaN."""
    out = {}
    n = len(kept)
    floats = n == 0 or isinstance(kept[0], float)
    infinities = [x for x in kept if floats and math.isinf(x)]
    if infinities:
        both = len(set(infinities)) == 2
        out["sum"] = out["mean"] = math.nan if both else infinities[0]
        out["var"] = out["std"] = out["sem"] = math.nan
        for op in "ms", "rms", "norm:1", "norm:2":
            out[op] = math.inf
        return out
    q = [Fraction(x) for x in kept]
    total, squares = sum(q), sum(x * x for x in q)
    out["sum"] = rounded(total, form) if floats else int(total)
    if floats and n and all(x == 0 and math.copysign(1, x) < 0 for x in kept):
        out["sum"] = -0.0
    out["norm:1"] = rounded(sum(abs(x) for x in q), form)
    out["norm:2"] = root(squares, form)
    if n:
        out["mean"] = rounded(total / n, form) if total else math.copysign(0.0, out["sum"])
        out["ms"], out["rms"] = rounded(squares / n, form), root(squares / n, form)
    for op in "var", "std", "sem":
        out[op] = math.nan
    if n > ddof:
        var = (squares - total * total / n) / (n - ddof)
        out["var"], out["std"], out["sem"] = rounded(var, form), root(var, form), root(var / n, form)
    return out


def product(kept):
    if any(isinstance(x, float) and math.isinf(x) for x in kept):
        if any(x == 0 for x in kept):
            return math.nan
        return math.copysign(math.inf, math.prod(math.copysign(1, x) for x in kept))
    value = Fraction(1)
    for x in kept:
        value *= Fraction(x)
    if value == 0:
        return math.copysign(0.0, math.prod(math.copysign(1, x) for x in kept))
    return rounded(value)


def extrema(flat, kept, places):
    """kept are the elements that count and places where they stand."""
    out = {}
    low, high = min(kept), max(kept)
    floats = isinstance(low, float)
    if floats and low == 0 and any(x == 0 and math.copysign(1, x) < 0 for x in kept):
        low = -0.0
    if floats and high == 0:
        high = 0.0 if any(x == 0 and math.copysign(1, x) > 0 for x in kept) else -0.0
    out["min"], out["max"] = low, high
    out["argmin"], out["argmax"] = places[kept.index(min(kept))], places[kept.index(max(kept))]
    magnitudes = [abs(x) for x in kept]
    out["absmin"] = kept[magnitudes.index(min(magnitudes))]
    out["absmax"] = kept[magnitudes.index(max(magnitudes))]
    out["norm:inf"] = max(magnitudes)
    if floats:
        unbounded = math.isinf(low) or math.isinf(high)
        out["range"] = high - low if unbounded else rounded(Fraction(high) - Fraction(low))
    else:
        out["range"] = high - low
    return out


def expected(array, policy, ddof, form="f64"):
    """What every operation must give for a numpy array; operations without a value are left out."""
    flat = array.reshape(-1).tolist()
    if array.dtype == bool:
        flat = [int(x) for x in flat]
    nan_at = [i for i, x in enumerate(flat) if x != x]
    places = [i for i, x in enumerate(flat) if x == x] if nan_at else list(range(len(flat)))
    kept = [flat[i] for i in places]
    spoilt = nan_at and policy == "propagate"
    out = {"count": len(flat), "nancount": len(nan_at), "infcount": sum(x in (math.inf, -math.inf) for x in kept)}
    out.update(exact_values(kept, ddof, form))
    out["prod"] = product(kept)
    out["norm:inf"] = 0.0 if array.dtype.kind == "f" else 0
    if kept:
        out.update(extrema(flat, kept, places))
    counted = flat if policy == "propagate" else kept
    out["any"], out["all"] = any(x != 0 for x in counted), all(x != 0 for x in counted)
    out["count_nonzero"] = sum(x != 0 for x in counted)
    if spoilt:
        for op in set(OPS) - {"count", "nancount", "infcount", "any", "all", "count_nonzero", "first", "last"}:
            out[op] = math.nan
        out["argmin"] = out["argmax"] = nan_at[0]
    if counted:
        out["first"], out["last"] = counted[0], counted[-1]
    if kept and not nan_at:  # numpy's own word for places, in C order whatever the memory's
        assert out["argmin"] == int(np.argmin(array)) and out["argmax"] == int(np.argmax(array))
    if spoilt:
        assert out["argmin"] == int(np.argmin(array)) and out["argmax"] == int(np.argmax(array))
    return out


def run(arguments, data=None):
    return verdict.run([PRONG, *arguments], input=data)


def close(got, want):
    if math.isnan(want) or math.isinf(want) or want == 0 or abs(want) < 1e-290:
        return same(float(got), want) or abs(got - want) <= 1e-320
    return abs(got - want) <= 1e-15 * abs(want)


@shared
def check(name, array, path, arguments=(), policy="propagate", ddof=0, jobs=2):
    options = ["--json", "-j", str(jobs), "--ddof", str(ddof), "--nan-policy", policy, *arguments]
    has_nan = array.dtype.kind == "f" and bool(np.isnan(array).any())
    if policy == "raise" and has_nan:
        done = run(options + [",".join(OPS), path])
        if done.returncode != 4 or done.stdout:
            fail(name, "raise:", done)
        return
    want = expected(array, policy, ddof)
    ops = [op for op in OPS if op in want and want[op] is not None]
    if not any(op in want for op in ("first",)):
        ops = [op for op in ops if op not in NEEDS_ELEMENTS]
        for op in NEEDS_ELEMENTS:
            done = run(options + [op, path])
            if done.returncode != 1 or done.stdout:
                fail(name, op, "of nothing:", done)
    done = run(options + [",".join(ops), path])
    if done.returncode or done.stderr:
        fail(name, options, done)
        return
    results = reads(done.stdout)
    for op, result in zip(ops, results["results"]):
        got = number(result["value"])
        good = close(got, want[op]) if op == "prod" else same(got, want[op])
        if not good:
            fail(name, policy, "ddof", ddof, op, "is", repr(got), "not", repr(want[op]))


def values(kind, n, rng, flavour):
    """n elements of a numpy kind and size: flavour 0 wild, 1 with ties and zeros, 2 with infinities, 3 with NaN, 4 with all."""
    dtype = np.dtype(kind)
    if dtype == bool:
        return np.array([rng.random() < (0.5, 0.0, 1.0, 0.9, 0.1)[flavour] for _ in range(n)], dtype)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        if flavour % 2:
            return np.array([rng.randrange(max(-3, info.min), 4) for _ in range(n)], dtype)
        special = [info.min, info.max, 0, 1, info.max // 2]
        return np.array([rng.choice(special) if rng.random() < 0.2 else rng.randrange(info.min, info.max + 1)
                         for _ in range(n)], dtype)
    most = {2: 10, 4: 100, 8: 900}[dtype.itemsize]
    out = [(rng.random() - 0.5) * 2.0 ** rng.randrange(-most, most) if flavour != 1 else rng.choice([-2.5, -0.0, 0.0, 1.0, 2.5])
           for _ in range(n)]
    for i in range(n):
        if flavour in (2, 4) and rng.random() < 0.1:
            out[i] = rng.choice([math.inf, -math.inf] if flavour == 4 or n % 2 else [math.inf])
        if flavour in (3, 4) and rng.random() < 0.2:
            out[i] = math.nan
    with np.errstate(all="ignore"):
        return np.array(out, dtype)


def main():
    rng = random.Random(SEED)
    kinds = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
    shapes = [(), (0,), (3, 0), (1,), (13,), (7, 5), (3, 4, 5)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.npy")
        for kind in kinds:
            for order in "<>" if kind[-1] not in "1?" else "|":
                for shape in shapes:
                    for layout in "CF" if len(shape) > 1 else "C":
                        flavour = rng.randrange(5)
                        array = values(kind, math.prod(shape), rng, flavour).reshape(shape).astype(order + kind)
                        np.save(path, np.asarray(array, order=layout))
                        policy = rng.choice(["propagate", "omit", "propagate", "raise"])
                        check("%s%s %s %s flavour %d" % (order, kind, shape, layout, flavour), array, path, (), policy,
                              rng.randrange(3), rng.choice([1, 2, 3]))
                # All policies on a float of every flavour, with many chunks.
                for flavour in range(5 if kind[0] == "f" else 2):
                    array = values(kind, 300, rng, flavour).reshape(20, 15).astype(order + kind)
                    np.save(path, np.asarray(array, order=rng.choice("CF")))
                    for policy in ["propagate", "omit", "raise"]:
                        check("%s%s flavour %d in chunks" % (order, kind, flavour), array, path, ["--grain", "7"], policy, 1,
                              rng.choice([1, 4, 16]))
        bf16(rng, folder)
        formats(rng, path)
        large(rng, path)
    verdict.end()


def bf16(rng, folder):
    path = os.path.join(folder, "bf16")
    for order in "<>":
        bits = np.array([rng.randrange(65536) & 0xffff if rng.random() < 0.9 else 0x7fc0 for _ in range(400)], np.uint16)
        wide = (bits.astype(np.uint32) << 16).view(np.float32)
        bits.astype(order + "u2").tofile(path)
        for policy in "propagate", "omit":
            check("bf16 " + order, wide, path, ["--dtype", "bf16le" if order == "<" else "bf16be", "--grain", "50"], policy)


def formats(rng, path):
    """Results rounded once to a narrow format."""
    for _ in range(12):
        array = values("f8", 40, rng, 0) * 2.0 ** -800 if rng.random() < 0.3 else np.array(
            [(rng.random() - 0.3) * 2.0 ** rng.randrange(-12, 12) for _ in range(40)])
        np.save(path, array)
        for form in "f32", "f16", "bf16":
            ops = ["sum", "mean", "var", "std", "sem", "ms", "rms", "norm:1", "norm:2", "min", "max"]
            done = run(["--json", "--out-dtype", form, ",".join(ops), path])
            want = expected(array, "propagate", 0, form)
            for op in "min", "max":
                want[op] = rounded(Fraction(want[op]), form)
            for op, result in zip(ops, reads(done.stdout)["results"]):
                # Text has the shortest digits of that format: as a double it need not be the value itself.
                got = rounded(Fraction(number(result["value"])), form) if math.isfinite(number(result["value"])) \
                    else number(result["value"])
                if got != want[op]:
                    fail(form, op, "is", result["value"], "not", want[op])


def large(rng, path):
    """Many chunks: the same bytes for 1 … 64 workers and, but for prod, for any grain."""
    for kind, flavour in ("f8", 4), ("f4", 0), ("i8", 0), ("u8", 0):
        np.save(path, values(kind, 30000, rng, flavour))
        first = None
        for jobs in range(1, 65, SHARE) if kind == "f8" else (1, 2, 7, 64):
            done = run(["--json", "-j", str(jobs), "--grain", "123", "--narm", ",".join(OPS), path])
            first = first or done.stdout
            if done.returncode or done.stdout != first:
                fail(kind, "-j", jobs, done, first)
        ops = ",".join(op for op in OPS if op != "prod")
        first = None
        for grain in 1, 50, 4096, 29999, 100000:
            done = run(["--json", "-j", "3", "--grain", str(grain), "--narm", ops, path])
            first = first or done.stdout
            if done.returncode or done.stdout != first:
                fail(kind, "--grain", grain, done, first)
        check(kind + " of many chunks", np.load(path), path, ["--grain", "1000"], "omit", 1, 8)


main()
