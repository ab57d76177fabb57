# examples/: programs to learn from, in this order. They are built by `make check` against libprong as any user's program
# is, and tests/docs-examples.sh compares what they print.
examples = examples/01_sum examples/02_reduce examples/03_fault examples/04_exact
check_PROGRAMS += $(examples)
examples_01_sum_SOURCES = examples/01_sum.c
examples_01_sum_LDADD = lib/libprong.la
examples_02_reduce_SOURCES = examples/02_reduce.c
examples_02_reduce_LDADD = lib/libprong.la
examples_03_fault_SOURCES = examples/03_fault.c
examples_03_fault_LDADD = lib/libprong.la
examples_04_exact_SOURCES = examples/04_exact.c
examples_04_exact_LDADD = lib/libprong.la
