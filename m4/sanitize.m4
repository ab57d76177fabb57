# PRONG_SANITIZE: --enable-sanitize=address,undefined builds everything under the named sanitizers.
AC_DEFUN([PRONG_SANITIZE], [
  AC_ARG_ENABLE([sanitize],
    [AS_HELP_STRING([--enable-sanitize=LIST], [build with -fsanitize=LIST (address,undefined)])],
    [], [enable_sanitize=no])
  SANITIZE_CFLAGS=
  AS_CASE([$enable_sanitize],
    [no], [],
    [yes], [AC_MSG_ERROR([say which: --enable-sanitize=address,undefined])],
    [SANITIZE_CFLAGS="-fsanitize=$enable_sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"
     prong_save_CFLAGS=$CFLAGS
     CFLAGS="$CFLAGS $SANITIZE_CFLAGS"
     AC_MSG_CHECKING([whether $CC links with $SANITIZE_CFLAGS])
     AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])], [AC_MSG_RESULT([yes])],
       [AC_MSG_RESULT([no])
        AC_MSG_ERROR([$CC cannot link with -fsanitize=$enable_sanitize; install its runtime library])])
     CFLAGS=$prong_save_CFLAGS])
  AM_CONDITIONAL([SANITIZED], [test "x$enable_sanitize" != xno])
  AC_SUBST([SANITIZE_CFLAGS])
])
