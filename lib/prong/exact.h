/* SPDX-License-Identifier: MIT */
/* prong/exact.h: exact sums of floating-point numbers and integers, rounded once.
 *
 * A state holds Σx, Σx², … without any rounding, in fixed point wide enough for every finite double. Adding is
 * integer addition, so it does not matter in which order, in which parts or by which instructions a state was
 * filled: the same inputs give the same bytes. Rounding happens once, in prong_exact_result.
 *
 *     double total = prong_sum_f64(x, n);                 // the whole job in one line
 *
 *     prong_exact *s = malloc(prong_exact_size(PRONG_POWER_SUM | PRONG_POWER_SQUARES));
 *     prong_adder *a = prong_adder_create();
 *     prong_exact_init(s, PRONG_POWER_SUM | PRONG_POWER_SQUARES);
 *     prong_exact_add_f64(s, a, x, n);                    // as often as you like
 *     double deviation = prong_exact_result(s, PRONG_Q_STD, 1, PRONG_FORMAT_F64, 0);
 *
 * Sources: the fixed point is Kulisch's; tables indexed by exponent are from R. M. Neal, "Fast exact summation
 * using small and large superaccumulators", arXiv:1505.05571; the fast path sums digits on fixed grids, the idea
 * of the reproducible sums of Demmel and Nguyen, made exact by a test of every block.
 *
 * Processes and threads: a state and an adder are plain memory that one thread uses at a time. Nothing here forks,
 * locks, does I/O or keeps global state but for the choice of the kernel. The floating-point environment (rounding
 * mode, flush-to-zero) of the calling thread is irrelevant, and is as before after each call. Functions without a
 * prong_status cannot fail. */
#ifndef PRONG_EXACT_H
#define PRONG_EXACT_H

#include <prong/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The correctly rounded sum of n doubles at x (any alignment), and of n products. NaN, infinities and signed zeros
 * as in IEEE 754 arithmetic; the empty sum is +0. Uses some 50 KiB of stack and no heap. */
PRONG_API double prong_sum_f64(const double *x, size_t n);
PRONG_API double prong_dot_f64(const double *x, const double *y, size_t n);

/* ---- The state ---- */

/* A relocatable block of bytes without pointers: it may be copied with memcpy, sent to a process of the same
 * build, or live in shared memory. Needs 8-byte alignment. Two states with the same powers that were fed the same
 * inputs are equal bytes. */
typedef struct prong_exact prong_exact;

/* What a state sums; a mask. What each quantity needs stands at prong_quantity. The first five go together in any
 * way. The others are of pairs of an x and a y: DOT stands alone, PAIRS and WEIGHTED alone or each with its squares. */
enum {
    PRONG_POWER_SUM = 1,               /* Σx */
    PRONG_POWER_SQUARES = 2,           /* Σx² */
    PRONG_POWER_CUBES = 4,             /* Σx³ */
    PRONG_POWER_FOURTHS = 8,           /* Σx⁴ */
    PRONG_POWER_ABS = 16,              /* Σ|x| */
    PRONG_POWER_DOT = 32,              /* Σxy */
    PRONG_POWER_PAIRS = 64,            /* Σx, Σy, Σxy */
    PRONG_POWER_PAIR_SQUARES = 128,    /* Σx², Σy² */
    PRONG_POWER_WEIGHTED = 256,        /* Σy, Σxy: x has the weight y */
    PRONG_POWER_WEIGHTED_SQUARES = 512 /* Σx²y */
};

/* Bytes of a state, a multiple of 8; 0 if powers is no valid mask. At most PRONG_EXACT_MAX_SIZE. */
PRONG_API size_t prong_exact_size(unsigned powers);
#define PRONG_EXACT_MAX_SIZE 3072

/* Makes the memory at s, of prong_exact_size(powers) bytes, the state of no inputs. powers must be valid. */
PRONG_API void prong_exact_init(prong_exact *s, unsigned powers);

/* The mask that s was made with. */
PRONG_API unsigned prong_exact_powers(const prong_exact *s);

/* How many elements or pairs a state has seen. Infinities and NaN are counted here and are no part of the sums; nor is
 * any part of a pair in which there is one, but a finite weight of an infinity. The class of a pair, which counts once:
 *
 * - DOT: that of the product by IEEE 754; inf * 0 is a NaN.
 * - PAIRS: nan, if either is a NaN; else pinf, if either is an infinity of whatever sign. Nothing is -0.
 * - WEIGHTED: nan, if either is a NaN; else that of the product, but inf * 0, which is nothing that one would omit,
 *   is both pinf and ninf. */
typedef struct prong_exact_counts {
    uint64_t n;              /* all of them */
    uint64_t nan;            /* NaN */
    uint64_t pinf;           /* +infinity */
    uint64_t ninf;           /* -infinity */
    uint64_t not_minus_zero; /* everything but -0 */
} prong_exact_counts;
PRONG_API void prong_exact_count(const prong_exact *s, prong_exact_counts *counts);

/* into += from; into -= from, which takes a part away that was merged or added before (sliding windows,
 * retraction). Both must have the same powers: PRONG_EINVAL otherwise, and into is untouched. Exact, associative,
 * commutative. */
PRONG_API PRONG_NODISCARD prong_status prong_exact_merge(prong_exact *into, const prong_exact *from,
                                                         prong_error *err);
PRONG_API PRONG_NODISCARD prong_status prong_exact_unmerge(prong_exact *into, const prong_exact *from,
                                                           prong_error *err);

/* 1 if both have the same powers, counts and sums, else 0. */
PRONG_API int prong_exact_equal(const prong_exact *a, const prong_exact *b);

/* A form for files and other machines: little-endian, with magic, version and checksum. serialize writes exactly
 * prong_exact_serial_size(powers) bytes (0 for an invalid mask) at out. */
PRONG_API size_t prong_exact_serial_size(unsigned powers);
PRONG_API void prong_exact_serialize(const prong_exact *s, void *out);

/* Reads bytes bytes at data into s, which has room for size bytes. PRONG_EDATA: not a state, of an unknown
 * version, cut or damaged; PRONG_EINVAL: room for fewer than prong_exact_size(its powers) bytes
 * (PRONG_EXACT_MAX_SIZE is always enough). s is untouched on failure; detail says what was wrong. */
PRONG_API PRONG_NODISCARD prong_status prong_exact_deserialize(prong_exact *s, size_t size, const void *data,
                                                               size_t bytes, prong_error *err);

/* ---- Adding ---- */

/* Working memory of one thread: which grids fitted the data lately, scratch space, tables. It holds no sums
 * between calls: after each call below the state is complete. One adder may serve any number of states in turn. */
typedef struct prong_adder prong_adder;

/* Allocates an adder; NULL if there is no memory. destroy frees it; NULL is allowed. */
PRONG_API prong_adder *prong_adder_create(void);
PRONG_API void prong_adder_destroy(prong_adder *a);

/* Or in the caller's memory: prong_adder_size() bytes (some 200 KiB, most of them touched only where the data's
 * exponents are wild) on a 64-byte boundary. Nothing to undo.
 *
 * Environment, read when an adder is made: PRONG_ISA = portable, avx2 or avx512 picks the kernels (ignored where
 * the machine or the build does not have them); PRONG_EXACT_FORCE = grid2, grid3, grid4, buckets or integers
 * forces one of the paths, for tests. The result never depends on either. */
PRONG_API size_t prong_adder_size(void);
PRONG_API void prong_adder_init(prong_adder *a);

/* "portable", "avx2" or "avx512": the kernels that a uses. A static string. */
PRONG_API const char *prong_adder_isa(const prong_adder *a);

/* Adds n elements to every sum of s. x may stand at any address, aligned or not, and is only read. s must not be a
 * state of pairs. f16 is IEEE binary16, bf16 the upper half of a binary32, both as their bits. Element i of the
 * strided form stands stride bytes (any number, also negative) after element i-1. */
PRONG_API void prong_exact_add_f64(prong_exact *s, prong_adder *a, const double *x, size_t n);
PRONG_API void prong_exact_add_f64_strided(prong_exact *s, prong_adder *a, const void *x, ptrdiff_t stride,
                                           size_t n);
PRONG_API void prong_exact_add_f32(prong_exact *s, prong_adder *a, const float *x, size_t n);
PRONG_API void prong_exact_add_f16(prong_exact *s, prong_adder *a, const uint16_t *x, size_t n);
PRONG_API void prong_exact_add_bf16(prong_exact *s, prong_adder *a, const uint16_t *x, size_t n);
PRONG_API void prong_exact_add_i64(prong_exact *s, prong_adder *a, const int64_t *x, size_t n);
PRONG_API void prong_exact_add_u64(prong_exact *s, prong_adder *a, const uint64_t *x, size_t n);

/* Adds n products x[i] * y[i] to s, which must hold PRONG_POWER_DOT. */
PRONG_API void prong_exact_add_dot_f64(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n);

/* Adds n pairs of x[i] and y[i] (for WEIGHTED, the weight of x[i]) to s, a state of pairs: with DOT, PAIRS or WEIGHTED
 * in its mask. Both arrays as for the functions above; the second form has a type for each. Integers are exact
 * whatever their size. */
typedef enum prong_operand { PRONG_OPERAND_F64, PRONG_OPERAND_I64, PRONG_OPERAND_U64 } prong_operand;
PRONG_API void prong_exact_add_pairs_f64(prong_exact *s, prong_adder *a, const double *x, const double *y, size_t n);
PRONG_API void prong_exact_add_pairs(prong_exact *s, prong_adder *a, prong_operand x_type, const void *x,
                                     prong_operand y_type, const void *y, size_t n);

/* Adds one element (no pair), without an adder: for data that come singly. */
PRONG_API void prong_exact_add_one(prong_exact *s, double x);

/* Adds one element as often as times says, at the price of one: the same bytes as from so many of it. */
PRONG_API void prong_exact_add_times(prong_exact *s, double x, uint64_t times);

/* ---- Results ---- */

typedef enum prong_format { PRONG_FORMAT_F64, PRONG_FORMAT_F32, PRONG_FORMAT_F16, PRONG_FORMAT_BF16 } prong_format;

/* Behind each, the powers that it needs. */
typedef enum prong_quantity {
    PRONG_Q_SUM,             /* SUM */
    PRONG_Q_MEAN,            /* SUM */
    PRONG_Q_VAR,             /* SUM, SQUARES; (Σ(x - mean)²) / (n - ddof) */
    PRONG_Q_STD,             /* SUM, SQUARES; √var */
    PRONG_Q_SEM,             /* SUM, SQUARES; √(var / n), the standard error of the mean */
    PRONG_Q_MS,              /* SQUARES; Σx² / n */
    PRONG_Q_RMS,             /* SQUARES; √(Σx² / n) */
    PRONG_Q_NORM1,           /* ABS; Σ|x| */
    PRONG_Q_NORM2,           /* SQUARES; √Σx² */
    PRONG_Q_DOT,             /* DOT; Σxy */
    PRONG_Q_SKEW_POPULATION, /* SUM, SQUARES, CUBES; m3 / m2^(3/2) */
    PRONG_Q_SKEW_SAMPLE,     /* the same times √(n(n - 1)) / (n - 2) */
    PRONG_Q_KURT_POPULATION, /* SUM to FOURTHS; m4 / m2² - 3, the excess */
    PRONG_Q_KURT_SAMPLE,     /* ((n + 1) * population + 6) * (n - 1) / ((n - 2)(n - 3)) */
    PRONG_Q_HARMONIC,        /* SUM; n / Σx: of reciprocals, each rounded to a double, it is the harmonic mean */
    PRONG_Q_COV,             /* PAIRS; (Σ(x - mean of x)(y - mean of y)) / (n - ddof) */
    PRONG_Q_CORR,            /* PAIRS, PAIR_SQUARES; cov / (std of x * std of y), Pearson's coefficient */
    PRONG_Q_WSUM,            /* WEIGHTED; Σxy */
    PRONG_Q_WMEAN,           /* WEIGHTED; Σxy / Σy */
    PRONG_Q_WVAR,            /* WEIGHTED, WEIGHTED_SQUARES; (Σy(x - wmean)²) / (Σy - ddof): that of the population for
                              * ddof 0; else y is how often an element was seen */
    PRONG_Q_WSTD             /* the same; √wvar */
} prong_quantity;

enum { PRONG_EXACT_OMIT_NAN = 1 }; /* as if the NaN had not been there: n is reduced by their number */

/* The powers that a quantity needs; 0 for an unknown quantity. */
PRONG_API unsigned prong_exact_needs(prong_quantity q);

/* The exact value of q, rounded once to format (half to even; subnormals; to infinity only where the exact value
 * rounds there), as a double. ddof is used by VAR, STD, SEM, COV, WVAR and WSTD.
 *
 * Any NaN (not omitted) gives the positive quiet NaN. SUM, MEAN, DOT: infinities of both signs give NaN, of one
 * sign that infinity. MS, RMS, NORM1, NORM2: any infinity gives +infinity. The others: any infinity gives NaN. NaN
 * also: n <= ddof (VAR, STD, SEM); no elements (MEAN, MS, RMS, HARMONIC); n < 2, 3, 4 and no spread (population,
 * SKEW_SAMPLE, KURT_SAMPLE); powers that s does not hold. SUM, MEAN and DOT are -0 iff n > 0 and every element was
 * -0 (or they round there from below); an exact cancellation is +0, and so is a sum of nothing.
 * HARMONIC divides by SUM as IEEE 754 does: by a zero it is that infinity, by an infinity that zero.
 *
 * Of pairs: any infinity gives NaN, but WSUM is as DOT, and WMEAN is WSUM over the sign of Σy where WSUM is an infinity
 * and all weights are finite. NaN also: n <= ddof (COV); no spread of x or of y (CORR, which is never beyond ±1);
 * Σy = 0 (WMEAN); Σy(Σy - ddof) <= 0, or a negative quotient (WVAR, WSTD). Weights may be negative. */
PRONG_API double prong_exact_result(const prong_exact *s, prong_quantity q, uint64_t ddof, prong_format format,
                                    unsigned flags);

/* The exact Σx, or Σxy of a state for DOT or WEIGHTED, as a 128-bit integer in two's complement, *hi * 2^64 + *lo; there is one
 * zero, so the sum of products that are all -0 is 0 too. Returns 1; or 0, touching nothing, if it is no integer, does
 * not fit, or s holds none of them or saw NaN or infinities. _squares is the same for Σx² as 192 bits, w[0]
 * lowest, unsigned. */
PRONG_API int prong_exact_integer(const prong_exact *s, int64_t *hi, uint64_t *lo);
PRONG_API int prong_exact_integer_squares(const prong_exact *s, uint64_t w[3]);

/* The quotient of two sums, Σx of a state or Σxy of one for DOT or WEIGHTED, rounded once to format. Each is what its sum is by
 * the rules of SUM and DOT above, but exact, and the division is that of IEEE 754: 0 / 0 and infinity / infinity are
 * NaN, x / 0 is an infinity. NaN if a state holds none of them. */
PRONG_API double prong_exact_ratio(const prong_exact *numerator, const prong_exact *denominator, prong_format format);

/* x rounded once to format, as a double: x itself for F64; infinities and signed zeros stay; a NaN is the positive quiet
 * NaN. And the integer high * 2^64 + low of two's complement, likewise. */
PRONG_API double prong_exact_round(double x, prong_format format);
PRONG_API double prong_exact_round_integer(int64_t high, uint64_t low, prong_format format);

#ifdef __cplusplus
}
#endif

#endif
