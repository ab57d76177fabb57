# The protocol's models (Spin), and the soak: random kills while folds run, and numbers in text without end.
#
#   make check-soak [SOAK_KILLS=10000] [SOAK_PARENTS=1000] [SOAK_NUMBERS=1000000000]   the long one, many minutes
TESTS += tests/model/run.sh tests/soak.sh
EXTRA_DIST += tests/model/run.sh tests/model/claim.pml tests/model/bell.pml tests/model/gather.pml tests/soak.sh

check_PROGRAMS += tests/soak
tests_soak_SOURCES = tests/soak.c tests/soak_aim.c tests/soak_folds.c tests/soak.h
tests_soak_LDADD = $(libprong_test)

SOAK_KILLS = 10000
SOAK_PARENTS = 1000
SOAK_NUMBERS = 1000000000
.PHONY: check-soak
check-soak: all
	$(MAKE) tests/soak$(EXEEXT) tests/guard$(EXEEXT) tests/numbers$(EXEEXT)
	PRONG_GUARD_SECONDS=3600 SOAK_KILLS=$(SOAK_KILLS) SOAK_PARENTS=$(SOAK_PARENTS) SOAK_MIB=64 \
	  tests/guard$(EXEEXT) $(SHELL) $(srcdir)/tests/soak.sh
	PRONG_GUARD_SECONDS=7200 NUMBERS_RANDOM=$(SOAK_NUMBERS) NUMBERS_HARD=10000000 \
	  tests/guard$(EXEEXT) $(SHELL) $(srcdir)/tests/numbers.sh
