/* SPDX-License-Identifier: MIT */
/* The codecs, each as far as its library was there when prong was built. It is opened before a codec's functions are called:
 * prong_unpack_open does that, and it stays open. */
#include "config.h"

#include "array/unpack.h"

#include "base/late.h"

#include <stdlib.h>
#include <string.h>

/* ---- gzip ---- */

#ifdef HAVE_ZLIB
#include <zlib.h>

/* inflateInit2 is a macro for inflateInit2_. */
#define ZLIB_FUNCTIONS(F) F(inflateInit2_) F(inflate) F(inflateReset) F(inflateEnd)
PRONG_LATE(zlib, ZLIB_SONAME, ZLIB_FUNCTIONS);
#define gzip_codec_library (&zlib_library)

static const struct zlib *zlib(void)
{
    return prong_late_open(&zlib_library, NULL, 0);
}

static void *gzip_open(void)
{
    z_stream *z = calloc(1, sizeof *z);

    if (z && zlib()->inflateInit2_(z, 16 + MAX_WBITS, ZLIB_VERSION, (int)sizeof *z) != Z_OK) {
        free(z);
        z = NULL;
    }
    return z;
}

static unsigned at_most(size_t size)
{
    return size < 1u << 30 ? (unsigned)size : 1u << 30;
}

static enum prong_unpacked gzip_step(void *state, struct prong_unpack_step *step)
{
    z_stream *z = state;
    unsigned in = at_most(step->in_size), out = at_most(step->out_size);
    int got;

    z->next_in = (unsigned char *)(uintptr_t)step->in; /* zlib has no const here, and does not write */
    z->avail_in = in;
    z->next_out = step->out;
    z->avail_out = out;
    got = zlib()->inflate(z, Z_NO_FLUSH);
    step->in += in - z->avail_in;
    step->in_size -= in - z->avail_in;
    step->out += out - z->avail_out;
    step->out_size -= out - z->avail_out;
    switch (got) {
    case Z_OK:
    case Z_BUF_ERROR: /* nothing to do for want of input or room */
        return PRONG_UNPACKED_SOME;
    case Z_STREAM_END:
        return PRONG_UNPACKED_ALL;
    case Z_MEM_ERROR:
        return PRONG_UNPACKED_NO_MEMORY;
    default:
        return PRONG_UNPACKED_DAMAGED;
    }
}

static bool gzip_again(void *state)
{
    return zlib()->inflateReset(state) == Z_OK;
}

static void gzip_close(void *state)
{
    zlib()->inflateEnd(state);
    free(state);
}
#else
#define gzip_codec_library NULL
#define gzip_open NULL
#define gzip_step NULL
#define gzip_again NULL
#define gzip_close NULL
#endif

const struct prong_codec prong_codec_gzip = { .name = "gzip", .library = "zlib", .magic = { 0x1f, 0x8b }, .magic_size = 2,
                                              .late = gzip_codec_library, .open = gzip_open, .step = gzip_step,
                                              .again = gzip_again, .close = gzip_close };

/* ---- zstd ---- */

#ifdef HAVE_ZSTD
#include <zstd.h>

#define ZSTD_FUNCTIONS(F) F(ZSTD_createDStream) F(ZSTD_initDStream) F(ZSTD_decompressStream) F(ZSTD_freeDStream) F(ZSTD_isError)
PRONG_LATE(zstd, ZSTD_SONAME, ZSTD_FUNCTIONS);
#define zstd_codec_library (&zstd_library)

static const struct zstd *zstd(void)
{
    return prong_late_open(&zstd_library, NULL, 0);
}

static void *zstd_open(void)
{
    return zstd()->ZSTD_createDStream();
}

static enum prong_unpacked zstd_step(void *state, struct prong_unpack_step *step)
{
    ZSTD_inBuffer in = { step->in, step->in_size, 0 };
    ZSTD_outBuffer out = { step->out, step->out_size, 0 };
    size_t left = zstd()->ZSTD_decompressStream(state, &out, &in);

    step->in += in.pos;
    step->in_size -= in.pos;
    step->out += out.pos;
    step->out_size -= out.pos;
    if (zstd()->ZSTD_isError(left))
        return PRONG_UNPACKED_DAMAGED;
    return left == 0 ? PRONG_UNPACKED_ALL : PRONG_UNPACKED_SOME;
}

static bool zstd_again(void *state)
{
    return !zstd()->ZSTD_isError(zstd()->ZSTD_initDStream(state));
}

static void zstd_close(void *state)
{
    zstd()->ZSTD_freeDStream(state);
}
#else
#define zstd_codec_library NULL
#define zstd_open NULL
#define zstd_step NULL
#define zstd_again NULL
#define zstd_close NULL
#endif

const struct prong_codec prong_codec_zstd = { .name = "zstd", .library = "libzstd", .magic = { 0x28, 0xb5, 0x2f, 0xfd },
                                              .magic_size = 4, .late = zstd_codec_library, .open = zstd_open,
                                              .step = zstd_step, .again = zstd_again, .close = zstd_close };

/* ---- xz ---- */

#ifdef HAVE_LZMA
#include <lzma.h>

#define LZMA_FUNCTIONS(F) F(lzma_stream_decoder) F(lzma_code) F(lzma_end)
PRONG_LATE(lzma, LZMA_SONAME, LZMA_FUNCTIONS);
#define xz_codec_library (&lzma_library)

static const struct lzma *lzma(void)
{
    return prong_late_open(&lzma_library, NULL, 0);
}

static bool xz_again(void *state)
{
    return lzma()->lzma_stream_decoder(state, UINT64_MAX, 0) == LZMA_OK;
}

static void *xz_open(void)
{
    static const lzma_stream none = LZMA_STREAM_INIT;
    lzma_stream *stream = malloc(sizeof *stream);

    if (stream) {
        *stream = none;
        if (xz_again(stream))
            return stream;
    }
    free(stream);
    return NULL;
}

static enum prong_unpacked xz_step(void *state, struct prong_unpack_step *step)
{
    lzma_stream *stream = state;
    lzma_ret got;

    stream->next_in = step->in;
    stream->avail_in = step->in_size;
    stream->next_out = step->out;
    stream->avail_out = step->out_size;
    got = lzma()->lzma_code(stream, step->last ? LZMA_FINISH : LZMA_RUN);
    step->in = stream->next_in;
    step->in_size = stream->avail_in;
    step->out = stream->next_out;
    step->out_size = stream->avail_out;
    switch (got) {
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        return PRONG_UNPACKED_SOME;
    case LZMA_STREAM_END:
        return PRONG_UNPACKED_ALL;
    case LZMA_MEM_ERROR:
        return PRONG_UNPACKED_NO_MEMORY;
    default:
        return PRONG_UNPACKED_DAMAGED;
    }
}

static void xz_close(void *state)
{
    lzma()->lzma_end(state);
    free(state);
}
#else
#define xz_codec_library NULL
#define xz_open NULL
#define xz_step NULL
#define xz_again NULL
#define xz_close NULL
#endif

const struct prong_codec prong_codec_xz = { .name = "xz", .library = "liblzma",
                                            .magic = { 0xfd, '7', 'z', 'X', 'Z', 0 }, .magic_size = 6,
                                            .late = xz_codec_library, .open = xz_open, .step = xz_step,
                                            .again = xz_again, .close = xz_close };
