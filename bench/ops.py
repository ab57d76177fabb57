#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every operation beside numpy on the same file, in turns: A B A B. What counts is the median of the ratios of neighbours.

prong is a command, with everything from exec to exit. numpy computes twice: in a new process that maps the file and is timed from
there on (what a script pays that is called for one file), and in a process that has had all pages mapped for long, which is
what the arithmetic alone takes. Prints Markdown.

usage: ops.py PRONG DIRECTORY [GIB [ROUNDS [NAME]]]     NAME: only rows whose name contains it
"""
import os
import statistics
import subprocess
import sys
import time

import numpy as np

sys.dont_write_bytecode = True
from suite import machine  # noqa: E402

prong = sys.argv[1]
directory = sys.argv[2]
gib = float(sys.argv[3]) if len(sys.argv) > 3 else 2
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
PATIENCE = 30  # seconds a row
only = sys.argv[5] if len(sys.argv) > 5 else ''
side = int((gib * 2**27) ** 0.5) // 1024 * 1024 or 1024


def make(name, dtype, shape, fill):
    path = os.path.join(directory, name)
    if not os.path.exists(path):
        out = np.lib.format.open_memmap(path + '.new', mode='w+', dtype=dtype, shape=shape)
        flat = out.reshape(-1)
        for at in range(0, flat.size, 2**22):
            part = flat[at:at + 2**22]
            part[...] = fill(at, part.size)
        out.flush()
        del out, flat
        os.rename(path + '.new', path)
    return path


def normal(at, size):
    return np.random.default_rng([1, at]).standard_normal(size)


def holes(at, size):
    x = normal(at, size)
    x[np.random.default_rng([2, at]).random(size) < 0.01] = np.nan
    return x


def small(at, size):
    return np.random.default_rng([3, at]).integers(-1000, 1000, size)


class Array:
    def __init__(self, path):
        self.path = path
        self.square = np.load(path, mmap_mode='r')
        self.flat = self.square.reshape(-1)


def warm(name, dtype, fill):
    array = Array(make('prong-bench-%d-%s.npy' % (side, name), dtype, (side, side), fill))
    array.flat[::512].sum()  # every page is mapped before anything is measured
    return array


data = warm('normal', '<f8', normal)
nans = warm('nan', '<f8', holes)
ints = warm('int', '<i4', small)

ROWS = [
    ('sum', 'sum', data, lambda a: a.flat.sum()),
    ('mean', 'mean', data, lambda a: a.flat.mean()),
    ('var', 'var', data, lambda a: a.flat.var()),
    ('norm:2', 'norm:2', data, lambda a: np.linalg.norm(a.flat)),
    ('dot, of itself', None, data, lambda a: np.dot(a.flat, a.flat)),
    ('prod', 'prod', data, lambda a: a.flat.prod()),
    ('min', 'min', data, lambda a: a.flat.min()),
    ('min, max, argmin, argmax', 'min,max,argmin,argmax', data,
     lambda a: (a.flat.min(), a.flat.max(), a.flat.argmin(), a.flat.argmax())),
    ('count_nonzero', 'count_nonzero', data, lambda a: np.count_nonzero(a.flat)),
    ('median', 'median', data, lambda a: np.median(a.flat)),
    ('quantile, 5 of them', 'quantile:.01,.25,.5,.75,.99', data, lambda a: np.quantile(a.flat, [.01, .25, .5, .75, .99])),
    ('hist:100', 'hist:100', data, lambda a: np.histogram(a.flat, 100)),
    ('unique', 'unique', ints, lambda a: np.unique(a.flat)),
    ('sum, omitting NaN', '--nan-policy=omit sum', nans, lambda a: np.nansum(a.flat)),
    ('mean, omitting NaN', '--nan-policy=omit mean', nans, lambda a: np.nanmean(a.flat)),
    ('std, omitting NaN', '--nan-policy=omit std', nans, lambda a: np.nanstd(a.flat)),
    ('max, omitting NaN', '--nan-policy=omit max', nans, lambda a: np.nanmax(a.flat)),
    ('median, omitting NaN', '--nan-policy=omit median', nans, lambda a: np.nanmedian(a.flat)),
    ('sum along axis 0', '--axis 0 -o OUT sum', data, lambda a: a.square.sum(0)),
    ('sum along axis 1', '--axis 1 -o OUT sum', data, lambda a: a.square.sum(1)),
    ('std along axis 0', '--axis 0 -o OUT std', data, lambda a: a.square.std(0)),
    ('max along axis 0', '--axis 0 -o OUT max', data, lambda a: a.square.max(0)),
    ('max along axis 1', '--axis 1 -o OUT max', data, lambda a: a.square.max(1)),
    ('sum of integers', 'sum', ints, lambda a: a.flat.sum()),
    ('min, max of integers', 'min,max', ints, lambda a: (a.flat.min(), a.flat.max())),
]


def time_prong(words, array):
    out = os.path.join(directory, 'prong-bench-out.npy')
    args = ['dot', array.path, array.path] if words is None else [out if w == 'OUT' else w for w in words.split()] + [array.path]
    begin = time.perf_counter()
    subprocess.run([prong, '-j', str(os.cpu_count())] + args, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def time_numpy(function, array):
    begin = time.perf_counter()
    function(array)
    return time.perf_counter() - begin


def time_anew(function, array):
    """The same in a child, which maps the file itself: forked, so that no start is counted."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            begin = time.perf_counter()
            function(Array(array.path))
            os.write(write, b'%.9f' % (time.perf_counter() - begin))
        finally:
            os._exit(0)
    os.close(write)
    said = os.read(read, 100)
    os.close(read)
    os.waitpid(child, 0)
    return float(said)


def compare(name, words, array, function):
    """In turns, until there were all rounds, or three and more time than anybody has."""
    ours, anew, theirs = [], [], []
    time_prong(words, array)
    begin = time.perf_counter()
    while len(ours) < rounds and (len(ours) < 3 or time.perf_counter() - begin < PATIENCE):
        anew.append(time_anew(function, array))
        ours.append(time_prong(words, array))
        theirs.append(time_numpy(function, array))
    ratios = [statistics.median(t / o for t, o in zip(times, ours)) for times in (anew, theirs)]
    print('| %s | %.3f | %.3f | %.3f | %.1f | %.1f |' % (
        name, statistics.median(anew), statistics.median(theirs), statistics.median(ours), *ratios), flush=True)


def main():
    print('# The operations beside numpy\n')
    print('%s; numpy %s. Made by `make bench-ops`.\n' % (machine.line(), np.__version__))
    print('Arrays of %d x %d: doubles (%.2f GiB; %s), and 32-bit integers between -1000 and 999. All in the page cache.' %
          (side, side, side * side / 2**27, 'normal; in the rows that omit NaN one in a hundred is one'))
    print('Seconds, medians of %d rounds (of at least 3 where they take more than %d s together); the ratios are numpy\'s time '
          'to that of prong. numpy computes in a process that maps the file for it, without its start; and "warm", where the '
          'process has had every page mapped before.\n' % (rounds, PATIENCE))
    print('| operation | numpy s | warm s | prong s | numpy / prong | warm / prong |\n|---|---|---|---|---|---|', flush=True)
    for row in ROWS:
        if only in row[0]:
            compare(*row)


main()
