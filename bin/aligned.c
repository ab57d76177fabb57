/* SPDX-License-Identifier: MIT */
/* Rows of fields as people read them: columns as wide as their widest field, numbers to the right, text to the left, two blanks
 * between. Nothing is written before the last row is there.
 *
 * A name may be in any script, so its width is that of its characters on a terminal: the system's own table (wcwidth) tells, by a
 * locale of UTF-8 for that question alone. The command's locale stays C, or numbers would be written differently. */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "writer.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct cell {
    char *text;
    size_t width;
    bool number;
};

struct sheet {
    struct cell *cells;
    size_t count, room;
    size_t columns; /* of the first row, the header */
    locale_t characters; /* or 0 */
};

/* The columns that text takes. Without a locale of UTF-8, and for bytes that are none, what starts a character is one wide. */
static size_t width_of(const struct sheet *s, const char *text)
{
    locale_t before = s->characters ? uselocale(s->characters) : (locale_t)0;
    mbstate_t state = { 0 };
    size_t width = 0;

    while (*text) {
        wchar_t c = 0;
        size_t n = s->characters ? mbrtowc(&c, text, strlen(text), &state) : (size_t)-1;
        int columns = 1;
        if (n == (size_t)-1 || n == (size_t)-2 || n == 0) {
            state = (mbstate_t){ 0 };
            n = 1;
            columns = s->characters || ((unsigned char)*text & 0xc0) != 0x80;
        } else {
            columns = wcwidth(c);
        }
        width += columns > 0 ? (size_t)columns : 0;
        text += n;
    }
    if (s->characters)
        uselocale(before);
    return width;
}

static bool start(struct writer *w)
{
    if (!w->sheet && (w->sheet = calloc(1, sizeof *w->sheet)) != NULL)
        w->sheet->characters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return w->sheet != NULL;
}

/* What would break a line, or move about in it, is a blank. */
static char *plain_copy(const char *text)
{
    char *copy = strdup(text);

    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    return copy;
}

static void field(struct writer *w, const char *text, bool number)
{
    struct sheet *s;
    char *copy;

    if (!start(w) || w->failed)
        return;
    s = w->sheet;
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 256;
        struct cell *larger = room < SIZE_MAX / sizeof *larger ? realloc(s->cells, room * sizeof *larger) : NULL;
        if (larger) {
            s->cells = larger;
            s->room = room;
        }
    }
    copy = s->count < s->room ? plain_copy(text) : NULL;
    if (copy)
        s->cells[s->count++] = (struct cell){ copy, width_of(s, copy), number };
    w->failed = !copy;
}

static void end(struct writer *w)
{
    if (w->sheet && w->sheet->columns == 0)
        w->sheet->columns = w->sheet->count;
}

static void put(FILE *out, size_t blanks)
{
    fprintf(out, "%*s", (int)blanks, "");
}

static void put_column(FILE *out, const struct cell *cell, size_t width, bool right, bool last)
{
    if (right)
        put(out, width - cell->width);
    fputs(cell->text, out);
    if (last)
        fputc('\n', out);
    else
        put(out, (right ? 0 : width - cell->width) + 2);
}

/* A column stands to the right if all of it but its name is numbers. */
static void put_all(FILE *out, const struct sheet *s, size_t *widths, bool *right)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t k = i % s->columns;
        if (s->cells[i].width > widths[k])
            widths[k] = s->cells[i].width;
        if (i < s->columns)
            right[k] = true;
        else if (!s->cells[i].number && s->cells[i].text[0])
            right[k] = false;
    }
    for (size_t i = 0; i < s->count; i++) {
        size_t k = i % s->columns;
        put_column(out, &s->cells[i], widths[k], right[k], k + 1 == s->columns);
    }
}

static void finish(struct writer *w)
{
    struct sheet *s = w->sheet;
    size_t *widths;
    bool *right;

    if (!s) {
        w->failed = true;
        return;
    }
    widths = calloc(s->columns + 1, sizeof *widths);
    right = calloc(s->columns + 1, sizeof *right);
    if (!widths || !right)
        w->failed = true;
    else if (!w->failed && s->columns)
        put_all(w->out, s, widths, right);
    free(right);
    free(widths);
}

void sheet_free(struct sheet *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        free(s->cells[i].text);
    if (s->characters)
        freelocale(s->characters);
    free(s->cells);
    free(s);
}

const struct writer_form writer_table = { field, end, finish };
