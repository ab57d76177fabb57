libprong_sources += \
  lib/array/array.h lib/array/axis.c lib/array/axis.h lib/array/bytes.c lib/array/bytes.h lib/array/decode.c \
  lib/array/dtype.c lib/array/dtype.h \
  lib/array/fetch.c lib/array/file.c lib/array/file.h lib/array/input.h lib/array/mapped.c lib/array/notation.c \
  lib/array/notation.h lib/array/npy.c lib/array/npy.h lib/array/number.c lib/array/number.h \
  lib/array/number_front.h lib/array/open.c \
  lib/array/powers.c lib/array/save.c lib/array/shape.c lib/array/shape.h lib/array/slice.c lib/array/spool.c lib/array/stream.c \
  lib/array/strip.c lib/array/strip.h lib/array/strip_read.h lib/array/strip_tokens.h lib/array/text.c \
  lib/array/unpack.c lib/array/unpack.h lib/array/unpack_codecs.c lib/array/walk.c lib/array/walk.h

# Strips of text: the loop is one source, array/strip_read.h, compiled once for each instruction set.
BITS_CFLAGS = -mpopcnt -mlzcnt -mbmi -mbmi2
if HAVE_AVX2
noinst_LTLIBRARIES += lib/array/libarray-avx2.la
lib_array_libarray_avx2_la_SOURCES = lib/array/strip_avx2.c
lib_array_libarray_avx2_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX2_CFLAGS) $(BITS_CFLAGS)
simd_libs += lib/array/libarray-avx2.la
endif
if HAVE_AVX512
noinst_LTLIBRARIES += lib/array/libarray-avx512.la
lib_array_libarray_avx512_la_SOURCES = lib/array/strip_avx512.c
lib_array_libarray_avx512_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX512_CFLAGS) -mavx512cd -mavx512vbmi2 $(BITS_CFLAGS)
simd_libs += lib/array/libarray-avx512.la
endif
