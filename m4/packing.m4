# PRONG_PACKING: the libraries that unpack input, each of them optional: zlib, zstd, liblzma (lib/array/unpack_*.c).
AC_DEFUN([PRONG_PACKING_ONE], [
  AC_ARG_WITH([$1],
    [AS_HELP_STRING([--without-$1], [refuse input packed with $1 (default: unpack it if $2 is there)])],
    [], [with_$1=check])
  have_$1=no
  AS_IF([test "x$with_$1" != xno], [PKG_CHECK_MODULES([$3], [$2], [have_$1=yes], [have_$1=no])])
  AS_IF([test "x$with_$1" = xyes && test $have_$1 = no], [AC_MSG_ERROR([--with-$1: there is no $2])])
  AS_IF([test $have_$1 = yes], [AC_DEFINE([HAVE_$3], [1], [Define if $2 is there.])], [$3_CFLAGS= $3_LIBS=])
])
AC_DEFUN([PRONG_PACKING], [
  AC_REQUIRE([PKG_PROG_PKG_CONFIG])
  PRONG_PACKING_ONE([gzip], [zlib], [ZLIB])
  PRONG_PACKING_ONE([zstd], [libzstd], [ZSTD])
  PRONG_PACKING_ONE([xz], [liblzma], [LZMA])
  AC_SUBST([PACKING_CFLAGS], ["$ZLIB_CFLAGS $ZSTD_CFLAGS $LZMA_CFLAGS"])
  AC_SUBST([PACKING_LIBS], ["$ZLIB_LIBS $ZSTD_LIBS $LZMA_LIBS"])
])
