/* SPDX-License-Identifier: MIT */
/* The greatest elements: a heap whose root is the next to go. Once it is full, most elements are below its root, and a
 * kernel skips them. */
#include "config.h"

#include "order/top.h"

#include "order/kernel.h"

/* Does a stay rather than b? Indices are all different, so one of two always does. */
static inline bool is_better(struct prong_top_entry a, struct prong_top_entry b)
{
    return a.key > b.key || (a.key == b.key && a.index < b.index);
}

size_t prong_top_size(uint32_t k)
{
    return sizeof(struct prong_top) + k * sizeof(struct prong_top_entry);
}

void prong_top_init(struct prong_top *t, uint32_t k)
{
    memset(t, 0, prong_top_size(k)); /* all of it, since it travels as bytes */
    t->k = k;
}

/* e takes the place at, of a heap of n, whose children may be worse. */
static void sift_down(struct prong_top_entry *heap, size_t n, size_t at, struct prong_top_entry e)
{
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && is_better(heap[child], heap[child + 1]))
            child++;
        if (!is_better(e, heap[child]))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = e;
}

static void sift_up(struct prong_top_entry *heap, size_t at, struct prong_top_entry e)
{
    for (size_t parent; at > 0 && is_better(heap[parent = (at - 1) / 2], e); at = parent)
        heap[at] = heap[parent];
    heap[at] = e;
}

static void offer(struct prong_top *t, struct prong_top_entry e)
{
    if (t->n < t->k)
        sift_up(t->at, t->n++, e);
    else if (is_better(e, t->at[0]))
        sift_down(t->at, t->n, 0, e);
}

enum { SOME = PRONG_PASS_STEP };

/* How many elements in front need not be looked at. */
static size_t skipped(const struct prong_top *t, const struct prong_order_kernel *kernel, enum prong_order_domain domain,
                      bool least, const char *x, size_t n)
{
    uint64_t flip = domain == PRONG_ORDER_U64 ? UINT64_C(1) << 63 : 0;

    if (t->n < t->k)
        return 0;
    return (domain == PRONG_ORDER_F64 ? kernel->doubles_below : kernel->integers_below)(x, n, least ? ~flip : flip,
                                                                                        t->at[0].key);
}

void prong_top_add(struct prong_top *t, enum prong_order_domain domain, bool least, const void *x, size_t n,
                   uint64_t first)
{
    const struct prong_order_kernel *kernel = prong_order_kernel_choose();
    const char *from = x;
    int64_t low = prong_key_least(domain), high = prong_key_greatest(domain);

    for (size_t i = 0; i < n;) {
        int64_t key[SOME];
        size_t m;
        i += skipped(t, kernel, domain, least, from + 8 * i, n - i);
        m = n - i < SOME ? n - i : SOME;
        prong_keys_with_nan(domain, from + 8 * i, m, key);
        for (size_t k = 0; k < m; k++)
            if (key[k] >= low && key[k] <= high)
                offer(t, (struct prong_top_entry){ least ? ~key[k] : key[k], first + i + k });
        i += m;
    }
}

void prong_top_merge(struct prong_top *into, const struct prong_top *from, uint64_t shift)
{
    for (uint32_t i = 0; i < from->n; i++)
        offer(into, (struct prong_top_entry){ from->at[i].key, from->at[i].index + shift });
}

size_t prong_top_extract(const struct prong_top *t, bool least, struct prong_top_entry *out)
{
    memcpy(out, t->at, t->n * sizeof out[0]);
    for (size_t n = t->n; n > 1; n--) { /* the root, which is the worst, to the end */
        struct prong_top_entry last = out[n - 1];
        out[n - 1] = out[0];
        sift_down(out, n - 1, 0, last);
    }
    for (size_t i = 0; i < t->n && least; i++)
        out[i].key = ~out[i].key;
    return t->n;
}
