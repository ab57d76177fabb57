# SPDX-License-Identifier: MIT
"""What tests of exact values share: fractions rounded once to a binary format, and reading and comparing prong's answers."""
import json
import math
from fractions import Fraction

FORMATS = {"f64": (53, -1074, 1023), "f32": (24, -149, 127), "f16": (11, -24, 15), "bf16": (8, -133, 127)}


def rounded(x, form="f64"):
    """The fraction x rounded half to even to a format, as a float."""
    bits, least, greatest = FORMATS[form]
    if x == 0:
        return 0.0
    exponent = abs(x.numerator).bit_length() - x.denominator.bit_length()
    if Fraction(2) ** exponent > abs(x):
        exponent -= 1
    unit = max(exponent - bits + 1, least)
    n = round(x / Fraction(2) ** unit)
    if abs(n) >= 2 ** bits and exponent == greatest:
        return math.copysign(math.inf, n)
    value = n * Fraction(2) ** unit
    if abs(value) >= Fraction(2) ** (greatest + 1):
        return math.copysign(math.inf, n)
    return float(value) if n else math.copysign(0.0, x)


def root(x, form="f64"):
    """The square root of the fraction x, rounded once."""
    if x == 0:
        return 0.0
    shift = 2 * (160 + max(0, x.denominator.bit_length() - x.numerator.bit_length()))
    scaled = (x.numerator << shift) // x.denominator
    s = math.isqrt(scaled)
    sticky = s * s != scaled or (x.numerator << shift) % x.denominator != 0
    return rounded(Fraction(2 * s + sticky, 2 ** (shift // 2 + 1)), form)


def number(value):
    """A value of JSON, which writes nan and inf as strings."""
    if isinstance(value, str):
        return float(value)
    return value


def same(got, want):
    """The same value, of zeros the same zero."""
    if isinstance(want, bool) or isinstance(got, bool):
        return got is want
    if isinstance(want, float) and math.isnan(want):
        return isinstance(got, float) and math.isnan(got)
    if got == 0 and want == 0 and isinstance(want, float):
        return math.copysign(1, got) == math.copysign(1, want)
    return got == want


def reads(text):
    return json.loads(text, parse_int=lambda s: -0.0 if s == "-0" else int(s))
