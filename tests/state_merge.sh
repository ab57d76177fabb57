#!/bin/sh
# SPDX-License-Identifier: MIT
# Seven parts merged in three ways come to what one run prints, for all operations that can be merged.
test -n "$PYTHON" || { echo 'configure found no Python'; exit 77; }
exec "$PYTHON" -B "${top_srcdir:-.}/tests/state_merge.py" "${top_builddir:-.}/bin/prong" "${PRONG_SEED:-1}"
