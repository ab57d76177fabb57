# SPDX-License-Identifier: MIT
"""Python's multiprocessing.Pool over a memory map, numpy in each worker: sum_multiprocessing.py FILE WORKERS

Prints the sum, and the seconds of pool.map and what follows: without the start of Python and of the pool.
"""
import multiprocessing
import sys
import time

import numpy as np

array = np.load(sys.argv[1], mmap_mode='r').reshape(-1)
workers = int(sys.argv[2])


def share(k):
    return array[array.size * k // workers:array.size * (k + 1) // workers].sum()


if __name__ == '__main__':
    with multiprocessing.get_context('fork').Pool(workers) as pool:
        pool.map(abs, range(workers))
        begin = time.perf_counter()
        total = sum(pool.map(share, range(workers)))
        took = time.perf_counter() - begin
    print('%.17g\n%.9f' % (total, took))
