# SPDX-License-Identifier: MIT
"""Slices, axes and written files, against numpy: random shapes (also empty ones and scalars), orders, types and byte orders.
Usage: array_numpy.py PROBE SEED [ROUNDS]"""
import io
import os
import random
import subprocess
import sys
import tempfile

import numpy as np

from share import SHARE

PROBE, SEED = sys.argv[1], int(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 1500 // SHARE
DTYPES = "?bBhHiIlLefd"
OPS = "count,sum,min,max,argmin,argmax,first,last,count_nonzero"
failures = 0
refusals = 0
checks = 0


class Probe:
    def __init__(self):
        self.process = subprocess.Popen([PROBE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *fields):
        self.process.stdin.write("\t".join(str(f) for f in fields) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")


def check(what, got, expected):
    global failures, checks
    checks += 1
    if got != expected:
        failures += 1
        if failures <= 20:
            print(f"{what}\n  prong: {got[:300]}\n  numpy: {expected[:300]}")


def told(shape, values):
    """As the probe prints a shape and elements."""
    return "".join(f"{n} " for n in shape) + "|" + "".join(f" {int(v)}" for v in values)


def random_array(rng):
    shape = [0 if rng.random() < 0.05 else rng.randint(1, 7) for _ in range(rng.randint(0, 5))]
    count = int(np.prod(shape, dtype=int)) if shape else 1
    dtype = np.dtype(rng.choice(DTYPES)).newbyteorder(rng.choice("<>"))
    low, high = (0, 2) if dtype.kind == "b" else (-99, 100) if dtype.kind in "if" else (0, 200)
    array = np.array([rng.randrange(low, high) for _ in range(count)]).astype(dtype).reshape(shape)
    return array.astype(dtype, order=rng.choice("CF"))


def random_slice(rng, shape):
    items = []
    for n in shape[:rng.randint(0, len(shape))]:
        near = lambda: rng.choice(["", str(rng.randint(-n - 3, n + 3))])
        if n and rng.random() < 0.25 or rng.random() < 0.01:
            items.append(str(rng.randint(-n, n)))  # sometimes outside
        else:
            items.append(near() + ":" + near() + rng.choice(["", ":", ":2", ":-1", ":3", ":-2"]))
    if not items or rng.random() < 0.3:
        items.insert(rng.randint(0, len(items)), "...")
        if items[-1] != "..." and rng.random() < 0.5:  # the rest of the named ones are counted from the end
            items = items[items.index("..."):]
    return ",".join(items)


def reduced(part):
    """What prong_reduce says of the flat elements."""
    flat = [int(x) for x in part.reshape(-1, order="C")]
    return [len(flat), sum(flat), min(flat), max(flat), flat.index(min(flat)), flat.index(max(flat)),
            flat[0], flat[-1], sum(x != 0 for x in flat)]


def one_round(rng, probe, path, other):
    global refusals
    array = random_array(rng)
    np.save(path, array)
    where = f"{array.dtype.str} {array.shape} {'F' if np.isfortran(array) else 'C'}"
    text = random_slice(rng, array.shape)
    try:
        part = eval(f"array[{text}]", {"array": array})
    except IndexError:
        refusals += 1
        check(f"{where} [{text}]", probe.ask("gather", path, text)[:6], "error:")
        return
    part = np.asarray(part)
    check(f"{where} [{text}]", probe.ask("gather", path, f"[{text}]"), told(part.shape, part.reshape(-1, order="C")))
    if part.size:
        got = probe.ask("reduce", path, text, OPS)
        check(f"{where} [{text}] {OPS}", got, " ".join(map(str, reduced(part))))
    axes = [d for d in range(part.ndim) if rng.random() < 0.5]
    sums = part.astype(float).sum(axis=tuple(axes))
    spelled = ",".join(str(d if rng.random() < 0.5 else d - part.ndim) for d in axes)
    cut = rng.choice([1, 2, 3, 7, 10 ** 6])
    check(f"{where} [{text}] axis {axes} cut {cut}", probe.ask("axis", path, text, spelled, cut),
          told(sums.shape, np.asarray(sums).reshape(-1)))
    if rng.random() < 0.3:
        np.save(other, np.array(part, order=rng.choice("CF")))
        whole = part.astype(object).reshape(-1)
        check(f"{where} [{text}] dot", probe.ask("dot", path, text, other, ""),
              str(int((whole * whole).sum())) if part.size else "0")


def saves(rng, probe, path):
    for _ in range(200):
        kind = rng.choice(["bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"])
        shape = [0 if rng.random() < 0.1 else rng.choice([1, 2, 3, 10, 99, 1000][:7 - n]) for n in range(rng.randint(0, 4))]
        count = int(np.prod(shape, dtype=int)) if shape else 1
        if count > 10 ** 6:
            continue
        dtype = np.dtype({"bool": "?"}.get(kind, kind[0] + str(int(kind[1:]) // 8) if kind[1:].isdigit() else "?"))
        expected = np.arange(count).astype(np.uint8).astype(dtype) if kind == "bool" else np.arange(count).astype(dtype)
        if probe.ask("save", path, kind, ",".join(map(str, shape))) != "saved":
            check(f"save {kind} {shape}", "not saved", "saved")
            continue
        loaded = np.load(path)
        check(f"save {kind} {shape}", f"{loaded.dtype} {loaded.shape}", f"{expected.dtype} {tuple(shape)}")
        if kind != "bool":
            check(f"save {kind} {shape}", str(np.array_equal(loaded, expected.reshape(shape))), "True")
        room = io.BytesIO()
        np.lib.format.write_array(room, loaded, version=(1, 0))
        with open(path, "rb") as f:
            same = f.read() == room.getvalue()
        if tuple(map(int, np.__version__.split(".")[:2])) >= (1, 24):
            check(f"save {kind} {shape}: numpy's own bytes", str(same), "True")


def main():
    rng = random.Random(SEED)
    probe = Probe()
    with tempfile.TemporaryDirectory() as folder:
        path, other = os.path.join(folder, "a.npy"), os.path.join(folder, "b.npy")
        for _ in range(ROUNDS):
            one_round(rng, probe, path, other)
        saves(rng, probe, path)
    probe.process.stdin.close()
    status = probe.process.wait()
    print(f"{checks} answers, {refusals} refusals, {failures} failures, the probe's status {status}")
    sys.exit(failures > 0 or status != 0 or checks < 2 * ROUNDS or refusals == 0)


main()
