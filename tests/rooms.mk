# Check suites of rooms and of what the library promises.
if HAVE_CHECK
check_PROGRAMS += tests/check_promises
TESTS += tests/check_promises
tests_check_promises_SOURCES = tests/check_promises.c tests/check_promises.h tests/check_promises_bodies.c
tests_check_promises_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_promises_LDADD = lib/libprong-test.la $(CHECK_LIBS)
endif

TESTS += tests/reduce_numpy.sh
EXTRA_DIST += tests/reduce_numpy.sh tests/reduce_numpy.py
