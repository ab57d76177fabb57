/* SPDX-License-Identifier: MIT */
/* Which process this is, without a system call where the kernel helps. */
#ifndef PRONG_BASE_SELF_H
#define PRONG_BASE_SELF_H

#include <sys/types.h>

/* getpid(). */
pid_t prong_self(void);

#endif
