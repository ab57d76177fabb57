/* SPDX-License-Identifier: MIT */
/* The mistakes by their numbers: how each is called and which page tells of it. */
#ifndef LAB_MISTAKES_H
#define LAB_MISTAKES_H

/* 0 is the contract between the grader and a program: what it has to print and how it has to end. */
enum mistake {
    MISTAKE_CONTRACT,
    MISTAKE_SHMAT,
    MISTAKE_LEAK,
    MISTAKE_WRONG_ID,
    MISTAKE_FORK_LOOP,
    MISTAKE_UNLOCKED,
    MISTAKE_MODE,
    MISTAKE_KEY,
    MISTAKE_SIZEOF,
    MISTAKE_POINTERS,
    MISTAKE_TWICE,
    MISTAKE_REAPING,
    MISTAKE_LIMITS,
    MISTAKE_CLOCK,
    MISTAKE_CHILD_REMOVES,
    MISTAKES
};

const char *mistake_title(enum mistake mistake);
const char *mistake_page(enum mistake mistake);

#endif
