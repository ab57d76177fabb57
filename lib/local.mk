# lib/: libprong, and a second build of the same sources with the fault points in it, for tests.
lib_LTLIBRARIES += lib/libprong.la
check_LIBRARIES += lib/libprong-test.a

pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = lib/prong.pc
include_HEADERS = lib/prong.h
pkginclude_HEADERS = \
  lib/prong/array.h lib/prong/exact.h lib/prong/fold.h lib/prong/ipc.h lib/prong/pool.h \
  lib/prong/reduce.h lib/prong/status.h lib/prong/table.h lib/prong/trace.h lib/prong/version.h

libprong_sources =
simd_libs =

include lib/base/local.mk
include lib/ipc/local.mk
include lib/pool/local.mk
include lib/array/local.mk
include lib/exact/local.mk
include lib/order/local.mk
include lib/reduce/local.mk
include lib/table/local.mk

# Every source is compiled once, not twice: the static library is as good with position-independent objects. The flag for that
# must not be seen by libtool when it links, since to that it says that no static library is wanted.
lib_libprong_la_SOURCES = $(libprong_sources)
lib_libprong_la_CFLAGS = $(AM_CFLAGS) $(PIC_ONLY)
lib_libprong_la_LIBADD = $(simd_libs) $(OPTIONAL_LIBS)
lib_libprong_la_LINK = $(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link $(CCLD) \
  $(AM_CFLAGS) $(CFLAGS) $(lib_libprong_la_LDFLAGS) $(LDFLAGS) -o $@
lib_libprong_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(PRONG_VERSION_INFO) -no-undefined -export-symbols-regex '^prong_'

# Not installed, an archive: tests may call what is hidden.
lib_libprong_test_a_SOURCES = $(libprong_sources)
lib_libprong_test_a_CPPFLAGS = $(AM_CPPFLAGS) -DPRONG_TESTING=1
libprong_test = lib/libprong-test.a $(simd_libs) $(OPTIONAL_LIBS)
