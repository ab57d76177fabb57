# Functions that read bytes from anywhere, fuzzed.
#
#   make check                                     gives them what is kept in tests/fuzz/corpus
#   make check-fuzz [PRONG_FUZZ_SECONDS=60] [FUZZ_TARGETS='number table']
#                                                  lets libFuzzer (of clang) look for more, in a build of its own below fuzz-build
#
# What it finds is written to fuzz-build/NAME-crash-…: once mended, it goes into tests/fuzz/corpus/NAME, made small.

fuzz_replays = tests/fuzz/replay_number tests/fuzz/replay_table tests/fuzz/replay_npy tests/fuzz/replay_state \
  tests/fuzz/replay_packed
check_PROGRAMS += $(fuzz_replays)
TESTS += tests/fuzz.sh
EXTRA_DIST += tests/fuzz.sh tests/fuzz/run.sh tests/fuzz/number.dict tests/fuzz/table.dict tests/fuzz/npy.dict tests/fuzz/corpus
tests_fuzz_replay_number_SOURCES = tests/fuzz/number.c tests/fuzz/replay.c tests/fuzz/fuzz.h
tests_fuzz_replay_number_LDADD = $(libprong_test)
tests_fuzz_replay_table_SOURCES = tests/fuzz/table.c tests/fuzz/replay.c tests/fuzz/fuzz.h
tests_fuzz_replay_table_LDADD = $(libprong_test)
tests_fuzz_replay_table_LDFLAGS = $(AM_LDFLAGS) $(fuzz_wrap)
tests_fuzz_replay_npy_SOURCES = tests/fuzz/npy.c tests/fuzz/replay.c tests/fuzz/fuzz.h
tests_fuzz_replay_npy_LDADD = $(libprong_test)
tests_fuzz_replay_state_SOURCES = tests/fuzz/state.c tests/fuzz/replay.c tests/fuzz/fuzz.h
tests_fuzz_replay_state_LDADD = $(libprong_test)
tests_fuzz_replay_packed_SOURCES = tests/fuzz/packed.c tests/fuzz/replay.c tests/fuzz/fuzz.h
tests_fuzz_replay_packed_LDADD = $(libprong_test)

# Made below fuzz-build only, where CFLAGS have every function counted.
fuzz_wrap = -Wl,--wrap=prong_job_run
EXTRA_PROGRAMS += tests/fuzz/fuzz_number tests/fuzz/fuzz_table tests/fuzz/fuzz_npy tests/fuzz/fuzz_state tests/fuzz/fuzz_packed
tests_fuzz_fuzz_number_SOURCES = tests/fuzz/number.c
tests_fuzz_fuzz_number_LDADD = $(libprong_test)
tests_fuzz_fuzz_number_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_table_SOURCES = tests/fuzz/table.c
tests_fuzz_fuzz_table_LDADD = $(libprong_test)
tests_fuzz_fuzz_table_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer $(fuzz_wrap)
tests_fuzz_fuzz_npy_SOURCES = tests/fuzz/npy.c
tests_fuzz_fuzz_npy_LDADD = $(libprong_test)
tests_fuzz_fuzz_npy_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_state_SOURCES = tests/fuzz/state.c
tests_fuzz_fuzz_state_LDADD = $(libprong_test)
tests_fuzz_fuzz_state_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_packed_SOURCES = tests/fuzz/packed.c
tests_fuzz_fuzz_packed_LDADD = $(libprong_test)
tests_fuzz_fuzz_packed_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

.PHONY: check-fuzz
check-fuzz:
	@MAKE='$(MAKE)' $(SHELL) $(srcdir)/tests/fuzz/run.sh '$(abs_srcdir)'
clean-local: clean-fuzz
.PHONY: clean-fuzz
clean-fuzz:
	rm -rf fuzz-build
