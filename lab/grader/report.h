/* SPDX-License-Identifier: MIT */
/* The verdict for people, and as JSON. */
#ifndef LAB_REPORT_H
#define LAB_REPORT_H

#include "judge.h"

struct report {
    const char *program;
    const struct cage *cage;
    const struct plan *plan;
    const struct verdict *verdict;
};

void report_text(const struct report *report);
void report_json(const struct report *report);

#endif
