# The array room: element types, .npy, raw, text, streams, spools, shapes, slices and axes.
EXTRA_DIST += tests/array_fixture.h tests/share.h tests/share.py tests/splitmix.h
if HAVE_CHECK
check_PROGRAMS += tests/check_array
tests_check_array_SOURCES = \
  tests/array_fixture.h tests/check_array.c tests/check_array_axis.c tests/check_array_decode.c tests/check_array_npy.c \
  tests/check_array_number.c tests/check_array_save.c tests/check_array_shape.c tests/check_array_slice.c \
  tests/check_array_spool.c tests/check_array_stream.c tests/check_array_strip.c tests/check_array_text.c
tests_check_array_LDADD = $(libprong_test) $(CHECK_LIBS)
tests_check_array_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
TESTS += tests/check_array
endif

check_PROGRAMS += tests/array_probe
tests_array_probe_SOURCES = tests/array_probe.c
tests_array_probe_LDADD = $(libprong_test)

check_PROGRAMS += tests/numbers
TESTS += tests/numbers.sh
EXTRA_DIST += tests/numbers.sh
tests_numbers_SOURCES = tests/numbers.c
tests_numbers_LDADD = $(libprong_test)

TESTS += tests/array_numpy.sh
EXTRA_DIST += tests/array_numpy.sh tests/array_numpy.py
