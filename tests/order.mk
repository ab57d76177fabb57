# Order statistics: unit tests against qsort, and an oracle of fractions in Python that questions a probe.
if HAVE_CHECK
check_PROGRAMS += tests/check_order
TESTS += tests/check_order
tests_check_order_SOURCES = \
  tests/check_order.c tests/check_order_classify.c tests/check_order_select.c tests/check_order_tables.c \
  tests/order_fixture.h
tests_check_order_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_order_LDADD = $(libprong_test) $(CHECK_LIBS)
endif

check_PROGRAMS += tests/order_probe
tests_order_probe_SOURCES = tests/order_probe.c
tests_order_probe_LDADD = $(libprong_test)

TESTS += tests/order_oracle.sh
EXTRA_DIST += tests/order_oracle.sh tests/order_oracle.py
