# SPDX-License-Identifier: MIT
"""Asks prong for what is made of two arrays, and of one with weights, and computes what must come out: with fractions, rounded
once, and where numbers are tame with numpy too. Usage: pairs_numpy.py PRONG SEED"""
import math
import os
import random
import sys
import tempfile
from fractions import Fraction

import numpy as np

import verdict
from rounding import number, reads, root, rounded, same
from share import shared
from verdict import fail

PRONG, SEED = sys.argv[1], int(sys.argv[2])
KINDS = ["f8", "f8", "f4", "f2", "i8", "u8", "i4", "u1", "?", ">f8", ">i2"]
PAIR_OPS = ["cov", "scov", "pcov", "corr", "dot", "count"]
WEIGHTED_OPS = ["sum", "mean", "var", "std", "svar", "pvar", "sstdev", "pstdev", "count"]


def run(*arguments):
    return verdict.run([PRONG, "--json", *arguments])


def unit(x):
    """A number of x's class and sign."""
    return x if math.isinf(x) else math.copysign(1.0 if x else 0.0, x)


def product(x, y):
    """x y by IEEE 754, but that it is neither 0 nor infinite where only its size makes it so."""
    return unit(x) * unit(y)


def sum_of_products(pairs, integers):
    """Σxy of pairs none of which has a NaN for a product."""
    signs = [product(x, y) for x, y in pairs]
    unbounded = {p for p in signs if math.isinf(p)}
    if unbounded:
        return math.nan if len(unbounded) == 2 else unbounded.pop()
    total = sum(Fraction(x) * Fraction(y) for x, y in pairs)
    if integers:
        return int(total)
    if pairs and all(p == 0 and math.copysign(1, p) < 0 for p in signs):
        return -0.0
    return rounded(total)


def of_pairs(pairs, policy, ddof, integers):
    out = {"count": len(pairs)}
    whole = [(x, y) for x, y in pairs if x == x and y == y]
    products = [(x, y) for x, y in whole if not math.isnan(product(x, y))]
    out["dot"] = math.nan if policy == "propagate" and len(products) < len(pairs) else sum_of_products(products, integers)
    for op in "cov", "scov", "pcov", "corr":
        out[op] = math.nan
    if policy == "propagate" and len(whole) < len(pairs) or any(math.isinf(x) or math.isinf(y) for x, y in whole):
        return out
    n = len(whole)
    xs, ys = [Fraction(x) for x, _ in whole], [Fraction(y) for _, y in whole]
    c = n * sum(x * y for x, y in zip(xs, ys)) - sum(xs) * sum(ys)
    for op, divisor in ("cov", n - ddof), ("scov", n - 1), ("pcov", n):
        if divisor > 0:
            out[op] = rounded(c / n / divisor)
    a, b = n * sum(x * x for x in xs) - sum(xs) ** 2, n * sum(y * y for y in ys) - sum(ys) ** 2
    if a and b:
        out["corr"] = math.copysign(root(c * c / (a * b)), c) if c else 0.0
    return out


def of_weighted(pairs, policy, ddof, integers):
    """mean is None where it has no value."""
    out = {op: math.nan for op in WEIGHTED_OPS}
    out["count"] = len(pairs)
    whole = [(x, w) for x, w in pairs if x == x and w == w]
    if policy == "propagate" and len(whole) < len(pairs):
        return out
    total = None if any(math.isinf(w) for _, w in whole) else sum(Fraction(w) for _, w in whole)
    if total == 0:
        out["mean"] = None
    if any(math.isnan(product(x, w)) for x, w in whole):
        return out
    out["sum"] = sum_of_products(whole, integers)
    if total is None or total == 0:
        return out
    if any(math.isinf(x) for x, _ in whole):
        out["mean"] = out["sum"]
        return out
    s = sum(Fraction(x) * Fraction(w) for x, w in whole)
    out["mean"] = rounded(s / total) if s else math.copysign(0.0, out["sum"])
    spread = sum(Fraction(w) * (Fraction(x) - s / total) ** 2 for x, w in whole)
    for var, std, less in ("var", "std", ddof), ("svar", "sstdev", 1), ("pvar", "pstdev", 0):
        if total > less:
            out[var], out[std] = rounded(spread / (total - less)), root(spread / (total - less))
    return out


def with_numpy(name, x, y, want, weighted):
    """Numpy's word, where it can be taken: it bounds the oracle's own mistakes."""
    with np.errstate(all="ignore"):
        if weighted:
            other = {"mean": np.average(x, weights=y), "pvar": np.cov(x, aweights=y, ddof=0)}
        else:
            other = {"pcov": np.cov(x, y, ddof=0)[0, 1], "scov": np.cov(x, y)[0, 1], "corr": np.corrcoef(x, y)[0, 1]}
    for op, value in other.items():
        if not math.isclose(want[op], value, rel_tol=1e-6, abs_tol=1e-9):
            fail(name, "numpy says for", op, value, "and the oracle", want[op])


def values(kind, n, rng, flavour, least):
    """n elements: flavour 0 tame, 1 wild, 2 with ties, 3 with infinities, 4 with NaN, 5 with all; from `least` up."""
    dtype = np.dtype(kind)
    if dtype == bool:
        return np.array([rng.random() < 0.5 for _ in range(n)])
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        low, high = max(info.min, least), info.max
        if flavour != 1:
            low, high = max(low, -9), min(high, 9)
        return np.array([rng.randrange(low, high + 1) for _ in range(n)], dtype)
    most = {2: 8, 4: 50, 8: 480}[dtype.itemsize]
    out = []
    for _ in range(n):
        x = rng.random() - (0 if least == 0 else 0.5)
        if flavour in (1, 5):
            x *= 2.0 ** rng.randrange(-most, most)
        elif flavour == 2:
            x = rng.choice([0.0, -0.0, 1.0, 2.5] if least == 0 else [-2.5, -0.0, 0.0, 1.0])
        if flavour in (3, 5) and rng.random() < 0.1:
            x = math.inf if least == 0 else rng.choice([math.inf, -math.inf])
        if flavour in (4, 5) and rng.random() < 0.15:
            x = math.nan
        out.append(x)
    return np.array(out, dtype)


def compare(name, done, ops, want):
    if done.returncode or done.stderr:
        fail(name, done)
        return
    for op, result in zip(ops, reads(done.stdout)["results"]):
        if not same(number(result["value"]), want[op]):
            fail(name, op, "is", result["value"], "not", want[op])


@shared
def check(rng, folder, weighted):
    kinds = rng.choice(KINDS), rng.choice(KINDS)
    shape = rng.choice([(0,), (1,), (2,), (13,), (300,), (7, 5), (3, 4, 5), (5000,)])
    flavours = [rng.choice([0, 0, 1, 2, 3, 4, 5]) for _ in range(2)]
    if shape == (5000,):
        flavours = [0, rng.choice([0, 2, 4])]
    x = values(kinds[0], math.prod(shape), rng, flavours[0], -math.inf).reshape(shape)
    y = values(kinds[1], math.prod(shape), rng, flavours[1], 0 if weighted else -math.inf).reshape(shape)
    if weighted and rng.random() < 0.1:
        y = np.zeros_like(y)
    paths = [os.path.join(folder, "x.npy"), os.path.join(folder, "y.npy")]
    for path, array in zip(paths, (x, y)):
        np.save(path, np.asarray(array, order=rng.choice("CF")))
    policy, ddof = rng.choice(["propagate", "omit"]), rng.choice([0, 1, 2, 5])
    options = ["--ddof", str(ddof), "--nan-policy", policy, "-j", rng.choice("124"), "--grain", rng.choice(["7", "1000"])]
    pairs = list(zip(x.reshape(-1).tolist(), y.reshape(-1).tolist()))
    tame = len(pairs) > 2 and flavours == [0, 0]
    if rng.random() < 0.25:
        mask = np.array([rng.random() < 0.7 for _ in pairs], bool).reshape(shape)
        np.save(os.path.join(folder, "m.npy"), mask)
        options += ["--where", os.path.join(folder, "m.npy")]
        pairs = [pair for pair, kept in zip(pairs, mask.reshape(-1)) if kept]
        tame = False
    name = "%s %s %s flavours %s %s" % (*kinds, shape, flavours, options)
    integers = x.dtype.kind in "iub" and y.dtype.kind in "iub"
    want = (of_weighted if weighted else of_pairs)(pairs, policy, ddof, integers)
    ops = [op for op in (WEIGHTED_OPS if weighted else PAIR_OPS) if want[op] is not None]
    if tame and kinds[0] == kinds[1] == "f8":
        with_numpy(name, x.reshape(-1), y.reshape(-1), want, weighted)
    if not weighted:
        compare(name, run(*options, ",".join(ops), *paths), ops, want)
        return
    options += ["--weights", paths[1]]
    compare(name, run(*options, ",".join(ops), paths[0]), ops, want)
    if want["mean"] is None:
        done = run(*options, "sum,mean", paths[0])
        if done.returncode != 1 or done.stdout or b"mean" not in done.stderr:
            fail(name, "mean without weight:", done)


def raised(rng, folder):
    """The first NaN of either, and the first negative weight, are told for any number of workers."""
    paths = [os.path.join(folder, name) for name in ("x.npy", "y.npy")]
    for order in "CF":
        x, y = np.ones((200, 300)), np.ones((200, 300))
        at = [rng.randrange(1, 60000) for _ in range(3)]
        x.reshape(-1)[at[0]] = math.nan
        y.reshape(-1)[at[1]], y.reshape(-1)[at[2]] = math.nan, -math.inf
        for path, array in zip(paths, (x, y)):
            np.save(path, np.asarray(array, order=order))
        for jobs in "1", "2", "5":
            done = run("-j", jobs, "--grain", "999", "--nan-policy", "raise", "cov,dot", *paths)
            if done.returncode != 4 or (order == "C" and b"element %d is NaN" % min(at[:2]) not in done.stderr):
                fail("raise", at, done)
            done = run("-j", jobs, "--grain", "999", "--weights", paths[1], "sum", paths[0])
            if done.returncode != 1 or b"y.npy: the weight of element %d is negative" % at[2] not in done.stderr:
                fail("negative weight", at, done)


def itself(rng, folder):
    """A file with itself, which need be read once; with other elements of itself; by another name; with another file."""
    path, link, other = (os.path.join(folder, name) for name in ("x.npy", "link.npy", "other.npy"))
    for kind in "f8", "i4", ">f8":
        x = np.array([rng.randrange(-1000, 1000) for _ in range(70001)], kind)
        y = x[::-1].copy()
        np.save(path, x)
        np.save(other, y)
        os.link(path, link)
        for a, b, u, v in ((path, path, x, x), (path, link, x, x), (path, other, x, y), (path, path + "[::-1]", x, y),
                           (path + "[1:]", path + "[:-1]", x[1:], x[:-1]), (path + "[5:]", link + "[5:]", x[5:], x[5:])):
            want = sum(int(p) * int(q) for p, q in zip(u, v))
            for workers in "1", "3":
                done = run("-j", workers, "dot", a, b)
                if done.returncode or number(reads(done.stdout)["results"][0]["value"]) != want:
                    fail(kind, "dot of", a, "and", b, "is", done, "not", want)
        os.remove(link)


def main():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for i in range(260):
            check(rng, folder, i % 2 == 1)
        raised(rng, folder)
        itself(rng, folder)
    verdict.end()


main()
