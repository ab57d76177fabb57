# SPDX-License-Identifier: MIT
"""Python's multiprocessing.Pool: seconds of dispatch and join of an empty job: multiprocessing_pool.py WORKERS SAMPLES"""
import multiprocessing
import statistics
import sys
import time


def nothing(_):
    return 0


if __name__ == "__main__":
    workers, samples = int(sys.argv[1]), int(sys.argv[2])
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        took = []
        for i in range(samples + 20):
            begin = time.perf_counter()
            pool.map(nothing, range(workers), 1)
            took.append(time.perf_counter() - begin)
    print("%.9f" % statistics.median(took[20:]))
