# PRONG_HWLOC: hwloc, which tells cores from their threads, for PRONG_PIN (lib/pool/place.c). Without it, and where processes
# cannot be pinned, prong does without. After PRONG_LINUX_EXTRAS.
AC_DEFUN([PRONG_HWLOC], [
  AC_REQUIRE([PKG_PROG_PKG_CONFIG])
  AC_ARG_WITH([hwloc],
    [AS_HELP_STRING([--without-hwloc], [place pinned workers without a look at cores (default: use hwloc if it is there)])],
    [], [with_hwloc=check])
  have_hwloc=no
  AS_IF([test "x$with_hwloc" != xno && test "x$ac_cv_func_sched_getaffinity" = xyes],
    [PKG_CHECK_MODULES([HWLOC], [hwloc >= 2.5], [have_hwloc=yes], [have_hwloc=no])])
  AS_IF([test "x$with_hwloc" = xyes && test $have_hwloc = no],
    [AC_MSG_ERROR([--with-hwloc: there is no hwloc >= 2.5, or workers cannot be pinned here])])
  AS_IF([test $have_hwloc = yes], [AC_DEFINE([HAVE_HWLOC], [1], [Define if hwloc >= 2.5 is there.])],
    [HWLOC_CFLAGS= HWLOC_LIBS=])
])
