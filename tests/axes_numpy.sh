#!/bin/sh
# SPDX-License-Identifier: MIT
# Reductions along axes of every type, order, slice and NaN policy against numpy and exact fractions.
test -n "$PYTHON_NUMPY" || { echo 'configure found no Python with numpy'; exit 77; }
exec "$PYTHON_NUMPY" -B "${top_srcdir:-.}/tests/axes_numpy.py" "${top_builddir:-.}/bin/prong" "${PRONG_SEED:-1}"
