/* SPDX-License-Identifier: MIT */
/* What the server and its clients have to agree on: how the key is found, and what stands in the segment.
 *
 * Programs that meet at a key share nothing else: not the sources, perhaps not the version, perhaps not even the
 * intention; the key may be another program's. So the segment begins with a mark that says whose it is. */
#ifndef KEY_COMMON_H
#define KEY_COMMON_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

enum { MAX_CLIENTS = 64 };

#define KEY_MAGIC 0x70726f6e676c6162ULL /* anything that does not stand in memory by chance */

struct seat {
    _Alignas(128) long sum; /* written by the client that has the seat; valid if done */
    int done;               /* stored last, with release order */
};

struct board {
    unsigned long long magic; /* stored last by the server: what is there before is not ready */
    int seats;                /* written by the server, once */
    int taken;                /* clients take the next one by an atomic addition */
    struct seat seat[MAX_CLIENTS];
};

/* A chosen key, as a number ("0x5052"), or the name of a file that both programs know, for ftok.
 *
 * ftok mixes the low 16 bits of the file's inode, 8 bits of its device and the 8 bits of 'p' into 32 bits. Two files may
 * therefore give one key, and a file that is replaced gives another. It avoids most collisions and excludes none. */
static key_t key_from(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 0);
    key_t key;

    if (*text && !*end)
        return (key_t)number;
    key = ftok(text, 'p');
    if (key == -1) {
        fprintf(stderr, "ftok(%s): %s; the file must be there\n", text, strerror(errno));
        exit(1);
    }
    return key;
}

#endif
