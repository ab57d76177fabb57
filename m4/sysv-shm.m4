# PRONG_SYSV_SHM: System V shared memory must exist and, natively, work: a container may forbid it.
AC_DEFUN([PRONG_SYSV_SHM], [
  AC_CHECK_HEADERS([sys/shm.h], [], [AC_MSG_ERROR([System V shared memory (sys/shm.h) is needed])])
  AC_CACHE_CHECK([for working System V shared memory], [prong_cv_sysv_shm], [
    AC_RUN_IFELSE([AC_LANG_PROGRAM([[
        #include <sys/ipc.h>
        #include <sys/shm.h>
      ]], [[
        int id = shmget(IPC_PRIVATE, 4096, 0600);
        if (id == -1)
            return 1;
        char *p = shmat(id, 0, 0);
        if (p == (char *)-1) {
            shmctl(id, IPC_RMID, 0);
            return 2;
        }
        *p = 1;
        return shmctl(id, IPC_RMID, 0) == -1 || shmdt(p) == -1;
      ]])],
      [prong_cv_sysv_shm=yes], [prong_cv_sysv_shm=no],
      [prong_cv_sysv_shm="guessing yes (cross compiling)"])])
  AS_IF([test "$prong_cv_sysv_shm" = no],
    [AC_MSG_WARN([System V shared memory is not usable here; prong will build, but its runs and tests will fail.
See ipcs -l, and whether a container or a limit forbids shmget.])])
])
