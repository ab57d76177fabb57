# The table room: columns of tables in text.
table_tests = tests/cli-table.sh tests/table_oracle.sh
TESTS += $(table_tests)
EXTRA_DIST += $(table_tests) tests/table_oracle.py

if HAVE_CHECK
check_PROGRAMS += tests/check_table
TESTS += tests/check_table
tests_check_table_SOURCES = tests/check_table.c tests/check_table_hostile.c tests/table_fixture.c tests/table_fixture.h
tests_check_table_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_table_LDADD = $(libprong_test) $(CHECK_LIBS)
endif
