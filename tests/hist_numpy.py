# SPDX-License-Identifier: MIT
"""Asks prong for histograms and computes what must come out: edges and numbers of bins with numpy, in float64; counts with a
binary search among the edges, of integers as integers of any size; and where numpy.histogram itself must agree, with that.
Usage: hist_numpy.py PRONG SEED"""
import bisect
import json
import math
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np

import verdict
from share import shared
from verdict import fail

PRONG, SEED = sys.argv[1], int(sys.argv[2])
ISAS = "portable", "avx2", "avx512"  # one that is not there is the best that is
RULES = "auto fd sturges scott sqrt".split()
OLD_RULES = int(np.__version__.split(".")[0]) < 2  # later auto looks at sqrt too, and integers get no bins below 1
differences = 0


def run(path, ops, *options, isa=None):
    env = dict(os.environ, PRONG_ISA=isa) if isa else None
    done = verdict.run([PRONG, "--json", *options, ops, path], text=True, env=env)
    if done.returncode != 0:
        return done.returncode, done.stderr
    number = {"inf": math.inf, "-inf": -math.inf}
    out = []
    for r in json.loads(done.stdout)["results"]:
        out.append(([float(number.get(e, e)) for e in r["value"]["edges"]], r["value"]["counts"]))
    return 0, out


def counts_of(values, edges, all_of_them=False):
    """By the definition: edge i <= x < edge i + 1, the last bin with its upper edge. Python compares integers with doubles
    exactly. all_of_them: the ends are those of the values, whatever the doubles nearest to them."""
    counts = [0] * (len(edges) - 1)
    inner = edges[1:-1]
    for x in values:
        if x == x and (all_of_them or edges[0] <= x <= edges[-1]):
            counts[bisect.bisect_right(inner, x)] += 1
    return counts


def fast_counts(values, edges):
    """The same for arrays of doubles."""
    kept = values[(values >= edges[0]) & (values <= edges[-1])]
    at = np.searchsorted(np.array(edges[1:-1]), kept, side="right")
    return np.bincount(at, minlength=len(edges) - 1).tolist()


@shared
def check(name, array, path, bins, limits=None, options=(), isa=None):
    """One run with several numbers of bins or rules."""
    global differences
    exact = array.dtype.kind in "iu" and array.dtype.itemsize == 8
    wide = array.astype(np.uint8) if array.dtype == bool else array if array.dtype.kind in "iu" else array.astype(np.float64)
    flags = list(options) + (["--range", "%r,%r" % limits] if limits else [])
    code, got = run(path, ",".join("hist:%s" % b for b in bins), *flags, isa=isa)
    flags += [isa] if isa else []
    if code:
        fail(name, bins, flags, "exit status", code, got)
        return
    clean = wide[wide == wide]
    for b, (edges, counts) in zip(bins, got):
        if b in RULES and not (OLD_RULES or (b != "auto" and wide.dtype.kind == "f")):
            continue
        bins_of = b if b in RULES else int(b)
        want = np.histogram_bin_edges(clean, bins_of, limits)
        if not np.array_equal(want, edges):
            fail(name, b, flags, "edges", edges[:3], edges[-2:], "for", want[:3], want[-2:], len(edges), len(want))
            continue
        if exact:
            should = counts_of([int(x) for x in clean], edges, not limits)
        else:
            should = fast_counts(clean.astype(np.float64), edges)
        if should != counts:
            at = [i for i in range(len(counts)) if counts[i] != should[i]]
            fail(name, b, flags, "counts differ in bins", at[:5], [counts[i] for i in at[:5]], [should[i] for i in at[:5]])
        try:
            theirs = np.histogram(clean, bins_of, limits)[0].tolist()
        except IndexError:  # numpy divides by distances that are not normal numbers
            continue
        if theirs != counts:
            differences += 1
            if not exact:
                fail(name, b, flags, "numpy.histogram counts otherwise")


@shared
def check_edges(name, array, path, edges, options=()):
    text = ",".join(repr(float(e)) for e in edges)
    folder = os.path.dirname(path)
    in_text, in_npy = os.path.join(folder, "edges"), os.path.join(folder, "edges.npy")
    with open(in_text, "w") as out:
        out.write("\n".join(text.split(",")))
    np.save(in_npy, np.array(edges, float))
    values = [int(x) for x in array] if array.dtype.kind in "iub" else [float(x) for x in array]
    should = []
    for i in range(len(edges) - 1):
        last = i == len(edges) - 2
        should.append(sum(edges[i] <= x < edges[i + 1] or (last and x == edges[-1]) for x in values))
    few = ["--edges", text], ["--edges", "@" + in_text], ["--edges", "@" + in_npy]
    for flags, isa in zip(few if len(edges) < 20 else (["--edges", text, "-j1"], ["--edges=" + text, "--grain=37"],
                                                       ["--edges", text]), ISAS):
        code, got = run(path, "hist", *flags, *options, isa=isa)
        if code:
            fail(name, flags, "exit status", code, got)
            continue
        if got[0][0] != list(edges) or got[0][1] != should:
            fail(name, flags, got[0], should)


def arrays(rng):
    n = 3001
    yield "normal", rng.normal(size=n)
    yield "uniform", rng.uniform(-3, 11, n)
    yield "exponential", rng.exponential(size=n)
    yield "lognormal", np.minimum(rng.lognormal(sigma=2, size=n), 1e3)
    yield "on edges", rng.integers(0, 101, n).astype(float)
    yield "tenths", rng.integers(0, 11, n) / 10
    yield "thirds", rng.integers(-9, 10, n) / 3
    yield "huge", rng.normal(size=n) * 1e300
    yield "widest", np.array([-1.7e308, 1.6e308, 0.0, 1.0, -1e308])[rng.integers(0, 5, n)] / 4
    yield "tiny", rng.uniform(0, 1, n) * 1e-300
    yield "denormal", rng.integers(0, 3 * 10 ** 6, n) * 5e-324
    yield "far away", 1e12 + rng.uniform(0, 1, n)
    yield "far and coarse", 2.0 ** 52 + rng.integers(0, 2000, n)
    yield "zeros of both signs", np.array([0.0, -0.0, 1.0, -1.0])[rng.integers(0, 4, n)]
    yield "negative", -rng.exponential(size=n)
    yield "constant", np.full(50, 3.25)
    yield "only zeros", np.array([0.0, -0.0, 0.0])
    yield "one", np.array([7.0])
    yield "two", np.array([1.0, 2.0])
    yield "half the same", np.where(rng.uniform(size=n) < 0.8, 5.0, rng.normal(size=n))
    yield "sorted", np.sort(rng.normal(size=n))
    yield "large", rng.normal(size=200001)
    yield "f32", rng.normal(size=n).astype(np.float32)
    yield "f16", rng.normal(size=n).astype(np.float16)
    yield "big endian", rng.normal(size=n).astype(">f8")
    for dtype in "i1 i2 i4 u1 u2 u4".split():
        info = np.iinfo(dtype)
        yield dtype, rng.integers(info.min, info.max, n, dtype=dtype, endpoint=True)
        yield dtype + " few", rng.integers(0, 7, n).astype(dtype)
    yield "i8 few", rng.integers(-50, 51, n)
    yield "i8 small", rng.integers(0, 3, n)
    yield "i8 large", rng.integers(-2 ** 63, 2 ** 63 - 1, n, endpoint=True)
    yield "i8 ends", np.array([-2 ** 63, 2 ** 63 - 1, 0, 5, -2 ** 63 + 1, 2 ** 63 - 2])
    yield "i8 above 2^53", 2 ** 60 + rng.integers(0, 5000, n)
    yield "u8 large", rng.integers(0, 2 ** 64 - 1, n, dtype="u8", endpoint=True)
    yield "u8 ends", np.array([0, 2 ** 64 - 1, 2 ** 63, 1, 2 ** 64 - 2], dtype="u8")
    yield "bool", rng.integers(0, 2, n).astype(bool)
    yield "empty", np.array([])


def refused(name, path, ops, status, words, *options):
    done = verdict.run([PRONG, *options, ops, path], text=True)
    if done.returncode != status or words not in done.stderr or done.stdout:
        fail(name, ops, options, done.returncode, done.stderr, done.stdout[:200])


def main(folder):
    rng = np.random.default_rng(SEED)
    path = os.path.join(folder, "a.npy")
    for name, array in arrays(rng):
        np.save(path, array)
        few = ["1", "2", "3", "10"] if name in ("i8 above 2^53", "far and coarse") else ["1", "2", "7", "10", "100",
                                                                                         "1000", "1023"]
        if name == "denormal":
            few = ["1", "7", "100"]
        if name == "far away":
            few = ["1", "7", "100", "128"]
        check(name, array, path, few)
        check(name, array, path, few[-3:], options=["-j3", "--grain=97"])
        for isa in ISAS:
            check(name, array, path, few, options=["--grain=1500"], isa=isa)
        if name in ("normal", "uniform", "on edges", "i8 few"):
            for isa in ISAS:
                check(name, array, path, ["257", "1025", "4096", "65536"], isa=isa)
        # numpy makes as many bins as an outlier asks for; its squares overflow or vanish; its quartiles are off
        # in the last digit.
        if name not in ("huge", "widest", "tiny", "denormal", "far away", "i8 above 2^53", "far and coarse", "half the same"):
            check(name, array, path, RULES)
        if name in ("normal", "uniform", "exponential", "on edges", "i8 few", "i2", "u1", "f32", "large", "empty", "tenths"):
            for limits in (-1.0, 1.0), (0.0, 0.5), (0.1, 0.30000000000000004), (-1e9, 1e9), (2.0, 2.0), (-200.0,
                                                                                                         -100.0), (-7.5, 3.0):
                check(name, array, path, ["1", "10", "30", "2000"], limits)
                for isa in ISAS:
                    check(name, array, path, ["3", "10", "300"], limits, isa=isa)
                check(name, array, path, RULES if abs(limits[0]) < 1e9 else ["100"], limits)
        if name in ("normal", "on edges", "tenths", "zeros of both signs", "huge", "one", "i1", "u1", "i8 small",
                    "i8 large", "i8 ends",
                    "u8 large", "u8 ends", "bool", "f32", "empty"):
            for edges in ((0, 1), (-1, 0, 1), (0, 0.1, 0.2, 0.5, 5), (-3, -3, 2, 2, 2), (-math.inf, 0, math.inf), (-1e308, 1e308),
                          (-2.0 ** 63, 0, 2.0 ** 63), (2.0 ** 63, 2.0 ** 64), (-1e30, -1e20, 0.5, 1e20), (0, 0), (-5, -4.5, -0.5),
                          tuple(sorted(rng.normal(size=40) * 3)), tuple(range(-60, 130)), (1, 2.5, 4, 5.5, 7)):
                check_edges(name, array, path, [float(e) for e in edges])
    # NaN and infinities.
    a = rng.normal(size=5000)
    a[rng.integers(0, 5000, 40)] = math.nan
    np.save(path, a)
    check("NaN omitted", a, path, ["10", *RULES], options=["--narm"])
    for isa in ISAS:
        check("NaN omitted", a, path, ["10", "1000"], options=["--narm"], isa=isa)
        check("NaN outside a range", a, path, ["10", "400", *RULES], (-1.0, 1.0), isa=isa)
    check_edges("NaN outside edges", a, path, [-1.0, 0.0, 0.25, 9.0])
    refused("NaN", path, "hist", 1, "--narm")
    refused("NaN", path, "hist:fd", 1, "--range")
    refused("NaN", path, "hist", 4, "NaN", "--nan-policy", "raise")
    np.save(path, np.full(100, math.nan))
    check("nothing but NaN", np.array([math.nan]), path, ["10", *RULES], options=["--narm"])
    a = rng.normal(size=5000)
    a[7] = math.inf
    a[70] = -math.inf
    np.save(path, a)
    refused("infinity", path, "hist", 1, "--range")
    for isa in ISAS:
        check("infinities outside a range", a, path, ["10", *RULES], (-1.0, 1.0), isa=isa)
    # Where distances overflow, or doubles are too few.
    wide = np.array([-1.7e308, 1.6e308, 0.0, 1.0, -1e308])
    np.save(path, wide)
    code, got = run(path, "hist:4")
    if code or sum(got[0][1]) != 5 or got[0][0][0] != -1.7e308 or got[0][0][-1] != 1.6e308:
        fail("the widest range", code, got)
    elif got[0][1] != counts_of(wide.tolist(), got[0][0]):
        fail("the widest range", got, counts_of(wide.tolist(), got[0][0]))
    for a in np.array([1.0, 1.0 + 2 ** -51]), np.full(3, 1e300), np.array([2 ** 60, 2 ** 60 + 1]), \
            np.array([2.0 ** 53, 2.0 ** 53 + 4]):
        np.save(path, a)
        refused("too few doubles", path, "hist", 1, "too few doubles")
    a = np.append(rng.uniform(size=3000), 1e9)
    np.save(path, a)
    refused("too many bins", path, "hist:fd", 1, "the most are 65536")
    # The same bytes whoever computes them.
    np.save(path, rng.normal(size=300000))
    answers = {subprocess.run([PRONG, *flags, "hist:37,hist:fd,hist:5000", path], capture_output=True, check=True).stdout
               for flags in [["-j%d" % j] for j in range(1, 9)] + [["--grain=%d" % g] for g in (1000, 4099, 65536, 10 ** 7)]}
    if len(answers) != 1:
        fail("workers and grains change the answer")


with warnings.catch_warnings(), tempfile.TemporaryDirectory() as temporary:
    warnings.simplefilter("ignore")
    main(temporary)
verdict.end("; numpy.histogram rounds 64-bit integers to other bins in %d" % differences)
