# SPDX-License-Identifier: MIT
"""Where and with what it was measured: machine, kernel, and the version of everything that took part."""
import importlib
import os
import platform
import re
import shutil
import subprocess
import time


def processor():
    try:
        for line in open('/proc/cpuinfo'):
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def memory_gib():
    return os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30


def processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()


def line():
    return '%s, %d processors, %.0f GiB; %s %s; %s' % (processor(), processors(), memory_gib(), platform.system(),
                                                       platform.release(), time.strftime('%Y-%m-%d'))


def first_line(words):
    """The first line that a command prints, or None where there is no such command."""
    if not shutil.which(words[0]):
        return None
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stdout.decode(errors='replace').strip().splitlines()
    return text[0] if text else ''


def number(text):
    """The version in a line such as "mawk 1.3.4 20200120"."""
    found = re.search(r'\d+(\.\d+)+|\d{6,}', text or '')
    return found.group(0) if found else text


def module(name):
    """The version of a Python module, or None."""
    try:
        return getattr(importlib.import_module(name), '__version__', '?')
    except ImportError:
        return None
