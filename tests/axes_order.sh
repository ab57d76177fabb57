#!/bin/sh
# SPDX-License-Identifier: MIT
# What looks at the elements of an output more than once, extrema by rows, and products, against numpy and exact fractions; the
# same bits from the kernels of every instruction set.
test -n "$PYTHON_NUMPY" || { echo 'configure found no Python with numpy'; exit 77; }
exec "$PYTHON_NUMPY" -B "${top_srcdir:-.}/tests/axes_order.py" "${top_builddir:-.}/bin/prong" "${PRONG_SEED:-1}"
