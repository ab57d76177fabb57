/* SPDX-License-Identifier: MIT */
/* The table of mistakes. Pages are named as they stand in the source tree. */
#include "config.h"

#include "mistakes.h"

static const struct {
    const char *title, *page;
} table[MISTAKES] = {
    [MISTAKE_CONTRACT] = { "the program does not do what was asked for", "lab/README.md" },
    [MISTAKE_SHMAT] = { "shmat's failure is (void *)-1, and it was not noticed", "lab/broken/01.md" },
    [MISTAKE_LEAK] = { "a segment is not removed", "lab/broken/02.md" },
    [MISTAKE_WRONG_ID] = { "the wrong id was removed", "lab/broken/03.md" },
    [MISTAKE_FORK_LOOP] = { "a child does not leave the loop that forks", "lab/broken/04.md" },
    [MISTAKE_UNLOCKED] = { "several processes write to one number", "lab/broken/05.md" },
    [MISTAKE_MODE] = { "the segment's permissions", "lab/broken/06.md" },
    [MISTAKE_KEY] = { "a key that may be somebody else's", "lab/broken/07.md" },
    [MISTAKE_SIZEOF] = { "the segment is smaller than what is stored in it", "lab/broken/08.md" },
    [MISTAKE_POINTERS] = { "a pointer in the segment, which others attach elsewhere", "lab/broken/09.md" },
    [MISTAKE_TWICE] = { "output is written more than once", "lab/broken/10.md" },
    [MISTAKE_REAPING] = { "children are not waited for", "lab/broken/11.md" },
    [MISTAKE_LIMITS] = { "a limit, or the error that tells of it, is misread", "lab/broken/12.md" },
    [MISTAKE_CLOCK] = { "parallel work is timed with clock()", "lab/broken/13.md" },
    [MISTAKE_CHILD_REMOVES] = { "a child removes the segment", "lab/broken/14.md" },
};

const char *mistake_title(enum mistake mistake)
{
    return table[mistake].title;
}

const char *mistake_page(enum mistake mistake)
{
    return table[mistake].page;
}
