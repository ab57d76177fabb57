/* SPDX-License-Identifier: MIT */
/* Rows of fields as TSV and as CSV; aligned.c has the third form.
 *
 * TSV has no quotes, so a control character in a name, which could be a tab or a newline, becomes a blank. CSV is as RFC 4180 has
 * it, but for the ends of rows, which are newlines as in every other text of the system: a field with a comma, a quote or a
 * newline in it, and one with a blank at an end, is put in quotes, and a quote in it doubled. */
#include "writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void tsv_field(struct writer *w, const char *text, bool number)
{
    (void)number;
    if (w->fields)
        fputc('\t', w->out);
    output_text(w->out, text);
}

static void tsv_end(struct writer *w)
{
    fputc('\n', w->out);
}

const struct writer_form writer_tsv = { tsv_field, tsv_end, NULL };

static bool wants_quotes(const char *text)
{
    size_t length = strlen(text);

    return strpbrk(text, ",\"\r\n") || (length && (text[0] == ' ' || text[length - 1] == ' '));
}

static void csv_field(struct writer *w, const char *text, bool number)
{
    (void)number;
    if (w->fields)
        fputc(',', w->out);
    if (!wants_quotes(text)) {
        fputs(text, w->out);
        return;
    }
    fputc('"', w->out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', w->out);
        fputc(*text, w->out);
    }
    fputc('"', w->out);
}

const struct writer_form writer_csv = { csv_field, tsv_end, NULL };

void writer_open(struct writer *w, FILE *out, enum form form)
{
    *w = (struct writer){ .out = out,
                          .form = form == FORM_CSV ? &writer_csv : form == FORM_TABLE ? &writer_table : &writer_tsv };
}

void writer_text(struct writer *w, const char *text)
{
    w->form->field(w, text, false);
    w->fields++;
}

void writer_value(struct writer *w, const prong_value *value)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out)
        output_value(out, value);
    if (!out || fclose(out) == EOF)
        w->failed = true;
    else
        w->form->field(w, text, value->kind == PRONG_KIND_F64 || value->kind == PRONG_KIND_INT);
    w->fields++;
    free(text);
}

void writer_count(struct writer *w, uint64_t n)
{
    writer_value(w, &(prong_value){ .kind = PRONG_KIND_INT, .low = n });
}

void writer_end(struct writer *w)
{
    w->form->end(w);
    w->fields = 0;
}

bool writer_close(struct writer *w)
{
    if (w->form->close)
        w->form->close(w);
    return !w->failed;
}

void writer_discard(struct writer *w)
{
    sheet_free(w->sheet);
    w->sheet = NULL;
}
