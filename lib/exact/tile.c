/* SPDX-License-Identifier: MIT */
/* Columns one after the other: a few of them are turned round into the adder's memory, a thousand rows at a time, and
 * added like any other line. Several columns at once, since a row's neighbours come in the same line of the cache. */
#include "config.h"

#include "exact/adder.h"

enum { AT_ONCE = 8 }; /* rows by columns that are copied together, so that whole lines are written as well */

/* to has room for PRONG_TILE_ROWS + 8 elements a column. */
static inline void turn(void *to, const struct prong_rectangle *tile, unsigned bytes)
{
    const size_t step = bytes * (PRONG_TILE_ROWS + 8);

    for (size_t r = 0; r < tile->rows; r += AT_ONCE) {
        size_t rows = tile->rows - r < AT_ONCE ? tile->rows - r : AT_ONCE;
        const char *from = tile->x + (ptrdiff_t)r * tile->row_stride;
        for (size_t c = 0; c < tile->cols; c++) {
            char *column = (char *)to + c * step + r * bytes;
            const char *x = from + c * bytes;
            for (size_t i = 0; i < rows; i++, x += tile->row_stride)
                memcpy(column + i * bytes, x, bytes);
        }
    }
}

void prong_add_by_tiles(const struct prong_rectangle *t, prong_adder *a)
{
    const unsigned bytes = t->type->bytes;
    char *turned = (char *)a->panel.turned;

    for (size_t c = 0, cols; c < t->cols; c += cols) {
        cols = t->cols - c < PRONG_TILE_COLUMNS ? t->cols - c : PRONG_TILE_COLUMNS;
        for (size_t r = 0, rows; r < t->rows; r += rows) {
            rows = t->rows - r < PRONG_TILE_ROWS ? t->rows - r : PRONG_TILE_ROWS;
            struct prong_rectangle tile = prong_part(t, r, rows, c, cols);
            if (bytes == 8)
                turn(turned, &tile, 8);
            else
                turn(turned, &tile, 4);
            for (size_t i = 0; i < cols; i++)
                t->type->add(prong_state_of(&tile, i), a, turned + i * bytes * (PRONG_TILE_ROWS + 8), rows);
        }
    }
}
