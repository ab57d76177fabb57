#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Questions tests/exact_probe and checks every answer to the last bit against big integers and fractions.

usage: exact_oracle.py PROBE [CASES [SEED]]
"""
import math
import random
import struct
import subprocess
import sys
from fractions import Fraction

SUM, MEAN, VAR, STD, SEM, MS, RMS, NORM1, NORM2, DOT, SKEW_P, SKEW_S, KURT_P, KURT_S, HARMONIC, \
    COV, CORR, WSUM, WMEAN, WVAR, WSTD = range(21)
RATIO, ROUND, ROUND_INTEGER = range(200, 203)
NAMES = dict(enumerate("sum mean var std sem ms rms norm1 norm2 dot skew_p skew_s kurt_p kurt_s harmonic "
                       "cov corr wsum wmean wvar wstd".split()))
NAMES.update({RATIO: "ratio", ROUND: "round", ROUND_INTEGER: "round_integer"})
OMIT_NAN = 1
# precision, emin, emax of f64, f32, f16, bf16
FORMATS = [(53, -1022, 1023), (24, -126, 127), (11, -14, 15), (8, -126, 127)]
INF, NAN = float("inf"), float("nan")
MAX, TINY = sys.float_info.max, 5e-324


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def floor_log2(value):
    """of a positive fraction"""
    e = value.numerator.bit_length() - value.denominator.bit_length()
    return e if Fraction(2) ** e <= value else e - 1


def round_to(value, fmt, negative_zero=False):
    """A fraction, or ('root', sign, fraction), rounded half to even to a format; as a double."""
    root = isinstance(value, tuple)
    sign, magnitude = (value[1], value[2]) if root else (-1 if value < 0 else 1, abs(value))
    if magnitude == 0:
        return -0.0 if negative_zero else 0.0
    precision, emin, emax = FORMATS[fmt]
    top = floor_log2(magnitude)
    if root:
        top //= 2
    lsb = max(top, emin) - (precision - 1)
    # twice the integer part in units of 2^lsb, and whether anything is left
    scaled = magnitude * Fraction(4) ** -lsb * 4 if root else magnitude * Fraction(2) ** -lsb * 2
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if root:
        r = math.isqrt(whole)
        rest = rest or r * r != whole
        whole = r
    m, half = whole >> 1, whole & 1
    if half and (rest or m & 1):
        m += 1
    if m and m.bit_length() - 1 + lsb > emax:
        return sign * INF
    return sign * math.ldexp(m, lsb) if m else sign * 0.0


def signed(value):
    return -1 if value < 0 else 1


def moments(xs):
    """n, and the central sums times n, n², n³, as fractions."""
    n, f = len(xs), [Fraction(x) for x in xs]
    s1, s2, s3, s4 = sum(f), sum(v * v for v in f), sum(v ** 3 for v in f), sum(v ** 4 for v in f)
    mean = s1 / n
    return n, s2 - n * mean ** 2, s3 - 3 * mean * s2 + 2 * n * mean ** 3, \
        s4 - 4 * mean * s3 + 6 * mean ** 2 * s2 - 3 * n * mean ** 4


def all_minus_zero(xs):
    return len(xs) > 0 and all(x == 0 and math.copysign(1, x) < 0 for x in xs)


def exact_sum(xs):
    """A fraction, or a double that is a signed zero, an infinity or NaN."""
    if any(math.isnan(x) for x in xs) or (INF in xs and -INF in xs):
        return NAN
    for infinity in (INF, -INF):
        if infinity in xs:
            return infinity
    total = sum((Fraction(x) for x in xs), Fraction(0))
    return total if total else -0.0 if all_minus_zero(xs) else 0.0


def divide(a, b, fmt):
    """a / b by IEEE 754, rounded once; each a fraction or special."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return round_to(a / b, fmt) or signed(a) * signed(b) * 0.0
    size_a, size_b = (1.0 if isinstance(v, Fraction) else abs(v) for v in (a, b))
    sign_a, sign_b = (signed(v) if isinstance(v, Fraction) else math.copysign(1, v) for v in (a, b))
    if math.isnan(size_a) or math.isnan(size_b) or (size_a == size_b and size_a != 1):
        return NAN
    return sign_a * sign_b * (INF if size_a == INF or size_b == 0 else 0.0)


def other_answer(q, fmt, xs, ys):
    """What is no quantity of one state."""
    if q == RATIO:
        return divide(exact_sum(xs), exact_sum(ys), fmt)
    if q == ROUND:
        x = xs[0]
        return x if not math.isfinite(x) else round_to(Fraction(x), fmt, True) if x else x
    high, low = xs
    return round_to(Fraction((high - (high >> 63 << 64) << 64) + low), fmt)


def classed_pairs(q, xs, ys):
    """The finite pairs; how many have a NaN; the infinities among the products, both for what is no number; and whether
    weights are infinite, and the sum of the finite ones of infinities."""
    keep, nans, infinities, weights = [], 0, set(), [False, 0]
    for x, y in zip(xs, ys):
        if x != x or y != y:
            nans += 1
        elif abs(x) != INF and abs(y) != INF:
            keep.append((x, y))
        else:
            if abs(y) == INF:
                weights[0] = True
            else:
                weights[1] += Fraction(y)
            sign = (signed(x) if x else 0) * (signed(y) if y else 0)
            infinities |= {INF, -INF} if sign == 0 else {sign * INF}
    return keep, nans, infinities, weights


def negative(x):
    return x < 0 if isinstance(x, int) else math.copysign(1, x) < 0


def pair_answer(q, ddof, fmt, flags, xs, ys):
    keep, nans, infinities, (infinite_weights, lost) = classed_pairs(q, xs, ys)
    n = len(keep)
    if nans and not flags & OMIT_NAN:
        return NAN
    f = [(Fraction(x), Fraction(y)) for x, y in keep]
    sx, sy, sxy = sum(x for x, _ in f), sum(y for _, y in f), sum(x * y for x, y in f)
    if q in (WSUM, WMEAN):
        sy += lost
        if q == WMEAN and (sy == 0 or infinite_weights) or len(infinities) == 2:
            return NAN
        if infinities:
            return infinities.pop() * (signed(sy) if q == WMEAN else 1)
        minus = n > 0 and all((x == 0 or y == 0) and negative(x) != negative(y) for x, y in keep)
        if q == WSUM:
            return round_to(Fraction(sxy), fmt, minus)
        return round_to(sxy / sy, fmt, minus and sy > 0)
    if infinities:
        return NAN
    if q == COV:
        return round_to((sxy - sx * sy / n) / (n - ddof), fmt) if n > ddof else NAN
    if q == CORR:
        if n == 0:
            return NAN
        c = sum((x - sx / n) * (y - sy / n) for x, y in f)
        both = sum((x - sx / n) ** 2 for x, _ in f) * sum((y - sy / n) ** 2 for _, y in f)
        return round_to(("root", signed(c), c * c / both), fmt) if both else NAN
    if sy * (sy - ddof) <= 0:
        return NAN
    var = sum(y * (x - sxy / sy) ** 2 for x, y in f) / (sy - ddof)
    if var < 0:
        return NAN
    return round_to(var if q == WVAR else ("root", 1, var), fmt)


def finite_answer(q, ddof, fmt, xs, ys):
    n = len(xs)
    if q == DOT:
        minus = n > 0 and all((x == 0 or y == 0) and math.copysign(1, x) * math.copysign(1, y) < 0
                              for x, y in zip(xs, ys))
        return round_to(sum((Fraction(x) * Fraction(y) for x, y in zip(xs, ys)), Fraction(0)), fmt, minus)
    minus = all_minus_zero(xs)
    total = lambda p: sum((Fraction(x) ** p for x in xs), Fraction(0))
    if q == SUM:
        return round_to(total(1), fmt, minus)
    if q == NORM1:
        return round_to(sum((abs(Fraction(x)) for x in xs), Fraction(0)), fmt)
    if q == NORM2:
        return round_to(("root", 1, total(2)), fmt)
    if q in (MEAN, MS, RMS):
        if n == 0:
            return NAN
        value = total(1 if q == MEAN else 2) / n
        return round_to(("root", 1, value) if q == RMS else value, fmt, minus and q == MEAN)
    if q in (VAR, STD, SEM):
        if n <= ddof:
            return NAN
        f = [Fraction(x) for x in xs]
        mean = sum(f) / n
        var = sum((v - mean) ** 2 for v in f) / (n - ddof)
        if q == VAR:
            return round_to(var, fmt)
        return round_to(("root", 1, var if q == STD else var / n), fmt)
    least = {SKEW_P: 2, SKEW_S: 3, KURT_P: 2, KURT_S: 4}[q]
    if n < least:
        return NAN
    n, m2, m3, m4 = moments(xs)
    if m2 == 0:
        return NAN
    if q in (SKEW_P, SKEW_S):
        g = (m3 / n) ** 2 / (m2 / n) ** 3
        if q == SKEW_S:
            g *= Fraction(n * (n - 1), (n - 2) ** 2)
        return round_to(("root", signed(m3), g), fmt)
    g = m4 * n / m2 ** 2 - 3
    if q == KURT_S:
        g = Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * g + 6)
    return round_to(g, fmt)


def answer(q, ddof, fmt, flags, xs, ys):
    flags &= 15
    if COV <= q <= WSTD:
        return pair_answer(q, ddof, fmt, flags, xs, ys)
    if q >= RATIO:
        return other_answer(q, fmt, xs, ys)
    if q == HARMONIC:
        keep = [x for x in xs if not math.isnan(x)]
        if len(keep) < len(xs) and not flags & OMIT_NAN or not keep:
            return NAN
        return divide(Fraction(len(keep)), exact_sum(keep), fmt)
    if q == DOT:
        # classes by the products; a finite pair's product is taken exactly
        special = [x * y for x, y in zip(xs, ys) if not (math.isfinite(x) and math.isfinite(y))]
        keep = [(x, y) for x, y in zip(xs, ys) if math.isfinite(x) and math.isfinite(y)]
        xs, ys = [p[0] for p in keep], [p[1] for p in keep]
    else:
        special = [x for x in xs if not math.isfinite(x)]
    nans = sum(1 for v in special if math.isnan(v))
    plus, minus = special.count(INF), special.count(-INF)
    if nans and not flags & OMIT_NAN:
        return NAN
    if q in (MEAN, MS, RMS) and len(xs) + len(special if q != DOT else []) - nans - (len(xs) if q == DOT else 0) == 0 \
            and not xs:
        return NAN
    if plus or minus:
        if q in (SUM, MEAN, DOT):
            return NAN if plus and minus else INF if plus else -INF
        return INF if q in (MS, RMS, NORM1, NORM2) else NAN
    if q != DOT:
        xs = [x for x in xs if math.isfinite(x)]
    return finite_answer(q, ddof, fmt, xs, ys)


# ---- adversaries ----

def any_double(r):
    while True:
        x = from_bits(r.getrandbits(64))
        if math.isfinite(x):
            return x


def ulp_ties(r):
    """An exact tie at some scale, left alone or moved by the least there is."""
    e = r.choice([r.randint(-1074, 960), r.randint(-1074, -1000), 0])
    big = math.ldexp(2 ** 52 + r.getrandbits(52), e)
    half = math.ldexp(1.0, e - 1) if e > -1074 else 0.0
    xs = [big, half, r.choice([0.0, TINY, -TINY, math.ldexp(1.0, max(e - 60, -1074)), -math.ldexp(1.0, max(e - 200, -1074))])]
    if r.random() < 0.3:
        xs = [-x for x in xs]
    return xs


def cancelling(r):
    xs = [any_double(r) for _ in range(r.randint(1, 40))]
    xs += [-x for x in xs]
    xs += [r.choice([TINY, -TINY, 1.0, 0.0, -0.0])] * r.randint(0, 2)
    r.shuffle(xs)
    return xs


def all_ones(r):
    return [-math.ldexp(2 ** 53 - 1, r.randint(-60, 0)) for _ in range(r.choice([1, 31, 32, 33, 1024, 1500]))]


def extremes(r):
    return [r.choice([MAX, -MAX, MAX / 2, -1.0, 1.0, TINY, -TINY, math.ldexp(1.0, 970), -math.ldexp(1.0, 970),
                      math.ldexp(1.0, 969)]) for _ in range(r.randint(1, 12))]


def boundary(r):
    """Positive ties only: every digit rounds the same way, so a chain of digits drifts as far as it can."""
    n = r.choice([128, 1024, 4096])
    e = r.choice([0, 4, -4, r.randint(-900, 900)])
    return [math.ldexp(0.25 + 2.0 ** -r.choice([52, 45, 38, 37, 36, 53]), e)] * n


def wide(r):
    n, spread, centre = r.choice([20, 200, 2000]), r.choice([1, 10, 40, 60, 100, 150, 300]), r.randint(-500, 500)
    return [math.ldexp(r.uniform(-1, 1), centre + r.randint(-spread, spread)) for _ in range(n)]


def subnormal(r):
    return [from_bits(r.getrandbits(1) << 63 | r.getrandbits(r.choice([3, 30, 52, 53]))) for _ in range(r.randint(1, 100))]


def specials(r):
    xs = wide(r) if r.random() < 0.5 else [0.5] * r.randint(1, 70)
    for _ in range(r.randint(1, 3)):
        xs[r.randrange(len(xs))] = r.choice([NAN, INF, -INF, -NAN])
    return xs


def zeros(r):
    return [r.choice([-0.0, -0.0, -0.0, 0.0][:r.randint(1, 4)]) for _ in range(r.choice([0, 1, 2, 33, 1000, 2048]))]


def uniform(r):
    return [r.uniform(0, 1) for _ in range(r.randint(1, 300))]


def cents(r):
    return [r.randint(-10 ** 7, 10 ** 7) / 100 for _ in range(r.randint(1, 300))]


def clustered(r):
    """A mean far from zero: variance by cancellation."""
    base = r.choice([1e6, 1e15, 2.0 ** 500, 1e-300])
    return [base + base * 2.0 ** -50 * r.randint(-20, 20) for _ in range(r.randint(1, 60))]


def single(r):
    return [r.choice([any_double(r), 2.0 ** -1022, -TINY, MAX, 3.0])] * r.randint(1, 9)


def bit_patterns(r):
    return [any_double(r) for _ in range(r.choice([3, 50, 1100]))]


def rounding_edge(r):
    """Near a tie or the end of a format."""
    precision, emin, emax = r.choice(FORMATS[1:])
    e = r.choice([emin, emax, r.randint(emin - precision - 2, emax + 1)])
    m = r.choice([2 ** precision - 1, 2 ** (precision - 1), r.getrandbits(precision)])
    x = math.ldexp(2 * m + r.choice([-1, 0, 1]), e - precision)
    return r.choice([1, -1]) * from_bits(max(bits(abs(x)) + r.choice([-1, 0, 0, 1]), 0))


def integer_edge(r):
    """Of 128 bits in two's complement."""
    shift = r.randint(0, 127)
    number = r.getrandbits(r.choice([1, 12, 25, 54, 127])) << shift
    number = (number + r.choice([-1, 0, 0, 1])) % 2 ** 127
    return r.choice([1, -1]) * number


KINDS = [ulp_ties, ulp_ties, cancelling, all_ones, extremes, boundary, wide, wide, subnormal, specials, zeros, uniform,
         cents, clustered, single, bit_patterns]


RANGES = [None, (-2 ** 63, 2 ** 63 - 1), (0, 2 ** 64 - 1)]


def integers(r, least, most):
    """With all edges, near 2^53 and beyond."""
    return lambda: r.choice([r.randint(least, most), max(least, r.randint(-9, 9)), r.choice([least, most]),
                             min(max(least, r.choice([2, -2]) ** 53 + r.randint(-2, 2)), most)])


def weights(r, n):
    """Of several characters, mostly positive."""
    kind = r.randrange(7)
    if kind == 0:
        return [float(r.randint(0, 3)) for _ in range(n)]
    if kind == 1:
        return [r.uniform(-1, 1) for _ in range(n)]
    if kind == 2:
        return [math.ldexp(r.random(), r.choice([-1080, -1020, -500, 0, 500, 1000])) for _ in range(n)]
    if kind == 3:
        return [r.choice([1.0, -0.0, 0.0, -1.0]) for _ in range(n)]
    if kind == 4:
        return [any_double(r) for _ in range(n)]
    ys = [r.random() for _ in range(n)]
    if kind == 5 and n:
        ys[r.randrange(n)] = r.choice([INF, -INF, NAN, -0.0])
    return ys


def pair_case(r, q, xs, kind):
    """Second elements for the first: weights, or what goes with them more or less; and integers for both."""
    types, n = [0, 0], len(xs)
    if n > 150 and r.random() < 0.95:
        xs, n = xs[:150], 150
    if q in (COV, CORR) and r.random() < 0.8:
        a, b = r.choice([1.0, -1.0, 0.0, 0.5, 3.0]), r.choice([0.0, 1e-3, 1.0, 2.0 ** -52])
        ys = [a * x + b * r.uniform(-1, 1) for x in xs]
    else:
        ys = weights(r, n)
    for i in range(2):
        if r.random() < 0.25:
            types[i] = r.choice([1, 2])
            draw = integers(r, *RANGES[types[i]])
            small = r.random() < 0.5
            values = [max(r.randint(-100, 100), 0 if types[i] == 2 else -100) if small else draw() for _ in range(n)]
            xs, ys = (values, ys) if i == 0 else (xs, values)
    ddof = r.choice([0, 0, 0, 1, 1, 2, n])
    flags = r.choice([0, 0, OMIT_NAN]) + 16 * types[0] + 64 * types[1]
    return q, ddof, r.choice([0, 0, 0, 1, 2, 3]), flags, xs, ys, kind.__name__


def make_case(r):
    kind = r.choice(KINDS)
    xs, ys = kind(r), []
    q = r.choice([SUM, SUM, SUM, MEAN, VAR, STD, SEM, MS, RMS, NORM1, NORM2, DOT, DOT, SKEW_P, SKEW_S, KURT_P, KURT_S,
                  HARMONIC, RATIO, ROUND, ROUND_INTEGER] + [COV, CORR, WSUM, WMEAN, WVAR, WSTD] * 2)
    if SKEW_P <= q <= KURT_S and len(xs) > 60 and r.random() < 0.9:
        xs = xs[:60]
    if q != SUM and len(xs) > 400 and r.random() < 0.7:
        xs = xs[:r.randint(1, 400)]
    if q == DOT:
        ys = [r.choice([1.0, -1.0, x, r.uniform(-2, 2), any_double(r) if r.random() < 0.05 else 0.5,
                        -0.0 if r.random() < 0.05 else 3.0]) for x in xs]
        if r.random() < 0.3:
            ys = [math.ldexp(y, r.randint(-1080, 40)) if math.isfinite(y) and abs(y) < 1e200 else y for y in ys]
    if COV <= q <= WSTD:
        return pair_case(r, q, xs, kind)
    flags = r.choice([0, 0, OMIT_NAN])
    if q <= NORM2 or SKEW_P <= q <= KURT_S:
        if r.random() < 0.1 and xs:
            kind_of_integer = r.choice([1, 2])
            flags += 16 * kind_of_integer
            draw = integers(r, *RANGES[kind_of_integer])
            xs = [draw() if r.random() < 0.9 else 1 for _ in xs]
    if q == RATIO:
        xs = xs[:300]
        ys = [r.choice(xs) if r.random() < 0.9 else any_double(r) for _ in xs]
    if q == ROUND:
        xs = [rounding_edge(r) if r.random() < 0.5 or not xs else r.choice(xs)]
    if q == ROUND_INTEGER:
        number = integer_edge(r)
        xs = [number >> 64 & 2 ** 64 - 1, number & 2 ** 64 - 1]
    ddof = r.choice([0, 1, 1, 2, len(xs)])
    fmt = r.choice([0, 0, 0, 1, 2, 3])
    return q, ddof, fmt, flags, xs, ys, kind.__name__


def numacc():
    """NIST StRD NumAcc1-4 from their definitions: the standard deviations that doubles of them have."""
    for xs, want in [([10000001.0, 10000003.0, 10000002.0], 1.0),
                     ([1.2] + [1.1, 1.3] * 500, 0.09999999999999998),
                     ([1000000.2] + [1000000.1, 1000000.3] * 500, 0.1000000000349246),
                     ([10000000.2] + [10000000.1, 10000000.3] * 500, 0.10000000055879354)]:
        assert bits(answer(STD, 1, 0, 0, xs, [])) == bits(want), want
        yield STD, 1, 0, 0, xs, [], "numacc"


def every_lane(r):
    """A NaN or an infinity at every offset of a step."""
    for at in range(32):
        for odd in (NAN, INF):
            xs = [0.75] * 64
            xs[at] = odd
            yield SUM, 0, 0, 0, xs, [], "every_lane"
    for xs in ([0.25 + 2.0 ** -52] * 4096, [-0.25 - 2.0 ** -52] * 4096):
        yield SUM, 0, 0, 0, xs, [], "boundary"


def word(x):
    return x & 2 ** 64 - 1 if isinstance(x, int) else bits(x)


def encode(case, how):
    q, ddof, fmt, flags, xs, ys, _ = case
    return "%d %d %d %d %d %d %s\n" % (q, ddof, fmt, flags, how, len(xs), " ".join("%x" % word(x) for x in xs + ys))


def main():
    probe, count, seed = sys.argv[1], int((sys.argv + [0] * 3)[2] or 20000), int((sys.argv + [0] * 4)[3] or 1)
    r = random.Random(seed)
    cases = list(numacc()) + list(every_lane(r))
    wrong = checked = 0
    while checked < count:
        while len(cases) < 500:
            cases.append(make_case(r))
        text = "".join(encode(c, r.randint(0, 10 ** 6)) for c in cases)
        run = subprocess.run([probe], input=text, capture_output=True, text=True)
        answers = run.stdout.split("\n")[:-1]
        if run.returncode != 0 or len(answers) != len(cases):
            sys.stderr.write(run.stderr)
            sys.exit("%s ended with status %d after %d of %d cases" % (probe, run.returncode, len(answers), len(cases)))
        for case, got in zip(cases, answers):
            q, ddof, fmt, flags, xs, ys, kind = case
            want = answer(q, ddof, fmt, flags, xs, ys)
            want = "7ff8000000000000" if math.isnan(want) else "%016x" % bits(want)
            checked += 1
            if got != want:
                wrong += 1
                if wrong <= 10:
                    print("%s of %d %s, ddof %d format %d flags %d: got %s, want %s; first elements %s %s" %
                          (NAMES[q], len(xs), kind, ddof, fmt, flags, got, want, xs[:4], ys[:4]))
        cases = []
    print("%d cases, %d wrong" % (checked, wrong))
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
