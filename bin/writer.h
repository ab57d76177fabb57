/* SPDX-License-Identifier: MIT */
/* Rows of fields, the first of which is a header, in one of the forms that have such: whoever makes the rows knows nothing of
 * quotes, tabs or widths. */
#ifndef PRONG_BIN_WRITER_H
#define PRONG_BIN_WRITER_H

#include "cli.h"

struct writer {
    FILE *out;
    const struct writer_form *form;
    size_t fields; /* of the present row so far */
    struct sheet *sheet; /* what aligned.c keeps until it knows all widths */
    bool failed; /* there was no memory */
};

/* A form of rows: one file each knows it. */
struct writer_form {
    void (*field)(struct writer *writer, const char *text, bool number);
    void (*end)(struct writer *writer);
    void (*close)(struct writer *writer); /* writes what is left; NULL: nothing is */
};
extern const struct writer_form writer_tsv, writer_csv, writer_table;
/* aligned.c; NULL is allowed. */
void sheet_free(struct sheet *sheet);

/* form is FORM_TSV, FORM_CSV or FORM_TABLE. */
void writer_open(struct writer *writer, FILE *out, enum form form);
/* A field that is text; one that is a number, written as output_value writes it. A list of numbers is a field. */
void writer_text(struct writer *writer, const char *text);
void writer_value(struct writer *writer, const prong_value *value);
void writer_count(struct writer *writer, uint64_t n);
/* The row ends. */
void writer_end(struct writer *writer);
/* False: there was not enough memory, and something is missing. */
bool writer_close(struct writer *writer);
/* Frees it, and writes nothing. To be called behind writer_close as well. */
void writer_discard(struct writer *writer);

#endif
