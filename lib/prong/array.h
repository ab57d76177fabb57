/* SPDX-License-Identifier: MIT */
/* prong/array.h: where elements come from: a file, standard input, or memory.
 *
 * An array is opened by the parent and inherited by workers as of the fork. Files are mapped, never read whole; a
 * pipe is read block by block while it is reduced, and so only once. One thread at a time may use an array. */
#ifndef PRONG_ARRAY_H
#define PRONG_ARRAY_H

#include <prong/status.h>
#include <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum prong_dtype {
    PRONG_TEXT, /* decimal numbers separated by blanks and newlines, read as double */
    PRONG_BOOL, /* a byte; anything but 0 is true */
    PRONG_I8,
    PRONG_I16,
    PRONG_I32,
    PRONG_I64,
    PRONG_U8,
    PRONG_U16,
    PRONG_U32,
    PRONG_U64,
    PRONG_F16,  /* IEEE binary16 */
    PRONG_BF16, /* the upper half of a binary32 */
    PRONG_F32,
    PRONG_F64
} prong_dtype;

/* "f64", "i32", …; a static string. */
PRONG_API const char *prong_dtype_name(prong_dtype dtype);
/* Bytes of an element; 0 for text. */
PRONG_API size_t prong_dtype_size(prong_dtype dtype);
/* Understands prong's names (f64, u16, bf16, bool, text), C-like ones (float, double, int8 … uint64, float16 …
 * float64, bfloat16) and numpy's (<f8, >i4, |u1, =f4, f8, i2, ?). *swapped is set where the byte order named is not
 * this machine's: '<' little, '>' big; a suffix "le" or "be" on prong's names says the same. Either pointer may be
 * NULL. Returns PRONG_EINVAL for an unknown name, else PRONG_OK. */
PRONG_API PRONG_NODISCARD prong_status prong_dtype_parse(const char *name, prong_dtype *dtype, int *swapped);
/* The k-th dtype's name for k = 0, 1, …, then NULL: for lists and completion. */
PRONG_API const char *prong_dtype_list(size_t k);

typedef struct prong_array prong_array;

typedef struct prong_array_options {
    size_t size;       /* set by PRONG_ARRAY_OPTIONS_INIT */
    const char *dtype; /* NULL: .npy by its magic, otherwise text. Given: raw elements of that type (or "text"), whatever
                          the file's magic says */
    uint64_t offset;   /* raw only: bytes to skip at the front */
    uint64_t count;    /* raw only: elements to take; UINT64_MAX: all that follow */
    volatile const sig_atomic_t *cancel; /* a flag that a signal handler of the calling thread may set while open waits for
                                            the first bytes of a pipe: PRONG_ECANCELED. NULL: none */
    double timeout; /* seconds that open may wait for them: PRONG_ETIMEDOUT; 0: no limit */
    const char *shape; /* raw only: "100,200,3", with or without brackets; one entry may be -1: whatever fits. Its
                          product must be the number of elements; of a pipe it is the number to take, like count.
                          NULL: one dimension */
    int fortran;       /* raw only: the first index runs fastest (column-major), and not the last */
    const char *slice; /* as prong_array_slice takes it, applied after everything else; NULL: all elements */
    int thousands;     /* text only, 1: groups of three digits before the decimal mark may be separated, by a comma or by '_', one
                          of them in a number: 1,234,567.8. They must be groups of three, behind a first one of one to three */
    int decimal;       /* text only: the decimal mark, '.' (or 0) or ','; with ',' groups may be separated by '.' or '_' */
} prong_array_options;

#define PRONG_ARRAY_OPTIONS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(prong_array_options), NULL, 0, UINT64_MAX, NULL, 0, NULL, 0, NULL, 0, 0                                       \
    }

/* Opens path, or standard input from its present offset if path is "-". opt may be NULL. A regular file is mapped; a
 * FIFO, a socket, a terminal or a character device becomes a stream, and so does what gzip, zstd or xz have packed (told by
 * its first bytes, where raw elements are not asked for). On failure *out is NULL and nothing stays open.
 * PRONG_ESYS (open, fstat, mmap, read; the detail names the file), PRONG_EIO (it shrank meanwhile), PRONG_EDATA (a
 * directory; a damaged or unsupported .npy header; a raw size that is no multiple of the element; binary data taken
 * for text; packed data that are damaged, or whose library is not there; elements that do not fit the shape; a slice
 * of a pipe or text, or beyond the shape), PRONG_EINVAL (unknown dtype; malformed shape or slice; an unknown decimal mark;
 * offset, count, shape or order for what is not raw), PRONG_ENOMEM. Keeps a copy of path, and of no other string. */
PRONG_API PRONG_NODISCARD prong_status prong_array_open(prong_array **out, const char *path,
                                                        const prong_array_options *opt, prong_error *err);

/* Wraps count elements at data, which the caller keeps alive, unmoved and unchanged while the array is in use. data
 * needs no alignment. PRONG_EINVAL (PRONG_TEXT, or NULL data with count > 0), PRONG_ENOMEM. */
PRONG_API PRONG_NODISCARD prong_status prong_array_view(prong_array **out, const void *data, size_t count,
                                                        prong_dtype dtype, prong_error *err);

/* Makes the array the part of it that slice names, as numpy has it: indices (the dimension disappears; negative ones count
 * from the end), ranges FIRST:END:STEP with any part missing and steps of either sign, "..." for all dimensions that are
 * not named; those at the end need not be. Blanks and a pair of brackets around it are allowed: "[0:100, :, ::2]". Nothing
 * is copied, and slices of slices are allowed. On failure the array is as it was. PRONG_EINVAL (slice is malformed),
 * PRONG_EDATA (a pipe or text; an index outside its dimension; more of them than dimensions). */
PRONG_API PRONG_NODISCARD prong_status prong_array_slice(prong_array *array, const char *slice, prong_error *err);

/* Gives the elements another shape, written as in prong_array_options, in the order in which they lie in memory; fortran:
 * the first index runs fastest. On failure the array is as it was. PRONG_EINVAL (shape is malformed), PRONG_EDATA (their
 * number is another one; a pipe, text, or a slice with gaps). */
PRONG_API PRONG_NODISCARD prong_status prong_array_reshape(prong_array *array, const char *shape, int fortran,
                                                           prong_error *err);

/* Splits "cube.npy[0:100,:,::2]" for open: returns the length of the path at its front, and *slice is where in word the
 * slice begins. Where no slice ends word, or there is a file of that very name, *slice is NULL and the path all of word. */
PRONG_API size_t prong_array_split(const char *word, const char **slice);

/* Unmaps and closes what open opened (never standard input). NULL is allowed. */
PRONG_API void prong_array_close(prong_array *array);

#define PRONG_MAX_DIMS 64

typedef struct prong_array_info {
    size_t size;        /* set by the caller: sizeof(prong_array_info) */
    const char *name;   /* as given to open; "-" for standard input, "" for a view; lives as long as the array */
    const char *format; /* "npy", "raw", "text", "memory": a static string */
    prong_dtype dtype;
    int swapped;         /* elements are in the other byte order */
    int stream;          /* a pipe: bytes and, without a header, count are not known */
    int fortran;         /* column-major */
    int count_known;     /* count is valid */
    uint64_t count;      /* elements */
    uint64_t bytes;      /* bytes of data, without a header; 0 for a stream whose count is not known */
    uint64_t data_start; /* offset of the first element, or of the first byte of text, in the file */
    int ndim;            /* dimensions, after any slice; 1 for text and where no shape is known */
    uint64_t shape[PRONG_MAX_DIMS];
} prong_array_info;

/* Tells what an array was taken for. Cannot fail. */
PRONG_API void prong_array_describe(const prong_array *array, prong_array_info *info);

/* ---- Writing .npy files ---- */

/* The header of an .npy file (version 1.0) of elements in this machine's byte order and row-major order, the bytes that
 * numpy writes: *length is a multiple of 64. It is written to room if that has size >= *length bytes; room may be NULL if
 * size is 0. shape may be NULL if ndim is 0. PRONG_EINVAL (text or bf16, which numpy has not; ndim; a shape whose elements
 * do not fit in memory). */
PRONG_API PRONG_NODISCARD prong_status prong_npy_header(prong_dtype dtype, int ndim, const uint64_t *shape, void *room,
                                                        size_t size, size_t *length, prong_error *err);

/* Writes an .npy file: the header above and the elements at data, in row-major order without gaps. A file path appears,
 * or is replaced, when all is written; until then it is a temporary file in the same folder, which is removed on failure.
 * The new file has the permissions of the one that it replaces. What path names is written to as it is if it is no regular
 * file; "-" is standard output. PRONG_EINVAL (as above, or NULL), PRONG_ESYS (open, write, close, rename), PRONG_ENOMEM;
 * the detail names the file. No signal is raised: a reader that has gone away is EPIPE. */
PRONG_API PRONG_NODISCARD prong_status prong_array_save(const char *path, prong_dtype dtype, int ndim,
                                                        const uint64_t *shape, const void *data, prong_error *err);

#ifdef __cplusplus
}
#endif

#endif
