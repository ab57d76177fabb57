# PRONG_SIMD: may single files be compiled for AVX2+FMA and AVX-512, to be chosen at run time (lib/exact)?
AC_DEFUN([PRONG_SIMD_PROBE], [
  AC_CACHE_CHECK([whether $CC can build and choose $1 code], [prong_cv_simd_$1], [
    prong_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <immintrin.h>]],
      [[$3; __builtin_cpu_init(); return __builtin_cpu_supports("$4") ? 0 : 1;]])],
      [prong_cv_simd_$1=yes], [prong_cv_simd_$1=no])
    CFLAGS=$prong_save_CFLAGS])
])
AC_DEFUN([PRONG_SIMD], [
  AC_ARG_ENABLE([simd],
    [AS_HELP_STRING([--disable-simd], [build the portable kernels only])], [], [enable_simd=yes])
  AVX2_CFLAGS="-mavx2 -mfma -mf16c"
  AVX512_CFLAGS="-mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma -mf16c -mprefer-vector-width=512"
  PRONG_SIMD_PROBE([avx2], [$AVX2_CFLAGS], [__m256d v = _mm256_set1_pd(1); v = _mm256_fmadd_pd(v, v, v); (void)v], [avx2])
  PRONG_SIMD_PROBE([avx512], [$AVX512_CFLAGS], [__m512d v = _mm512_set1_pd(1); v = _mm512_fmadd_pd(v, v, v); (void)v], [avx512f])
  AM_CONDITIONAL([HAVE_AVX2], [test "$enable_simd$prong_cv_simd_avx2" = yesyes])
  AM_CONDITIONAL([HAVE_AVX512], [test "$enable_simd$prong_cv_simd_avx512" = yesyes])
  AM_COND_IF([HAVE_AVX2], [AC_DEFINE([PRONG_HAVE_AVX2], [1], [Define if kernels for AVX2 and FMA are built.])])
  AM_COND_IF([HAVE_AVX512], [AC_DEFINE([PRONG_HAVE_AVX512], [1], [Define if kernels for AVX-512 are built.])])
  AC_SUBST([AVX2_CFLAGS])
  AC_SUBST([AVX512_CFLAGS])
])
