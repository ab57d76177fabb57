# PRONG_MANUAL
# ------------
# Can the manual be made? A checkout without makeinfo is built without it, so that a compiler and the autotools are enough to
# try prong; a release holds it as Info, and needs makeinfo for other formats only. Automake cannot make info_TEXINFOS
# conditional. So where there is neither, MAKEINFO does nothing, and an empty infodir says that there is nothing to install.
# Must come after AM_INIT_AUTOMAKE.
AC_DEFUN([PRONG_MANUAL], [
  AC_MSG_CHECKING([for the manual as Info])
  AS_IF([(eval "$MAKEINFO --version") >/dev/null 2>&1], [prong_manual=yes],
        [test -f "$srcdir/doc/prong.info"], [prong_manual="as it came"],
        [prong_manual="no: makeinfo is missing"; MAKEINFO=:; infodir=])
  AC_MSG_RESULT([$prong_manual])
])
