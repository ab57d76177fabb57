# SPDX-License-Identifier: MIT
"""Markdown tables, and reading them back from the programs that print their own."""
import re


def seconds(value):
    """Three digits, in the unit that fits."""
    if value >= 1:
        return '%.3g s' % value
    if value >= 1e-3:
        return '%.3g ms' % (value * 1e3)
    return '%.3g µs' % (value * 1e6)


def table(head, rows):
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
    return '\n'.join(lines + ['| ' + ' | '.join(row) + ' |' for row in rows]) + '\n'


def rows_of(markdown, title):
    """The rows of the tables whose head contains title: lists of cells."""
    rows, inside = [], False
    for line in markdown.splitlines():
        if not line.startswith('|'):
            inside = False
        elif re.match(r'^\|[-|: ]+\|$', line):
            continue
        else:
            cells = [cell.strip() for cell in line.strip().strip('|').split('|')]
            if title in cells:
                inside = True
            elif inside:
                rows.append(cells)
    return rows


def lower(markdown):
    """Without the title and what stands before the first table or section, and every heading one level down."""
    lines = markdown.splitlines()
    while lines and not lines[0].startswith(('|', '## ')):
        lines.pop(0)
    return '\n'.join('#' + line if line.startswith('#') else line for line in lines) + '\n'
