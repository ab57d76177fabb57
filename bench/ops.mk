# Every operation beside numpy, on files of OPS_GIB that are made in OPS_DIR and kept there.
OPS_DIR = /tmp
OPS_GIB = 2
OPS_ROUNDS = 5
EXTRA_DIST += bench/ops.py

bench-ops: bin/prong$(EXEEXT)
	@$(PYTHON_NUMPY) $(srcdir)/bench/ops.py ./bin/prong$(EXEEXT) $(OPS_DIR) $(OPS_GIB) $(OPS_ROUNDS)
.PHONY: bench-ops
