#!/bin/sh
# SPDX-License-Identifier: MIT
# Order statistics against exact definitions and numpy, on data that is hard to sample as well.
test -n "$PYTHON_NUMPY" || { echo 'configure found no Python with numpy'; exit 77; }
exec "$PYTHON_NUMPY" -B "${top_srcdir:-.}/tests/order_numpy.py" "${top_builddir:-.}/bin/prong" "${PRONG_SEED:-1}"
