# PRONG_WERROR: warnings are errors for whoever works on prong (a git checkout), never for whoever builds a release.
AC_DEFUN([PRONG_WERROR], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [make warnings errors (default: yes in a git checkout)])],
    [],
    [AS_IF([test -e "$srcdir/.git"], [enable_werror=yes], [enable_werror=no])])
])
