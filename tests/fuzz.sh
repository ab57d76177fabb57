#!/bin/sh
# SPDX-License-Identifier: MIT
# What fuzzing has found and what it begins with: each kept input goes through the function that it was made for.
corpus=${top_srcdir:-.}/tests/fuzz/corpus
status=0
for target in number table npy state packed; do
  if ! "${top_builddir:-.}/tests/fuzz/replay_$target" "$corpus/$target" 2>"fuzz-$target.err"; then
    echo "FAIL: $target:"
    tail -n 20 "fuzz-$target.err"
    status=1
  fi
  rm -f "fuzz-$target.err"
done
exit $status
