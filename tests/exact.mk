# Exact sums: unit tests, and a big-integer oracle in Python that questions a probe.
if HAVE_CHECK
check_PROGRAMS += tests/check_exact
TESTS += tests/check_exact
tests_check_exact_SOURCES = \
  tests/check_exact.c tests/check_exact_columns.c tests/check_exact_input.c tests/check_exact_pairs.c \
  tests/check_exact_round.c \
  tests/check_exact_state.c tests/exact_fixture.h
tests_check_exact_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_exact_LDADD = $(libprong_test) $(CHECK_LIBS)
endif

check_PROGRAMS += tests/exact_probe
tests_exact_probe_SOURCES = tests/exact_probe.c
tests_exact_probe_LDADD = $(libprong_test)

TESTS += tests/exact_oracle.sh
EXTRA_DIST += tests/exact_oracle.sh tests/exact_oracle.py
