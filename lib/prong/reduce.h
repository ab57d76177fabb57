/* SPDX-License-Identifier: MIT */
/* prong/reduce.h: reductions of arrays by name, in parallel, several in one pass.
 *
 *     prong_value v[2];
 *     status = prong_reduce(array, "mean,std", NULL, v, NULL);
 *
 * or, for several arrays as one:
 *
 *     prong_reduction_create(&r, "sum,argmax", NULL, NULL);
 *     prong_reduction_add(r, part1, NULL);
 *     prong_reduction_add(r, part2, NULL);
 *     prong_reduction_value(r, 0, &v, NULL);
 *     prong_reduction_free(r);
 *
 * Results do not depend on the number of workers, on the schedule or on retries: sums and what is made of them are
 * the exact value rounded once (prong/exact.h), extrema and indices do not depend on the order in which parts are
 * met, and a product is computed by a fixed tree. */
#ifndef PRONG_REDUCE_H
#define PRONG_REDUCE_H

#include <prong/array.h>
#include <prong/exact.h>
#include <prong/fold.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values ---- */

typedef enum prong_kind {
    PRONG_KIND_F64,      /* f64, already rounded to format */
    PRONG_KIND_INT,      /* high * 2^64 + low, exact */
    PRONG_KIND_BOOL,     /* low is 0 or 1 */
    PRONG_KIND_ARRAY,    /* count items, each F64 or INT: prong_value_item */
    PRONG_KIND_HISTOGRAM /* count bins: their counts are the items, and bin i reaches from edge i to edge i + 1 */
} prong_kind;

typedef struct prong_value {
    prong_kind kind;
    prong_format format;
    double f64;
    int64_t high;
    uint64_t low;
    size_t count;              /* of an array or a histogram; 0 for the others */
    struct prong_items *items; /* theirs; NULL for the others. Freed by prong_value_free */
} prong_value;

/* Frees what a value owns and makes it an empty array; nothing to do for scalars. NULL is allowed. */
PRONG_API void prong_value_free(prong_value *value);

/* Item i < count of an array or a histogram; a scalar itself for i = 0. It owns nothing. */
PRONG_API prong_value prong_value_item(const prong_value *value, size_t i);

/* Edge i <= count of a histogram, as a double; NaN for other kinds. */
PRONG_API double prong_value_edge(const prong_value *value, size_t i);

/* Writes the value as text and returns its length, like snprintf. Doubles get the fewest digits that read back to
 * the same value of their format, in fixed notation for 1e-4 <= |x| < 1e16; nan, inf, -inf; integers get all their
 * digits; booleans are true and false; items are separated by commas. Never the locale's. 48 bytes are always enough
 * for a scalar. */
PRONG_API size_t prong_value_string(const prong_value *value, char *buf, size_t size);

/* ---- Operations ---- */

typedef struct prong_op_info {
    size_t size;         /* set by the caller: sizeof(prong_op_info) */
    const char *name;    /* "sum" */
    const char *aliases; /* other names, separated by blanks, or "" */
    const char *params;  /* how parameters are written, or "" */
    const char *help;    /* one line */
    int mergeable;       /* parts can be computed apart and joined, in any order */
    int min_params, max_params;
    int columns;         /* columns it takes in a table */
} prong_op_info;

/* Tells of the k-th operation, k = 0, 1, …; returns 0 past the last. Everything that lists operations is made from
 * this. */
PRONG_API int prong_op_list(size_t k, prong_op_info *info);

/* ---- Reductions ---- */

typedef enum prong_nan_policy {
    PRONG_NAN_PROPAGATE = 0, /* a NaN makes the result NaN; argmin and argmax give the first NaN's index, as numpy does */
    PRONG_NAN_OMIT,          /* as if NaN were not there; indices and count still count them */
    PRONG_NAN_RAISE          /* PRONG_ENAN at the first NaN, with its place */
} prong_nan_policy;

/* How a quantile between two elements is made of them: numpy's methods, defined in R. J. Hyndman and Y. Fan, "Sample
 * quantiles in statistical packages", The American Statistician 50, 1996 (their numbers behind the names). */
typedef enum prong_method {
    PRONG_METHOD_LINEAR = 0,               /* 7 */
    PRONG_METHOD_INVERTED_CDF,             /* 1 */
    PRONG_METHOD_AVERAGED_INVERTED_CDF,    /* 2 */
    PRONG_METHOD_CLOSEST_OBSERVATION,      /* 3 */
    PRONG_METHOD_INTERPOLATED_INVERTED_CDF, /* 4 */
    PRONG_METHOD_HAZEN,                    /* 5 */
    PRONG_METHOD_WEIBULL,                  /* 6 */
    PRONG_METHOD_MEDIAN_UNBIASED,          /* 8 */
    PRONG_METHOD_NORMAL_UNBIASED,          /* 9 */
    PRONG_METHOD_LOWER,                    /* of linear's two elements, the lower */
    PRONG_METHOD_HIGHER,                   /* … the higher */
    PRONG_METHOD_MIDPOINT,                 /* … their mean */
    PRONG_METHOD_NEAREST                   /* … the nearer; of equally near ones that of even index */
} prong_method;

/* numpy's name of a method ("median_unbiased"); NULL past the last. */
PRONG_API const char *prong_method_name(int method);

typedef struct prong_reduce_options {
    size_t size; /* set by PRONG_REDUCE_OPTIONS_INIT */
    prong_nan_policy nan;
    uint64_t ddof;            /* var, std, sem and cov divide by n - ddof */
    prong_format format;      /* floating results are rounded once to this */
    int format_given;         /* 1: results that are exact integers (sum, min … of integers) are rounded to it as well */
    uint64_t grain;           /* elements in a chunk; 0: as prong_fold. Text and streams are cut every MiB regardless */
    const prong_options *run; /* workers, retries, deadlines …; NULL: defaults. Used at each add */
    prong_method method;      /* of quantiles, and of what is made of them */
    prong_array *where;       /* a mask: elements where it is 0 are left out, as if they were not there, but that the others keep
                                 their indices. Of the shape of every array that is added; not a stream. NULL: none */
    uint64_t memory_limit;    /* bytes that order statistics and distinct values may keep at a time, beside the mapped input;
                                 0: a quarter of the machine's memory, at most 1 GiB. Less only means more passes */
    double range_low, range_high; /* of histograms, if range_given: finite,
        ascending; elements outside are not counted. Where it is
                                     not given the smallest and the largest element, which must be finite, and NaN are refused
                                     unless omitted */
    int range_given;
    const double *edges;  /* or, instead of range and number of bins, edge_count edges, from 2 to 65537, ascending;
                             infinite ones are
                             allowed. They must live as long as the reduction. NULL: none */
    size_t edge_count;
    prong_array *weights; /* of the elements: of the shape of every array that is added, from 0 up; not a stream. sum is then
                             Σwx, mean Σwx / Σw (PRONG_EEMPTY if that is 0), var Σw(x - mean)² / (Σw - ddof), std its root: the
                             variance of the population for ddof 0, otherwise w is how often an element was seen. count counts
                             elements; other operations have no such form: PRONG_EOP. NULL: none */
} prong_reduce_options;

#define PRONG_REDUCE_OPTIONS_INIT                                                                                      \
    {                                                                                                                  \
        sizeof(prong_reduce_options), PRONG_NAN_PROPAGATE, 0, PRONG_FORMAT_F64, 0, 0, 0, PRONG_METHOD_LINEAR,          \
            0, 0, 0, 0, 0, 0, 0, 0                                                                                     \
    }

typedef struct prong_reduction prong_reduction;

/* Reads a list of operations, OP[:PARAM[,PARAM…]][@COLUMN[@COLUMN]][,…], and makes a reduction of no elements.
 * After a comma, what begins with a digit, a sign or a dot continues a parameter list. options may be NULL; it is
 * copied, but for what run points to, which must live as long as the reduction is added to. PRONG_EOP (unknown
 * operation: the detail suggests the nearest; wrong parameters), PRONG_EINVAL, PRONG_ENOMEM. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_create(prong_reduction **out, const char *operations,
                                                              const prong_reduce_options *options, prong_error *err);

/* Frees it; NULL is allowed. */
PRONG_API void prong_reduction_free(prong_reduction *reduction);

/* How many operations were asked for, and what operation i was: its text as written ("norm:2") or its table's name.
 * */
PRONG_API size_t prong_reduction_count(const prong_reduction *reduction);
PRONG_API const char *prong_reduction_text(const prong_reduction *reduction, size_t i);
PRONG_API const char *prong_reduction_name(const prong_reduction *reduction, size_t i);
/* Its parameters as they were written, separated by commas, or "". */
PRONG_API const char *prong_reduction_params(const prong_reduction *reduction, size_t i);

/* Forgets all elements. */
PRONG_API void prong_reduction_reset(prong_reduction *reduction);

/* Reduces array by forked workers (see prong_fold for what that asks and promises) and joins it behind what was added
 * before: indices go on counting. On failure the reduction is as it was, except that a stream has been read in part.
 * Everything that prong_fold returns, and PRONG_EFORKED (this process was forked from the reduction's), PRONG_EDATA
 * (a bad number in text: the detail has FILE:LINE:COLUMN; data short of a header's promise; a negative weight; a mask or weights
 * of another shape), PRONG_ENAN, PRONG_ESYS
 * (read), PRONG_EINVAL (integers joined to floating-point numbers). */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_add(prong_reduction *reduction, prong_array *array,
                                                           prong_error *err);

/* The same for several arrays, one behind the other. Operations that look at the elements more than once (quantiles, distinct
 * values, histograms) need all of them in one call, and nothing can be added afterwards: PRONG_EINVAL. For these a stream is read
 * to its end first, and kept: up to memory_limit bytes in memory, beyond that in a nameless file in $TMPDIR or /tmp. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_add_all(prong_reduction *reduction, prong_array *const *arrays,
                                                               size_t count, prong_error *err);

/* The same for operations on pairs of elements (dot, cov, corr), of arrays of the same shape that are not text or streams:
 * PRONG_EDATA otherwise. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_add_pair(prong_reduction *reduction, prong_array *x,
                                                                prong_array *y, prong_error *err);

/* How many arrays the operations take at once: 1, or 2 where prong_reduction_add_pair is wanted. */
PRONG_API int prong_reduction_columns(const prong_reduction *reduction);

/* Elements added so far, and the bytes they had. */
PRONG_API uint64_t prong_reduction_elements(const prong_reduction *reduction);
PRONG_API uint64_t prong_reduction_bytes(const prong_reduction *reduction);

/* The value of operation i, which the caller frees (prong_value_free) if it is a list. PRONG_EEMPTY
 * where it has none for no elements (or for none but omitted NaN): mean, min …; PRONG_EINVAL: there is no operation i;
 * PRONG_EDATA: not an integer among the elements of a bitwise operation. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_value(const prong_reduction *reduction, size_t i,
                                                             prong_value *value, prong_error *err);

/* All of the above for one array; values has room for as many as there are operations. On failure values is
 * untouched. */
PRONG_API PRONG_NODISCARD prong_status prong_reduce(prong_array *array, const char *operations,
                                                    const prong_reduce_options *options, prong_value *values,
                                                    prong_error *err);

/* ---- Along axes ---- */

/* A value for each operation and each output: each index of the dimensions that are kept. */
typedef struct prong_grid prong_grid;

/* Reduces array along the axes listed (negative ones count from the end; all of them: one output), by forked workers. Each
 * output is what prong_reduce would give for its elements, indices being row-major ones among the reduced dimensions. Operations
 * on pairs, lists (several quantiles, distinct values) and histograms have no grids: PRONG_EOP. PRONG_EEMPTY: an operation has
 * no value for no elements; otherwise as prong_reduce, and PRONG_EINVAL (an axis that the array has not, or twice),
 * PRONG_EDATA (text or a stream has no axes). *out is the caller's, prong_grid_free; NULL on failure. */
PRONG_API PRONG_NODISCARD prong_status prong_reduce_axes(prong_array *array, const char *operations, const int *axes,
                                                         int axis_count, const prong_reduce_options *options,
                                                         prong_grid **out, prong_error *err);
PRONG_API void prong_grid_free(prong_grid *grid); /* NULL is allowed */

/* How many outputs each operation has. */
PRONG_API uint64_t prong_grid_outputs(const prong_grid *grid);

/* Writes the shape of the outputs and returns its number of dimensions; keep: reduced ones have length 1. */
PRONG_API int prong_grid_shape(const prong_grid *grid, int keep, uint64_t shape[PRONG_MAX_DIMS]);

/* A scalar: operation i of the list, output o in row-major order, both of which must be there. */
PRONG_API prong_value prong_grid_value(const prong_grid *grid, size_t operation, uint64_t output);

/* Writes an operation's outputs as an .npy file (prong_array_save): integers as i8 or u8 if they fit, else as doubles. */
PRONG_API PRONG_NODISCARD prong_status prong_grid_save(const prong_grid *grid, size_t operation, int keep, const char *path,
                                                       prong_error *err);

/* ---- States ---- */

/* A reduction that keeps its state can be saved, loaded by another process on another machine, and merged there: in any order and
 * grouping of the parts, with the very result, and the very bytes of a state, that one reduction of the whole has.
 *
 *     prong_reduction_create(&r, "mean,median", NULL, NULL);       // on many machines
 *     prong_reduction_keep(r, 0, 0, NULL);
 *     prong_reduction_add(r, part, NULL);
 *     prong_reduction_save(r, &bytes, &size, NULL);                // and then on one:
 *     prong_reduction_load(&all, bytes1, size1, NULL);
 *     prong_reduction_load(&next, bytes2, size2, NULL);
 *     prong_reduction_merge(all, next, NULL);
 *     prong_reduction_value(all, 0, &v, NULL);
 *
 * Quantiles and distinct values are then made from a tally of all distinct values, 16 bytes each, which must fit the memory
 * limit. Histograms have a state if their edges are given, or a range and a number of bins. All these may be added to in several
 * calls. */

/* Makes a reduction to which nothing was added one that keeps its state. part of parts: its number among the parts
 * of a whole, from
 * 1, or 0 of 0: parts have none. With numbers no part can be merged twice; what depends on where an element is in the whole
 * (argmin, first, absmax …) needs them, and has a value as soon as all parts up to the last that is there are. PRONG_EOP: an
 * operation has no state, or needs a number (the detail says why); PRONG_EINVAL. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_keep(prong_reduction *reduction, uint64_t part, uint64_t parts,
                                                            prong_error *err);

/* The state as bytes for a file: with magic, version and checksum, the same on every machine. *bytes is freed with free().
 * PRONG_EINVAL (it does not keep its state), PRONG_ENOMEM; then both are untouched. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_save(const prong_reduction *reduction, void **bytes, size_t *size,
                                                            prong_error *err);

/* Makes a reduction of what was saved, with its operations and options, to which others can be merged but nothing be added. bytes
 * may be anything. PRONG_EDATA: they are no state, of another version, cut or damaged, as the detail says; PRONG_EOP: with
 * operations that this version does not know; PRONG_ENOMEM. On failure *out is NULL. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_load(prong_reduction **out, const void *bytes, size_t size,
                                                            prong_error *err);

/* into becomes both; from is as before. Afterwards nothing can be added to into. PRONG_EDATA: they differ in their operations, in
 * options, in what elements are or in the edges of a histogram, or have a part in common; PRONG_ENOMEM: the tally of both is
 * beyond into's memory limit; PRONG_EINVAL: one does not keep its state. On failure into is as before. */
PRONG_API PRONG_NODISCARD prong_status prong_reduction_merge(prong_reduction *into, const prong_reduction *from,
                                                             prong_error *err);

/* The options of a reduction; options->size says how much of them is wanted. _set_options changes those that matter only when a
 * value is made (ddof, format, format_given, method) and the memory limit, where the state is kept. PRONG_EINVAL: it is not, or
 * the NaN policy differs, or an option is unknown. */
PRONG_API void prong_reduction_options(const prong_reduction *reduction, prong_reduce_options *options);
PRONG_API PRONG_NODISCARD prong_status prong_reduction_set_options(prong_reduction *reduction,
                                                                   const prong_reduce_options *options,
                                                                   prong_error *err);

/* The type of the elements added so far, a prong_dtype: of several the last in its list. -1: there are none. */
PRONG_API int prong_reduction_dtype(const prong_reduction *reduction);

#ifdef __cplusplus
}
#endif

#endif
