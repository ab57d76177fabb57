# What a run tells of its steps: on_event, and prong trace.
trace_tests = tests/cli-trace.sh
TESTS += $(trace_tests)
EXTRA_DIST += $(trace_tests) tests/trace_page.py
if HAVE_CHECK
check_PROGRAMS += tests/check_trace
TESTS += tests/check_trace
tests_check_trace_SOURCES = tests/check_trace.c
tests_check_trace_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_trace_LDADD = $(libprong_test) $(CHECK_LIBS)
endif
