/* SPDX-License-Identifier: MIT */
/* The cage that strangers' programs run in: who they are there, what they see, how much they may use. */
#ifndef LAB_CAGE_H
#define LAB_CAGE_H

#include "cgroup.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CAGE_HOME = 128, CAGE_PROCESSES = 160 };

#define CAGE_MEMORY ((size_t)256 << 20)

struct cage {
    bool root;   /* we are root, and the program is not: it gets a user id that nobody has */
    uid_t uid;   /* the program's */
    gid_t gid;
    int spaces;  /* CLONE_NEW… of the namespaces that every run gets; 0: none */
    int program; /* open for reading; copied into the cage for each run */
    int watch;   /* the watching library, likewise; -1: not there */
    double limit; /* seconds for a run */
    unsigned long others; /* processes that the program's user has besides, and that count against its limit */
    struct cgroup cgroup;
};

/* Finds out who the program may be and which namespaces work; plain asks for none. */
bool cage_choose(struct cage *cage, bool plain);

/* Says it in words, as in "uid 64000; namespaces: pid ipc mount; …". */
void cage_describe(const struct cage *cage, char *text, size_t size);

/* In the process that is to be the parent of the first one inside. */
bool cage_unshare(const struct cage *cage);

/* Inside: a file system of its own, or a directory, with the program, the library and the log. home is set. */
bool cage_furnish(const struct cage *cage, char home[CAGE_HOME], size_t log_size);

/* Removes what cage_furnish made, where it does not vanish by itself. */
void cage_clear(const struct cage *cage, const char *home);

/* In the child that becomes the program: limits, user, environment, exec. Returns errno if that failed. */
int cage_become(const struct cage *cage, const char *home, int workers);

#endif
