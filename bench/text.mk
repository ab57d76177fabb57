# Numbers in text and columns of a table beside what people use for them. Files of TEXT_VALUES numbers and of TEXT_MB million
# bytes are made in TEXT_DIR and kept there; TEXT_DUCKDB is a directory in which npm has installed @duckdb/node-api: bench/text.py
# says how all contestants are had.
TEXT_DIR = /tmp
TEXT_VALUES = 10000000
TEXT_MB = 1000
TEXT_ROUNDS = 5
TEXT_DUCKDB = $${PRONG_BENCH_NODE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/prong-bench}
EXTRA_DIST += bench/text.py

bench-text: bin/prong$(EXEEXT)
	@$(PYTHON_NUMPY) $(srcdir)/bench/text.py ./bin/prong$(EXEEXT) $(TEXT_DIR) $(TEXT_VALUES) $(TEXT_MB) $(TEXT_ROUNDS) \
	  "$(TEXT_DUCKDB)"
.PHONY: bench-text
