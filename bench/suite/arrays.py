# SPDX-License-Identifier: MIT
"""Sums of doubles in a file: against the size, against the workers, the error, and whether the answer is always the same."""
import os

from . import data, machine, plots, turns
from .tables import table, seconds

SIZES = [2**k for k in (10, 13, 16, 19, 22, 25, 28)]
CONDITIONS = [0, 4, 8, 12, 16, 20]


def path_of(bench, count):
    return data.normal(os.path.join(bench.directory, 'prong-bench-%d.npy' % count), count)


def size(bench):
    """The sum of all doubles of an .npy file that is in the page cache."""
    workers = machine.processors()
    series, rows, rates = {}, [], {}
    for count in SIZES if not bench.quick else SIZES[:-2]:
        path = path_of(bench, count)
        times, answers = turns.in_turns(bench.peers.sums(path, workers), bench.rounds, bench.patience)
        # A sum of n doubles by a loop is off by up to n half ulps of the sum of magnitudes; here it is far less.
        verdict = turns.same(answers, data.exact_sum(path) if count <= 2**22 else float(answers['prong']), 1e-9)
        for name, t in times.items():
            series.setdefault(name, []).append((count * 8, t.median))
            rates[name] = count * 8 / t.median / 1e9
            rows.append(['%d' % count, name, seconds(t.median), seconds(t.low) + ' – ' + seconds(t.high), '%.2f' % t.ratio,
                         verdict[name]])
    best = max(rate for name, rate in rates.items() if name != 'prong')
    bench.claim('sum of the largest array: prong\'s time to that of the fastest plain sum', '%.2f' % (best / rates['prong']),
                'at most 1.10', best / rates['prong'] <= 1.10)
    return (table(['doubles', 'who', 'median s', 'quartiles', 'to prong', 'answer'], rows),
            plots.draw(bench.plot('size'), 'Sum of doubles in a cached file', 'bytes', 'seconds', series,
                       'set logscale xy\nset format x "10^{%L}"'))


def workers(bench):
    """The same sum by more and more workers, where memory is the limit (sum) and where it is not (a sum of numbers in text)."""
    path = path_of(bench, 2**22 if bench.quick else 2**27)
    small = path_of(bench, 2**19 if bench.quick else 2**23)
    text = data.as_text(os.path.join(bench.directory, 'prong-bench-%d.txt' % os.path.getsize(small)), small)
    series, rows = {}, []
    for n in (1, 2, 3, 4, 8):
        contestants = bench.peers.sums(path, n, parallel_only=True)
        contestants['prong, text'] = turns.command([bench.prong, '-j', str(n), 'sum', text])
        times, _ = turns.in_turns(contestants, bench.rounds, bench.patience)
        for name, t in times.items():
            series.setdefault(name, []).append((n, t.median))
            rows.append(['%d' % n, name, seconds(t.median), '%.2f' % (series[name][0][1] / t.median)])
    return (table(['workers', 'who', 'median s', 'speed-up'], rows),
            plots.draw(bench.plot('workers'), 'Sum of %.1f GB, and of text' % (os.path.getsize(path) / 1e9), 'workers', 'seconds',
                       series, 'set yrange [0:]\nset xtics 1'))


def errors(bench):
    """How far from the exact sum, where most of the elements cancel."""
    count = 100000
    series, rows = {}, []
    for decades in CONDITIONS:
        path, exact = data.cancelling(os.path.join(bench.directory, 'prong-bench-cancel.npy'), count, decades)
        contestants = bench.peers.sums(path, machine.processors())
        text = data.as_text(os.path.join(bench.directory, 'prong-bench-cancel-%d.txt' % decades), path)
        for tool, words in (('datamash', ['datamash', '--format', '%.17g', 'sum', '1']),
                            ('mawk', ['mawk', '{ s += $1 } END { printf "%.17g\\n", s }'])):
            if machine.first_line([words[0], '--version']) is not None:
                contestants[tool] = turns.command(['sh', '-c', 'exec "$@" <"$0"', text] + words)
        if bench.peers.duckdb:
            contestants['DuckDB'] = bench.peers.sum_duckdb(text, machine.processors())
        row = ['%d' % decades]
        for name, run in contestants.items():
            off = abs(float(run()[1]) - exact) / abs(exact)
            series.setdefault(name, []).append((decades, max(off, 1e-17)))
            row.append('0' if off == 0 else '%.0e' % off)
            if name == 'prong' and off:
                bench.wrong('sum of %s: off by %g' % (path, off))
        rows.append(row)
    bench.claim('relative error of prong\'s sums, of all above', 'none' if all(row[1] == '0' for row in rows) else 'some', 'none',
                all(row[1] == '0' for row in rows))
    return (table(['decades'] + list(series), rows),
            plots.draw(bench.plot('error'), 'Relative error of a sum of %d doubles' % count, 'decades that cancel',
                       'relative error (0 drawn as 1e-17)', series, 'set logscale y\nset format y "10^{%L}"'))


def reproducible(bench):
    """How many different answers there are in 20 runs with as many workers as processors, and in 20 with 1 to 8."""
    path = path_of(bench, 2**22)
    small = path_of(bench, 2**19)
    text = data.as_text(os.path.join(bench.directory, 'prong-bench-%d.txt' % os.path.getsize(small)), small)
    netcdf = data.as_netcdf(os.path.join(bench.directory, 'prong-bench-%d.nc' % os.path.getsize(path)), path)
    runs = 20 if not bench.quick else 8
    same, varied = {}, {}

    def note(into, contestants):
        for name, run in contestants.items():
            into.setdefault(name, set()).add(str(run()[1]).strip())

    def contestants(n):
        found = bench.peers.sums(path, n)
        found['prong, std of text'] = turns.command([bench.prong, '-j', str(n), 'std', text])
        if bench.peers.duckdb:
            found['DuckDB, text'] = bench.peers.sum_duckdb(text, n)
        if netcdf and 'CDO' not in bench.peers.missing:
            found['CDO, NetCDF'] = bench.peers.sum_netcdf(netcdf, n)
        return found

    for i in range(runs):
        note(same, contestants(machine.processors()))
        note(varied, contestants(i % 8 + 1))
    rows = [[name, '%d' % len(same[name]), '%d' % len(varied[name])] for name in same]
    ok = all(len(answers[name]) == 1 for answers in (same, varied) for name in answers if name.startswith('prong'))
    bench.claim('different answers of prong in %d runs with 1 to 8 workers' % (2 * runs), '1' if ok else 'more than 1', '1', ok)
    return (table(['who', 'answers with %d workers' % machine.processors(), 'answers with 1 to 8'], rows), '')
