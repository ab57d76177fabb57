# SPDX-License-Identifier: MIT
"""What a test that asks a command many times has seen so far: how often it ran, and what went wrong."""
import subprocess
import sys

MOST_TOLD = 40
failures = runs = 0


def fail(*words):
    global failures
    failures += 1
    if failures < MOST_TOLD:
        print("FAIL:", *words)


def run(command, **options):
    global runs
    runs += 1
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def end(more=""):
    print("%d runs, %d failures%s" % (runs, failures, more))
    sys.exit(failures != 0)
