/* SPDX-License-Identifier: MIT */
/* Sums of columns side by side: the kernel of exact/panel.h goes through the rows of a panel of columns as they lie, a
 * block of rows at a time; columns that do not fit their grids in a block are seen to by themselves. They are cleaned of
 * NaN and infinities, then given other grids, then more levels; where none of that will do, the elements take the way of
 * lines, and the group's rows go there unasked for a while. Every way is exact, so the state is always the same.
 *
 * A run is opened for some columns, and closed when their digits have been moved to the states: at the end of each call, or,
 * where panels are kept, when other columns come or the caller says so. */
#include "config.h"

#include "exact/adder.h"

enum {
    SPAN = 1024,         /* rows from one decision about a group to the next */
    CALM_BLOCKS = 256,   /* after so many without trouble, try a level less */
    FLUSH_BLOCKS = 2048, /* a digit gains at most 2^51 a block, so 2^62 */
    FIRST_ROWS = 8,      /* that the first grids are chosen by */
    ROOM = 2             /* … above which elements may be that much greater, as a power of two */
};

static size_t columns_of(const struct prong_panel_run *run, size_t group)
{
    return group < run->whole ? PRONG_GROUP : run->t.cols % PRONG_GROUP;
}

/* The elements of a group, rows of them, in a place where missing columns are 0. */
static const char *rows_of_group(struct prong_panel_run *run, size_t group, size_t row, size_t rows, ptrdiff_t *stride)
{
    const unsigned bytes = run->t.type->bytes;
    const char *from = prong_element_at(&run->t, row, group * PRONG_GROUP);
    char *to = (char *)run->p->padded;

    *stride = run->t.row_stride;
    if (group < run->whole)
        return from;
    memset(to, 0, rows * PRONG_GROUP * bytes);
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * PRONG_GROUP * bytes, from + (ptrdiff_t)r * *stride, columns_of(run, group) * bytes);
    *stride = PRONG_GROUP * bytes;
    return to;
}

static void look_at(struct prong_panel_run *run, size_t group, size_t row, size_t rows)
{
    ptrdiff_t stride;
    const char *from = rows_of_group(run, group, row, rows, &stride);

    run->kernel->look[run->t.type->kind](from, rows, stride, run->p->block, &run->p->look);
}

static void set_live(struct prong_panel_run *run, size_t group, uint64_t live)
{
    for (size_t lane = 0; lane < PRONG_GROUP; lane++)
        run->p->group[group].live[lane] = lane < columns_of(run, group) ? live : 0;
}

/* ---- Grids ---- */

enum { LEAST_K = -1022, MOST_K = 1023 };

static void place(struct prong_group *g, size_t lane, int e)
{
    int k = e + PRONG_HEADROOM < LEAST_K ? LEAST_K : e + PRONG_HEADROOM > MOST_K ? MOST_K : e + PRONG_HEADROOM;
    uint64_t bits = (uint64_t)(k + 1023) << 52 | UINT64_C(1) << 51;

    memcpy(&g->anchor[lane], &bits, sizeof bits);
}

/* k of a level: the same as the kernel's. */
static int grid_of(const struct prong_group *g, size_t lane, int level)
{
    uint64_t bits;
    int k;

    memcpy(&bits, &g->anchor[lane], sizeof bits);
    k = (int)(bits >> 52) - 1023 - level * PRONG_SUM_STEP;
    return k < LEAST_K ? LEAST_K : k;
}

/* The digits of a column, two levels at a time. */
static void flush_column(struct prong_panel_run *run, size_t group, size_t lane)
{
    struct prong_group *g = &run->p->group[group];
    prong_exact *s = prong_state_of(&run->t, group * PRONG_GROUP + lane);

    for (int level = 0; level < PRONG_PANEL_LEVELS; level += 2) {
        int k = grid_of(g, lane, level), below = grid_of(g, lane, level + 1);
        prong_i128 sum = (prong_i128)((prong_u128)(prong_i128)g->digits[level][lane] << (k - below));
        sum += g->digits[level + 1][lane];
        if (sum != 0)
            prong_wide_deposit(prong_exact_limbs(s, PRONG_FIELD_SUM), prong_field_limbs(PRONG_FIELD_SUM),
                               (unsigned)(below - 52 + PRONG_UNIT), sum);
        g->digits[level][lane] = g->digits[level + 1][lane] = 0;
    }
}

static void flush(struct prong_panel_run *run)
{
    uint64_t nan = 0;

    for (size_t group = 0; group < run->groups; group++) {
        for (size_t lane = 0; lane < columns_of(run, group); lane++) {
            prong_exact *s = prong_state_of(&run->t, group * PRONG_GROUP + lane);
            s->count.n += run->p->rows[group];
            s->count.not_minus_zero += run->p->rows[group];
            s->count.nan += run->p->group[group].nan[lane];
            nan |= run->p->group[group].nan[lane];
            flush_column(run, group, lane);
        }
        memset(run->p->group[group].nan, 0, sizeof run->p->group[group].nan);
        run->p->rows[group] = 0;
    }
    run->blocks = 0;
    run->expects_nan = nan != 0;
}

/* ---- Columns that do not fit ---- */

/* What the elements looked at count as. Accepted columns have numbers, among them perhaps -0, and NaN that are counted. */
static void count_classes(struct prong_panel_run *run, size_t group)
{
    const struct prong_group_look *look = &run->p->look;
    const uint64_t *flags = run->p->group[group].flags;

    for (size_t lane = 0; lane < columns_of(run, group); lane++) {
        prong_exact_counts *count = &prong_state_of(&run->t, group * PRONG_GROUP + lane)->count;
        count->not_minus_zero -= look->minus_zero[lane];
        if (flags[lane] << 1 == 0)
            continue;
        count->nan += look->nan[lane];
        count->pinf += look->pinf[lane];
        count->ninf += look->ninf[lane];
    }
}

/* Leaves those columns live that were refused; says whether there are any. */
static bool keep_refused(struct prong_group *g)
{
    uint64_t any = 0;

    for (size_t lane = 0; lane < PRONG_GROUP; lane++) {
        g->live[lane] = g->flags[lane] << 1 ? UINT64_MAX : 0;
        any |= g->live[lane];
    }
    return any != 0;
}

/* Adds the live columns of the elements looked at; says whether any was refused again. */
static bool refused_again(struct prong_panel_run *run, struct prong_group *g, size_t rows, int levels)
{
    uint16_t marked[1];

    run->kernel->panel[PRONG_ELEMENT_F64](run->p->block, rows, PRONG_GROUP * sizeof(double), g, 1, levels, marked);
    return keep_refused(g);
}

static void move_grids(struct prong_panel_run *run, size_t group)
{
    struct prong_group *g = &run->p->group[group];

    for (size_t lane = 0; lane < PRONG_GROUP; lane++)
        if (g->live[lane]) {
            flush_column(run, group, lane);
            place(g, lane, prong_window_e(run->p->look.largest[lane]));
        }
}

/* Tries what there is to try; says whether any column was refused all the same. */
static bool refit(struct prong_panel_run *run, size_t group, size_t rows)
{
    struct prong_group *g = &run->p->group[group];
    bool left = refused_again(run, g, rows, run->levels);
    int levels = run->levels;

    if (!left)
        return false;
    move_grids(run, group);
    for (; left && levels <= run->most; levels++)
        left = refused_again(run, g, rows, levels);
    if (!left && levels - 1 > run->levels)
        run->levels = levels - 1;
    return left;
}

/* The live columns of the elements looked at, whose classes have been counted. */
static void add_as_lines(struct prong_panel_run *run, size_t group, size_t rows)
{
    struct prong_sum_adder *base = &run->a->base;
    double *line = run->a->second;
    prong_exact_counts counted = { 0 };

    for (size_t lane = 0; lane < columns_of(run, group); lane++) {
        uint64_t *limb = prong_exact_limbs(prong_state_of(&run->t, group * PRONG_GROUP + lane), PRONG_FIELD_SUM);
        if (!run->p->group[group].live[lane])
            continue;
        for (size_t r = 0; r < rows; r++)
            line[r] = run->p->block[r * PRONG_GROUP + lane];
        prong_line_add(base, &base->line, line, rows, limb, &counted);
        prong_line_finish(&base->line, limb, &counted);
    }
}

/* Takes the way of lines for rows [row, end) of a group, which its digits have nothing to do with. */
static void give_up(struct prong_panel_run *run, size_t group, size_t row, size_t end)
{
    struct prong_rectangle part = prong_part(&run->t, row, end - row, group * PRONG_GROUP, columns_of(run, group));

    set_live(run, group, 0);
    if (row < end)
        prong_add_by_tiles(&part, run->a);
}

/* Is there a NaN among the elements looked at? */
static bool nan_in_sight(const struct prong_panel_run *run)
{
    uint64_t any = 0;

    for (size_t lane = 0; lane < PRONG_GROUP; lane++)
        any |= run->p->look.nan[lane];
    return any != 0;
}

/* A group that was marked in the block of rows from row on. */
static void mend(struct prong_panel_run *run, size_t group, size_t row, size_t rows, size_t end)
{
    struct prong_group *g = &run->p->group[group];

    look_at(run, group, row, rows);
    run->expects_nan = run->expects_nan || nan_in_sight(run);
    count_classes(run, group);
    if (keep_refused(g)) {
        run->calm = 0;
        if (refit(run, group, rows)) {
            add_as_lines(run, group, rows);
            prong_backoff_raise(&run->p->backoff[group]);
            give_up(run, group, row + rows, end);
            return;
        }
        run->p->backoff[group].next = 0;
    }
    set_live(run, group, UINT64_MAX);
}

/* ---- The way through the rows ---- */

static void begin(struct prong_panel_run *run)
{
    size_t rows = run->t.rows < FIRST_ROWS ? run->t.rows : FIRST_ROWS;

    for (size_t group = 0; group < run->groups; group++) {
        struct prong_group *g = &run->p->group[group];
        look_at(run, group, 0, rows);
        run->expects_nan = run->expects_nan || nan_in_sight(run);
        for (size_t lane = 0; lane < PRONG_GROUP; lane++)
            place(g, lane, prong_window_e(run->p->look.largest[lane] + ((uint64_t)ROOM << 52)));
        memset(g->digits, 0, sizeof g->digits);
        memset(g->nan, 0, sizeof g->nan);
    }
    memset(run->p->rows, 0, sizeof run->p->rows);
    memset(run->p->backoff, 0, sizeof run->p->backoff);
}

/* The kernel: of the first count groups from one on. */
static size_t add_groups(struct prong_panel_run *run, const char *from, size_t rows, ptrdiff_t stride, size_t group, size_t count)
{
    const enum prong_element kind = run->t.type->kind;

    return (run->expects_nan ? run->kernel->panel_but_nan : run->kernel->panel)[kind](
        from, rows, stride, run->p->group + group, count, run->levels, run->p->marked);
}

/* end: of the span. */
static void add_block(struct prong_panel_run *run, size_t row, size_t rows, size_t end)
{
    struct prong_panel *p = run->p;
    size_t n;

    for (size_t group = 0; group < run->groups; group++)
        p->rows[group] += p->group[group].live[0] ? rows : 0;
    n = add_groups(run, prong_element_at(&run->t, row, 0), rows, run->t.row_stride, 0, run->whole);
    for (size_t i = 0; i < n; i++)
        mend(run, p->marked[i], row, rows, end);
    if (run->whole < run->groups) {
        ptrdiff_t stride;
        const char *from = rows_of_group(run, run->whole, row, rows, &stride);
        if (add_groups(run, from, rows, stride, run->whole, 1))
            mend(run, run->whole, row, rows, end);
    }
    if (++run->blocks >= FLUSH_BLOCKS)
        flush(run);
    if (++run->calm >= CALM_BLOCKS && run->levels > run->least) {
        run->calm = 0;
        run->levels--;
    }
}

static void add_span(struct prong_panel_run *run, size_t row, size_t end)
{
    size_t live = 0;

    for (size_t group = 0; group < run->groups; group++) {
        struct prong_backoff *backoff = &run->p->backoff[group];
        if (prong_backoff_skips(backoff)) {
            give_up(run, group, row, end);
        } else {
            set_live(run, group, UINT64_MAX);
            live++;
        }
    }
    for (; live && row < end; row += PRONG_PANEL_ROWS)
        add_block(run, row, end - row < PRONG_PANEL_ROWS ? end - row : PRONG_PANEL_ROWS, end);
}

/* ---- Opening and closing ---- */

static bool continues(const struct prong_panel_run *run, const struct prong_rectangle *t)
{
    return run->open && run->t.type == t->type && run->t.cols == t->cols && run->t.states == t->states &&
           run->t.stride == t->stride && run->t.first == t->first && run->t.distinct == t->distinct;
}

/* The run of these columns: the one that is open, or a new one; says which. */
static bool opened(struct prong_rectangle t, prong_adder *a)
{
    struct prong_panel_run *run = &a->panel.run;
    int least = t.type->kind == PRONG_ELEMENT_F64 ? 2 : 1;

    if (continues(run, &t)) {
        run->t = t;
        return false;
    }
    prong_panel_close(a);
    *run = (struct prong_panel_run){ .a = a,
                                     .p = &a->panel,
                                     .kernel = a->base.kernel,
                                     .t = t,
                                     .groups = (t.cols + PRONG_GROUP - 1) / PRONG_GROUP,
                                     .whole = t.cols / PRONG_GROUP,
                                     .least = a->base.force ? (int)a->base.force : least,
                                     .most = a->base.force ? (int)a->base.force : PRONG_PANEL_LEVELS,
                                     .open = true };
    run->levels = run->least;
    return true;
}

static void add_panel(struct prong_rectangle t, prong_adder *a)
{
    struct prong_panel_run *run = &a->panel.run;

    if (opened(t, a))
        begin(run);
    for (size_t row = 0; row < t.rows; row += SPAN)
        add_span(run, row, t.rows - row < SPAN ? t.rows : row + SPAN);
    if (!a->panel.kept)
        prong_panel_close(a);
}

enum { COLUMNS = PRONG_PANEL_GROUPS * PRONG_GROUP };

void prong_add_by_panels(const struct prong_rectangle *t, prong_adder *a)
{
    unsigned saved = prong_fp_enter();

    for (size_t c = 0; c < t->cols; c += COLUMNS)
        add_panel(prong_part(t, 0, t->rows, c, t->cols - c < COLUMNS ? t->cols - c : COLUMNS), a);
    prong_fp_exit(saved);
}

/* ---- Integers ---- */

static uint64_t flip_of(const struct prong_panel_run *run)
{
    return run->t.type->is_signed ? UINT64_C(1) << 63 : 0;
}

static void begin_integers(struct prong_panel_run *run)
{
    for (size_t i = 0; i < run->groups; i++)
        memset(run->p->group[i].digits, 0, sizeof run->p->group[i].digits);
    run->integers = 0;
}

/* Deposits what the columns have, and begins anew. */
static void flush_integers(struct prong_panel_run *run)
{
    for (size_t c = 0; c < run->t.cols; c++) {
        const struct prong_group *g = &run->p->group[c / PRONG_GROUP];
        const struct prong_halves sum = { (uint64_t)g->digits[0][c % PRONG_GROUP],
                                          (uint64_t)g->digits[1][c % PRONG_GROUP] };
        prong_deposit_halves(prong_state_of(&run->t, c), &sum, (size_t)run->integers, flip_of(run));
    }
    begin_integers(run);
}

static void add_integer_rows(struct prong_panel_run *run, size_t row, size_t rows)
{
    struct prong_group *group = run->p->group;

    if (run->integers + rows > PRONG_INTEGER_MOST)
        flush_integers(run);
    run->integers += rows;
    run->kernel->panel_integers(prong_element_at(&run->t, row, 0), rows, run->t.row_stride, flip_of(run), group, run->whole);
    for (size_t r = 0, m; run->whole < run->groups && r < rows; r += m) {
        ptrdiff_t stride;
        m = rows - r < PRONG_PANEL_ROWS ? rows - r : PRONG_PANEL_ROWS;
        const char *from = rows_of_group(run, run->whole, row + r, m, &stride);
        run->kernel->panel_integers(from, m, stride, flip_of(run), group + run->whole, 1);
    }
}

void prong_add_integers_by_panels(const struct prong_rectangle *t, prong_adder *a)
{
    struct prong_panel_run *run = &a->panel.run;

    for (size_t c = 0; c < t->cols; c += COLUMNS) {
        struct prong_rectangle part = prong_part(t, 0, t->rows, c, t->cols - c < COLUMNS ? t->cols - c : COLUMNS);
        if (opened(part, a))
            begin_integers(run);
        for (size_t row = 0; row < t->rows; row += PRONG_INTEGER_MOST)
            add_integer_rows(run, row, t->rows - row < PRONG_INTEGER_MOST ? t->rows - row : PRONG_INTEGER_MOST);
        if (!a->panel.kept)
            prong_panel_close(a);
    }
}

/* ---- Both ---- */

void prong_panel_close(prong_adder *a)
{
    struct prong_panel_run *run = &a->panel.run;

    if (run->open && run->t.type->is_integer)
        flush_integers(run);
    else if (run->open)
        flush(run);
    run->open = false;
}
