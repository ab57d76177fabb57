/* SPDX-License-Identifier: MIT */
/* prong/exact.h: exact sums of floating-point numbers and integers, rounded once. */
#ifndef PRONG_EXACT_H
#define PRONG_EXACT_H

#include <prong/status.h>

#endif
