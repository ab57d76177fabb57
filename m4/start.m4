# PRONG_QUICK_START: how the command is linked, so that a short run does not spend its time in the loader. Each flag only where the
# linker takes it. What is bound at the start is bound once, before the fork, and not anew in every worker. After PRONG_LATE.
#
# PRONG_STATIC_COMMAND: --enable-static-command has it do without a loader altogether, and so without libraries that are opened
# when they are needed. hwloc is left out, which the command does not use. Before PRONG_HWLOC.
AC_DEFUN([PRONG_STATIC_COMMAND], [
  AC_ARG_ENABLE([static-command],
    [AS_HELP_STRING([--enable-static-command],
      [link the command with static libraries alone, C library included: the shortest runs, but whoever renews a library must build
       prong anew (implies --disable-late-loading, and --without-hwloc unless asked for)])],
    [], [enable_static_command=no])
  AS_IF([test "x$enable_static_command" = xyes], [
    enable_late_loading=no
    test "${with_hwloc+set}" = set || with_hwloc=no
  ])
])
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
  AS_IF([test "x$enable_static_command" = xyes], [
    AC_MSG_CHECKING([whether the command can be linked statically])
    prong_save_LDFLAGS=$LDFLAGS prong_save_LIBS=$LIBS
    LDFLAGS="$LDFLAGS $SANITIZE_CFLAGS -static" LIBS="$OPTIONAL_LIBS $LIBS"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])], [AC_MSG_RESULT([yes])], [AC_MSG_RESULT([no])
      AC_MSG_ERROR([--enable-static-command: one of$OPTIONAL_LIBS or the C library has no static form: install it, or do without])])
    LDFLAGS=$prong_save_LDFLAGS LIBS=$prong_save_LIBS
    COMMAND_LINKING=-all-static
  ], [
    PRONG_LINK_FLAG([-Wl,-z,now])
    PRONG_LINK_FLAG([-Wl,-O1])
    PRONG_LINK_FLAG([-Wl,--hash-style=gnu])
    PRONG_LINK_FLAG([-Wl,--as-needed])
    COMMAND_LINKING=-static
  ])
  AC_SUBST([QUICK_LDFLAGS])
  AC_SUBST([COMMAND_LINKING])
])
