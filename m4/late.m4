# PRONG_LATE: are the optional libraries opened when a run needs them (lib/base/late.c) instead of being linked? Yes where
# there is dlopen, a shared library is built and all their sonames are found: a static build has to be whole. After PRONG_HWLOC
# and PRONG_PACKING. OPTIONAL_LIBS is what must be linked nevertheless.

# PRONG_SONAME(NAME, LIBS, FUNCTION, FILE): defines NAME_SONAME (FILE.so.1) as a program that is linked with it has it.
AC_DEFUN([PRONG_SONAME], [
  AC_CACHE_CHECK([for the soname of $4], [prong_cv_soname_$1], [
    prong_cv_soname_$1=no
    prong_save_LIBS=$LIBS
    LIBS="$2 $LIBS"
    AC_LINK_IFELSE([AC_LANG_CALL([], [$3])],
      [prong_soname=`$OBJDUMP -p conftest$ac_exeext 2>/dev/null | $SED -n 's,^ *NEEDED  *\($4\.so@<:@^ /@:>@*\)$,\1,p'`
       test -z "$prong_soname" || prong_cv_soname_$1=$prong_soname])
    LIBS=$prong_save_LIBS])
  AS_IF([test "x$prong_cv_soname_$1" = xno], [prong_sonames=no],
    [AC_DEFINE_UNQUOTED([$1_SONAME], ["$prong_cv_soname_$1"], [What $4 is called for those that are linked with it.])])
])

AC_DEFUN([PRONG_LATE], [
  AC_ARG_ENABLE([late-loading],
    [AS_HELP_STRING([--disable-late-loading],
      [link zlib, libzstd, liblzma and hwloc instead of opening them when they are needed first])],
    [], [enable_late_loading=check])
  AC_REQUIRE([AC_PROG_SED])
  OPTIONAL_LIBS="$HWLOC_LIBS $PACKING_LIBS"
  late_loading=no
  AS_IF([test "x$enable_late_loading" != xno], [
    late_loading=yes
    AS_CASE([" $CC $CFLAGS $LDFLAGS "], [*" -static "*|*" -static-pie "*|*" -all-static "*], [late_loading=no])
    AS_IF([test "x$enable_shared" != xyes && test "x$enable_late_loading" != xyes], [late_loading=no])
    AC_CHECK_HEADER([dlfcn.h], [], [late_loading=no])
    AC_SEARCH_LIBS([dlopen], [dl], [], [late_loading=no])
  ])
  AS_IF([test $late_loading = yes], [
    prong_sonames=yes
    AS_IF([test $have_gzip = yes], [PRONG_SONAME([ZLIB], [$ZLIB_LIBS], [inflate], [libz])])
    AS_IF([test $have_zstd = yes], [PRONG_SONAME([ZSTD], [$ZSTD_LIBS], [ZSTD_decompressStream], [libzstd])])
    AS_IF([test $have_xz = yes], [PRONG_SONAME([LZMA], [$LZMA_LIBS], [lzma_code], [liblzma])])
    AS_IF([test $have_hwloc = yes], [PRONG_SONAME([HWLOC], [$HWLOC_LIBS], [hwloc_topology_load], [libhwloc])])
    late_loading=$prong_sonames
  ])
  AS_IF([test "x$enable_late_loading" = xyes && test $late_loading = no],
    [AC_MSG_ERROR([--enable-late-loading: no dlopen, a static build, or a library whose soname is not to be found])])
  AS_IF([test $late_loading = yes],
    [AC_DEFINE([PRONG_LATE_LOADING], [1], [Define if optional libraries are opened when they are needed.])
     OPTIONAL_LIBS=])
  AC_SUBST([OPTIONAL_LIBS])
])
