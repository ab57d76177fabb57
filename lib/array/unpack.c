/* SPDX-License-Identifier: MIT */
/* Packed input: recognised, read, unpacked piece by piece. Packed data may follow each other (cat a.gz b.gz), and are then one
 * input. */
#include "config.h"

#include "array/unpack.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/late.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 1 << 17 };

struct prong_unpacker {
    const struct prong_codec *codec;
    void *state;
    size_t at, length; /* of room: what is read and not yet unpacked */
    bool between;      /* packed data have ended; there may be more */
    bool eof;          /* fd has given all */
    bool full;         /* the last step filled its output: it may have kept something back */
    unsigned char room[ROOM];
};

const struct prong_codec *prong_codec_of(const unsigned char *front, size_t length, bool *more)
{
    static const struct prong_codec *const codecs[] = { &prong_codec_gzip, &prong_codec_zstd, &prong_codec_xz };

    *more = false;
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        size_t size = codecs[i]->magic_size;
        if (memcmp(front, codecs[i]->magic, length < size ? length : size) != 0)
            continue;
        if (length >= size)
            return codecs[i];
        *more = length > 0;
    }
    return NULL;
}

prong_status prong_unpack_open(struct prong_unpacker **out, const struct prong_codec *codec, const unsigned char *front,
                               size_t length, prong_error *err)
{
    struct prong_unpacker *u;
    char why[160];

    *out = NULL;
    if (!codec->late)
        return prong_fail(err, PRONG_EDATA, "packed with %s, which this prong cannot unpack: it was built without %s; use %s -dc",
                          codec->name, codec->library, codec->name);
    if (!prong_late_open(codec->late, why, sizeof why))
        return prong_fail(err, PRONG_EDATA, "packed with %s: %s, which unpacks that, cannot be opened (%s); install it, or use "
                          "%s -dc", codec->name, codec->library, why, codec->name);
    u = calloc(1, sizeof *u);
    if (u)
        u->state = codec->open();
    if (!u || !u->state) {
        free(u);
        return prong_fail(err, PRONG_ENOMEM, "to unpack %s", codec->name);
    }
    u->codec = codec;
    memcpy(u->room, front, length);
    u->length = length;
    *out = u;
    return PRONG_OK;
}

void prong_unpack_close(struct prong_unpacker *u)
{
    if (u)
        u->codec->close(u->state);
    free(u);
}

bool prong_unpack_pending(const struct prong_unpacker *u)
{
    return u && (u->at < u->length || u->full);
}

static prong_status read_more(struct prong_unpacker *u, int fd, prong_error *err)
{
    ssize_t got = PRONG_SYS("array-read", -1, read(fd, u->room, sizeof u->room));

    u->at = u->length = 0;
    if (got > 0)
        u->length = (size_t)got;
    else if (got == 0)
        u->eof = true;
    else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
        return prong_fail_sys(err, "read", "%s", "");
    return PRONG_OK;
}

static prong_status take(struct prong_unpacker *u, unsigned char *to, size_t size, size_t *n, prong_error *err)
{
    struct prong_unpack_step step = { u->room + u->at, u->length - u->at, to, size, u->eof };
    enum prong_unpacked got;

    if (u->between && step.in_size > 0 && !u->codec->again(u->state))
        return prong_fail(err, PRONG_ENOMEM, "to unpack %s", u->codec->name);
    if (step.in_size > 0)
        u->between = false;
    got = u->codec->step(u->state, &step);
    u->at = u->length - step.in_size;
    *n = size - step.out_size;
    u->full = step.out_size == 0 && got == PRONG_UNPACKED_SOME;
    if (got == PRONG_UNPACKED_NO_MEMORY)
        return prong_fail(err, PRONG_ENOMEM, "to unpack %s", u->codec->name);
    if (got == PRONG_UNPACKED_DAMAGED)
        return prong_fail(err, PRONG_EDATA, "damaged %s data", u->codec->name);
    u->between = got == PRONG_UNPACKED_ALL;
    return PRONG_OK;
}

prong_status prong_unpack_read(struct prong_unpacker *u, int fd, void *to, size_t size, size_t *n, bool *end, prong_error *err)
{
    prong_status status = PRONG_OK;

    *n = 0;
    *end = false;
    if (u->at == u->length && !u->full && !u->eof)
        status = read_more(u, fd, err);
    if (status == PRONG_OK && (u->at < u->length || u->full || (u->eof && !u->between)))
        status = take(u, to, size, n, err);
    if (status || *n > 0 || !u->eof || u->at < u->length || u->full)
        return status;
    if (!u->between)
        return prong_fail(err, PRONG_EDATA, "%s data that are cut off", u->codec->name);
    *end = true;
    return PRONG_OK;
}
