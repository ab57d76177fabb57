/* SPDX-License-Identifier: MIT */
/* Packed input: however it is read and wherever its front is cut off, the same bytes come out, or the same error at the same
 * place. What unpacks to very much is not followed to its end. */
#include "config.h"

#include "array/unpack.h"
#include "fuzz.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 1 << 18 };

struct unpacked {
    prong_status status;
    size_t size;
    uint8_t data[MOST];
};

static struct unpacked once, again;

/* Unpacks the file fd, of which front bytes were read before, in steps of so many bytes. */
static void unpack(const struct prong_codec *codec, const uint8_t *data, int fd, size_t front, size_t step, struct unpacked *out)
{
    prong_error err = PRONG_ERROR_INIT;
    struct prong_unpacker *unpacker = NULL;
    bool end = false;

    out->size = 0;
    FUZZ_CHECK(lseek(fd, (off_t)front, SEEK_SET) == (off_t)front, "lseek: %s", strerror(errno));
    out->status = prong_unpack_open(&unpacker, codec, data, front, &err);
    while (out->status == PRONG_OK && !end && out->size < MOST) {
        size_t room = MOST - out->size < step ? MOST - out->size : step, n = 0;
        out->status = prong_unpack_read(unpacker, fd, out->data + out->size, room, &n, &end, &err);
        FUZZ_CHECK(n <= room, "%zu bytes in a place of %zu", n, room);
        out->size += n;
    }
    prong_unpack_close(unpacker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool more;
    const struct prong_codec *codec = size < PRONG_PACKED_MAGIC ? NULL : prong_codec_of(data, size, &more);
    int fd;

    if (!codec)
        return 0;
    fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size, "memfd: %s", strerror(errno));
    unpack(codec, data, fd, PRONG_PACKED_MAGIC, 1 << 16, &once);
    unpack(codec, data, fd, size, 1 + data[size - 1] % 64, &again);
    FUZZ_CHECK(once.status == again.status, "statuses %d and %d", (int)once.status, (int)again.status);
    /* What was unpacked in front of damage may be more or less. */
    FUZZ_CHECK(once.status || once.size == again.size, "%zu bytes, and %zu", once.size, again.size);
    FUZZ_CHECK(memcmp(once.data, again.data, once.size < again.size ? once.size : again.size) == 0, "other bytes");
    close(fd);
    return 0;
}
