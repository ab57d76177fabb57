# PRONG_GNU17: ask for C17 with GNU extensions where the compiler knows it.
AC_DEFUN([PRONG_GNU17], [
  AC_CACHE_CHECK([whether $CC accepts -std=gnu17], [prong_cv_gnu17], [
    prong_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -std=gnu17"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[]], [[_Static_assert(1, "");]])],
                      [prong_cv_gnu17=yes], [prong_cv_gnu17=no])
    CFLAGS=$prong_save_CFLAGS])
  AS_IF([test $prong_cv_gnu17 = yes], [STD_CFLAGS=-std=gnu17], [STD_CFLAGS=])
  AC_SUBST([STD_CFLAGS])
])
