# The table room: columns of tables in text.
table_tests = tests/cli-table.sh tests/table_oracle.sh
TESTS += $(table_tests)
EXTRA_DIST += $(table_tests) tests/table_oracle.py
