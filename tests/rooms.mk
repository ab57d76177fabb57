# Check suites of rooms and of what the library promises.
if HAVE_CHECK
rooms_programs = tests/check_base tests/check_ipc tests/check_promises
check_PROGRAMS += $(rooms_programs)
TESTS += $(rooms_programs)
tests_check_base_SOURCES = tests/check_base.c
tests_check_base_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_base_LDADD = $(libprong_test) $(CHECK_LIBS)
tests_check_ipc_SOURCES = tests/check_ipc.c
tests_check_ipc_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_ipc_LDADD = $(libprong_test) $(CHECK_LIBS)
tests_check_promises_SOURCES = tests/check_promises.c tests/check_promises.h tests/check_promises_bodies.c
tests_check_promises_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_promises_LDADD = $(libprong_test) $(CHECK_LIBS)
endif

TESTS += tests/reduce_numpy.sh tests/order_numpy.sh
EXTRA_DIST += tests/reduce_numpy.sh tests/reduce_numpy.py tests/order_numpy.sh tests/order_numpy.py
TESTS += tests/hist_numpy.sh
EXTRA_DIST += tests/hist_numpy.sh tests/hist_numpy.py
TESTS += tests/pairs_numpy.sh tests/cli-pairs.sh tests/cli-describe.sh tests/axes_numpy.sh tests/axes_order.sh
EXTRA_DIST += tests/pairs_numpy.sh tests/pairs_numpy.py tests/rounding.py tests/verdict.py tests/cli-pairs.sh \
  tests/cli-describe.sh tests/axes_numpy.sh tests/axes_numpy.py tests/axes_order.sh tests/axes_order.py
