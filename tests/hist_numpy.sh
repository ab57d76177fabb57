#!/bin/sh
# SPDX-License-Identifier: MIT
# Histograms of every type, rule, range and list of edges against numpy and exact comparisons.
test -n "$PYTHON_NUMPY" || { echo 'configure found no Python with numpy'; exit 77; }
exec "$PYTHON_NUMPY" -B "${top_srcdir:-.}/tests/hist_numpy.py" "${top_builddir:-.}/bin/prong" "${PRONG_SEED:-1}"
