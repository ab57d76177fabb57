/* SPDX-License-Identifier: MIT */
/* The array room as the rooms above it see it: one opened input, and the three ways to get numbers out of it. Knows no
 * processes: whatever is called in a worker says so.
 *
 *   mapped elements   data + i * item, decoded by prong_decode_*           (npy, raw, memory)
 *                     or, in slices that leave gaps, what prong_array_gather puts together
 *   mapped text       bytes cut every PRONG_BLOCK bytes; a number belongs to the chunk in which it STARTS
 *   a stream          the same blocks, filled by the parent (prong_stream_step) into places of a ring in the segment
 *
 * Because text is cut at fixed offsets from its first byte, a file and a pipe of the same bytes are the same chunks. */
#ifndef PRONG_ARRAY_ARRAY_H
#define PRONG_ARRAY_ARRAY_H

#include "array/notation.h"
#include "prong/array.h"

#include <stdbool.h>
#include <sys/types.h>

enum {
    PRONG_BLOCK = 1 << 20,     /* bytes of a stream or of text to a chunk; a multiple of every element size */
    PRONG_MAX_TOKEN = 1 << 16, /* the longest number in text, and so the room for one that straddles two blocks */
};

enum prong_access { PRONG_ACCESS_ELEMENTS, PRONG_ACCESS_TEXT, PRONG_ACCESS_STREAM_ELEMENTS, PRONG_ACCESS_STREAM_TEXT };

struct prong_stream;

struct prong_array {
    enum prong_access access;
    prong_dtype dtype;
    bool swapped;
    bool fortran;
    const char *format;
    char *name;
    int ndim;
    uint64_t shape[PRONG_MAX_DIMS];
    ptrdiff_t strides[PRONG_MAX_DIMS]; /* elements only: bytes from one to the next along each dimension */
    bool strided;                      /* the elements do not lie one behind the other: see prong_array_is_dense */
    uint64_t data_start;
    bool count_known;
    uint64_t count;            /* elements; unknown for text and for a raw pipe */
    const unsigned char *data; /* mapped or viewed: the first data byte, maybe unaligned; NULL for a stream */
    uint64_t bytes;            /* mapped or viewed: data bytes */
    void *map;                 /* what munmap wants; NULL for a stream or a view */
    size_t map_size;
    int fd;                      /* of a stream or a mapped file, else -1; owned unless it is standard input */
    bool owns_fd;
    bool identified;             /* which file is mapped: */
    dev_t device;
    ino_t inode;
    struct prong_notation notation; /* of text */
    struct prong_stream *stream; /* a stream's reading state, parent only; else NULL */
};

/* Decoding: n elements of dtype at from (any alignment, other byte order if swapped). The caller picks the function that
 * fits: f64 for all floating types, u64 for PRONG_U64, i64 for bool and all other integers. */
void prong_decode_f64(prong_dtype dtype, bool swapped, const void *from, size_t n, double *to);
void prong_decode_i64(prong_dtype dtype, bool swapped, const void *from, size_t n, int64_t *to);
void prong_decode_u64(bool swapped, const void *from, size_t n, uint64_t *to);

/* The bytes [from, from + bytes) of the mapping, of any array that is no stream: read into room, which has place for them, or
 * where they are. Returns where to find them; good until room is used again. Called by workers. */
const void *prong_array_fetch(const struct prong_array *array, const void *from, size_t bytes, void *room);

/* The same for rows of so many bytes each, the next one *stride bytes behind the last: into room, where they stand `apart` from
 * one another. Sets *stride to what it is where they are now. */
const void *prong_array_fetch_rows(const struct prong_array *array, const void *from, size_t bytes, ptrdiff_t *stride,
                                   size_t rows, void *room, size_t apart);

/* Asks the kernel to map the pages of [from, from + bytes) of a mapped file now, in one call instead of a fault for every
 * 16 pages. A hint: failures show as SIGBUS at the access. Called by workers. */
void prong_array_prefault(const struct prong_array *array, const void *from, size_t bytes);

/* Do the elements lie one behind the other, element i of the data at data + i * item? In row-major order of the indices,
 * or in column-major order if fortran is set. If not, they are reached by shape and strides alone. */
bool prong_array_is_dense(const struct prong_array *array);

/* Copies the elements [first, first + n) in row-major order of the indices, raw as they are, one behind the other into
 * room; for any PRONG_ACCESS_ELEMENTS. Called by workers. */
void prong_array_gather(const struct prong_array *array, uint64_t first, size_t n, void *room);

/* The same, counted in row-major or in column-major order. In the order array->fortran, which is the one that the bytes
 * come nearest to, first + i is an index as prong_row_major wants it. */
void prong_array_gather_in(const struct prong_array *array, bool fortran, uint64_t first, size_t n, void *room);

/* prong_array_prefault for these elements, unless they are so far apart that most of what is between them would be read in
 * vain. */
void prong_array_prefault_in(const struct prong_array *array, bool fortran, uint64_t first, uint64_t n);

/* Are both shapes known, and the same? */
bool prong_array_same_shape(const struct prong_array *a, const struct prong_array *b);

/* A chunk of text, in a worker. The caller sets the first five fields and zeroes the rest. */
struct prong_text_reader {
    const char *begin;  /* the chunk's own bytes: [begin, end) */
    const char *end;    /* a number that starts before end is read even where it runs on past it, … */
    const char *limit;  /* … up to limit, the end of what is readable */
    bool continues;     /* the byte before begin is part of a number that started there: skip its rest */
    const struct prong_notation *notation; /* NULL: the plain one */
    const char *at;     /* how far the reader has come; NULL at first */
    uint64_t newlines;  /* after the last call: newlines in [begin, end) */
    uint64_t tail;      /* bytes of [begin, end) after the last newline, or all of them */
    bool bad;           /* a token that is no number was met; reading has stopped there */
    uint64_t bad_line;  /* newlines in the chunk before it */
    uint64_t bad_column; /* bytes between it and the newline before it, or begin where there is none */
    char bad_token[48]; /* its first bytes, unprintable ones replaced by '?' ("..." at the end if cut) */
    const char *bad_why; /* NULL: "not a number"; else another reason, static ("number too long") */
};

/* Reads up to cap numbers into out; returns how many; 0 at the end of the chunk or at a bad token. If where is not NULL,
 * where[i] gets the place of number i (for error messages about its value). */
size_t prong_text_read(struct prong_text_reader *reader, double *out, const char **where, size_t cap);

/* Line and column of a place in the chunk, as bad_line and bad_column have it. */
void prong_text_place(const struct prong_text_reader *reader, const char *place, uint64_t *line, uint64_t *column);

/* Is c a byte that separates numbers? */
bool prong_text_is_blank(unsigned char c);

/* The correctly rounded double of [token, token + length): decimal and hexadecimal floats, inf, infinity, nan in any
 * case, a leading sign; never the locale. False if the whole of it is not a number. */
bool prong_text_number(const char *token, size_t length, double *value);

/* A block of a stream in the segment. Written by the parent alone, before the chunk can be claimed; read by workers. */
struct prong_block {
    uint32_t length;    /* bytes of data that belong to the block */
    uint32_t extra;     /* bytes behind them: the rest of the number that straddles the end */
    uint32_t continues; /* as in prong_text_reader */
    uint32_t reserved;
    unsigned char data[PRONG_BLOCK + PRONG_MAX_TOKEN];
};

/* Reads once from the stream (call when its fd is readable, or at any time: it may block then) towards filling block.
 * *full says that block is ready for a worker (a last short or even empty block too: length 0 means that there was
 * nothing more); *end that no block follows. A text block is full once the number at its end is complete. For
 * elements of known count the stream ends there, and a shorter one is PRONG_EDATA; a pipe whose bytes end in the middle of
 * an element is PRONG_EDATA, saying how many bytes are left over. EINTR is not an error: nothing is read then.
 * Parent only. Errors: PRONG_ESYS (read), PRONG_EDATA; detail begins with the array's name. */
prong_status prong_stream_step(struct prong_array *array, struct prong_block *block, bool *full, bool *end,
                               prong_error *err);

/* May a step give something without reading from fd? Then nobody should wait for fd first. */
bool prong_stream_pending(const struct prong_array *stream);

/* The bytes of a stream of text as they are, for a room that makes blocks of its own: takes up to size of them by one read at
 * most (which may block where nothing is pending). *n is 0 if there is nothing for now; *end says that nothing follows. Parent
 * only; a stream is read in one of the two ways. PRONG_ESYS (read), PRONG_EDATA (damaged; not text); detail begins with the
 * array's name. */
prong_status prong_stream_take(struct prong_array *stream, void *to, size_t size, size_t *n, bool *end, prong_error *err);

/* The same until there are size bytes, or the stream ends; waits for them as prong_array_spool does. */
prong_status prong_stream_fill(struct prong_array *stream, void *to, size_t size, volatile const sig_atomic_t *cancel,
                               double timeout, size_t *got, bool *end, prong_error *err);

/* Several passes over a pipe: reads a stream of which nothing was read since it was opened to its end, keeps its bytes in
 * memory, and beyond memory_limit bytes in an unlinked temporary file in $TMPDIR or /tmp, and makes array a mapped one:
 * elements or text, name and format as before. Anything else than a stream stays as it is. cancel (a flag that a signal
 * handler of this thread may raise, or NULL) and timeout (seconds; 0: none) end the wait for the pipe.
 * Parent only. On failure what was read is lost: the array can only be closed. PRONG_ESYS (read; open, write or mmap of
 * what is kept), PRONG_EDATA (as prong_stream_step), PRONG_ECANCELED, PRONG_ETIMEDOUT, PRONG_ENOMEM; detail begins with
 * the array's name. */
prong_status prong_array_spool(struct prong_array *array, uint64_t memory_limit,
                               volatile const sig_atomic_t *cancel, double timeout, prong_error *err);

#endif
