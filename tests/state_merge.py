# SPDX-License-Identifier: MIT
"""Splits arrays into seven parts, merges their states in three ways, and compares: the very bytes of the merged states, what
prong prints for the whole in one run, and, for integers, what Python makes of a list. Usage: state_merge.py PRONG SEED"""
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
from collections import Counter

from share import SHARE

PRONG, SEED = os.path.abspath(sys.argv[1]), int(sys.argv[2])
CODES = {"f64": "d", "f32": "f", "i8": "b", "i32": "i", "i64": "q", "u64": "Q"}
PARAMS = {"Q[,Q...]": "0.25,0.9", "P[,P...]": "5,50", "F": "0.1", "K": "5"}
NEED_PART = {"first", "last", "argmin", "argmax", "absmin", "absmax"}
BITS = {"and", "or", "xor"}
PARTS = 7
failures = 0


def fail(*words):
    global failures
    failures += 1
    print("FAIL:", *words)


def prong(*args, text=None):
    run = subprocess.run([PRONG, *args], capture_output=True, input=text)
    return run.returncode, run.stdout, run.stderr.decode()


def operations():
    """All that can be merged and take one array, as they are written with a parameter; but histograms, which have lines."""
    uses = []
    for line in prong("--json", "ops")[1].decode().splitlines():
        op = json.loads(line)
        if op["mergeable"] and op["columns"] == 1 and op["op"] != "hist":
            params = PARAMS.get(op["params"], op["params"])
            uses.append(op["op"] + (":" + params if params else ""))
    return uses


def name_of(use):
    return use.split(":")[0]


def write(path, dtype, values):
    with open(path, "wb") as out:
        if dtype == "text":
            out.write("".join(f"{x!r}\n" for x in values).encode())
        else:
            out.write(struct.pack(f"<{len(values)}{CODES[dtype]}", *values))


def must(*args):
    status, out, err = prong(*args)
    if status:
        fail(" ".join(args), "->", err.strip())
    return out


def merge(folder, name, *states):
    path = os.path.join(folder, name)
    must("merge", "-o", path, *states)
    return path


def in_three_ways(folder, s):
    """The states joined in order, backwards in pairs, and as a tree in disorder."""
    yield merge(folder, "forth", *s)
    pair = merge(folder, "pair", s[6], s[5])
    for i, k in ((4, 3), (2, 1)):
        pair = merge(folder, f"pair{i}", merge(folder, "next", s[i], s[k]), pair)
    yield merge(folder, "back", pair, s[0])
    yield merge(folder, "tree", merge(folder, "left", s[3], s[0]), merge(folder, "middle", s[5]),
                merge(folder, "right", s[6], s[1], s[4], s[2]))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write_npy(path, values, of):
    """Of the type of the numbers in `of`."""
    code = "<i8" if isinstance(of[0], int) else "<f8"
    head = f"{{'descr': '{code}', 'fortran_order': False, 'shape': ({len(values)},), }}"
    with open(path, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00v\x00" + f"{head:117}\n".encode())
        out.write(struct.pack(f"<{len(values)}{'q' if code == '<i8' else 'd'}", *values))


def pairs(rng, folder):
    """Operations on two arrays, and with weights: the same splits of both."""
    n = 1500
    special = [0.0, -0.0, float("inf"), float("-inf"), float("nan")]
    kinds = {"tame": [rng.gauss(0, 3) for _ in range(n)],
             "special": [rng.choice(special) if rng.random() < 0.1 else rng.gauss(0, 3) for _ in range(n)],
             "integers": [rng.randrange(-2 ** 62, 2 ** 62) for _ in range(n)]}
    weights = {"shares": [rng.random() for _ in range(n)], "times": [rng.randrange(5) for _ in range(n)],
               "special": [rng.choice(special[:3]) if rng.random() < 0.1 else rng.random() for _ in range(n)]}
    for what, other in ("tame", "special"), ("integers", "integers"), ("integers", "tame"):
        compare_pairs(rng, folder, f"{what} and {other}", ["dot,cov,scov,corr,count"], kinds[what], kinds[other])
    for what, other in ("special", "special"), ("integers", "times"), ("tame", "shares"):
        compare_pairs(rng, folder, f"{what} with {other}", ["sum,mean,var,std,sstdev,count", "--weights"], kinds[what],
                      weights[other])


def compare_pairs(rng, folder, what, how, x, y):
    """how: the operations and what stands between them and the second file."""
    names = [["y", "x"]]
    for name, values in ("x", x), ("y", y):
        write_npy(os.path.join(folder, name), values, values)
    for i, places in enumerate(split(rng, range(len(x)))):
        names.append([f"y{i}", f"x{i}"])
        for name, values in zip(names[-1], (y, x)):
            write_npy(os.path.join(folder, name), [values[k] for k in places], values)
    files = [[*how[1:], *[os.path.join(folder, name) for name in both]] for both in names]
    for policy in ("omit", "propagate") if "special" in what else ("omit",):
        compare(folder, how[0], what, "npy", ["--nan-policy", policy, "--ddof", "1"], files[0], files[1:], False)


def compare(folder, uses, what, dtype, options, whole, parts, numbered):
    wanted = must(uses, *options, *whole)
    states = []
    for i, files in enumerate(parts):
        states.append(os.path.join(folder, f"{i}.state"))
        number = ["--part", f"{i + 1}/{PARTS}"] if numbered else []
        must("state", uses, *options, *number, "-o", states[-1], *files)
    first = None
    for state in in_three_ways(folder, states):
        if must("merge", state) != wanted:
            fail(what, dtype, options, numbered, "merged differently:", os.path.basename(state), must("merge", state), wanted)
        first = first or read(state)
        if read(state) != first:
            fail(what, dtype, options, numbered, "other bytes of", os.path.basename(state))
    if must("merge", *states) != wanted:
        fail(what, dtype, options, numbered, "merged without a file between")
    return [line.split("\t") for line in wanted.decode().splitlines()]


def check_bins(what, values, lines):
    """Every element is counted where comparing it with the edges says."""
    bins = [line[1:] for line in lines if line[0].startswith("hist")]
    for i, (low, high, n) in enumerate(bins):
        low, high, last = float(low), float(high), i + 1 == len(bins)
        right = sum(low <= x < high or (last and x == high) for x in values)
        if int(n) != right:
            fail(what, "bin", i, "from", low, "to", high, "has", n, "and not", right)


def histograms(rng, folder):
    """Bins that are given, so that counts of parts add up; alone and with states of other kinds."""
    for what, dtype, values in list(kinds(rng))[::2 * SHARE]:
        whole, parts = os.path.join(folder, "whole"), []
        write(whole, dtype, values)
        for i, part in enumerate(split(rng, values)):
            parts.append([os.path.join(folder, f"part{i}")])
            write(parts[-1][0], dtype, part)
        raw = [] if dtype == "text" else ["--dtype", dtype]
        for uses, bins in ("hist:7,mean,median", ["--range", "-3,4"]), ("hist:1500,count", ["--range", "0,1e19"]), \
                ("mode,hist", ["--edges=-inf,-1,0,0,2.5,1e17"]):
            for policy in "omit", "propagate":
                check_bins(what, values, compare(folder, uses, what, dtype, raw + bins + ["--nan-policy", policy], [whole], parts,
                                                 policy == "omit"))


def check_integers(what, values, answers):
    """Against what Python's own means make of them."""
    count = Counter(values)
    most, least = max(count.values()), min(count.values())
    right = {
        "count": len(values), "sum": sum(values), "min": min(values), "max": max(values), "first": values[0],
        "last": values[-1], "argmin": values.index(min(values)), "argmax": values.index(max(values)),
        "mode": min(x for x in count if count[x] == most), "antimode": min(x for x in count if count[x] == least),
        "countunique": len(count), "unique": ",".join(map(str, sorted(count))),
        "topk:5": ",".join(map(str, sorted(values, reverse=True)[:5])), "bottomk:5": ",".join(map(str, sorted(values)[:5])),
    }
    for op, answer in right.items():
        if answers.get(op) != str(answer):
            fail(what, op, "is", answers.get(op), "and not", answer)


def split(rng, values):
    """Seven parts of different sizes, one of which may have nothing."""
    at = sorted(rng.randrange(len(values) + 1) for _ in range(PARTS - 2))
    at = [0] + at + [at[rng.randrange(len(at))]] + [len(values)]
    at.sort()
    return [values[a:b] for a, b in zip(at, at[1:])]


def kinds(rng):
    n = 3000
    yield "normal", "f64", [rng.gauss(0, 3) for _ in range(n)]
    yield "ties and zeros", "f64", [rng.choice([-0.0, 0.0, 1.5, -1.5, 2.0, -2.0]) for _ in range(n)]
    yield "NaN and infinities", "f64", [rng.choice([float("nan"), float("inf"), 1.0, 2.5, -7.0]) for _ in range(n)]
    yield "wild exponents", "f64", [rng.choice([-1, 1]) * 10.0 ** rng.randrange(-300, 300) for _ in range(n)]
    yield "halves", "f32", [rng.randrange(1, 9) / 2 for _ in range(n)]
    yield "bytes", "i8", [rng.randrange(-128, 128) for _ in range(n)]
    yield "few", "i32", [rng.randrange(5) for _ in range(n)]
    yield "wide", "i64", [rng.randrange(-2 ** 63, 2 ** 63) for _ in range(n)]
    yield "unsigned", "u64", [rng.randrange(2 ** 64) for _ in range(n)]
    yield "numbers", "text", [round(rng.gauss(10, 5), 2) for _ in range(n)]


def main():
    rng = random.Random(SEED)
    uses = operations()
    if len(uses) < 35:
        fail("only", uses, "can be merged")
    with tempfile.TemporaryDirectory() as folder:
        for what, dtype, values in list(kinds(rng))[::SHARE]:
            raw = [] if dtype == "text" else ["--dtype", dtype]
            able = [u for u in uses if name_of(u) not in BITS or dtype not in ("f64", "f32", "text")]
            whole = os.path.join(folder, "whole")
            write(whole, dtype, values)
            parts = []
            for i, part in enumerate(split(rng, values)):
                parts.append([os.path.join(folder, f"part{i}")])
                write(parts[-1][0], dtype, part)
            for policy in ("omit", "propagate") if dtype[0] == "f" else ("omit",):
                options = raw + ["--nan-policy", policy, "--ddof", "1", "--method", "hazen"]
                answers = dict(compare(folder, ",".join(able), what, dtype, options, [whole], parts, True))
                compare(folder, ",".join(u for u in able if name_of(u) not in NEED_PART), what, dtype, options,
                        [whole], parts, False)
                if dtype[0] in "iu":
                    check_integers(what, values, answers)
        pairs(rng, folder)
        histograms(rng, folder)
    print("FAILED" if failures else "all ways of merging agree", f"(seed {SEED})")
    return 1 if failures else 0


sys.exit(main())
