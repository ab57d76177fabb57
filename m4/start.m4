# PRONG_QUICK_START: how the command is linked, so that a short run does not spend its time in the loader. Each flag only where the
# linker takes it. What is bound at the start is bound once, before the fork, and not anew in every worker.
AC_DEFUN([PRONG_LINK_FLAG], [
  AS_VAR_PUSHDEF([cache], [prong_cv_ldflag_$1])
  AC_CACHE_CHECK([whether the linker takes $1], [cache], [
    prong_save_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    LDFLAGS=$prong_save_LDFLAGS])
  AS_VAR_IF([cache], [yes], [QUICK_LDFLAGS="$QUICK_LDFLAGS $1"])
  AS_VAR_POPDEF([cache])
])
AC_DEFUN([PRONG_QUICK_START], [
  QUICK_LDFLAGS=
  PRONG_LINK_FLAG([-Wl,-z,now])
  PRONG_LINK_FLAG([-Wl,-O1])
  PRONG_LINK_FLAG([-Wl,--hash-style=gnu])
  PRONG_LINK_FLAG([-Wl,--as-needed])
  AC_SUBST([QUICK_LDFLAGS])
])
