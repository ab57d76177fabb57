# lib/reduce: operations by name. Its kernels are one source, compiled once for each instruction set.
libprong_sources += \
  lib/reduce/add.c lib/reduce/add.h lib/reduce/along.c lib/reduce/axis.c lib/reduce/axis.h lib/reduce/axis_held.c \
  lib/reduce/axis_rows.c \
  lib/reduce/binning.c lib/reduce/binning.h lib/reduce/bins.c lib/reduce/bins.h lib/reduce/bits.c \
  lib/reduce/census.c lib/reduce/census.h lib/reduce/census_parts.c lib/reduce/codec.c lib/reduce/codec.h \
  lib/reduce/companions.c lib/reduce/companions.h \
  lib/reduce/distinct.c lib/reduce/ends.c lib/reduce/extent.c lib/reduce/extent.h lib/reduce/extrema.c \
  lib/reduce/families.c lib/reduce/finish.c lib/reduce/grid.c lib/reduce/grid.h lib/reduce/hist_kept.c lib/reduce/hist_kept.h \
  lib/reduce/histogram.c \
  lib/reduce/factors.h lib/reduce/items.c lib/reduce/keep.c lib/reduce/kernel.c lib/reduce/kernel.h \
  lib/reduce/kernel_portable.c lib/reduce/logsumexp.c lib/reduce/multi.c lib/reduce/multi.h \
  lib/reduce/op_table.c lib/reduce/ops.c lib/reduce/ops.h lib/reduce/order.c lib/reduce/pairs.c \
  lib/reduce/params.c lib/reduce/parse.c lib/reduce/parts.c lib/reduce/parts.h lib/reduce/passes.c \
  lib/reduce/passes.h lib/reduce/places.h lib/reduce/product.c lib/reduce/ranks.c lib/reduce/ranks.h \
  lib/reduce/ranks_held.c lib/reduce/ranks_passes.c lib/reduce/ranks_passes.h lib/reduce/reader.c \
  lib/reduce/reader.h lib/reduce/reduction.c lib/reduce/reduction.h lib/reduce/rows.h lib/reduce/scan.c lib/reduce/scan.h \
  lib/reduce/state.c lib/reduce/state.h lib/reduce/statefile.c lib/reduce/statefile.h lib/reduce/tally.c \
  lib/reduce/tally.h lib/reduce/top.c lib/reduce/transforms.c lib/reduce/trim.c lib/reduce/trim.h \
  lib/reduce/value.c lib/reduce/value.h lib/reduce/vector.h

if HAVE_AVX2
noinst_LTLIBRARIES += lib/reduce/libreduce-avx2.la
lib_reduce_libreduce_avx2_la_SOURCES = lib/reduce/kernel_avx2.c
lib_reduce_libreduce_avx2_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX2_CFLAGS)
simd_libs += lib/reduce/libreduce-avx2.la
endif
if HAVE_AVX512
noinst_LTLIBRARIES += lib/reduce/libreduce-avx512.la
lib_reduce_libreduce_avx512_la_SOURCES = lib/reduce/kernel_avx512.c
lib_reduce_libreduce_avx512_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX512_CFLAGS)
simd_libs += lib/reduce/libreduce-avx512.la
endif
