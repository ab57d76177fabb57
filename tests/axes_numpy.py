# SPDX-License-Identifier: MIT
"""Asks prong for operations along axes of random arrays and slices of such, and computes what must come out: sums with
fractions and rounded once, the rest with numpy, whose axis keyword says which elements make which output.
Usage: axes_numpy.py PRONG SEED"""
import math
import os
import random
import sys
import tempfile
from fractions import Fraction

import numpy as np

import verdict
from rounding import number, reads, rounded, same
from share import SHARE, shared
from verdict import fail

PRONG, SEED = sys.argv[1], int(sys.argv[2])
KINDS = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">i2", ">u8", ">f4", ">f8"]
OPS = "count nancount sum mean var min max argmin argmax any all first last".split()
NEEDS_ELEMENTS = {"mean", "min", "max", "argmin", "argmax", "first", "last"}


def run(*arguments):
    return verdict.run([PRONG, *arguments])


def rows_of(array, axes):
    """The elements of each output, in row-major order of the reduced dimensions."""
    kept = [d for d in range(array.ndim) if d not in axes]
    outputs = math.prod(array.shape[d] for d in kept)
    turned = np.transpose(array, kept + sorted(axes))
    return turned.reshape(outputs, math.prod(array.shape[d] for d in axes))


def exact(kept, integers, ddof):
    """Sum, mean and variance of finite numbers; mean is None of nothing."""
    q = [Fraction(x) for x in kept]
    n, total = len(q), sum(q)
    var = rounded((sum(x * x for x in q) - total * total / n) / (n - ddof)) if n > ddof else math.nan
    return int(total) if integers else rounded(total), rounded(total / n) if n else None, var


def output(row, policy, ddof):
    """All operations of an output's elements; None where there is no value."""
    flat = [int(x) for x in row.tolist()] if row.dtype == bool else row.tolist()
    integers = row.dtype.kind in "iub"
    places = [i for i, x in enumerate(flat) if x == x]
    kept = [flat[i] for i in places]
    counted = kept if policy == "omit" else flat
    spoilt = len(kept) < len(flat) and policy == "propagate"
    out = {"count": len(flat), "nancount": len(flat) - len(kept), "any": any(counted), "all": all(counted)}
    out["first"], out["last"] = (counted[0], counted[-1]) if counted else (None, None)
    if spoilt:
        for op in "sum", "mean", "var", "min", "max":
            out[op] = math.nan
        out["argmin"] = out["argmax"] = int(np.argmax(np.isnan(row)))
        return out
    out["sum"], out["mean"], out["var"] = exact(kept, integers, ddof)
    for op, numpys, places_of in ("min", np.min, np.argmin), ("max", np.max, np.argmax):
        values = row[places]
        out[op] = kept[int(places_of(values))] if kept else None
        if kept and out[op] != numpys(values):
            fail("numpy's", op, "is not where it is")
        out["arg" + op] = places[int(places_of(values))] if kept else None
    return out


def by_numpy(array, axes, keepdims):
    """The shape, and numpy's own sums, smallest elements and truths along the axes."""
    with np.errstate(all="ignore"):
        wide = array.astype(np.float64) if array.dtype.kind == "f" else array.astype(object)
        out = {"sum": np.sum(wide, axis=axes, keepdims=keepdims), "any": np.any(array, axis=axes, keepdims=keepdims)}
        if array.size:
            out["min"] = np.min(array, axis=axes, keepdims=keepdims)
    return np.shape(out["any"]), out


def agree(name, op, got, numpys):
    for a, b in zip(got, np.reshape(numpys, -1).tolist()):
        a = float(number(a))
        if not (math.isnan(a) and math.isnan(b) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)):
            fail(name, op, "is", a, "and numpy says", b)
            return


def values(kind, shape, rng):
    n, dtype = math.prod(shape), np.dtype(kind)
    nans = rng.choice([0, 0, 0.1])
    if dtype == bool:
        return np.array([rng.random() < 0.6 for _ in range(n)], dtype).reshape(shape)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        low, high = rng.choice([(info.min, info.max), (max(info.min, -3), 3)])
        return np.array([rng.randrange(low, high + 1) for _ in range(n)], dtype).reshape(shape)
    out = [math.nan if rng.random() < nans else rng.choice([0.0, rng.randrange(-4, 5), rng.gauss(0, 20)]) for _ in range(n)]
    return (np.array(out, dtype) + dtype.type(0)).astype(dtype).reshape(shape)


def slice_text(shape, rng):
    parts = []
    for length in shape:
        a, b = sorted(rng.randrange(length + 1) for _ in range(2))
        parts.append(rng.choice([":", "%d:%d" % (a, b), "::2", "::-1", "%d" % rng.randrange(length) if length else ":"]))
    return ",".join(parts)


def stored(rng, path, array, layout):
    """Saves the array and names it, or a part of it; returns the name and what it names."""
    np.save(path, np.asarray(array, order=layout))
    if array.ndim and rng.random() < 0.35:
        text = slice_text(array.shape, rng)
        part = eval("array[%s]" % text, {"array": array})
        if np.ndim(part):
            return "%s[%s]" % (path, text), part
    return path, array


def compare(name, done, wanted, ops, shape):
    """Returns prong's values by operation."""
    if done.returncode or done.stderr:
        fail(name, done)
        return {}
    answer = reads(done.stdout)
    if tuple(answer["shape"]) != tuple(shape):
        fail(name, "shape", answer["shape"], "not", shape)
    got = {result["op"]: result["values"] for result in answer["results"]}
    for op in ops:
        if len(got[op]) != len(wanted):
            fail(name, op, len(got[op]), "outputs, not", len(wanted))
        for o, (value, want) in enumerate(zip(got[op], wanted)):
            if not same(number(value), want[op]) and not (op in ("min", "max") and number(value) == want[op]):
                fail(name, op, "of output", o, "is", value, "not", want[op])
                break
    return got


def axes_of(ndim, rng):
    axes = rng.sample(range(ndim), rng.randrange(1, ndim + 1))
    return axes, ",".join(str(a - ndim if rng.random() < 0.3 else a) for a in axes)


@shared
def check(rng, folder):
    shape = tuple(rng.choice([1, 2, 3, 5, 9, rng.randrange(0, 40)]) for _ in range(rng.randrange(1, 5)))
    if math.prod(shape) > 3000:
        shape = shape[:2]
    kind, layout = rng.choice(KINDS), rng.choice("CF")
    path, array = stored(rng, os.path.join(folder, "a.npy"), values(kind, shape, rng), layout)
    axes, text = axes_of(array.ndim, rng)
    policy, ddof, keepdims = rng.choice(["propagate", "omit", "raise"]), rng.randrange(3), rng.random() < 0.3
    options = ["--axis=" + text, "--ddof", str(ddof), "--nan-policy", policy, "-j", rng.choice("123")]
    options += ["--keepdims"] if keepdims else []
    name = "%s %s %s %s %s" % (kind, shape, layout, path, options)
    if policy == "raise" and array.dtype.kind == "f" and np.isnan(array).any():
        done = run(*options, "sum,min", path)
        if done.returncode != 4 or done.stdout:
            fail(name, "raise:", done)
        return
    wanted = [output(row, policy, ddof) for row in rows_of(array, axes)]
    ops = [op for op in OPS if all(want[op] is not None for want in wanted)]
    out_shape, numpys = by_numpy(array, tuple(axes), keepdims)
    got = compare(name, run("--json", *options, ",".join(ops), path), wanted, ops, out_shape)
    if got and (policy == "propagate" or array.dtype.kind != "f" or not np.isnan(array).any()):
        for op in set(numpys) & set(got):
            agree(name, op, got[op], numpys[op])
    if len(ops) < len(OPS):
        done = run(*options, next(op for op in OPS if op not in ops), path)
        if done.returncode != 1 or done.stdout or not done.stderr:
            fail(name, "an output of nothing:", done)
    elif rng.random() < 0.2:
        saved(name, folder, options, path, wanted, out_shape)


def saved(name, folder, options, path, wanted, shape):
    """The same as an .npy file."""
    out = os.path.join(folder, "out.npy")
    done = run(*options, "-o", out, "sum", path)
    if done.returncode or done.stdout or done.stderr:
        fail(name, "-o:", done)
        return
    result = np.load(out)
    flat = [want["sum"] for want in wanted]
    if result.shape != tuple(shape):
        fail(name, "-o: shape", result.shape, "not", shape)
    least, greatest = min(flat, default=0), max(flat, default=0)
    if isinstance(least, int) and not (-2 ** 63 <= least and greatest < 2 ** 63 or 0 <= least and greatest < 2 ** 64):
        flat = [float(x) for x in flat]
    if not all(same(a, b) for a, b in zip(result.reshape(-1).tolist(), flat)):
        fail(name, "-o: ", result.reshape(-1), "not", flat)


def tall_and_wide(rng, folder):
    """Few outputs of many elements, many of few, and medians, which take passes."""
    path = os.path.join(folder, "a.npy")
    for shape, axis in ((2, 270000), 1), ((270000, 2), 0), ((70000, 3), 1), ((3, 70000), 0):
        array = np.random.RandomState(rng.randrange(2 ** 31)).standard_normal(shape).astype(rng.choice(["f4", "f8"]))
        np.save(path, np.asarray(array, order=rng.choice("CF")))
        rows = rows_of(array, [axis])
        wanted = [{"sum": math.fsum(row.tolist()), "min": row.min().item(), "argmax": int(row.argmax()), "count": len(row)}
                  for row in rows]
        ops = list(wanted[0])
        compare("%s along %d" % (shape, axis), run("--json", "--axis=%d" % axis, ",".join(ops), path), wanted, ops,
                (len(rows),))
    for shape, axes in ((4, 31), (1,)), ((9, 2, 5), (0, 2)):
        array = values(rng.choice(["f8", "i4"]), shape, rng)
        array[np.isnan(array)] = 0
        np.save(path, array)
        wanted = [{"median": number} for number in np.median(rows_of(array, axes), axis=1).tolist()]
        compare("median %s" % (shape,), run("--json", "--axis=" + ",".join(map(str, axes)), "median", path), wanted, ["median"],
                (len(wanted),))


SPECIAL = [math.nan, math.inf, -math.inf, 5e-324, -2.0 ** -1060, 1.5e308, 2.0 ** -300, -0.0]


def wide_values(kind, shape, rng):
    """Normal numbers, and columns and rows laden with what no window holds, with NaN, or with nothing but -0."""
    generator = np.random.RandomState(rng.randrange(2 ** 31))
    dtype = np.dtype(kind)
    if dtype.kind in "iu":
        return np.frombuffer(generator.bytes(math.prod(shape) * dtype.itemsize), dtype).reshape(shape)
    array = generator.standard_normal(shape).astype(dtype)
    array[generator.random_sample(shape) < 0.01] = np.nan
    laden = generator.random_sample(shape) < 0.3
    for d in range(array.ndim):
        for k in range(min(3, shape[d])):
            part = np.moveaxis(array, d, 0)[rng.randrange(shape[d])]
            with np.errstate(over="ignore", under="ignore"):
                some = np.array([rng.choice(SPECIAL) for _ in range(part.size)]).reshape(part.shape).astype(dtype)
            part[...] = np.where(np.moveaxis(laden, d, 0)[k], some, part) if k else dtype.type(-0.0)
    return array


def sum_of(kept):
    """By fsum, which rounds once; numbers that overflow on its way by fractions."""
    if math.nan in kept or any(x != x for x in kept) or math.inf in kept and -math.inf in kept:
        return math.nan
    if math.inf in kept or -math.inf in kept:
        return math.inf if math.inf in kept else -math.inf
    if kept and all(x == 0 and math.copysign(1, x) < 0 for x in kept):
        return -0.0
    try:
        return math.fsum(kept)
    except OverflowError:
        return rounded(sum(map(Fraction, kept)))


def wide_output(row, policy):
    flat = row.tolist()
    if row.dtype.kind in "iu":
        return {"sum": sum(flat), "min": min(flat), "max": max(flat), "nancount": 0, "count": len(flat)}
    kept = [x for x in flat if x == x]
    out = {"count": len(flat), "nancount": len(flat) - len(kept), "sum": sum_of(kept if policy == "omit" else flat)}
    spoilt = policy == "propagate" and len(kept) < len(flat)
    out["min"] = math.nan if spoilt else min(kept) if kept else None
    out["max"] = math.nan if spoilt else max(kept) if kept else None
    return out


def wide(rng, folder):
    """Shapes beyond what kernels, windows of rows and panels of columns take at a time, with every instruction set."""
    path = os.path.join(folder, "a.npy")
    shapes = (150, 2500), (70, 8203), (9, 17001), (1, 9000), (9000, 1), (300, 77), (2000, 19), (7, 33, 1025), (41, 3, 130, 6)
    for shape in shapes:
        kind, layout = rng.choice(["f8", "f8", "f4", "i8", "u8", "i4"]), rng.choice("CCF")
        array = wide_values(kind, shape, rng)
        np.save(path, np.asarray(array, order=layout))
        cut = rng.choice(["", "1:", "::2", "::-1", ":,1:"]) if min(shape) > 1 else ""
        part = eval("array[%s]" % cut, {"array": array}) if cut else array
        for axis in range(array.ndim):
            policy, isa = rng.choice(["omit", "propagate"]), rng.choice(["portable", "avx2", "avx512"])
            wanted = [wide_output(row, policy) for row in rows_of(part, [axis])]
            ops = [op for op in rng.choice([["sum"], ["min", "max", "nancount"], ["sum", "max", "count"]])
                   if all(want[op] is not None for want in wanted)] or ["count"]
            name = "%s %s%s %s axis %d %s %s %s" % (kind, shape, cut, layout, axis, policy, isa, ops)
            os.environ["PRONG_ISA"] = isa
            compare(name, run("--json", "--axis=%d" % axis, "--nan-policy", policy, "-j", rng.choice("123"), ",".join(ops),
                              path + ("[%s]" % cut if cut else "")), wanted, ops, part.shape[:axis] + part.shape[axis + 1:])
            del os.environ["PRONG_ISA"]


def main():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(220):
            check(rng, folder)
        tall_and_wide(rng, folder)
        for _ in range(max(1, 3 // SHARE)):
            wide(rng, folder)
    verdict.end()


main()
