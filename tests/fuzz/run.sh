#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh SRCDIR: builds the fuzzed functions with libFuzzer and sanitizers in ./fuzz-build, and runs each of $FUZZ_TARGETS for
# $PRONG_FUZZ_SECONDS (60), from the kept corpus. What it makes up on the way stays in fuzz-build for the next time. Where the compiler
# has no libFuzzer it says so, and that is no failure. Exit status 1: something was found.
src=$1
cc=${FUZZ_CC:-clang}
make=${MAKE:-make}
seconds=${PRONG_FUZZ_SECONDS:-60}
targets=${FUZZ_TARGETS:-number table npy state packed}
flags='-g -O1 -fsanitize=fuzzer-no-link'
# Rows and pieces of tables have ends that files of a few KiB reach.
small='-DPRONG_MOST_ROW_BITS=11 -DPRONG_TABLE_PIECE_BITS=7 -DPRONG_TABLE_LOOK_BITS=7'
mkdir -p fuzz-build && cd fuzz-build || exit 1
echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n); int LLVMFuzzerTestOneInput(const unsigned char *d,
  unsigned long n) { return (void)d, (void)n, 0; }' >probe.c
if ! $cc -fsanitize=fuzzer,address,undefined probe.c -o probe 2>probe.log; then
  echo "SKIP: check-fuzz: $cc has no libFuzzer (FUZZ_CC names another compiler)"
  exit 0
fi
# Configured once; make sees to it where configure has changed.
if ! test -f Makefile; then
  "$src/configure" -q CC="$cc" CFLAGS="$flags" --disable-shared --enable-sanitize=address,undefined || exit 1
fi
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=1:allocator_may_return_null=1
UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
status=0
for target in $targets; do
  $make -s -j2 CPPFLAGS="$small" "tests/fuzz/fuzz_$target" >"build-$target.log" 2>&1 || { cat "build-$target.log"; exit 1; }
  mkdir -p "corpus-$target"
  words=
  test -f "$src/tests/fuzz/$target.dict" && words="-dict=$src/tests/fuzz/$target.dict"
  if "tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 -artifact_prefix="$target-" $words \
    "corpus-$target" "$src/tests/fuzz/corpus/$target" >"$target.log" 2>&1; then
    echo "PASS: fuzz $target: $(grep '^Done' "$target.log")"
  else
    echo "FAIL: fuzz $target"
    grep -v '^#' "$target.log" | tail -n 60
    status=1
  fi
done
echo "# PASS:  $(for t in $targets; do grep -l '^Done' "$t.log"; done | wc -l)"
exit $status
