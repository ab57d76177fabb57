# PRONG_CHECK: the Check unit-test framework through pkg-config. Without it prong builds; only `make check` complains.
AC_DEFUN([PRONG_CHECK], [
  PKG_PROG_PKG_CONFIG
  have_check=no
  PKG_CHECK_MODULES([CHECK], [check >= 0.10], [have_check=yes], [have_check=no])
  AM_CONDITIONAL([HAVE_CHECK], [test $have_check = yes])
])
