/* SPDX-License-Identifier: MIT */
/* Extrema along axes where the elements of an output are far apart: rows of elements against rows of extrema, without turning
 * tiles. Only values are found, not places: so this is for lists of operations that ask for no more. */
#include "config.h"

#include "reduce/axis.h"
#include "reduce/kernel.h"

#include <math.h>

bool prong_axis_rows_suffice(const struct prong_axis_work *w)
{
    if (!(w->plan.needs & PRONG_NEED_EXTREMA) || (w->plan.needs & ~(unsigned)(PRONG_NEED_EXTREMA | PRONG_NEED_NANS)) ||
        w->plan.nan == PRONG_NAN_RAISE || w->passes || w->axis.inner || w->axis.outputs.stride != (ptrdiff_t)w->axis.item)
        return false;
    for (size_t i = 0; i < w->count; i++) {
        switch (w->uses[i].op->id) {
        case PRONG_OP_COUNT:
        case PRONG_OP_NANCOUNT:
        case PRONG_OP_MIN:
        case PRONG_OP_MAX:
        case PRONG_OP_RANGE:
        case PRONG_OP_NORM_INF:
            break;
        default:
            return false;
        }
    }
    return true;
}

/* Unsigned integers are compared as signed ones, with their top bit flipped. */
static uint64_t flip_of(const struct prong_axis_work *w)
{
    return w->plan.domain == PRONG_DOMAIN_U64 ? UINT64_C(1) << 63 : 0;
}

void prong_axis_rows_begin(const struct prong_axis_work *w, uint64_t n)
{
    union prong_number least = { .i = INT64_MIN }, most = { .i = INT64_MAX };

    if (w->plan.domain == PRONG_DOMAIN_F64) {
        least.f = -HUGE_VAL;
        most.f = HUGE_VAL;
    }
    for (uint64_t k = 0; k < n; k++) {
        w->ends.min[k] = most;
        w->ends.max[k] = least;
        w->ends.nans[k] = 0;
    }
}

static void add_numbers(const struct prong_axis_work *w, const struct prong_reduce_kernel *kernel, uint64_t base,
                        const void *rows, ptrdiff_t stride, size_t n, size_t m)
{
    union prong_number *min = w->ends.min + base, *max = w->ends.max + base;

    if (w->plan.domain == PRONG_DOMAIN_F64)
        kernel->rows_doubles(rows, m, stride, n, &min->f, &max->f, w->ends.nans + base);
    else
        kernel->rows_keys(rows, m, stride, n, flip_of(w), &min->i, &max->i);
}

static void decode_row(const struct prong_axis_work *w, const unsigned char *data, size_t n, uint64_t *to)
{
    if (w->plan.domain == PRONG_DOMAIN_F64)
        prong_decode_f64(w->dtype, w->swapped, data, n, (double *)(void *)to);
    else if (w->plan.domain == PRONG_DOMAIN_U64)
        prong_decode_u64(w->swapped, data, n, to);
    else
        prong_decode_i64(w->dtype, w->swapped, data, n, (int64_t *)(void *)to);
}

/* Other formats are decoded first, a few rows of some columns at a time. */
enum { COLUMNS = PRONG_BATCH / PRONG_ROWS_STEP };

void prong_axis_rows_add(const struct prong_axis_work *w, uint64_t base, const unsigned char *rows, ptrdiff_t stride, uint64_t n,
                         uint64_t m)
{
    const struct prong_reduce_kernel *kernel = prong_reduce_kernel_choose();
    uint64_t *numbers = w->scratch->numbers.u;

    if (!w->swapped && (w->dtype == PRONG_F64 || w->dtype == PRONG_I64 || w->dtype == PRONG_U64)) {
        add_numbers(w, kernel, base, rows, stride, (size_t)n, (size_t)m);
        return;
    }
    for (uint64_t k = 0; k < m; k += PRONG_ROWS_STEP) {
        size_t some = m - k < PRONG_ROWS_STEP ? (size_t)(m - k) : PRONG_ROWS_STEP;
        for (uint64_t c = 0; c < n; c += COLUMNS) {
            size_t width = n - c < COLUMNS ? (size_t)(n - c) : COLUMNS;
            for (size_t row = 0; row < some; row++)
                decode_row(w, rows + (ptrdiff_t)(k + row) * stride + (ptrdiff_t)(c * w->axis.item), width,
                           numbers + row * COLUMNS);
            add_numbers(w, kernel, base + c, numbers, COLUMNS * sizeof *numbers, width, some);
        }
    }
}

/* The magnitude that norms need is that of one of the ends. */
static union prong_number farthest(enum prong_domain domain, union prong_number min, union prong_number max)
{
    if (domain == PRONG_DOMAIN_F64)
        return fabs(min.f) > fabs(max.f) ? min : max;
    if (domain == PRONG_DOMAIN_U64)
        return max;
    return min.i < 0 && (max.i < 0 || -(uint64_t)min.i > max.u) ? min : max;
}

void prong_axis_rows_end(const struct prong_axis_work *w, uint64_t n)
{
    uint64_t flip = flip_of(w);

    for (uint64_t k = 0; k < n; k++) {
        struct prong_state *head = (void *)((char *)w->states + k * w->plan.size);
        struct prong_extrema *x = prong_state_extrema(&w->plan, head);
        head->nans += w->ends.nans[k];
        x->n = head->count - head->nans;
        x->min.u = w->ends.min[k].u ^ flip;
        x->max.u = w->ends.max[k].u ^ flip;
        x->absmax = farthest(w->plan.domain, x->min, x->max);
    }
}
