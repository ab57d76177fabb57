# SPDX-License-Identifier: MIT
"""Plots as SVG, by gnuplot where it is installed; without it there are the tables alone."""
import os
import shutil
import subprocess

STYLE = '''
set terminal svg size 760,460 dynamic font "sans-serif,13" background rgb "white"
set output "%s"
set title "%s"
set xlabel "%s"
set ylabel "%s"
set key outside right top
set grid
'''


def draw(path, title, xlabel, ylabel, series, settings='', kind='linespoints'):
    """series: {name: [(x, y), ...]}. Returns the Markdown that shows the picture, or ''."""
    if not shutil.which('gnuplot'):
        return ''
    script = STYLE % (path, title, xlabel, ylabel) + settings + '\n'
    plots, blocks = [], []
    for i, (name, points) in enumerate(series.items()):
        block = '$d%d' % i
        blocks.append('%s << EOD\n%s\nEOD\n' % (block, '\n'.join('%r %r' % point for point in points)))
        plots.append('%s using 1:2 with %s linewidth 2 title "%s"' % (block, kind, name))
    script += ''.join(blocks) + 'plot ' + ', '.join(plots) + '\n'
    return run(script, path, title)


def bars(path, title, ylabel, values):
    """values: {label: y}. A bar each, lying, with a line at 1."""
    if not shutil.which('gnuplot'):
        return ''
    rows = list(values.items())[::-1]
    script = STYLE % (path, title, ylabel, '')
    script += 'set terminal svg size 760,%d dynamic font "sans-serif,13" background rgb "white"\n' % (140 + 22 * len(rows))
    script += 'unset key\nset logscale x\nset style fill solid 0.6\nset yrange [-0.6:%g]\nset ytics (%s)\n' % (
        len(rows) - 0.4, ', '.join('"%s" %d' % (label.replace('"', ''), i) for i, (label, _) in enumerate(rows)))
    script += 'set arrow from 1,graph 0 to 1,graph 1 nohead dashtype 2\n'
    low = min(min(values.values()), 1) / 1.5
    script += 'set xrange [%g:%g]\n' % (low, max(max(values.values()), 1) * 1.5)
    script += '$d << EOD\n%s\nEOD\n' % '\n'.join('%g %d %g' % (y, i, low) for i, (_, y) in enumerate(rows))
    script += 'plot $d using 1:2:3:1:($2-0.35):($2+0.35) with boxxyerror linecolor rgb "#3465a4"\n'
    return run(script, path, title)


def run(script, path, title):
    done = subprocess.run(['gnuplot'], input=script.encode(), stderr=subprocess.PIPE)
    if done.returncode:
        return '(gnuplot: %s)\n' % done.stderr.decode().strip().splitlines()[-1]
    with open(path) as file:
        lines = [line.rstrip() for line in file]
    with open(path, 'w') as file:
        file.write('\n'.join(lines) + '\n')  # gnuplot leaves blanks at their ends
    return '![%s](plots/%s)\n' % (title, os.path.basename(path))
