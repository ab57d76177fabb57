# All of it, beside whatever of its peers is installed: bench/RESULTS.md and bench/plots. See bench/run, and bench/setup.
BENCH_DIR = $${TMPDIR:-/tmp}
BENCH_OUTPUT = $(srcdir)/bench
BENCH_FLAGS =
EXTRA_DIST += bench/RESULTS.md bench/plots doc/SCALING.md bench/run bench/setup bench/regress bench/scaling.py \
  bench/peers/sum.c bench/peers/sum_duckdb.mjs bench/peers/sum_mce.pl bench/peers/sum_mpi.c bench/peers/sum_multiprocessing.py \
  bench/suite/arrays.py bench/suite/data.py bench/suite/machine.py bench/suite/peers.py bench/suite/plots.py \
  bench/suite/programs.py bench/suite/tables.py bench/suite/turns.py

bench: bin/prong$(EXEEXT) bench/pool$(EXEEXT)
	@$(CC) -O2 -fopenmp -o bench/pool_peers/omp$(EXEEXT) $(srcdir)/bench/pool_peers/omp.c >/dev/null 2>&1 || :
	@$(PYTHON_NUMPY) $(srcdir)/bench/run --prong ./bin/prong$(EXEEXT) --programs bench --directory $(BENCH_DIR) \
	  --output $(BENCH_OUTPUT) $(BENCH_FLAGS)
.PHONY: bench
