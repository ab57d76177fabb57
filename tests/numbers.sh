#!/bin/sh
# SPDX-License-Identifier: MIT
# Ten million numbers in text, and a hundred thousand hard ones, against strtod; `make check-soak` tries a thousand million.
#
#   NUMBERS_RANDOM, NUMBERS_HARD   how many      PRONG_SEED   to make up others
share=${PRONG_TEST_SHARE:-1}
exec "${top_builddir:-.}/tests/numbers" "${NUMBERS_RANDOM:-$((10000000 / share))}" "${NUMBERS_HARD:-$((100000 / share))}" \
  "${PRONG_SEED:-1}"
