/* SPDX-License-Identifier: MIT */
/* What the tests of tables share: a file, readings of it as text, and refusals. */
#ifndef TESTS_TABLE_FIXTURE_H
#define TESTS_TABLE_FIXTURE_H

#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prong/table.h"

extern const char *path; /* of the test's own file */

Suite *hostile_suite(void);

void make_path(void);
void remove_path(void);
void write_bytes(const void *bytes, size_t size);
void write_text(const char *text);

prong_table *open_table(const prong_table_options *options);
/* By three workers. */
prong_table_result *reduce(const prong_table *table, const char *operations, uint64_t grain);
double number_of(const prong_table_result *result, size_t g, size_t i);
/* A line for each value: "[KEY] COLUMN OPERATION VALUE". */
char *text_of(const prong_table_result *result);

/* It cannot be opened, or not be reduced; the detail has these words. What is said of the file's table is that text. */
void refuses(const prong_table_options *options, prong_status status, const char *says);
void fails(const prong_table_options *options, const char *operations, uint64_t grain, prong_status status, const char *says);
void answers(const prong_table_options *options, const char *operations, uint64_t grain, const char *text);

#endif
