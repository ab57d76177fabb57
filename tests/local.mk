# tests/: Check programs a room, and shell tests of the command; every one runs under tests/guard.
include tests/array.mk
include tests/exact.mk

if HAVE_CHECK
check_PROGRAMS += tests/check_pool
TESTS += tests/check_pool
tests_check_pool_SOURCES = tests/check_pool.c
tests_check_pool_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_pool_LDADD = lib/libprong-test.la $(CHECK_LIBS)
endif
