# The manual: it can be made, its tables are up to date, its examples run.
manual_tests = tests/manual-build.sh tests/manual-sync.sh tests/manual.sh
TESTS += $(manual_tests)
EXTRA_DIST += $(manual_tests) tests/session.sh
