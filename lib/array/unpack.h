/* SPDX-License-Identifier: MIT */
/* Packed input, told by its first bytes and never by its name: gzip, zstd and xz, as far as configure found their libraries.
 * Packed files are streams: the parent unpacks, workers do the rest. */
#ifndef PRONG_ARRAY_UNPACK_H
#define PRONG_ARRAY_UNPACK_H

#include "prong/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { PRONG_PACKED_MAGIC = 6 }; /* bytes that tell for sure */

struct prong_codec;

/* What packs input that begins like this; NULL: nothing that is known. *more: so far, but more bytes are needed to tell. */
const struct prong_codec *prong_codec_of(const unsigned char *front, size_t length, bool *more);

struct prong_unpacker;

/* Begins with the front of the input, which was read already. PRONG_EDATA: its library is not there; PRONG_ENOMEM. */
prong_status prong_unpack_open(struct prong_unpacker **out, const struct prong_codec *codec, const unsigned char *front,
                               size_t length, prong_error *err);

/* Unpacks up to size bytes; reads at most once from fd, and not where what was read before will do. *n is 0 if there is nothing
 * for now; *end says that nothing will be. PRONG_ESYS (read), PRONG_EDATA (damaged, or cut off). */
prong_status prong_unpack_read(struct prong_unpacker *unpacker, int fd, void *to, size_t size, size_t *n, bool *end,
                               prong_error *err);

/* May a call give something without reading? */
bool prong_unpack_pending(const struct prong_unpacker *unpacker);

void prong_unpack_close(struct prong_unpacker *unpacker);

/* ---- Between unpack.c and the codecs ---- */

/* What one step used and made. */
struct prong_unpack_step {
    const unsigned char *in;
    size_t in_size;
    unsigned char *out;
    size_t out_size;
    bool last; /* in is the end of the input */
};

enum prong_unpacked {
    PRONG_UNPACKED_SOME,   /* in or out is used up */
    PRONG_UNPACKED_ALL,    /* the packed data end here; more may follow */
    PRONG_UNPACKED_DAMAGED,
    PRONG_UNPACKED_NO_MEMORY
};

struct prong_late;

struct prong_codec {
    const char *name;
    const char *library;
    unsigned char magic[PRONG_PACKED_MAGIC];
    size_t magic_size;
    struct prong_late *late; /* the library; NULL: it was missing when prong was built. Opened before any of these is called: */
    void *(*open)(void);     /* NULL: no memory */
    enum prong_unpacked (*step)(void *state, struct prong_unpack_step *step); /* moves in and out on */
    bool (*again)(void *state); /* begins anew with the next packed data */
    void (*close)(void *state);
};

extern const struct prong_codec prong_codec_gzip, prong_codec_zstd, prong_codec_xz;

#endif
