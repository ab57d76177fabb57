# Every test runs under tests/guard, which fails it for a segment or a process left behind and bounds its time.
TEST_EXTENSIONS = .sh
LOG_COMPILER = $(top_builddir)/tests/guard$(EXEEXT)
SH_LOG_COMPILER = $(top_builddir)/tests/guard$(EXEEXT) $(SHELL)

# What a shell test may ask about the build; Check's own limit of 4 s a test is short for a busy machine.
AM_TESTS_ENVIRONMENT = \
  top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
  top_builddir='$(abs_top_builddir)'; export top_builddir; \
  prefix='$(prefix)'; export prefix; \
  CC='$(CC)'; export CC; \
  NM='$(NM)'; export NM; \
  PKG_CONFIG='$(PKG_CONFIG)'; export PKG_CONFIG; \
  PYTHON='$(PYTHON)'; export PYTHON; \
  PYTHON_NUMPY='$(PYTHON_NUMPY)'; export PYTHON_NUMPY; \
  SANITIZE_CFLAGS='$(SANITIZE_CFLAGS)'; export SANITIZE_CFLAGS; \
  CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT-30}; export CK_DEFAULT_TIMEOUT;

check_PROGRAMS += tests/guard tests/leak
tests_guard_SOURCES = tests/guard.c
tests_leak_SOURCES = tests/leak.c

guard_tests = tests/guard-self.sh tests/exports.sh tests/installed.sh
TESTS += $(guard_tests)
EXTRA_DIST += $(guard_tests) tests/exports.txt tests/installed.c tests/valgrind.sh tests/valgrind.supp
