# PRONG_SHM_MARKED_ATTACH: may a segment that is marked for removal still be attached? On Linux it may, and prong then
# marks at birth, so that the kernel cleans up after any death (lib/ipc/segment.c). The answer here is only the
# default: the library probes at run time. When cross compiling, Linux says yes and everything else no.
AC_DEFUN([PRONG_SHM_MARKED_ATTACH], [
  AC_REQUIRE([AC_CANONICAL_HOST])
  AC_CACHE_CHECK([whether a segment marked for removal can be attached], [prong_cv_shm_marked_attach], [
    AC_RUN_IFELSE([AC_LANG_PROGRAM([[
        #include <sys/ipc.h>
        #include <sys/shm.h>
      ]], [[
        int id = shmget(IPC_PRIVATE, 4096, 0600);
        if (id == -1)
            return 1;
        void *first = shmat(id, 0, 0);
        if (shmctl(id, IPC_RMID, 0) == -1 || first == (void *)-1)
            return 2;
        void *second = shmat(id, 0, 0);
        return second == (void *)-1;
      ]])],
      [prong_cv_shm_marked_attach=yes], [prong_cv_shm_marked_attach=no],
      [AS_CASE([$host_os], [linux*], [prong_cv_shm_marked_attach=yes], [prong_cv_shm_marked_attach=no])])])
  AS_IF([test "$prong_cv_shm_marked_attach" = yes], [marked=1], [marked=0])
  AC_DEFINE_UNQUOTED([PRONG_MARKED_ATTACH_DEFAULT], [$marked],
    [What to assume of attaching a segment marked for removal until the run-time probe has answered.])
])
