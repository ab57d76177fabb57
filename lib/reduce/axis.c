/* SPDX-License-Identifier: MIT */
/* Reductions along axes, in a worker: a chunk is a block of outputs, all of whose elements one worker sees, so that nothing need
 * be combined. Where the elements of an output are neighbours they are scanned like an array of their own; where they are far
 * apart, whole rows of outputs are carried along (array/axis.h): exact sums of doubles by kernels that add a row to a row of
 * states, everything else through tiles that are turned by 90 degrees in the cache. */
#include "config.h"

#include "reduce/axis.h"

#include "exact/columns.h"

#include <string.h>

/* Bytes of a row that are worth a call; and bytes between two rows that are copied while another call would be made. */
enum { LEAST_ROW = 1024, GAP = 1 << 13 };

/* Elements that kernels of sums take a multiple of. */
enum { STEP = 32 };

/* Elements in memory: the one at an offset of the array's data is at bytes + (offset - shift). */
struct pane {
    const unsigned char *bytes;
    ptrdiff_t shift;
    bool mapped; /* and not fetched */
};

static const unsigned char *place(const struct pane *pane, ptrdiff_t offset)
{
    return pane->bytes + (offset - pane->shift);
}

/* Fetches all elements of the outputs [o0, o1). False: they are more than fit, or far between, or better fetched otherwise:
 * several outputs in pieces that stay in the second-level cache, and one whose elements follow one another run by run. */
static bool fetch_outputs(const struct prong_axis_work *w, uint64_t o0, uint64_t o1, struct pane *pane)
{
    bool piecewise = o1 - o0 > 1 || w->axis.reduced.stride == (ptrdiff_t)w->axis.item;
    const unsigned char *from;
    size_t bytes;

    *pane = (struct pane){ w->axis.data, 0, true };
    if (w->axis.reduced.total == 0 ||
        !prong_axis_hull(&w->axis, o0, o1, 0, w->axis.reduced.total, &from, &bytes) ||
        bytes > (piecewise ? PRONG_AXIS_PIECE : PRONG_AXIS_WINDOW))
        return false;
    *pane = (struct pane){ prong_array_fetch(w->array, from, bytes, w->window), from - w->axis.data, false };
    return true;
}

/* Do the sums' kernels take rows as they are? */
static bool sums_take_rows(const struct prong_axis_work *w)
{
    bool of_a_kind = w->dtype == PRONG_F64 || w->dtype == PRONG_F32 || w->dtype == PRONG_I64 || w->dtype == PRONG_U64;

    return of_a_kind && w->plan.needs == PRONG_NEED_EXACT && w->plan.nan != PRONG_NAN_RAISE && !w->swapped &&
           !w->passes && w->axis.outputs.stride == (ptrdiff_t)w->axis.item;
}

bool prong_axis_carries_rows(const struct prong_axis_work *w)
{
    return prong_axis_rows_suffice(w) || (sums_take_rows(w) && w->plan.powers == PRONG_POWER_SUM && !w->axis.inner);
}

/* Are rows so close together that what is between them is read along with less ado than each row by itself? */
static bool rows_are_close(const struct prong_axis_work *w, uint64_t n)
{
    ptrdiff_t row = (ptrdiff_t)(n * w->axis.item), stride = w->axis.reduced.stride;

    return stride >= row && stride - row <= GAP;
}

/* As many rows as fit the room, of those there are; not all of them if the last few would be no whole step of kernels. */
static uint64_t rows_at_once(uint64_t rows, size_t room, size_t stride)
{
    uint64_t most = room / stride;

    return rows <= most ? rows : most >= STEP ? most / STEP * STEP : most;
}

/* Fetches rows of n elements, the first at an offset of the data, as many of the m as fit. Sets *stride to what it is where they
 * are now. Returns how many. Rows that are read by themselves are kept apart by some lines: powers of two between them would put
 * all that is read of a column into the same sets of a cache. */
static uint64_t fetch_rows(const struct prong_axis_work *w, ptrdiff_t offset, uint64_t n, uint64_t m, ptrdiff_t *stride,
                           const unsigned char **rows)
{
    const unsigned char *from = w->axis.data + offset;
    size_t row = (size_t)n * w->axis.item, apart = (row + 63) / 64 * 64 + 256;
    size_t band = prong_axis_carries_rows(w) ? PRONG_AXIS_BAND : PRONG_AXIS_WINDOW;

    *stride = w->axis.reduced.stride;
    if (rows_are_close(w, n)) {
        m = rows_at_once(m, band, (size_t)*stride);
        *rows = prong_array_fetch(w->array, from, (size_t)(m - 1) * (size_t)*stride + row, w->window);
        return m;
    }
    m = rows_at_once(m, band, apart);
    *rows = prong_array_fetch_rows(w->array, from, row, stride, (size_t)m, w->window, apart);
    return m;
}

/* A batch of elements at data, `stride` bytes apart, as numbers in room. */
static void decode(const struct prong_axis_work *w, const unsigned char *data, ptrdiff_t stride, size_t n, void *room)
{
    size_t item = w->axis.item;

    if (stride != (ptrdiff_t)item) {
        prong_run_copy(w->scratch->pieces[0], data, stride, n, item);
        data = (const unsigned char *)w->scratch->pieces[0];
    }
    if (w->plan.domain == PRONG_DOMAIN_F64)
        prong_decode_f64(w->dtype, w->swapped, data, n, room);
    else if (w->plan.domain == PRONG_DOMAIN_U64)
        prong_decode_u64(w->swapped, data, n, room);
    else
        prong_decode_i64(w->dtype, w->swapped, data, n, room);
}

static void *state_at(const struct prong_axis_work *w, uint64_t k)
{
    return (char *)w->states + k * w->plan.size;
}

/* Shows n numbers, the first of which is reduced index r of its output, to that output's state. */
static int show(const struct prong_axis_work *w, void *state, const void *numbers, size_t n, uint64_t r, unsigned needs)
{
    struct prong_batch batch = { .n = n, .index = r, .u = numbers };
    size_t nan;

    if (w->held.numbers)
        prong_axis_hold(w, (uint64_t)((const char *)state - (const char *)w->states) / w->plan.size, numbers, n, r);
    return prong_scan_batch(&w->plan, w->scratch->adder, NULL, state, &batch, needs, &nan);
}

/* ---- Elements of an output are neighbours ---- */

static int add_run(const struct prong_axis_work *w, void *state, const unsigned char *data, uint64_t n, uint64_t r)
{
    unsigned needs = w->plan.needs;
    int outcome = 0;

    if ((needs & PRONG_NEED_EXACT) && w->axis.reduced.stride == (ptrdiff_t)w->axis.item &&
        prong_scan_sums(prong_state_exact(&w->plan, state), w->scratch->adder, w->dtype, w->swapped, data, (size_t)n)) {
        needs &= ~(unsigned)PRONG_NEED_EXACT;
        if (needs == 0 && w->plan.nan != PRONG_NAN_RAISE && !w->held.numbers)
            return 0;
    }
    for (uint64_t done = 0; done < n && outcome == 0; done += PRONG_BATCH) {
        size_t part = n - done < PRONG_BATCH ? (size_t)(n - done) : PRONG_BATCH;
        decode(w, data + (ptrdiff_t)done * w->axis.reduced.stride, w->axis.reduced.stride, part, &w->scratch->numbers);
        outcome = show(w, state, &w->scratch->numbers, part, r + done, needs);
    }
    return outcome;
}

/* A run that is too long to be fetched with others, or lies apart. */
static int add_mapped_run(const struct prong_axis_work *w, void *state, const unsigned char *data, uint64_t n, uint64_t r)
{
    int outcome = 0;

    if (w->axis.reduced.stride != (ptrdiff_t)w->axis.item)
        return add_run(w, state, data, n, r);
    for (uint64_t done = 0; done < n && outcome == 0; done += PRONG_RUN) {
        uint64_t part = n - done < PRONG_RUN ? n - done : PRONG_RUN;
        const void *at = prong_array_fetch(w->array, data + done * w->axis.item, (size_t)part * w->axis.item,
                                           w->scratch->windows[0]);
        outcome = add_run(w, state, at, part, r + done);
    }
    return outcome;
}

/* Outputs [o0, o1) of those from first on. */
static int add_outputs(const struct prong_axis_work *w, const struct pane *pane, uint64_t first, uint64_t o0, uint64_t o1)
{
    const struct prong_axis *axis = &w->axis;
    struct prong_walk outer, inner;
    ptrdiff_t there, inside;
    uint64_t n, m;
    int outcome = 0;

    prong_walk_begin(&outer, &axis->outputs, o0);
    for (uint64_t o = o0; outcome == 0 && (n = prong_walk_next(&outer, o1, &there)) > 0; o += n) {
        for (uint64_t k = 0; k < n; k++) {
            void *state = state_at(w, o + k - first);
            prong_walk_begin(&inner, &axis->reduced, 0);
            for (uint64_t r = 0; outcome == 0 && (m = prong_walk_next(&inner, axis->reduced.total, &inside)) > 0; r += m) {
                const unsigned char *data = place(pane, there + (ptrdiff_t)k * axis->outputs.stride + inside);
                outcome = pane->mapped ? add_mapped_run(w, state, data, m, r) : add_run(w, state, data, m, r);
            }
        }
    }
    return outcome;
}

/* As many outputs at a time as can be fetched at once. */
static int add_inner(const struct prong_axis_work *w, uint64_t first, uint64_t last)
{
    uint64_t group = last - first;
    int outcome = 0;

    for (uint64_t o = first; o < last && outcome == 0; o += group) {
        struct pane pane;
        group = group < last - o ? group : last - o;
        while (!fetch_outputs(w, o, o + group, &pane) && group > 1)
            group /= 2;
        outcome = add_outputs(w, &pane, first, o, o + group);
    }
    return outcome;
}

/* ---- Elements of an output are far apart ---- */

/* n outputs from state `base` on, m reduced indices from r on, `stride` apart, the first element at data: through tiles in which
 * the elements of an output are neighbours. */
static int add_tiles(const struct prong_axis_work *w, uint64_t base, const unsigned char *data, ptrdiff_t stride, uint64_t n,
                     uint64_t m, uint64_t r)
{
    int outcome = 0;

    for (uint64_t i = 0; i < n && outcome == 0; i += PRONG_TILE_OUTPUTS) {
        size_t width = n - i < PRONG_TILE_OUTPUTS ? (size_t)(n - i) : PRONG_TILE_OUTPUTS;
        for (uint64_t k = 0; k < m && outcome == 0; k += PRONG_TILE_ROWS) {
            size_t rows = m - k < PRONG_TILE_ROWS ? (size_t)(m - k) : PRONG_TILE_ROWS;
            for (size_t row = 0; row < rows; row++) {
                const unsigned char *from = data + (ptrdiff_t)(k + row) * stride + (ptrdiff_t)i * w->axis.outputs.stride;
                decode(w, from, w->axis.outputs.stride, width, &w->scratch->numbers);
                for (size_t c = 0; c < width; c++)
                    w->tile[c][row] = w->scratch->numbers.u[c];
            }
            for (size_t c = 0; c < width && outcome == 0; c++)
                outcome = show(w, state_at(w, base + i + c), w->tile[c], rows, r + k, w->plan.needs);
        }
    }
    return outcome;
}

/* The same where the sums' kernels take rows as they are; false: they do not. */
static bool add_rows(const struct prong_axis_work *w, uint64_t base, const unsigned char *data, ptrdiff_t stride, uint64_t n,
                     uint64_t m)
{
    prong_exact *states = prong_state_exact(&w->plan, state_at(w, base));

    if (!sums_take_rows(w))
        return false;
    if (w->dtype == PRONG_F64)
        prong_exact_add_columns_f64(states, w->plan.size, w->scratch->adder, data, (size_t)m, stride, (size_t)n);
    else if (w->dtype == PRONG_F32)
        prong_exact_add_columns_f32(states, w->plan.size, w->scratch->adder, data, (size_t)m, stride, (size_t)n);
    else if (w->dtype == PRONG_I64)
        prong_exact_add_columns_i64(states, w->plan.size, w->scratch->adder, data, (size_t)m, stride, (size_t)n);
    else
        prong_exact_add_columns_u64(states, w->plan.size, w->scratch->adder, data, (size_t)m, stride, (size_t)n);
    return true;
}

/* The same, the first element at an offset of the data; rows are fetched where they are worth a call each. */
static int add_rectangle(const struct prong_axis_work *w, uint64_t base, ptrdiff_t offset, uint64_t n, uint64_t m, uint64_t r)
{
    const struct prong_axis *axis = &w->axis;
    bool fetched = axis->outputs.stride == (ptrdiff_t)axis->item && n * axis->item <= PRONG_AXIS_BAND / 2 &&
                   (n * axis->item >= LEAST_ROW || rows_are_close(w, n));
    int outcome = 0;

    for (uint64_t done = 0, part; done < m && outcome == 0; done += part) {
        ptrdiff_t stride = axis->reduced.stride, from = offset + (ptrdiff_t)done * stride;
        const unsigned char *rows = axis->data + from;
        part = fetched ? fetch_rows(w, from, n, m - done, &stride, &rows) : m - done;
        if (w->ends.min)
            prong_axis_rows_add(w, base, rows, stride, n, part);
        else if (!add_rows(w, base, rows, stride, n, part))
            outcome = add_tiles(w, base, rows, stride, n, part, r + done);
    }
    return outcome;
}

static int add_outer(const struct prong_axis_work *w, uint64_t first, uint64_t last)
{
    const struct prong_axis *axis = &w->axis;
    struct prong_walk outer, inner;
    ptrdiff_t there, inside;
    uint64_t n, m;
    int outcome = 0;

    prong_exact_columns_begin(w->scratch->adder);
    prong_walk_begin(&outer, &axis->outputs, first);
    for (uint64_t o = first; outcome == 0 && (n = prong_walk_next(&outer, last, &there)) > 0; o += n) {
        prong_walk_begin(&inner, &axis->reduced, 0);
        for (uint64_t r = 0; outcome == 0 && (m = prong_walk_next(&inner, axis->reduced.total, &inside)) > 0; r += m)
            outcome = add_rectangle(w, o - first, there + inside, n, m, r);
    }
    prong_exact_columns_end(w->scratch->adder);
    return outcome;
}

/* ---- A chunk ---- */

static int finish(const struct prong_axis_work *w, uint64_t k, struct prong_cell *cells)
{
    prong_status status = w->held.numbers ? prong_axis_held_values(w, k) : PRONG_OK;

    for (size_t i = 0; i < w->count; i++) {
        prong_value value;
        if (status == PRONG_OK)
            status = prong_finish(&w->plan, state_at(w, k), w->uses[i].op, w->options, &value, NULL);
        if (status)
            return PRONG_AXIS_STATUS + (int)status;
        if (w->uses[i].op->needs & PRONG_NEED_PASSES)
            value = w->held.values[i];
        cells[i] = prong_cell_of(&value);
    }
    return 0;
}

int prong_axis_compute(const struct prong_axis_work *w, uint64_t first, uint64_t last, struct prong_cell *cells)
{
    int outcome;

    for (uint64_t k = 0; k < last - first; k++)
        prong_state_init(&w->plan, state_at(w, k));
    if (w->ends.min)
        prong_axis_rows_begin(w, last - first);
    outcome = w->axis.inner ? add_inner(w, first, last) : add_outer(w, first, last);
    for (uint64_t k = 0; k < last - first; k++)
        ((struct prong_state *)state_at(w, k))->count = w->axis.reduced.total;
    if (w->ends.min)
        prong_axis_rows_end(w, last - first);
    if (outcome)
        return PRONG_AXIS_STATUS + (int)PRONG_ENAN;
    for (uint64_t k = 0; k < last - first && outcome == 0; k++)
        outcome = finish(w, k, cells + k * w->count);
    return outcome;
}
