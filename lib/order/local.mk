# lib/order: order statistics. The kernels are one source, order/pass.h, compiled once for each instruction set.
libprong_sources += \
  lib/order/bracket.c lib/order/bracket.h lib/order/classify.c lib/order/classify.h lib/order/distinct.c \
  lib/order/distinct.h lib/order/kernel.c lib/order/kernel.h lib/order/keys.c lib/order/keys.h lib/order/pass.h \
  lib/order/pass_portable.c lib/order/quantile.c lib/order/quantile.h lib/order/radix.h lib/order/reach.h lib/order/refine.c \
  lib/order/refine.h lib/order/search.c lib/order/search.h lib/order/select.c lib/order/select.h lib/order/top.c \
  lib/order/top.h

if HAVE_AVX2
noinst_LTLIBRARIES += lib/order/liborder-avx2.la
lib_order_liborder_avx2_la_SOURCES = lib/order/pass_avx2.c
lib_order_liborder_avx2_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX2_CFLAGS)
simd_libs += lib/order/liborder-avx2.la
endif
if HAVE_AVX512
noinst_LTLIBRARIES += lib/order/liborder-avx512.la
lib_order_liborder_avx512_la_SOURCES = lib/order/pass_avx512.c
lib_order_liborder_avx512_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX512_CFLAGS)
simd_libs += lib/order/liborder-avx512.la
endif
