#!/bin/sh
# SPDX-License-Identifier: MIT
# The soak, a short one: some seconds in `make check`. `make check-soak` runs the long one.
#
#   SOAK_KILLS, SOAK_PARENTS   how many workers, and parents or groups, to kill
#   SOAK_MIB                   size of the file that the command sums
#   SOAK_SEED                  to run the same choices again
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
# Any bytes are doubles; these are of many magnitudes, and none is NaN.
awk -v blocks="$((${SOAK_MIB:-16} * 64))" 'BEGIN {
  for (i = 0; i < 2048; i++)
    line = line sprintf("%c%c%c%c%c%c%c?", 49 + i % 7, 50 + i % 11, 51, 52 + i % 5, 97, 98 + i % 13, 48 + i % 9)
  for (i = 0; i < blocks; i++) printf "%s", line
}' >"$tmp/data" || exit 99
# The leak sanitizer looks for leaks from a child of its own, waits for it without end, and we kill children.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
tests/soak "${SOAK_KILLS:-500}" "${SOAK_PARENTS:-60}" bin/prong "$tmp/data" ${SOAK_SEED:+"$SOAK_SEED"}
