/* SPDX-License-Identifier: MIT */
/* Reductions as bytes for files and other machines. Everything is little-endian:
 *
 *     magic (8 bytes), version (4), reserved (4), size of the whole (8)
 *     NaN policy, format, whether it was given, method, whether elements have weights (4 each), ddof (8)
 *     length of the list of operations (4), the list, domain and dtype of the elements (4 each)
 *     the families                                                                          (families.c)
 *     a hash of all that (8) */
#include "config.h"

#include "reduce/statefile.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char magic[8] = { 'P', 'R', 'O', 'N', 'G', 'S', 'T', 'A' };

enum { LAYOUT_VERSION = 1, SIZE_AT = 16, HEAD = 24, HASH = 8, MOST_LIST = 1 << 16, NO_DTYPE = 0xff };

static void code_options(struct prong_codec *c, prong_reduce_options *o, bool *weighted)
{
    uint64_t nan = o->nan, format = o->format, given = o->format_given != 0, method = o->method,
             weights = *weighted;

    prong_code(c, &nan, 4);
    prong_code(c, &format, 4);
    prong_code(c, &given, 4);
    prong_code(c, &method, 4);
    prong_code(c, &weights, 4);
    prong_code_u64(c, &o->ddof);
    if (!c->reading)
        return;
    c->bad = c->bad || nan > PRONG_NAN_RAISE || format > PRONG_FORMAT_BF16 || given > 1 || weights > 1 ||
             method > INT32_MAX || !prong_method_name((int)method);
    if (c->bad)
        return;
    o->nan = (prong_nan_policy)nan;
    o->format = (prong_format)format;
    o->format_given = (int)given;
    o->method = (prong_method)method;
    *weighted = weights == 1;
}

static void code_types(struct prong_codec *c, struct prong_reduction *r)
{
    uint64_t domain = r->plan.domain, dtype = r->dtype < 0 ? NO_DTYPE : (uint64_t)r->dtype;

    prong_code(c, &domain, 4);
    prong_code(c, &dtype, 4);
    if (!c->reading)
        return;
    c->bad = c->bad || domain > PRONG_DOMAIN_U64 || (dtype > PRONG_F64 && dtype != NO_DTYPE);
    if (c->bad)
        return;
    r->plan.domain = (enum prong_domain)domain;
    r->dtype = dtype == NO_DTYPE ? -1 : (int)dtype;
}

/* ---- Saving ---- */

static void write_list(struct prong_codec *c, const struct prong_reduction *r)
{
    uint64_t length = 0;

    for (size_t i = 0; i < r->count; i++)
        length += strlen(r->uses[i].text) + (i > 0);
    c->bad = c->bad || length > MOST_LIST;
    prong_code(c, &length, 4);
    for (size_t i = 0; i < r->count && !c->bad; i++) {
        size_t bytes = strlen(r->uses[i].text) + (i > 0);
        unsigned char *to = prong_code_place(c, bytes);
        if (!to)
            return;
        if (i > 0)
            *to++ = ',';
        memcpy(to, r->uses[i].text, bytes - (i > 0));
    }
}

prong_status prong_reduction_save(const prong_reduction *r, void **bytes, size_t *size, prong_error *err)
{
    struct prong_reduction copy = *r; /* what is coded is only read */
    struct prong_codec c = { .reading = false };
    bool weighted = r->plan.needs & PRONG_NEED_WEIGHTED;
    uint64_t version = LAYOUT_VERSION, zero = 0;
    struct prong_part own;
    struct prong_parts parts = prong_reduction_parts(r, &own);
    unsigned char *to;

    if (!r->keeps)
        return prong_fail(err, PRONG_EINVAL, "only what keeps its state can be saved: prong_reduction_keep");
    to = prong_code_place(&c, sizeof magic);
    if (to)
        memcpy(to, magic, sizeof magic);
    prong_code(&c, &version, 4);
    prong_code(&c, &zero, 4);
    prong_code_u64(&c, &zero);
    code_options(&c, &copy.options, &weighted);
    write_list(&c, r);
    code_types(&c, &copy);
    prong_code_families(&c, &copy, &parts);
    if (!c.bad) {
        struct prong_codec patch = { .to = c.to, .size = SIZE_AT, .room = c.room };
        uint64_t whole = c.size + HASH, hash;
        prong_code_u64(&patch, &whole);
        hash = prong_code_hash(c.to, c.size);
        prong_code_u64(&c, &hash);
    }
    if (c.bad) {
        free(c.to);
        return prong_fail(err, PRONG_ENOMEM, "%zu bytes of a state", c.size);
    }
    *bytes = c.to;
    *size = c.size;
    return PRONG_OK;
}

/* ---- Loading ---- */

static prong_status damaged(prong_error *err, const char *what)
{
    return prong_fail(err, PRONG_EDATA, "damaged state: %s", what);
}

/* Magic, version, size and hash. What follows is left in c. */
static prong_status check_frame(struct prong_codec *c, const void *bytes, size_t size, prong_error *err)
{
    struct prong_codec end = { .reading = true };
    uint64_t version, zero, whole, hash;

    if (size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return prong_fail(err, PRONG_EDATA, "not a state of prong: it does not begin with PRONGSTA");
    *c = (struct prong_codec){ .reading = true, .from = (const unsigned char *)bytes + sizeof magic,
                               .left = size - sizeof magic };
    prong_code(c, &version, 4);
    prong_code(c, &zero, 4);
    prong_code_u64(c, &whole);
    if (c->bad || c->left < HASH)
        return damaged(err, "it is cut");
    if (version != LAYOUT_VERSION)
        return prong_fail(err, PRONG_EDATA, "a state of version %u; this program reads version %u", (unsigned)version,
                          (unsigned)LAYOUT_VERSION);
    if (whole != size)
        return prong_fail(err, PRONG_EDATA, "damaged state: %zu bytes of %llu", size, (unsigned long long)whole);
    c->left -= HASH;
    end.from = c->from + c->left;
    end.left = HASH;
    prong_code_u64(&end, &hash);
    if (hash != prong_code_hash(bytes, size - HASH) || zero != 0)
        return damaged(err, "its checksum does not match");
    return PRONG_OK;
}

/* The list of operations; the caller frees it. */
static char *read_list(struct prong_codec *c)
{
    const unsigned char *from;
    uint64_t length;
    char *list;

    prong_code(c, &length, 4);
    if (length > MOST_LIST)
        c->bad = true;
    from = prong_code_take(c, (size_t)length);
    if (!from || memchr(from, 0, (size_t)length))
        return NULL;
    list = malloc((size_t)length + 1);
    if (!list)
        return NULL;
    memcpy(list, from, (size_t)length);
    list[length] = '\0';
    return list;
}

static prong_status read_families(struct prong_codec *c, struct prong_reduction *r, prong_error *err)
{
    code_types(c, r);
    if (!c->bad)
        prong_state_init(&r->plan, r->state);
    if (!c->bad)
        prong_code_families(c, r, &r->parts);
    if (c->bad || c->left > 0)
        return damaged(err, "its content cannot be");
    for (size_t i = 0; i < r->count; i++)
        if (r->parts.of == 0 && prong_op_needs_place(r->uses[i].op))
            return damaged(err, "places without the number of a part");
    r->merged = true;
    return PRONG_OK;
}

prong_status prong_reduction_load(prong_reduction **out, const void *bytes, size_t size, prong_error *err)
{
    prong_reduce_options options = PRONG_REDUCE_OPTIONS_INIT;
    struct prong_codec c;
    prong_reduction *r = NULL;
    bool weighted = false;
    char *list;
    prong_status status = check_frame(&c, bytes, size, err);

    *out = NULL;
    if (status)
        return status;
    code_options(&c, &options, &weighted);
    list = read_list(&c);
    if (c.bad || !list) {
        free(list);
        return damaged(err, "its list of operations cannot be");
    }
    status = prong_reduction_make(&r, list, &options, weighted, err);
    free(list);
    if (status == PRONG_EOP)
        prong_error_prefix(err, "this program does not know what the state holds: ");
    /* Whether there are parts is seen below: here it is asked whether all have a state. */
    if (status == PRONG_OK)
        status = prong_reduction_keep_loaded(r, 1, 1, err);
    if (status == PRONG_OK)
        status = read_families(&c, r, err);
    if (status) {
        prong_reduction_free(r);
        return status;
    }
    *out = r;
    return PRONG_OK;
}
