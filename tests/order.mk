# Order statistics: unit tests against qsort.
if HAVE_CHECK
check_PROGRAMS += tests/check_order
TESTS += tests/check_order
tests_check_order_SOURCES = tests/check_order.c tests/check_order_classify.c tests/order_fixture.h
tests_check_order_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_order_LDADD = lib/libprong-test.la $(CHECK_LIBS)
endif
