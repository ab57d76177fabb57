/* SPDX-License-Identifier: MIT */
/* From what was seen to what is wrong. */
#ifndef LAB_JUDGE_H
#define LAB_JUDGE_H

#include "mistakes.h"
#include "plan.h"

enum { FINDINGS_MAX = 24, FINDING_TEXT = 400 };

struct finding {
    enum mistake mistake;
    char run[64]; /* the first run that showed it */
    char text[FINDING_TEXT];
};

struct verdict {
    struct finding findings[FINDINGS_MAX];
    int count;
    char after_sigkill[FINDING_TEXT]; /* reported, not graded; "" where it was not tried */
};

void judge(struct verdict *verdict, const struct plan *plan);

#endif
