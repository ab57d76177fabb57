#!/bin/sh
# SPDX-License-Identifier: MIT
# Tables, cut everywhere, against Python's csv module and exact fractions.
command -v python3 >/dev/null || { echo 'there is no python3'; exit 77; }
oracle () { python3 -B "${top_srcdir:-.}/tests/table_oracle.py" "${top_builddir:-.}/bin/prong" "$@"; }
oracle 120 "${PRONG_SEED:-1}" || exit 1
PRONG_ISA=portable oracle 30 2
