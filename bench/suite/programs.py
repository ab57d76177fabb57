# SPDX-License-Identifier: MIT
"""Sections that programs of their own measure and print as Markdown: operations, text, the pool."""
import os
import subprocess
import sys

from . import machine, plots
from .tables import lower, rows_of

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def output_of(words, **how):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, **how).stdout.decode()


def operations(bench):
    """Every operation on the same file."""
    gib = '0.25' if bench.quick else '2'
    text = output_of([sys.executable, os.path.join(BENCH, 'ops.py'), bench.prong, bench.directory, gib, str(bench.rounds)])
    rows = rows_of(text, 'numpy / prong')
    ratios = {row[0]: float(row[4]) for row in rows}
    warm = {row[0]: float(row[5]) for row in rows}
    for name, bar in (('median', 15), ('hist:100', 15), ('min, max, argmin, argmax', 3), ('sum along axis 0', 2),
                      ('sum along axis 1', 2), ('sum, omitting NaN', 8), ('sum', 1), ('var', 1)):
        if name in ratios:
            bench.claim('%s of a file: numpy\'s time to prong\'s' % name, '%.1f (numpy warm: %.1f)' % (ratios[name], warm[name]),
                        'at least %d' % bar, ratios[name] >= bar)
    pictures = [plots.bars(bench.plot(picture), 'Operations beside numpy' + how, 'numpy\'s time to prong\'s', figures)
                for picture, how, figures in (('operations', '', ratios), ('operations-warm', ', its pages mapped before', warm))]
    return lower(text), '\n'.join(pictures)


def texts(bench):
    """Sums, medians and columns of text files in the page cache."""
    values, megabytes = ('500000', '20') if bench.quick else ('10000000', '1000')
    text = output_of([sys.executable, os.path.join(BENCH, 'text.py'), bench.prong, bench.directory, values, megabytes,
                      str(bench.rounds), bench.peers.node])
    rows = rows_of(text, 'times prong')
    behind = ['%s: %s' % (row[0], row[1]) for row in rows if row[1] != 'prong' and float(row[3]) < 1]
    bench.claim('text: rows in which somebody is faster than prong', '; '.join(behind) or 'none', 'none', not behind)
    return lower(text), ''


def pool(bench):
    """A persistent pool: jobs that do nothing, its making in parents of several sizes, and chunks of several sizes."""
    if not os.path.exists(bench.program('pool')):
        return 'bench/pool is not built: `make bench` builds it.\n', ''
    text = output_of([bench.program('pool'), os.path.join(bench.programs, 'pool_peers'), os.path.join(BENCH, 'pool_peers'),
                      str(3 if bench.quick else 9)])
    dispatch = {}
    for row in rows_of(text, 'peer'):
        if len(row) == 5 and row[4]:
            dispatch['%s / prong %s' % (row[0], row[1])] = 1 / float(row[4])
    for start, bar in (('OpenMP, active, 2', 1.0), ('OpenMP, passive, 2', 1.5)):
        best = [1 / ratio for name, ratio in dispatch.items() if name.startswith(start) and not name.endswith('spinning, 2')]
        if best:
            bench.claim('dispatch: prong\'s time to that of %s threads' % start, '%.2f' % min(best), 'at most %g' % bar,
                        min(best) <= bar)
    fork = {}
    for row in rows_of(text, 'memory of the parent'):
        fork.setdefault(row[1], []).append((float(row[0].split()[0]), float(row[2])))
    return lower(text), (
        plots.bars(bench.plot('dispatch'), 'Dispatch and join of an empty job', 'the peer\'s time to prong\'s', dispatch) + '\n' +
        plots.draw(bench.plot('fork'), 'Making and ending a pool of 2', 'GiB of memory in the parent', 'ms', fork))
