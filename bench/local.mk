# bench/: built and run on request only.
EXTRA_PROGRAMS += bench/exact
bench_exact_SOURCES = bench/exact.c
bench_exact_LDADD = lib/libprong.la

bench-exact: bench/exact$(EXEEXT)
	./bench/exact$(EXEEXT)
.PHONY: bench-exact
include bench/pool.mk
include bench/ops.mk
include bench/bench.mk
EXTRA_DIST += bench/EXACT.md
CLEANFILES += $(EXTRA_PROGRAMS)
