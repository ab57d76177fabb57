#!/bin/sh
# SPDX-License-Identifier: MIT
# Quantiles as exact numbers (lib/order/quantile.c, lib/exact/interpolate.c) against fractions. Skipped where there is no
# Python.
python=${PYTHON:-python3}
"$python" -c 'import fractions, sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 || exit 77
exec "$python" "${srcdir:-.}/tests/order_oracle.py" tests/order_probe "$((20000 / ${PRONG_TEST_SHARE:-1}))" 1
