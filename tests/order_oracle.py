#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Questions tests/order_probe and checks every answer against fractions: what a decimal text is, where a quantile lies by
each method's definition, and what a value between two elements is when it is rounded once.

usage: order_oracle.py PROBE [CASES [SEED]]
"""
import decimal
import math
import random
import struct
import subprocess
import sys
from fractions import Fraction

PLACES, EOP = 17, 14
F64, I64, U64 = range(3)
# precision, emin, emax of f64, f32, f16, bf16
FORMATS = [(53, -1022, 1023), (24, -126, 127), (11, -14, 15), (8, -126, 127)]
INF, NAN = float("inf"), float("nan")
CANONICAL_NAN = 0x7ff8 << 48


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def floor(x):
    return x.numerator // x.denominator


def ceil(x):
    return -(-x.numerator // x.denominator)


# Hyndman and Fan's parameter m of their sample quantiles of type 4 to 9, as a function of p: the quantile lies between
# the j-th and the next of the elements counted from 1, with j = floor(n p + m) and weight n p + m - j.
M = {
    "interpolated_inverted_cdf": lambda p: Fraction(0),
    "hazen": lambda p: Fraction(1, 2),
    "weibull": lambda p: p,
    "linear": lambda p: 1 - p,
    "median_unbiased": lambda p: (p + 1) / 3,
    "normal_unbiased": lambda p: p / 4 + Fraction(3, 8),
}
OTHERS = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "lower", "higher", "midpoint", "nearest"]


def position(method, p, n):
    """The two elements, counted from 1 and as far as there are such, and the weight of the second."""
    if method in M:
        at = n * p + M[method](p)
        j, g = floor(at), at - floor(at)
    elif method in ("inverted_cdf", "averaged_inverted_cdf", "closest_observation"):
        at = n * p - (Fraction(1, 2) if method == "closest_observation" else 0)
        j, g = floor(at), at - floor(at)
        if method == "inverted_cdf":
            g = Fraction(g > 0)
        elif method == "averaged_inverted_cdf":
            g = Fraction(1) if g > 0 else Fraction(1, 2)
        else:
            g = Fraction(0) if g == 0 and j % 2 == 0 else Fraction(1)
    else:  # numpy's own, counted from 0
        at = (n - 1) * p
        j = 1 + {"lower": floor, "higher": ceil, "midpoint": floor, "nearest": round}[method](at)
        g = Fraction(at.denominator > 1, 2) if method == "midpoint" else Fraction(0)
    return j, g


def expected_rank(method, p, n):
    j, g = position(method, p, n)
    if g == 1:
        j, g = j + 1, Fraction(0)
    lower, upper = (min(max(k, 1), n) - 1 for k in (j, j + 1))
    if g == 0 or lower == upper:
        upper, g = lower, Fraction(0)
    return lower, upper, g.numerator, g.denominator


def round_to(value, fmt):
    """A fraction that is not 0, rounded half to even to a format; as a double."""
    precision, emin, emax = FORMATS[fmt]
    magnitude = abs(value)
    top = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if Fraction(2) ** top > magnitude:
        top -= 1
    lsb = max(top, emin) - (precision - 1)
    m = round(magnitude / Fraction(2) ** lsb)  # half to even
    if m and m.bit_length() - 1 + lsb > emax:
        return math.copysign(INF, value)
    return math.copysign(math.ldexp(m, lsb), value)


def expected_value(domain, fmt, a, b, g):
    """The domain of the value and its bits."""
    if domain != F64:
        if g == 0 or a == b:
            return domain, a
        x, y = (v - (v >> 63 << 64) if domain == I64 else v for v in (a, b))
        value = x + (y - x) * g
        return F64, bits(round_to(value, fmt) if value else 0.0)
    x, y = from_bits(a), from_bits(b)
    if g == 0 or a == b:
        return F64, a if x == 0 or math.isinf(x) else bits(round_to(Fraction(x), fmt))
    if math.isinf(x) or math.isinf(y):
        return F64, CANONICAL_NAN if math.isinf(x) and math.isinf(y) else bits(x if math.isinf(x) else y)
    value = Fraction(x) + (Fraction(y) - Fraction(x)) * g
    return F64, bits(round_to(value, fmt) if value else 0.0)


def expected_parse(percent, text):
    try:
        value = Fraction(decimal.Decimal(text)) / (100 if percent else 1)
    except (decimal.InvalidOperation, ValueError, OverflowError):
        return "status %d" % EOP
    if value < 0 or value > 1 or (value * 10 ** PLACES).denominator > 1:
        return "status %d" % EOP
    return "%d %d" % (value.numerator, value.denominator)


def parse_cases(rng, cases):
    fixed = ("0 1 0.5 .5 5e-1 1e-3 0.25 1. +0.75 00.10 1e0 0.1e1 10e-1 100e-2 0e5 0.0 100 1e2 25 99.9 0.001 12.5 "
             "1.0000000000000000000000000000000 0.5000000000000000000000000000 0.00000000000000001 0.000000000000000001 "
             "0.12345678901234567 0.123456789012345678 12.345678901234567 12.3456789012345678 1e-17 1e-18 1e-15 1e-16 "
             "1.00000000000000001 100.000000000000001 2 101 -1 -0.5 1e1 1e3 1e9999 1e-9999 "
             ". + e5 1e 1e+ 0x1 abc 0.5x 1..2 1.2.3 0.5e1.5 nan inf 0,5 ++1 18446744073709551616 "
             "18446744073709551617e-20 184467440737095516160001e-24 0e-999 "
             "100000000000000000000e-20 5000000000000000000000000e-25 10000000000000000000100e-23").split()
    for text in fixed:
        for percent in (0, 1):
            yield percent, text
    for _ in range(cases):
        digits = "".join(rng.choice("0000123456789") for _ in range(rng.randrange(1, 22)))
        point = rng.randrange(len(digits) + 1)
        text = digits[:point] + rng.choice(["", "."]) + digits[point:]
        if rng.random() < 0.4:
            text += "%s%s%d" % (rng.choice("eE"), rng.choice(["", "-", "-", "+"]), rng.randrange(20))
        yield rng.randrange(2), text


def random_fraction(rng):
    den = 10 ** rng.randrange(PLACES + 1)
    kind = rng.randrange(8)
    num = 0 if kind == 0 else den if kind == 1 else rng.randrange(den + 1)
    return Fraction(num, den)


def rank_cases(rng, cases):
    for method in list(M) + OTHERS:
        for n in range(1, 13):
            for k in range(101):
                yield method, Fraction(k, 100), n
    for _ in range(cases):
        n = rng.choice([rng.randrange(1, 50), rng.randrange(1, 10 ** 6), rng.randrange(1, 2 ** 63 + 1), 2 ** 63,
                        4 * 10 ** rng.randrange(1, 17)])
        yield rng.choice(list(M) + OTHERS), random_fraction(rng), n


def random_double(rng):
    kind = rng.randrange(9)
    if kind == 0:
        return rng.choice([0.0, -0.0, INF, -INF, 5e-324, -5e-324, sys.float_info.max, -sys.float_info.max, 1.0, 3.0,
                           65504.0, 65520.0, 2.0 ** -25])
    if kind == 1:
        return float(rng.randrange(-1000, 1000))
    if kind == 2:
        return rng.uniform(-1, 1)
    if kind == 3:
        return rng.uniform(-1, 1) * 2.0 ** -1060
    if kind == 4:
        return float(struct.unpack("<f", struct.pack("<f", rng.uniform(-1, 1)))[0])
    if kind == 5:
        return rng.uniform(-1, 1) * 2.0 ** rng.randrange(-30, 30)
    while True:
        x = from_bits(rng.getrandbits(64))
        if x == x:
            return x


def value_cases(rng, cases):
    for _ in range(cases):
        domain = rng.choice([F64, F64, F64, I64, U64])
        kind = rng.randrange(5)
        den = rng.choice([2, 8, 100, 10 ** PLACES, 8 * 10 ** PLACES, rng.randrange(1, 8 * 10 ** PLACES)])
        g = Fraction(rng.choice([0, 1, den // 2, den - 1, rng.randrange(den)]) % den, den)
        if domain == F64:
            a, b = random_double(rng), random_double(rng)
            if kind == 0:
                b = a
            elif kind == 1 and not math.isinf(a):
                b = from_bits(bits(a) + 1)  # neighbours: the middle is a tie
            elif kind == 2:
                b = -a
            a, b = bits(a), bits(b)
        else:
            a, b = rng.getrandbits(64), rng.getrandbits(rng.randrange(1, 65))
            if kind == 0:
                b = a
            elif kind == 1:
                b = (a + rng.randrange(5)) % 2 ** 64
        yield domain, rng.randrange(4), a, b, g


def main():
    probe = sys.argv[1]
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    questions, answers = [], []

    for percent, text in parse_cases(rng, cases):
        questions.append("parse %d %s" % (percent, text))
        answers.append(expected_parse(percent, text))
    for method, p, n in rank_cases(rng, cases):
        questions.append("rank %s %d %d %d" % (method, p.numerator, p.denominator, n))
        answers.append("%d %d %d %d" % expected_rank(method, p, n))
    for domain, fmt, a, b, g in value_cases(rng, cases):
        questions.append("value %d %d %x %x %d %d" % (domain, fmt, a, b, g.numerator, g.denominator))
        answers.append("%d %016x" % expected_value(domain, fmt, a, b, g))

    run = subprocess.run([probe], input="\n".join(questions) + "\n", stdout=subprocess.PIPE, text=True, check=False)
    got = run.stdout.splitlines()
    if run.returncode != 0 or len(got) != len(questions):
        print("FAIL: the probe ended with", run.returncode, "after", len(got), "of", len(questions))
        return 1
    wrong = [(q, a, g) for q, a, g in zip(questions, answers, got) if a != g]
    for question, answer, given in wrong[:20]:
        print("FAIL: %s: %s, not %s" % (question, given, answer))
    print("%d passed, %d failed" % (len(questions) - len(wrong), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
