# The persistent pool beside its peers. libprong-test would have the fault points in it: the bench takes libprong.
EXTRA_PROGRAMS += bench/pool
bench_pool_SOURCES = bench/pool.c bench/pool_peers/pipes.c bench/pool_peers/pipes.h
bench_pool_LDADD = lib/libprong.la
EXTRA_DIST += bench/pool_peers/omp.c bench/pool_peers/multiprocessing_pool.py bench/pool_peers/mce.pl

# OpenMP is for the peer alone, so configure does not ask for it: where the compiler has none, its rows say so.
bench-pool: bench/pool$(EXEEXT)
	@$(CC) -O2 -fopenmp -o bench/pool_peers/omp$(EXEEXT) $(srcdir)/bench/pool_peers/omp.c >/dev/null 2>&1 || :
	@./bench/pool$(EXEEXT) bench/pool_peers $(srcdir)/bench/pool_peers $(ROUNDS)
.PHONY: bench-pool
CLEANFILES += bench/pool_peers/omp$(EXEEXT)
