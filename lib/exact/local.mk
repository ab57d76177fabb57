# lib/exact: exact sums. The kernels are one source, exact/table.h, compiled once for each instruction set.
libprong_sources += \
  lib/exact/adder.c lib/exact/adder.h lib/exact/big.c lib/exact/big.h lib/exact/bucket.c lib/exact/bucket.h \
  lib/exact/columns.c lib/exact/columns.h lib/exact/convert.c lib/exact/dot.c lib/exact/grid.h \
  lib/exact/grid_portable.c lib/exact/halves.h lib/exact/higher.c lib/exact/higher.h lib/exact/integer.c \
  lib/exact/interpolate.c lib/exact/interpolate.h lib/exact/kernel.c lib/exact/kernel.h lib/exact/line.c \
  lib/exact/pairs.c lib/exact/panel.c lib/exact/panel.h lib/exact/piece.h lib/exact/product.h \
  lib/exact/products.c lib/exact/products.h lib/exact/quotient.c lib/exact/quotient.h lib/exact/rectangle.h \
  lib/exact/result.c lib/exact/result.h lib/exact/result_pairs.c lib/exact/round.c lib/exact/round.h \
  lib/exact/serial.c lib/exact/split.h lib/exact/squares.c lib/exact/squares.h lib/exact/state.c \
  lib/exact/state.h lib/exact/table.h lib/exact/tile.c lib/exact/vector.h lib/exact/wide.h lib/exact/window.c \
  lib/exact/window.h

if HAVE_AVX2
noinst_LTLIBRARIES += lib/exact/libavx2.la
lib_exact_libavx2_la_SOURCES = lib/exact/grid_avx2.c
lib_exact_libavx2_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX2_CFLAGS)
simd_libs += lib/exact/libavx2.la
endif
if HAVE_AVX512
noinst_LTLIBRARIES += lib/exact/libavx512.la
lib_exact_libavx512_la_SOURCES = lib/exact/grid_avx512.c
lib_exact_libavx512_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX512_CFLAGS)
simd_libs += lib/exact/libavx512.la
endif
