# The pool as its callers see it, and exact sums computed by it.
if HAVE_CHECK
check_PROGRAMS += tests/check_pool tests/check_states
TESTS += tests/check_pool tests/check_states
tests_check_pool_SOURCES = tests/check_pool.c
tests_check_pool_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_pool_LDADD = $(libprong_test) $(CHECK_LIBS)
tests_check_states_SOURCES = tests/check_states.c
tests_check_states_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_states_LDADD = $(libprong_test) $(CHECK_LIBS)
endif
