# SPDX-License-Identifier: MIT
"""The files that are measured on: made once, kept, and remade only when missing."""
import fractions
import math
import os

import numpy as np

HEADER = 128  # bytes before the elements in the .npy files made here


def normal(path, count):
    """An .npy file of count normal doubles. Returns path."""
    if not os.path.exists(path):
        out = np.lib.format.open_memmap(path + '.new', mode='w+', dtype='<f8', shape=(count,))
        for at in range(0, count, 2**22):
            part = out[at:at + 2**22]
            part[...] = np.random.default_rng([1, at]).standard_normal(part.size)
        out.flush()
        del out
        os.rename(path + '.new', path)
    with open(path, 'rb') as file:
        assert int.from_bytes(open(path, 'rb').read(10)[8:10], 'little') + 10 == HEADER, path
        while file.read(2**24):  # into the page cache
            pass
    return path


def exact_sum(path):
    """The sum of an .npy file of doubles, correctly rounded, by Python's own algorithm: math.fsum."""
    return math.fsum(np.load(path, mmap_mode='r').reshape(-1).tolist())


def cancelling(path, count, decades):
    """An .npy file of doubles, of which most cancel: the sum of their magnitudes is about 10^decades times their sum.

    Returns (path, their sum, rounded once).
    """
    rng = np.random.default_rng([2, decades])
    big = rng.standard_normal(count // 2 - 1) * 10.0 ** rng.uniform(0, decades, count // 2 - 1)
    rest = np.array([1.0, rng.random()])
    x = np.concatenate([big, -big * (1 + rng.integers(-1, 2, big.size) * 2.0**-52), rest])
    rng.shuffle(x)
    np.save(path, x)
    return path, float(sum(map(fractions.Fraction, x.tolist())))


def as_text(path, source):
    """The elements of an .npy file as text, one a line, with the fewest digits that read back the same. Returns path."""
    if not os.path.exists(path):
        with open(path + '.new', 'w') as out:
            out.write('\n'.join(map(repr, np.load(source).tolist())) + '\n')
        os.rename(path + '.new', path)
    return path


def as_netcdf(path, source):
    """The same as a NetCDF file (classic, 64-bit offsets) with the variable x(n). Returns path, or None without the module."""
    try:
        import netCDF4
    except ImportError:
        return None
    if not os.path.exists(path):
        x = np.load(source, mmap_mode='r').reshape(-1)
        file = netCDF4.Dataset(path + '.new', 'w', format='NETCDF3_64BIT_OFFSET')
        file.createDimension('n', x.size)
        file.createVariable('x', 'f8', ('n',))[:] = x
        file.close()
        os.rename(path + '.new', path)
    return path
