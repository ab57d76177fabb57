# PRONG_NUMPY: a Python 3 that imports numpy, for tests only. The first python3 on PATH may be a private build
# without it while the system's has it, so each candidate is asked.
AC_DEFUN([PRONG_NUMPY], [
  AC_ARG_VAR([PYTHON], [a Python 3 interpreter, for tests])
  AC_ARG_VAR([PYTHON_NUMPY], [a Python 3 interpreter that imports numpy, for tests])
  AC_CHECK_PROGS([PYTHON], [python3 python])
  AC_CACHE_CHECK([for a Python that imports numpy], [prong_cv_python_numpy], [
    prong_cv_python_numpy=none
    for candidate in "$PYTHON_NUMPY" "$PYTHON" python3 /usr/bin/python3 /usr/local/bin/python3; do
      AS_IF([test -n "$candidate" && "$candidate" -c 'import numpy' >/dev/null 2>&1],
            [prong_cv_python_numpy=$candidate; break])
    done])
  AS_IF([test "$prong_cv_python_numpy" = none], [PYTHON_NUMPY=], [PYTHON_NUMPY=$prong_cv_python_numpy])
])
