# The papers tell the truth: README's examples, the programs in examples/, the manual pages, HACKING.md.
docs_tests = \
  tests/docs-examples.sh tests/docs-hacking.sh tests/docs-readme.sh tests/man-lint.sh tests/man-sync.sh
TESTS += $(docs_tests)
EXTRA_DIST += $(docs_tests)
