# The protocol's models (Spin), and the soak: random kills while folds run.
#
#   make check-soak [SOAK_KILLS=10000] [SOAK_PARENTS=1000]   the long one, minutes
TESTS += tests/model/run.sh tests/soak.sh
EXTRA_DIST += tests/model/run.sh tests/model/claim.pml tests/model/bell.pml tests/model/gather.pml tests/soak.sh

check_PROGRAMS += tests/soak
tests_soak_SOURCES = tests/soak.c tests/soak_aim.c tests/soak_folds.c tests/soak.h
tests_soak_LDADD = $(libprong_test)

SOAK_KILLS = 10000
SOAK_PARENTS = 1000
.PHONY: check-soak
check-soak: all
	$(MAKE) tests/soak$(EXEEXT) tests/guard$(EXEEXT)
	PRONG_GUARD_SECONDS=3600 SOAK_KILLS=$(SOAK_KILLS) SOAK_PARENTS=$(SOAK_PARENTS) SOAK_MIB=64 \
	  tests/guard$(EXEEXT) $(SHELL) $(srcdir)/tests/soak.sh
