#!/bin/sh
# SPDX-License-Identifier: MIT
# Slices, axes and written .npy files against numpy.
test -n "$PYTHON_NUMPY" || { echo 'configure found no Python with numpy'; exit 77; }
exec "$PYTHON_NUMPY" -B "${top_srcdir:-.}/tests/array_numpy.py" "${top_builddir:-.}/tests/array_probe" "${PRONG_SEED:-1}"
