/* SPDX-License-Identifier: MIT */
/* How people write numbers, beyond what programs do: with groups of digits, or a decimal comma. */
#ifndef PRONG_ARRAY_NOTATION_H
#define PRONG_ARRAY_NOTATION_H

#include "prong/array.h"

#include <stdbool.h>

/* All zero: as programs write them. */
struct prong_notation {
    bool thousands; /* groups of three digits may be separated: by '_', and by ',' or, where that is the decimal mark, '.' */
    bool comma;     /* the decimal mark is ',' */
};

static inline bool prong_notation_is_plain(const struct prong_notation *notation)
{
    return !notation->thousands && !notation->comma;
}

/* From options of the public headers. PRONG_EINVAL. */
prong_status prong_notation_take(struct prong_notation *notation, int thousands, int decimal, prong_error *err);

/* prong_text_number for this notation, which is not plain. */
bool prong_notation_number(const struct prong_notation *notation, const char *token, size_t length, double *value);

/* "not a number, …": what is said of other tokens; static. */
const char *prong_notation_refusal(const struct prong_notation *notation);

#endif
