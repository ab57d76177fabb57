#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Numbers in text and a CSV beside what people use for them, in turns: A B C A B C. What counts is the median of the ratios of
a contestant's time to that of prong in the same turn.

    text.py PRONG DIRECTORY [VALUES [MEGABYTES [ROUNDS [DUCKDB]]]]

Every contestant is a command, with everything from exec to exit, on files in the page cache, and with two processors where it can
use them. What it answers is compared with an exact sum, or with numpy: a wrong answer is an error, not a row. Prints Markdown.

Contestants that are not installed are left out and named. On Debian and its like:

    apt-get install datamash mawk gawk miller parallel python3-numpy nodejs npm
    mkdir DUCKDB && cd DUCKDB && npm install @duckdb/node-api
"""
import itertools
import json
import math
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time

import numpy as np

sys.dont_write_bytecode = True
from suite import machine  # noqa: E402

prong, directory = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
values = int(sys.argv[3]) if len(sys.argv) > 3 else 10**7
megabytes = float(sys.argv[4]) if len(sys.argv) > 4 else 1000
rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 5
duckdb = os.path.abspath(sys.argv[6]) if len(sys.argv) > 6 else 'bench-duckdb'
LONG = 20  # seconds: whoever takes longer runs once
PATIENCE = 15  # seconds: whoever has taken more has no fourth turn
KEYS = ['north', 'south', 'east, by sea', 'west']


# ---- The files, and what is in them ----

def make(name, write):
    path = os.path.join(directory, 'prong-bench-%s-%d-%g' % (name, values, megabytes))
    if not os.path.exists(path):
        with open(path + '.new', 'w') as file:
            write(file)
        os.rename(path + '.new', path)
    with open(path, 'rb') as file:  # into the page cache
        while file.read(2**24):
            pass
    return path


def numbers(file, form, draw):
    for at in range(0, values, 10**5):
        part = draw(np.random.default_rng([1, at]), min(10**5, values - at))
        file.write('\n'.join([form % x for x in part.tolist()]) + '\n')


def table(file):
    """Eleven numbers and a text, which is quoted: last, so that who splits at every comma finds the numbers too."""
    written = file.write(','.join('c%d' % i for i in range(1, 12)) + ',place\n')
    at = 0
    while written < megabytes * 1e6:
        rng = np.random.default_rng([2, at])
        small, wide = rng.integers(-999, 999, (2000, 5)).tolist(), rng.normal(size=(2000, 6)).tolist()
        rows = [','.join(['%d' % x for x in a] + ['%.6f' % x for x in b]) + ',"%s"\n' % KEYS[(at + i) % 4]
                for i, (a, b) in enumerate(zip(small, wide))]
        written += file.write(''.join(rows))
        at += 2000


long = make('long', lambda file: numbers(file, '%.17g', lambda rng, n: rng.normal(size=n)))
short = make('short', lambda file: numbers(file, '%.1f', lambda rng, n: rng.integers(-999, 999, n) / 10))
csv = make('table', table)


def read(path):
    with open(path) as file:
        return np.array([float(line) for line in file])


def true_sums():
    """Of the table: sums of its columns, and means by group. What is added up is exact sums of some rows each."""
    sums, groups, counts = [[] for _ in range(11)], {key: [] for key in KEYS}, dict.fromkeys(KEYS, 0)
    with open(csv) as file:
        next(file)
        while True:
            rows = [line.rstrip().split(',', 11) for line in itertools.islice(file, 10**5)]
            if not rows:
                break
            for i, column in enumerate(sums):
                column.append(math.fsum(float(row[i]) for row in rows))
            for key in KEYS:
                mine = [float(row[10]) for row in rows if row[11] == '"%s"' % key]
                groups[key].append(math.fsum(mine))
                counts[key] += len(mine)
    return [math.fsum(c) for c in sums], [math.fsum(groups[key]) / counts[key] for key in KEYS if counts[key]]


def truth():
    """The true answers, which take longer than the contestants: kept beside the data."""
    path = long + '.truth'
    if not os.path.exists(path):
        with open(path + '.new', 'w') as file:
            json.dump(compute_truth(), file)
        os.rename(path + '.new', path)
    with open(path) as file:
        return json.load(file)


def compute_truth():
    """Answers by ways that none of the contestants shares: fsum, and sorting in memory."""
    x, y = read(long), read(short)
    sums, groups = true_sums()
    deviation = math.sqrt(math.fsum(((x - math.fsum(x) / x.size)**2).tolist()) / (x.size - 1))
    return {'sum of long numbers': [math.fsum(x)], 'sum of short numbers': [math.fsum(y)],
            'sum, mean, min, max, sstdev': [math.fsum(x), math.fsum(x) / x.size, x.min(), x.max(), deviation],
            'median of long numbers': [float(np.median(x))],
            'table: sums of eleven columns': sums,
            'table: mean of one column by text': sorted(groups)}


# ---- The contestants: a shell command for each question, or none ----

def q(path):
    return shlex.quote(path)


def awk(program, path, separator=''):
    return "%s'%s' %s" % (separator, program, q(path))


SUM = '{ s += $1 } END { printf "%.17g\\n", s }'
FIVE = ('NR == 1 { a = b = $1 } { s += $1; t += $1 * $1; if ($1 < a) a = $1; if ($1 > b) b = $1 } '
        'END { printf "%.17g %.17g %.17g %.17g %.17g\\n", s, s / NR, a, b, sqrt((t - s * s / NR) / (NR - 1)) }')
ELEVEN = 'NR > 1 { for (i = 1; i <= 11; i++) s[i] += $i } END { for (i = 1; i <= 11; i++) printf "%.17g ", s[i] }'
GROUP = 'NR > 1 { k = $12 $13; s[k] += $11; n[k]++ } END { for (k in s) printf "%.17g ", s[k] / n[k] }'
ALL = ','.join('c%d' % i for i in range(1, 12))


def duck(sql):
    script = ("const { DuckDBInstance } = require('@duckdb/node-api'); (async () => { const i = await DuckDBInstance.create("
              "':memory:', { threads: '2' }); const c = await i.connect(); const r = await c.runAndReadAll(%s); "
              "for (const row of r.getRows()) console.log(row.join(' ')); })()")
    return 'NODE_PATH=%s node -e %s' % (q(os.path.join(duckdb, 'node_modules')), q(script % json.dumps(sql)))


def duck_numbers(what, path):
    return duck("select %s from read_csv('%s', header=false, columns={'v': 'DOUBLE'})" % (what, path))


def numpy_of(expression, path, more=''):
    program = 'import sys, numpy as np; x = np.loadtxt(sys.argv[1]%s); print(*np.atleast_1d(%s))' % (more, expression)
    return '%s -c %s %s' % (q(sys.executable), q(program), q(path))


def pieces(each, all_of, path, front=''):
    return "parallel --will-cite -j2 -a %s --pipepart --block -1 %s%s | %s" % (q(path), front, q(each), all_of)


def commands(question):
    one = {
        'sum of long numbers': (long, 'sum', SUM, 'sum 1', 'sum', 'sum(v)', 'x.sum()'),
        'sum of short numbers': (short, 'sum', SUM, 'sum 1', 'sum', 'sum(v)', 'x.sum()'),
        'sum, mean, min, max, sstdev': (long, 'sum,mean,min,max,sstdev', FIVE, 'sum 1 mean 1 min 1 max 1 sstdev 1',
                                        'sum,mean,min,max,stddev', 'sum(v), avg(v), min(v), max(v), stddev_samp(v)',
                                        '[x.sum(), x.mean(), x.min(), x.max(), x.std(ddof=1)]'),
        'median of long numbers': (long, 'median', None, 'median 1', 'p50', 'median(v)', 'np.median(x)'),
    }.get(question)
    if one:
        path, ours, program, data, miller, sql, array = one
        out = {'prong': '%s -j2 %s %s' % (q(prong), ours, q(path)), 'datamash': 'datamash -R 17 %s <%s' % (data, q(path)),
               'Miller': "mlr --inidx --ifs ' ' --ojson stats1 -i -a %s -f 1 %s" % (miller, q(path)),
               'numpy.loadtxt': numpy_of(array, path), 'DuckDB': duck_numbers(sql, path)}
        if program:
            out['mawk'], out['gawk'] = 'mawk ' + awk(program, path), 'gawk ' + awk(program, path)
        if ours == 'sum':
            out['parallel + datamash'] = pieces('datamash -R 17 sum 1', 'datamash -R 17 sum 1', path)
        return out
    if 'sums' in question:
        return {'prong': '%s -j2 -t, -H -f 1-11 sum %s' % (q(prong), q(csv)),
                'datamash': 'datamash -t, -H -R 17 sum 1-11 <%s' % q(csv), 'mawk': 'mawk -F, ' + awk(ELEVEN, csv),
                'gawk': 'gawk -F, ' + awk(ELEVEN, csv), 'Miller': 'mlr --icsv --ojson stats1 -a sum -f %s %s' % (ALL, q(csv)),
                'parallel + datamash': pieces('datamash -t, -R 17 sum 1-11', 'datamash -t, -R 17 sum 1-11', csv,
                                              "--header '.*\\n' 'tail -n +2 |' "),
                'numpy.loadtxt': numpy_of('x.sum(0)', csv, ', delimiter=",", skiprows=1, usecols=range(11)'),
                'DuckDB': duck('select %s from read_csv(\'%s\')' % (', '.join('sum(c%d)' % i for i in range(1, 12)), csv))}
    return {'prong': '%s -j2 -t, -H -g place -f c11 mean %s' % (q(prong), q(csv)), 'mawk': 'mawk -F, ' + awk(GROUP, csv),
            'gawk': 'gawk -F, ' + awk(GROUP, csv), 'Miller': 'mlr --icsv --ojson stats1 -a mean -f c11 -g place %s' % q(csv),
            'DuckDB': duck('select avg(c11) from read_csv(\'%s\') group by place' % csv)}


NEEDS = {'datamash': 'datamash', 'mawk': 'mawk', 'gawk': 'gawk', 'Miller': 'mlr', 'parallel + datamash': 'parallel',
         'numpy.loadtxt': None, 'prong': None, 'DuckDB': 'node'}


def missing():
    gone = [name for name, tool in NEEDS.items() if tool and not shutil.which(tool)]
    if 'DuckDB' not in gone and not os.path.isdir(os.path.join(duckdb, 'node_modules', '@duckdb', 'node-api')):
        gone.append('DuckDB')
    return gone


def numbers_in(text):
    found = []
    for word in text.replace('"', ' ').replace(',', ' ').replace(':', ' ').split():
        try:
            found.append(float(word))
        except ValueError:
            pass
    return found


def run(command):
    begin = time.perf_counter()
    done = subprocess.run(['sh', '-c', command], capture_output=True, text=True, env=dict(os.environ, LC_ALL='C'))
    took = time.perf_counter() - begin
    if done.returncode:
        sys.exit('%s\nexit status %d: %s' % (command, done.returncode, done.stderr))
    return took, done.stdout


def check(question, name, command, said, wanted):
    """The last numbers of what was said: names of columns and keys have digits, too."""
    found = numbers_in(said)
    if 'by text' in question:
        found = sorted(found)
    if 'sums' in question and name in ('prong', 'Miller'):  # each behind its column's name
        found = numbers_in('\n'.join(line.split(':' if name == 'Miller' else '\t')[-1] for line in said.splitlines()))
    found = found[-len(wanted):]
    if len(found) != len(wanted) or not all(math.isclose(f, w, rel_tol=1e-6, abs_tol=1e-6) for f, w in zip(found, wanted)):
        sys.exit('%s, %s: %s\nsaid %s\ninstead of %s' % (question, name, command, said[:500], wanted))



def compare(question, wanted, gone):
    todo = {name: command for name, command in commands(question).items() if name not in gone}
    times = {name: [] for name in todo}
    for turn in range(rounds):
        for name, command in todo.items():
            if turn == 0 or times[name][0] < LONG and (turn < 3 or sum(times[name]) < PATIENCE):
                took, said = run(command)
                check(question, name, command, said, wanted)
                times[name].append(took)
    for name in sorted(times, key=lambda n: statistics.median(times[n])):
        ratio = statistics.median(t / o for t, o in zip(times[name], times['prong']))
        print('| %s | %s | %.2f | %.1f |' % (question, name, statistics.median(times[name]), ratio), flush=True)


def main():
    gone = missing()
    print('# Text beside what people use for it\n')
    print('%s. Made by `make bench-text`.\n' % machine.line())
    print('%d numbers of 17 digits (%.0f MB), as many of the kind 12.8 (%.0f MB), and a CSV of eleven columns of numbers and one '
          'of quoted text (%.0f MB), in the page cache.' % (values, *[os.path.getsize(p) / 1e6 for p in (long, short, csv)]))
    print('Seconds from exec to exit, medians of %d turns (of 3 where those take more than %d s, of 1 where it takes more '
          'than %d s); the ratio is to the time of prong in the same turn. Two processors for prong, parallel and DuckDB; the '
          'others have no use for a second. datamash and the awks split at every comma: here, where the text stands last, that '
          'does no harm.\n' % (rounds, PATIENCE, LONG))
    if gone:
        print('Not installed here: %s.\n' % ', '.join(gone))
    print('| question | | s | times prong |\n|---|---|---|---|', flush=True)
    for question, wanted in truth().items():
        compare(question, wanted, gone)


if __name__ == '__main__':
    main()
