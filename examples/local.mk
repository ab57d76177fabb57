# examples/: programs to learn from, in this order. They are built by `make check` against libprong as any user's program
# is, and tests/docs-examples.sh and tests/persistent-examples.sh compare what they print.
examples_pool = examples/05_pool examples/06_event_loop examples/07_monte_carlo examples/08_before examples/08_unsafe_library
examples = examples/01_sum examples/02_reduce examples/03_fault examples/04_exact \
  $(examples_pool)
check_PROGRAMS += $(examples)
examples_01_sum_SOURCES = examples/01_sum.c
examples_01_sum_LDADD = lib/libprong.la
examples_02_reduce_SOURCES = examples/02_reduce.c
examples_02_reduce_LDADD = lib/libprong.la
examples_03_fault_SOURCES = examples/03_fault.c
examples_03_fault_LDADD = lib/libprong.la
examples_04_exact_SOURCES = examples/04_exact.c
examples_04_exact_LDADD = lib/libprong.la
examples_05_pool_SOURCES = examples/05_pool.c
examples_05_pool_LDADD = lib/libprong.la
examples_06_event_loop_SOURCES = examples/06_event_loop.c
examples_06_event_loop_LDADD = lib/libprong.la
examples_07_monte_carlo_SOURCES = examples/07_monte_carlo.c
examples_07_monte_carlo_LDADD = lib/libprong.la
examples_08_before_SOURCES = examples/08_before.c examples/08_library.h
examples_08_unsafe_library_SOURCES = examples/08_unsafe_library.c examples/08_library.h
examples_08_unsafe_library_LDADD = lib/libprong.la
