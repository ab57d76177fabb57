# lib/table: columns of tables in text. The index is one source, table/blocks.h, compiled once for each instruction set.
libprong_sources += \
  lib/table/blocks.h lib/table/blocks_portable.c lib/table/cell.c lib/table/fields.c lib/table/flow.c lib/table/flow.h \
  lib/table/front.c lib/table/groups.c lib/table/groups.h lib/table/groups_all.c lib/table/halt.c lib/table/index.c \
  lib/table/index.h lib/table/kept.c \
  lib/table/match.c lib/table/open.c lib/table/quotes.c lib/table/quotes.h lib/table/read.c lib/table/read.h \
  lib/table/reduce.c lib/table/result.c lib/table/rows.c lib/table/rows.h lib/table/states.c lib/table/table.h \
  lib/table/targets.c lib/table/work.h

if HAVE_AVX2
noinst_LTLIBRARIES += lib/table/libtable-avx2.la
lib_table_libtable_avx2_la_SOURCES = lib/table/blocks_avx2.c
lib_table_libtable_avx2_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY) $(AVX2_CFLAGS) -mpclmul -mpopcnt -mbmi
simd_libs += lib/table/libtable-avx2.la
endif
