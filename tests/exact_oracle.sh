#!/bin/sh
# SPDX-License-Identifier: MIT
# Every result of lib/exact against big integers, to the last bit. Skipped where there is no Python.
python=${PYTHON:-python3}
"$python" -c 'import fractions, sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 || exit 77
exec "$python" "${srcdir:-.}/tests/exact_oracle.py" tests/exact_probe "$((20000 / ${PRONG_TEST_SHARE:-1}))" 1
