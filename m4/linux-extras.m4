# PRONG_LINUX_EXTRAS: what Linux gives beyond POSIX, each with a fallback in the code.
# --disable-linux-extras forces the fallbacks, so that they are tested where everybody works.
AC_DEFUN([PRONG_LINUX_EXTRAS], [
  AC_ARG_ENABLE([linux-extras],
    [AS_HELP_STRING([--disable-linux-extras], [use only POSIX: no futex, pidfd, eventfd, prctl (for testing the fallbacks)])],
    [], [enable_linux_extras=yes])
  AS_IF([test "x$enable_linux_extras" = xyes], [
    AC_CHECK_HEADERS([linux/futex.h sys/epoll.h sys/eventfd.h sys/prctl.h sys/single_threaded.h])
    AC_CHECK_DECLS([SYS_pidfd_open, SYS_pidfd_send_signal, SYS_gettid], [], [], [[#include <sys/syscall.h>]])
    AC_CHECK_DECLS([MADV_POPULATE_READ, MADV_DONTFORK, MADV_WIPEONFORK], [], [], [[#include <sys/mman.h>]])
    AC_CHECK_FUNCS([memfd_create sched_getaffinity])
  ], [
    dnl The code asks with #if: what was not looked for is not there.
    m4_foreach_w([decl], [SYS_PIDFD_OPEN SYS_PIDFD_SEND_SIGNAL SYS_GETTID MADV_POPULATE_READ MADV_DONTFORK MADV_WIPEONFORK],
      [AC_DEFINE([HAVE_DECL_]decl, [0])
      ])
  ])
])
