/* SPDX-License-Identifier: MIT */
/* Descriptors as a library must use them in somebody else's process: never 0, 1 or 2, writes that raise no signal, and temporary
 * files that leave nothing. */
#ifndef PRONG_ARRAY_FILE_H
#define PRONG_ARRAY_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Moves a descriptor that is 0, 1 or 2, which the host may have closed, to 3 or above. Returns the new one; -1 with errno
 * set, and fd closed, where that fails or fd is -1. */
int prong_file_raise(int fd);

/* Writes all of data at the descriptor's offset, also where it does not block. False with errno set: a part may have been
 * written. SIGPIPE and SIGXFSZ are not raised: EPIPE and EFBIG say it. */
bool prong_file_write(int fd, const void *data, size_t size);

/* A file in folder, to read and write, that has no name, or has it for a moment where the file system knows no other way.
 * Returns its descriptor; -1 with errno set. */
int prong_file_nameless(const char *folder);

#endif
