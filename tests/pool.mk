if HAVE_CHECK
check_PROGRAMS += tests/check_pool
TESTS += tests/check_pool
tests_check_pool_SOURCES = tests/check_pool.c
tests_check_pool_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_pool_LDADD = lib/libprong-test.la $(CHECK_LIBS)
endif
