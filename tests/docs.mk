# The papers tell the truth: README's examples, the programs in examples/, the man pages.
docs_tests = tests/docs-readme.sh tests/docs-examples.sh tests/man-sync.sh tests/man-lint.sh
TESTS += $(docs_tests)
EXTRA_DIST += $(docs_tests)
