# The benchmarks' own parts.
bench_tests = tests/bench.sh
TESTS += $(bench_tests)
EXTRA_DIST += $(bench_tests)
