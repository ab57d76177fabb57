# SPDX-License-Identifier: MIT
"""Measuring in turns: A B A B, so that what else the machine does meets all alike.

A contestant is a function without arguments that does the work once and returns (seconds, answer).
"""
import math
import statistics
import subprocess
import time


class Times:
    """What one contestant took, and how its rounds compare with the first contestant's of the same round."""

    def __init__(self, seconds, first):
        self.seconds = seconds
        self.median = statistics.median(seconds)
        ordered = sorted(seconds)
        self.low, self.high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
        # Neighbours in time are compared, and the median of the ratios taken: a slow minute slows both.
        self.ratio = statistics.median(mine / its for mine, its in zip(seconds, first))


def in_turns(contestants, rounds, patience=60.0):
    """Runs the contestants, a dict from name to function, in turns, once before to warm up.

    Returns ({name: Times}, {name: answer}). Ends before all rounds where they take more than patience seconds; a contestant
    that takes more than a third of that in the warming-up is not run again: that one time is its figure in every round.
    """
    taken = {name: [] for name in contestants}
    answers, slow = {}, {}
    for name, run in contestants.items():
        seconds, answers[name] = run()
        if seconds > patience / 3:
            slow[name] = seconds
    began = time.perf_counter()
    for done in range(rounds):
        if done and time.perf_counter() - began > patience:
            break
        for name, run in contestants.items():
            taken[name].append(slow[name] if name in slow else run()[0])
    first = next(iter(taken.values()))
    return {name: Times(seconds, first) for name, seconds in taken.items()}, answers


def command(words, **how):
    """A contestant that is a command: exec to exit, its standard output the answer."""

    def run():
        begin = time.perf_counter()
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, **how)
        return time.perf_counter() - begin, done.stdout.decode()

    return run


def own_clock(words, **how):
    """A contestant that prints its answer on one line and on the next the seconds it took, without its start."""

    def run():
        lines = subprocess.run(words, check=True, stdout=subprocess.PIPE, **how).stdout.decode().split()
        return float(lines[1]), lines[0]

    return run


def inside(function):
    """A contestant that is a Python function: its call alone."""

    def run():
        begin = time.perf_counter()
        answer = function()
        return time.perf_counter() - begin, answer

    return run


def same(answers, exact, tolerance):
    """{name: "" or how far it is off}: answers against the exact number; a relative error up to tolerance is none."""
    verdict = {}
    for name, answer in answers.items():
        value = float(answer)
        off = abs(value - exact) / abs(exact) if exact else abs(value)
        verdict[name] = '' if off <= tolerance else 'off by %.1e' % off if math.isfinite(off) else 'wrong: %r' % value
    return verdict
