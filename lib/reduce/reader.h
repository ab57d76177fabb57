/* SPDX-License-Identifier: MIT */
/* From the bytes of a chunk to batches of numbers: what every pass over the elements begins with, whatever is then done with
 * them. A batch stays in the first-level cache while all families look at it. */
#ifndef PRONG_REDUCE_READER_H
#define PRONG_REDUCE_READER_H

#include "array/array.h"
#include "reduce/state.h"

/* Elements of a batch; and of a run, which is fetched at once: a multiple of them. */
enum { PRONG_BATCH = 2048, PRONG_RUN = 16 * PRONG_BATCH };

/* The arrays of a source: elements, others, and a mask. */
enum { PRONG_LANES = 3 };

/* A worker's private memory for reading: allocated by the parent before the fork. */
struct prong_scratch {
    prong_adder *adder;
    const char *places[PRONG_BATCH]; /* text: where the numbers stand */
    union prong_numbers {
        double f[PRONG_BATCH];
        int64_t i[PRONG_BATCH];
        uint64_t u[PRONG_BATCH];
    } numbers, others, mask; /* decoded elements; those of the second array; whether each counts */
    uint64_t indices[PRONG_BATCH];           /* of the elements that a mask lets through */
    uint64_t pieces[PRONG_LANES][PRONG_BATCH]; /* raw elements, gathered from where they lie apart */
    uint64_t windows[PRONG_LANES][PRONG_RUN];  /* runs of files */
    char text[1 + PRONG_BLOCK + PRONG_MAX_TOKEN]; /* a chunk of text with the byte before it */
};

/* What is read: an array, and with it maybe others of the same shape. The same in every pass. */
struct prong_source {
    struct prong_array *array;
    const struct prong_array *other; /* the second of pairs, or the weights. NULL: none */
    const struct prong_array *where; /* a mask: only elements where it is not 0 count. NULL: none */
    enum prong_domain domain, other_domain;
    /* Set by prong_source_plan. */
    bool gathered; /* elements are not where their numbers say: gathered in the order below */
    bool by_column; /* and that is the column-major one */
    bool doubled;   /* other is array once more: what has been fetched of one is read as the other, too */
    const struct prong_array *fortran; /* array, if elements are read in another order than that of their indices */
};

/* Where the next elements of one array are: a run of bytes, or to be gathered. */
struct prong_lane {
    const struct prong_array *array; /* NULL: there is none */
    const unsigned char *at;         /* of the run; NULL: gathered */
    const unsigned char *next;       /* where the run after it is mapped */
};

struct prong_reader {
    const struct prong_source *source;
    struct prong_scratch *scratch;
    bool wants_places; /* of numbers in text, in scratch->places */
    struct prong_text_reader text;
    struct prong_lane lanes[PRONG_LANES];
    uint64_t index; /* of the next element; text: from the start of the chunk */
    uint64_t left;  /* elements; unused for text */
    uint64_t ready; /* of them, in the present run */
    uint64_t bytes;
};

/* Decides in which order the source is read. domain and arrays are set. */
void prong_source_plan(struct prong_source *source);

enum prong_domain prong_domain_of(prong_dtype dtype);
bool prong_array_is_text(const struct prong_array *array);
bool prong_array_is_stream(const struct prong_array *array);

/* How chunks are cut: units are elements, or bytes of text. */
uint64_t prong_source_units(const struct prong_source *source);
/* Of a chunk; wanted is the caller's, 0 for the default. Text and streams are cut at fixed offsets all the same. */
uint64_t prong_source_grain(const struct prong_source *source, uint64_t wanted);
/* Units of a chunk; a stream has as many chunks as there are. */
void prong_source_range(const struct prong_source *source, uint64_t grain, uint64_t chunk, uint64_t *first, uint64_t *last);

/* Begins with elements (bytes, for text) first … last-1 of the source, or with a block of a stream (then first is the index of
 * its first element). Worker. */
void prong_reader_begin(struct prong_reader *reader, const struct prong_source *source, struct prong_scratch *scratch,
                        uint64_t first, uint64_t last, const struct prong_block *block);

/* The next elements; false at the end of the chunk, or at a bad token (reader->text.bad). nans is not set. */
bool prong_reader_next(struct prong_reader *reader, struct prong_batch *batch);

/* Fetches the next run if the last one has been read. False: nothing is left. Not for text. */
bool prong_reader_run(struct prong_reader *reader);

/* The run as the array's own bytes, if it is that; NULL for text, masks and pairs. Reading goes on where it was. */
const void *prong_reader_bytes_of_run(const struct prong_reader *reader);

/* Goes on behind the run. */
void prong_reader_skip_run(struct prong_reader *reader);

/* Bytes of input in the chunk: what was asked for at the beginning. */
uint64_t prong_reader_bytes(const struct prong_reader *reader);

#endif
