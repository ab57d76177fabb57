/* SPDX-License-Identifier: MIT */
/* The loop of strip.h, included once for each instruction set. The including file defines
 *
 *     READ, GROUP                   the function's name; how many tokens `convert` turns into doubles
 *     blanks_at(at)                 a word whose bit i says whether at[i] is a blank, for 64 bytes at any address
 *     newlines_at(at)               … is a newline
 *     put_places(to, base, bits)    writes base + i for each bit i, in order; may write up to 64 at `to`
 *     take(s, at, i)                takes token i of a strip at `at` apart
 *     convert(s, scale, i, out)     turns tokens i … i + GROUP - 1 into doubles. Returns those that need the slow way, as bits
 *
 * the last two after they have seen struct strip: strip_tokens.h. */
#include "array/array.h"

/* Finds the tokens of the strip at text->at that begin before its end and end before its limit: how many, at most cap. */
static inline size_t find_tokens(struct strip *s, const struct prong_strip_text *text, size_t cap)
{
    const char *at = text->at;
    uint64_t inside = 0; /* does the block before end inside a token? */
    size_t edges = 0, tokens;

    while (edges < 2 * STRIP_TOKENS && at < text->end && text->limit - at >= 64 && at - text->at < STRIP_BYTES) {
        uint64_t filled = ~blanks_at(at), changes = filled ^ (filled << 1 | inside);
        put_places(s->edge + edges, (unsigned)(at - text->at), changes);
        edges += (unsigned)__builtin_popcountll(changes);
        inside = filled >> 63;
        at += 64;
    }
    tokens = edges / 2;
    while (tokens > 0 && text->at + begin_of(s, tokens - 1) >= text->end)
        tokens--;
    return tokens < cap ? tokens : cap;
}

/* Moves to a place further on in the strip. Blocks begin where they did before, so that they can be read whole. */
static inline void move_on(struct prong_strip_text *text, const char *to)
{
    const char *at = text->at;
    uint64_t mask;

    for (; to - at >= 64; at += 64)
        text->newlines += (unsigned)__builtin_popcountll(newlines_at(at));
    mask = newlines_at(at) & ((UINT64_C(1) << (to - at)) - 1);
    text->newlines += (unsigned)__builtin_popcountll(mask);
    while (!mask && at > text->at) {
        at -= 64;
        mask = newlines_at(at);
    }
    if (mask)
        text->line = at + 64 - __builtin_clzll(mask);
    text->at = to;
}

/* The slow way for those of a group that want it. Returns how many numbers there are up to the first token that is none. */
static size_t mend(const struct strip *s, const char *at, size_t i, unsigned odd, double *out)
{
    for (; odd; odd &= odd - 1) {
        unsigned k = (unsigned)__builtin_ctz(odd);
        if (!prong_text_number(at + begin_of(s, i + k), end_of(s, i + k) - begin_of(s, i + k), &out[k]))
            return i + k;
    }
    return i + GROUP;
}

/* Returns how many of the tokens are numbers up to the first that is none; *slow is how many went the slow way. */
static inline size_t convert_tokens(const struct strip *s, const char *at, size_t tokens,
                                    const struct strip_scale *scale, double *out, size_t *slow)
{
    double last[GROUP];

    for (size_t i = 0; i < tokens; i += GROUP) {
        size_t lanes = tokens - i < GROUP ? tokens - i : GROUP, good;
        double *to = lanes < GROUP ? last : out + i;
        unsigned odd = convert(s, scale, i, to) & ((1U << lanes) - 1);
        *slow += (unsigned)__builtin_popcount(odd);
        good = odd ? mend(s, at, i, odd, to) : i + GROUP;
        if (lanes < GROUP)
            memcpy(out + i, last, lanes * sizeof *last);
        if (good < i + GROUP)
            return good;
    }
    return tokens;
}

static size_t READ(struct prong_strip_text *text, double *out, const char **where, size_t cap)
{
    struct strip_scale scale;
    struct strip s;
    size_t n = 0;

    make_scale(&scale);
    while (n < cap && !text->odd && text->at - text->begin >= PRONG_STRIP_FRONT) {
        const char *at = text->at;
        size_t tokens = find_tokens(&s, text, cap - n), slow = 0, good;
        if (tokens == 0)
            break;
        for (size_t i = tokens; i % GROUP; i++) { /* nothing in the last group may be left to chance */
            s.edge[2 * i] = s.edge[2 * tokens - 2];
            s.edge[2 * i + 1] = s.edge[2 * tokens - 1];
        }
        for (size_t i = 0; i < (tokens + GROUP - 1) / GROUP * GROUP; i++)
            take(&s, at, i);
        good = convert_tokens(&s, at, tokens, &scale, out + n, &slow);
        for (size_t i = 0; where && i < good; i++)
            where[n + i] = at + begin_of(&s, i);
        n += good;
        text->odd = slow > tokens / 2;
        move_on(text, at + (good < tokens ? begin_of(&s, good) : end_of(&s, tokens - 1)));
        if (good < tokens)
            break;
    }
    return n;
}
