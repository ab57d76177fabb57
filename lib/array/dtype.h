/* SPDX-License-Identifier: MIT */
/* What the rest of the room asks about element types beyond the public functions. */
#ifndef PRONG_ARRAY_DTYPE_H
#define PRONG_ARRAY_DTYPE_H

#include "prong/array.h"

#include <stdbool.h>

/* Understands numpy's spelling only: an optional byte order and kind + bytes, where i8 is 64 bits wide and not, as
 * in prong's own names, 8. False for everything else. */
bool prong_dtype_from_numpy(const char *name, prong_dtype *dtype, bool *swapped);

enum { PRONG_DESCR = 4 };

/* Writes numpy's name for dtype in this machine's byte order, as an .npy header has it: "<f8", "|u1". False: numpy has no
 * such type. */
bool prong_dtype_to_numpy(prong_dtype dtype, char descr[PRONG_DESCR]);

#endif
