# PRONG_WARNINGS: probe each warning alone, so that an older compiler loses one flag and not the build.
# They go to WARN_CFLAGS, never to the user's CFLAGS. Left out on purpose:
#   -Wsign-conversion   floods bit manipulation in lib/exact with casts that hide the real ones
#   -Wpadded, -Winline  report facts, not faults
AC_DEFUN([PRONG_PROBE_CFLAG], [
  AS_VAR_PUSHDEF([cache], [prong_cv_cflag_$1])
  AC_CACHE_CHECK([whether $CC accepts $1], [cache], [
    prong_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[]], [[]])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$prong_save_CFLAGS])
  AS_VAR_IF([cache], [yes], [$2])
  AS_VAR_POPDEF([cache])
])

AC_DEFUN([PRONG_WARNINGS], [
  WARN_CFLAGS=
  m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes
      -Wmissing-prototypes -Wmissing-declarations -Wold-style-definition -Wpointer-arith -Wcast-align -Wcast-qual
      -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wnull-dereference -Wdouble-promotion -Wduplicated-cond
      -Wlogical-op -Wjump-misses-init -Walloca -Wimplicit-fallthrough],
    [PRONG_PROBE_CFLAG(flag, [WARN_CFLAGS="$WARN_CFLAGS flag"])
    ])
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  VISIBILITY_CFLAGS=
  PRONG_PROBE_CFLAG([-fvisibility=hidden], [VISIBILITY_CFLAGS=-fvisibility=hidden])
  # Exactness rests on each operation being rounded by itself (lib/exact).
  EXACT_CFLAGS=
  PRONG_PROBE_CFLAG([-ffp-contract=off], [EXACT_CFLAGS=-ffp-contract=off])
  AC_SUBST([WARN_CFLAGS])
  AC_SUBST([VISIBILITY_CFLAGS])
  AC_SUBST([EXACT_CFLAGS])
])
