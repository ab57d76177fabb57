# SPDX-License-Identifier: MIT
"""Who takes part, how each is called by its own users, and why one is missing."""
import json
import os
import shutil
import subprocess
import sys

import numpy as np

from . import machine, turns
from .data import HEADER

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.path.dirname(HERE), 'peers')


class Peers:
    def __init__(self, prong, scratch):
        """prong: the command; scratch: a directory for compiled peers and for node_modules."""
        self.prong = prong
        self.scratch = scratch
        self.missing = {}
        # Where bench/setup puts what npm has.
        self.node = os.environ.get('PRONG_BENCH_NODE') or os.path.join(
            os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'), 'prong-bench')
        self.serial = self.compile('sum.c', 'serial', 'cc', ['-O3'])
        self.openmp = self.compile('sum.c', 'openmp', 'cc', ['-O3', '-march=native', '-fopenmp'], 'OpenMP')
        self.mpi = self.compile('sum_mpi.c', 'mpi', 'mpicc', ['-O3'], 'Open MPI')
        if subprocess.run(['perl', '-MMCE', '-e', '1'], stderr=subprocess.DEVNULL).returncode:
            self.missing['Perl MCE'] = 'libmce-perl is not installed'
        self.duckdb = self.find_duckdb()
        if not shutil.which('cdo'):
            self.missing['CDO'] = 'cdo is not installed'

    def compile(self, source, name, compiler, flags, called=None):
        program = os.path.join(self.scratch, 'sum-' + name)
        if not shutil.which(compiler):
            self.missing[called or name] = 'no ' + compiler
            return None
        done = subprocess.run([compiler] + flags + ['-o', program, os.path.join(PEERS, source)], stderr=subprocess.PIPE)
        if done.returncode:
            self.missing[called or name] = 'does not compile'
            return None
        return program

    def find_duckdb(self):
        if not shutil.which('node') or not os.path.isdir(os.path.join(self.node, 'node_modules', '@duckdb')):
            self.missing['DuckDB'] = 'not found by node; bench/setup installs it'
            return None
        return os.path.join(self.node, 'node_modules')

    def sums(self, path, workers, parallel_only=False):
        """The contestants that sum an .npy file of doubles: {name: contestant}, prong first.

        prong is a command, from exec to exit. The others are timed by themselves, without their start.
        """
        array = np.load(path, mmap_mode='r').reshape(-1)
        count = str(workers)
        found = {'prong': turns.command([self.prong, '-j', count, 'sum', path])}
        if self.openmp:
            found['OpenMP'] = turns.own_clock([self.openmp, path, str(HEADER), count])
        if self.mpi:
            found['Open MPI'] = turns.own_clock(
                ['mpirun', '--allow-run-as-root', '--oversubscribe', '-n', count, self.mpi, path, str(HEADER)],
                stderr=subprocess.DEVNULL)
        found['multiprocessing'] = turns.own_clock(
            [sys.executable, os.path.join(PEERS, 'sum_multiprocessing.py'), path, count])
        if parallel_only:
            return found
        found['numpy'] = turns.inside(array.sum)
        if self.serial:
            found['serial C'] = turns.own_clock([self.serial, path, str(HEADER), '1'])
        if 'Perl MCE' not in self.missing:
            found['Perl MCE'] = turns.own_clock(['perl', os.path.join(PEERS, 'sum_mce.pl'), path, str(HEADER), count])
        return found

    def sum_netcdf(self, path, workers):
        """CDO's sum of the variable of a NetCDF file."""
        return turns.command(['cdo', '-s', '-P', str(workers), 'outputf,%.17g', '-fldsum', path], stderr=subprocess.DEVNULL)

    def sum_duckdb(self, path, workers):
        """DuckDB's sum of a text file of one number a line: by its own clock, the query alone."""
        script = os.path.join(PEERS, 'sum_duckdb.mjs')
        return turns.own_clock(['node', script, self.duckdb, path, str(workers)])

    def versions(self):
        """[(name, version or why it is missing)]"""
        lines = [('prong', machine.number(machine.first_line([self.prong, '--version'])))]
        for name, words in (('cc', ['cc', '--version']), ('Open MPI', ['mpirun', '--version']),
                            ('Python', [sys.executable, '--version']), ('Perl', ['perl', '-e', 'print $^V']),
                            ('Perl MCE', ['perl', '-MMCE', '-e', 'print "MCE $MCE::VERSION"']),
                            ('CDO', ['cdo', '--version']), ('datamash', ['datamash', '--version']),
                            ('mawk', ['mawk', '-W', 'version']), ('Miller', ['mlr', '--version']),
                            ('GNU parallel', ['parallel', '--version'])):
            lines.append((name, machine.number(machine.first_line(words)) or 'not installed'))
        lines.append(('numpy', machine.module('numpy') or 'not installed'))
        if self.duckdb:
            with open(os.path.join(self.duckdb, '@duckdb', 'node-api', 'package.json')) as file:
                lines.append(('DuckDB (node-api)', json.load(file)['version']))
        known = {name for name, _ in lines}
        return lines + [(name, why) for name, why in self.missing.items() if name not in known]
