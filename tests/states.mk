# Distinct values and tallies, states of reductions, and both at the command line.
if HAVE_CHECK
states_programs = tests/check_tally tests/check_keep
check_PROGRAMS += $(states_programs)
TESTS += $(states_programs)
tests_check_tally_SOURCES = tests/check_tally.c
tests_check_tally_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_tally_LDADD = $(libprong_test) $(CHECK_LIBS)
tests_check_keep_SOURCES = tests/check_keep.c
tests_check_keep_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_keep_LDADD = $(libprong_test) $(CHECK_LIBS)
endif

TESTS += tests/state_merge.sh tests/cli-state.sh
EXTRA_DIST += tests/state_merge.sh tests/state_merge.py tests/cli-state.sh
