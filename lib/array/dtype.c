/* SPDX-License-Identifier: MIT */
/* The element types and their names: one table, and the two ways of spelling a type.
 *
 * prong's names count bits (i8 is one byte), numpy's count bytes (i8 is eight). Where both could be meant, a bare
 * name is prong's and a name with a byte order in front (<i8) is numpy's; inside an .npy header all names are
 * numpy's. */
#include "config.h"

#include "array/dtype.h"

#include <string.h>

static const struct {
    const char *name;
    const char *alias; /* the C-like spelling */
    const char *other; /* one more, or NULL */
    const char *numpy; /* kind and bytes, or NULL where numpy has no such type */
    size_t size;
} dtypes[] = {
    [PRONG_TEXT] = { "text", "text", NULL, NULL, 0 },
    [PRONG_BOOL] = { "bool", "_Bool", NULL, "b1", 1 },
    [PRONG_I8] = { "i8", "int8", "int8_t", "i1", 1 },
    [PRONG_I16] = { "i16", "int16", "int16_t", "i2", 2 },
    [PRONG_I32] = { "i32", "int32", "int32_t", "i4", 4 },
    [PRONG_I64] = { "i64", "int64", "int64_t", "i8", 8 },
    [PRONG_U8] = { "u8", "uint8", "uint8_t", "u1", 1 },
    [PRONG_U16] = { "u16", "uint16", "uint16_t", "u2", 2 },
    [PRONG_U32] = { "u32", "uint32", "uint32_t", "u4", 4 },
    [PRONG_U64] = { "u64", "uint64", "uint64_t", "u8", 8 },
    [PRONG_F16] = { "f16", "float16", "half", "f2", 2 },
    [PRONG_BF16] = { "bf16", "bfloat16", NULL, NULL, 2 },
    [PRONG_F32] = { "f32", "float32", "float", "f4", 4 },
    [PRONG_F64] = { "f64", "float64", "double", "f8", 8 },
};

enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

static const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

const char *prong_dtype_name(prong_dtype dtype)
{
    return (size_t)dtype < DTYPES ? dtypes[dtype].name : "unknown";
}

size_t prong_dtype_size(prong_dtype dtype)
{
    return (size_t)dtype < DTYPES ? dtypes[dtype].size : 0;
}

const char *prong_dtype_list(size_t k)
{
    return k < DTYPES ? dtypes[k].name : NULL;
}

bool prong_dtype_from_numpy(const char *name, prong_dtype *dtype, bool *swapped)
{
    char order = '=';

    if (*name != '\0' && strchr("<>=|", *name))
        order = *name++;
    for (size_t k = 0; k < DTYPES; k++) {
        if (!dtypes[k].numpy ||
            !(strcmp(name, dtypes[k].numpy) == 0 || (k == PRONG_BOOL && strcmp(name, "?") == 0)))
            continue;
        *dtype = (prong_dtype)k;
        *swapped = dtypes[k].size > 1 && ((order == '<' && big_endian) || (order == '>' && !big_endian));
        return true;
    }
    return false;
}

bool prong_dtype_to_numpy(prong_dtype dtype, char descr[PRONG_DESCR])
{
    if ((size_t)dtype >= DTYPES || !dtypes[dtype].numpy)
        return false;
    descr[0] = '|';
    if (dtypes[dtype].size > 1)
        descr[0] = big_endian ? '>' : '<';
    memcpy(descr + 1, dtypes[dtype].numpy, PRONG_DESCR - 1);
    return true;
}

/* Is it text[0 … length), exactly? */
static bool equals(const char *name, const char *text, size_t length)
{
    return name && strlen(name) == length && memcmp(name, text, length) == 0;
}

static bool from_prong(const char *name, size_t length, prong_dtype *dtype)
{
    for (size_t k = 0; k < DTYPES; k++) {
        if (equals(dtypes[k].name, name, length) || equals(dtypes[k].alias, name, length) ||
            equals(dtypes[k].other, name, length)) {
            *dtype = (prong_dtype)k;
            return true;
        }
    }
    return false;
}

prong_status prong_dtype_parse(const char *name, prong_dtype *dtype, int *swapped)
{
    prong_dtype found;
    bool other_order = false;
    size_t length;

    if (!name)
        return PRONG_EINVAL;
    length = strlen(name);
    if (!from_prong(name, length, &found) && !prong_dtype_from_numpy(name, &found, &other_order)) {
        bool big = length > 2 && strcmp(name + length - 2, "be") == 0;
        bool little = length > 2 && strcmp(name + length - 2, "le") == 0;
        if (!(big || little) || !from_prong(name, length - 2, &found) || found == PRONG_TEXT)
            return PRONG_EINVAL;
        other_order = dtypes[found].size > 1 && big != big_endian;
    }
    if (dtype)
        *dtype = found;
    if (swapped)
        *swapped = other_order;
    return PRONG_OK;
}
