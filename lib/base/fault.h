/* SPDX-License-Identifier: MIT */
/* The seam for fault injection. In the library that is installed it compiles to nothing; in the test build
 * (PRONG_TESTING) the environment variable PRONG_FAULT makes named points misbehave:
 *
 *     PRONG_FAULT=POINT:ACTION[:FIRST[-LAST]][;…]
 *
 * POINT is a name given to PRONG_FAULT or PRONG_SYS below. ACTION is kill, segv, bus, term, stop, exit (status 7),
 * hang, sleep (50 ms), killparent, killgroup, or an errno name (EAGAIN …), which makes the system call of a
 * PRONG_SYS point fail. FIRST-LAST are the passes through the point that are hit, counted over all processes of the
 * run: default 1, "*" is every one. */
#ifndef PRONG_BASE_FAULT_H
#define PRONG_BASE_FAULT_H

#ifdef PRONG_TESTING
int prong_fault(const char *point); /* acts; returns the errno to fail with, or 0 */
#define PRONG_FAULT(point) ((void)prong_fault(point))
#define PRONG_SYS(point, failure, expression) (prong_fault(point) ? (failure) : (expression))
#else
#define PRONG_FAULT(point) ((void)0)
#define PRONG_SYS(point, failure, expression) (expression)
#endif

#endif
