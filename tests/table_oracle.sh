#!/bin/sh
# SPDX-License-Identifier: MIT
# Tables, cut everywhere, against Python's csv module and exact fractions.
command -v python3 >/dev/null || { echo 'there is no python3'; exit 77; }
exec python3 -B "${top_srcdir:-.}/tests/table_oracle.py" "${top_builddir:-.}/bin/prong" 150 "${PRONG_SEED:-1}"
