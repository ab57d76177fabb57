#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables against Python's csv module and exact fractions.

    table_oracle.py PRONG CASES SEED

Small files with quotes, carriage returns, byte-order mark, comments, ragged rows and missing values are read with 1 to 8
workers and chunks of a few bytes: every answer must be csv's, and every error the same as with one chunk; so must those of files
that end after each byte, and of pipes whose writers pause anywhere, packed or not.
"""
import copy
import csv
import gzip
import io
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import share  # noqa: E402

prong, cases, seed = sys.argv[1], max(3, int(sys.argv[2]) // share.SHARE), int(sys.argv[3])
rng = random.Random(seed)
failures = 0


def run(*args):
    done = subprocess.run([prong, *args], capture_output=True)
    return done.returncode, done.stdout.decode('latin-1'), done.stderr.decode('latin-1')


def run_slowly(data, pauses, *args):
    """What is said of a pipe, into which its writer puts a piece, waits, and puts the next."""
    process = subprocess.Popen([prong, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    places = sorted(rng.randrange(len(data) + 1) for _ in range(pauses))
    for begin, end in zip([0] + places, places + [len(data)]):
        try:
            process.stdin.write(data[begin:end])
            process.stdin.flush()
        except BrokenPipeError:
            break
        if end < len(data):
            time.sleep(0.004)
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.stdin = None
    out, err = process.communicate()
    return process.returncode, out.decode('latin-1'), err.decode('latin-1')


def packed(data):
    """Packed, if this prong was built to unpack that: cli-packed.sh says whether it should have been."""
    done = subprocess.run([prong, 'sum'], input=gzip.compress(b'1'), capture_output=True)
    return data if b'it was built without' in done.stderr else gzip.compress(data, 1)


def nearest(fraction):
    """The double next to a fraction: true division of integers rounds once."""
    return fraction.numerator / fraction.denominator


def text_of(value):
    if isinstance(value, int):
        return str(value)
    if value != value:
        return 'nan'
    text = repr(value)
    return text[:-2] if text.endswith('.0') else text


def make_number():
    kind = rng.randrange(5)
    if kind == 0:
        return str(rng.randrange(-99, 99))
    if kind == 1:
        return '%.3f' % rng.uniform(-1000, 1000)
    if kind == 2:
        return '%de%d' % (rng.randrange(1, 99), rng.randrange(-12, 12))
    if kind == 3:
        return repr(rng.uniform(0, 1))
    return '+%d' % rng.randrange(9)


def make_word(delimiter):
    pieces = ['a', 'bc', ' ', delimiter, '\n', '""', '\r\n', '#', '.', '1', ',', '|']
    return ''.join(rng.choice(pieces) for _ in range(rng.randrange(5))).replace('""', '"')


def quoted(word, delimiter, force):
    if force or any(c in word for c in delimiter + '"\n\r') or word.startswith('#') or word == '':
        return '"' + word.replace('"', '""') + '"'
    return word


class Case:
    """A table whose columns are kinds: n numbers, m numbers with missing ones, k keys, w any text."""

    def __init__(self):
        self.delimiter = rng.choice(',\t|;')
        self.newline = rng.choice(['\n', '\n', '\r\n'])
        self.kinds = [rng.choice('nmkw') for _ in range(rng.randrange(1, 5))] + ['n']
        rng.shuffle(self.kinds)
        self.comments = rng.random() < 0.4
        self.ragged = rng.random() < 0.2
        self.bom = rng.random() < 0.2
        self.skip = rng.choice([0, 0, 0, 2])
        self.header = rng.random() < 0.7
        self.quotes = rng.random() < 0.8
        self.make()

    def field(self, kind):
        if kind == 'w':
            word = make_word(self.delimiter)
            if not self.quotes:
                word = ''.join(c for c in word if c not in self.delimiter + '"\n\r#') or 'x'
            return quoted(word, self.delimiter, self.quotes and rng.random() < 0.3)
        if kind == 'k':
            word = rng.choice(['red', 'green', 'b"l', 'x' + self.delimiter + 'y', 'z\nz'] if self.quotes else ['red', 'green'])
            return quoted(word, self.delimiter, self.quotes and rng.random() < 0.3)
        if kind == 'm' and rng.random() < 0.3:
            return rng.choice(['', 'NA', '""' if self.quotes else ''])
        number = make_number()
        if rng.random() < 0.1:
            number = rng.choice([' ', '  ']) + number + ' '
        return '"' + number + '"' if self.quotes and rng.random() < 0.1 else number

    def make(self):
        lines = []
        names = ['c%d' % i for i in range(len(self.kinds))]
        if self.header:
            lines.append(self.delimiter.join(quoted(n, self.delimiter, self.quotes and rng.random() < 0.3) for n in names))
        for _ in range(rng.randrange(1, 12)):
            if self.comments and rng.random() < 0.3:
                lines.append('# "it\'s ' + rng.choice(['"', '', 'a,b']))
            if rng.random() < 0.1:
                lines.append('')
            kinds = list(self.kinds)
            if self.ragged and rng.random() < 0.2 and len(lines) > 1:
                kinds = kinds + ['n'] if rng.random() < 0.5 or len(kinds) == 1 else kinds[:-1]
            row = self.delimiter.join(self.field(k) for k in kinds)
            lines.append(row if row else '1')
        front = ''.join('front "%d\n' % i for i in range(self.skip))
        text = self.newline.join(lines)
        if rng.random() < 0.7:
            text += self.newline
        self.text = text
        self.data = (b'\xef\xbb\xbf' if self.bom else b'') + (front + text).encode('latin-1')
        self.names = names if self.header else [str(i + 1) for i in range(len(self.kinds))]

    def rows(self):
        """What csv makes of it, without comments and empty rows; None: there are ragged rows, and they are not skipped."""
        text, out, kept = self.text, [], []
        if self.comments:
            inside, at_front, i = False, True, 0
            while i < len(text):
                if at_front and not inside and text[i] == '#':
                    end = text.find('\n', i)
                    i = len(text) if end < 0 else end + 1
                    continue
                if text[i] == '"':
                    inside = not inside
                at_front = text[i] == '\n'
                kept.append(text[i])
                i += 1
            text = ''.join(kept)
        for row in csv.reader(io.StringIO(text, newline=''), delimiter=self.delimiter, strict=True):
            if row:
                out.append(row)
        width = len(out[0]) if out else 0
        if self.header:
            out = out[1:]
        if self.ragged:
            out = [row for row in out if len(row) == width]
        return width, out

    def arguments(self):
        name = {'\t': rng.choice(['tab', '\\t'])}.get(self.delimiter, self.delimiter)
        args = ['-t', name, '--missing', ',NA']
        args += ['-H'] if self.header else []
        args += ['--comment', '#'] if self.comments else []
        args += ['--skip', str(self.skip)] if self.skip else []
        args += ['--ragged=skip'] if self.ragged else []
        return args


def number(field):
    field = field.strip(' \t')
    return math.nan if field in ('', 'NA') else float(field)


def expected(values):
    """sum, mean, max, argmax, median of some numbers under omitted NaN, with their indices; None: an error."""
    there = [(v, i) for i, v in values if v == v]
    if not there:
        return None
    total = sum(Fraction(v) for v, _ in there)
    top = max(v for v, _ in there)
    return [text_of(nearest(total)), text_of(nearest(total / len(there))), text_of(top),
            text_of(min(i for v, i in there if v == top)), str(len(values))]


OPERATIONS = 'sum,mean,max,argmax,count'


def fail(case, args, said, wanted):
    global failures
    failures += 1
    print('FAIL: prong', ' '.join(map(repr, args)), 'of', case.data, 'said', repr(said), 'instead of', repr(wanted))


def zero(text):
    """-0 and 0 are told apart by none of the oracles."""
    return '0' if text == '-0' else text


def same(said, wanted):
    if wanted is None:
        return said[0] == 1 and said[1] == '' and 'has no value' in said[2]
    lines = [line.split('\t') for line in said[1].splitlines()]
    return said[0] == 0 and [[line[0]] + [zero(c) for c in line[1:]] for line in lines] == \
        [[line[0]] + [zero(c) for c in line[1:]] for line in wanted]


def columns_case(case, path):
    width, rows = case.rows()
    if width != len(case.names):
        return
    fields = [i for i, k in enumerate(case.kinds) if k in 'nm']
    args = case.arguments() + ['-f', ','.join(rng.choice([case.names[i], str(i + 1)]) for i in fields), '--narm', OPERATIONS]
    wanted = [['column'] + OPERATIONS.split(',')]
    for i in fields:
        column = expected([(k, number(row[i])) for k, row in enumerate(rows)])
        wanted = None if column is None or wanted is None else wanted + [[case.names[i]] + column]
    args += [path]
    said = run('-j', '1', *args)
    if not same(said, wanted):
        fail(case, args, said, wanted)
    cut_everywhere(case, args, said)


def groups_case(case, path):
    width, rows = case.rows()
    keys = [i for i, k in enumerate(case.kinds) if k == 'k']
    fields = [i for i, k in enumerate(case.kinds) if k == 'n']
    if width != len(case.names) or not keys:
        return
    key, field = keys[0], fields[0]
    args = case.arguments() + ['-g', case.names[key], '-f', case.names[field], '--narm', OPERATIONS, path]
    groups = {}
    for k, row in enumerate(rows):
        groups.setdefault(row[key], []).append((k, number(row[field])))
    wanted = [[case.names[key]] + ['%s@%s' % (o, case.names[field]) for o in OPERATIONS.split(',')]]
    for name in sorted(groups):
        wanted.append([name.replace('\n', ' ').replace('\t', ' ')] + expected(groups[name]))
    said = run('-j', '1', *args)
    if not same(said, wanted):
        fail(case, args, said, wanted)
    cut_everywhere(case, args, said)


def by_pipe(case, args, said):
    """The same bytes, one after the other."""
    said = (said[0], said[1], said[2].replace(args[-1], 'standard input'))
    for pauses in (0, rng.randrange(1, 4)):
        given = ['-j', str(rng.randrange(1, 9)), '--grain', str(rng.randrange(1, 80)), *args[:-1]]
        data = case.data if rng.random() < 0.8 or said[0] else packed(case.data)
        again = run_slowly(data, pauses, *given)
        if again != said:
            fail(case, ['(a pipe)', *given], again, said)


def cut_everywhere(case, args, said):
    by_pipe(case, args, said)
    for grain in rng.sample(range(1, 40), 3) + rng.sample(range(40, 300), 3):
        workers = str(rng.randrange(1, 9))
        again = run('-j', workers, '--grain', str(grain), *args)
        if again != said:
            fail(case, ['-j', workers, '--grain', str(grain), *args], again, said)


def broken_case(case, path):
    """Bytes are damaged: whatever is said, it is the same for every way to cut."""
    data = bytearray(case.data)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(data))
        data[place] = rng.choice(b'"",\n\r#x1 \t')
    case.data = bytes(data)
    with open(path, 'wb') as file:
        file.write(case.data)
    args = case.arguments() + ['--narm', 'sum,count@1', path]
    said = run('-j', '1', *args)
    if said[0] not in (0, 1):
        fail(case, args, said, 'an answer or an error')
    cut_everywhere(case, args, said)


def prefix_of(case, length):
    """The case whose file ends after so many bytes, and what csv makes of it: None if that is an error."""
    cut = copy.copy(case)
    cut.data = case.data[:length]
    front = len(case.data) - len(case.text.encode('latin-1'))
    cut.text = cut.data[front:].decode('latin-1')
    if length <= front:
        return cut, None
    fields = [i for i, k in enumerate(case.kinds) if k in 'nm']
    try:
        width, rows = cut.rows()
        if width != len(case.names) or any(len(row) != width for row in rows):
            return cut, None
        columns = [[(k, number(row[i])) for k, row in enumerate(rows)] for i in fields]
    except (csv.Error, ValueError):
        return cut, None
    answers = [expected(column) for column in columns]
    return cut, None if None in answers else answers


def prefixes_case(folder):
    """A file that ends after each of its bytes: one command reads all that are tables, and each other is an error, the same for
    every way to cut."""
    case = Case()
    while len(case.data) > 250 or case.skip:
        case = Case()
    fields = [i for i, k in enumerate(case.kinds) if k in 'nm']
    args = case.arguments() + ['-f', ','.join(str(i + 1) for i in fields), '--narm', OPERATIONS]
    paths, wanted, bad = [], [['file', 'column'] + OPERATIONS.split(',')], []
    for length in range(1, len(case.data) + 1):
        cut, answers = prefix_of(case, length)
        path = os.path.join(folder, 'prefix-%03d' % length)
        with open(path, 'wb') as file:
            file.write(cut.data)
        if answers is None or (case.header and any(name != str(i + 1) and name not in cut.text
                                                   for i, name in enumerate(case.names))):
            bad.append(path)
            continue
        paths.append(path)
        for i, answer in zip(fields, answers):
            wanted.append([path, case.names[i]] + answer)
    if len(paths) > 1:
        given = ['-j', str(rng.randrange(1, 9)), '--grain', str(rng.randrange(1, 20)), *args]
        said = run(*given, *paths)
        if not same(said, wanted):
            fail(case, given, said, wanted)
    for path in rng.sample(bad, min(len(bad), 6)):
        said = run('-j', '1', *args, path)
        again = run('-j', str(rng.randrange(1, 9)), '--grain', str(rng.randrange(1, 20)), *args, path)
        if again != said or said[0] not in (0, 1):
            fail(case, [*args, path], again, said)
        with open(path, 'rb') as file:
            case.data = file.read()
        by_pipe(case, [*args, path], said)


class Large:
    """Rows of some hundred KiB among short ones, and more groups than a chunk keeps states of."""

    def __init__(self, rows):
        lines = ['key,text,value,other']
        self.values, self.groups = [], {}
        for k in range(rows):
            key, value = rng.choice(['k%d' % rng.randrange(3 * rows), 'often', 'a,"b']), rng.uniform(-9, 9)
            text = 'x' if k % 1000 else 'long, "\n' * rng.randrange(40000)
            lines.append(','.join([quoted(key, ',', False), quoted(text, ',', k % 7 == 0), repr(value), str(k)]))
            self.values.append(value)
            self.groups.setdefault(key, []).append((k, value))
        self.data = '\n'.join(lines).encode('latin-1')


def large_case(path):
    case = Large(30000)
    with open(path, 'wb') as file:
        file.write(case.data)
    case.data = case.data[:100]
    median = sorted(case.values)
    middle = nearest((Fraction(median[len(median) // 2]) + Fraction(median[(len(median) - 1) // 2])) / 2)
    total = nearest(sum(map(Fraction, case.values)))
    wanted = [['key'] + ['%s@value' % o for o in OPERATIONS.split(',')]]
    wanted += [[name] + expected(case.groups[name]) for name in sorted(case.groups)]
    for grain in ('0', '70000', '1000000'):
        for workers in ('1', '3'):
            common = ['-j', workers, '--grain', grain, '-t,', '-H']
            said = run(*common, 'sum@value,median@value', path)
            if said[1] != 'sum@value\t%s\nmedian@value\t%s\n' % (text_of(total), text_of(middle)):
                fail(case, common, said, (total, middle))
            said = run(*common, '-g', 'key', '-f', 'value', OPERATIONS, path)
            if not same(said, wanted):
                fail(case, common, (said[0], said[1][:200], said[2]), 'the groups')
            with open(path, 'rb') as file:
                data = file.read()
            said = run_slowly(data, 3, *common, 'sum@value,median@value')
            if said[1] != 'sum@value\t%s\nmedian@value\t%s\n' % (text_of(total), text_of(middle)):
                fail(case, ['(a pipe)', *common], said, (total, middle))
            said = run_slowly(packed(data), 3, *common, '-g', 'key', '-f', 'value', OPERATIONS)
            if not same(said, wanted):
                fail(case, ['(a packed pipe)', *common], (said[0], said[1][:200], said[2]), 'the groups')


def sizes_case(path):
    """Groups of 1 to 200 rows, in no order: those of few rows are kept in another way than those of many."""
    operations = 'count,sum,argmin,argmax,first,last,prod,topk:2'
    rows, groups = [], {}
    for k in range(200):
        rows += [('k%d' % k, rng.choice([1, -1, 2, 0.5, 4, -0.25, 1.5])) for _ in range(k + 1)]
    rng.shuffle(rows)
    rows[:10000] = sorted(rows[:10000])
    for i, (key, value) in enumerate(rows):
        groups.setdefault(key, []).append((value, i))
    with open(path, 'w') as file:
        file.write(''.join('%s,%r\n' % row for row in rows))
    wanted = []
    for key in sorted(groups):
        there = groups[key]
        values = [v for v, _ in there]
        wanted.append([key, str(len(values)), text_of(nearest(sum(map(Fraction, values)))),
                       str(min(there)[1]), str(min((-v, i) for v, i in there)[1]), text_of(values[0]), text_of(values[-1])])
    for grain in ('0', '50', '3000', '20000'):
        for workers in ('1', '4'):
            args = ['-j', workers, '--grain', grain, '-t,', '-g', '1', '-f', '2', operations, path]
            said = run(*args)
            again = run_slowly(open(path, 'rb').read(), 1, *args[:-1])
            by_one = said if workers == '1' else by_one
            lines = [line.split('\t') for line in said[1].splitlines()[1:]]
            if again != said or said != by_one or [line[:7] for line in lines] != wanted:
                fail(Case(), args, (said[0], said[1][:300], said[2]), wanted[:3])
            for line in lines:
                values = sorted((v for v, _ in groups[line[0]]), reverse=True)
                product = math.prod(map(Fraction, values))
                top = ','.join(map(text_of, values[:2]))
                if abs(Fraction(float(line[7])) - product) > abs(product) / 10**12 or line[8] != top:
                    fail(Case(), args, line, (float(product), values[:2]))


def long_row_case(path):
    """A row of more than a MiB is the same error for every way to cut."""
    data = b'a,b\n1,2\n3,"' + b'x\n' * 600000 + b'"\n4,5\n' + b'6,7\n' * 100000
    with open(path, 'wb') as file:
        file.write(data)
    first = run('-H', 'sum', path)
    if first[0] != 1 or ':3:1: a row of more than' not in first[2]:
        print('FAIL: a row of more than a MiB:', first)
        return 1
    for grain in ('1000', '65536', '900000'):
        again = run('-j', '3', '--grain', grain, '-H', 'sum', path)
        piped = run_slowly(data, 2, '-j', '3', '--grain', grain, '-H', 'sum')
        if again != first or piped[:2] != first[:2] or piped[2] != first[2].replace(path, 'standard input'):
            print('FAIL: a row of more than a MiB:', again, piped, first)
            return 1
    return 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'table.csv')
        for k in range(cases):
            case = Case()
            with open(path, 'wb') as file:
                file.write(case.data)
            (columns_case, groups_case, broken_case)[k % 3](case, path)
            if failures > 5:
                break
        for _ in range(max(1, cases // 24)):
            prefixes_case(folder)
        large_case(path)
        sizes_case(path)
        broken = long_row_case(path)
    print('%d cases, %d failures (seed %d)' % (cases, failures, seed))
    return failures > 0 or broken


sys.exit(main())
