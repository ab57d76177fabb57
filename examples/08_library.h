/* SPDX-License-Identifier: MIT */
/* A library as there are many: small, fast, and with one static state, so that two threads cannot use it at once. It counts the
 * ways to put n queens on a board of n by n so that none attacks another, with some of them in given places. */
#ifndef QUEENS_LIBRARY_H
#define QUEENS_LIBRARY_H

static unsigned size, row, columns, falling, rising;
static unsigned long solutions;

static void queens_begin(unsigned n)
{
    size = n;
    row = columns = falling = rising = 0;
    solutions = 0;
}

/* Puts a queen into the next row. Returns 0 if it would be attacked. */
static int queens_put(unsigned column)
{
    unsigned bit = 1u << column;

    if ((columns | falling | rising) & bit)
        return 0;
    columns |= bit;
    falling = (falling | bit) >> 1;
    rising = (rising | bit) << 1;
    row++;
    return 1;
}

static void queens_search(void)
{
    unsigned free = ~(columns | falling | rising) & ((1u << size) - 1);

    if (row == size)
        solutions++;
    for (unsigned column = 0; free >> column; column++) {
        unsigned c = columns, f = falling, r = rising;
        if (!(free >> column & 1))
            continue;
        queens_put(column);
        queens_search();
        row--;
        columns = c;
        falling = f;
        rising = r;
    }
}

/* In how many ways can the rest be put? */
static unsigned long queens_count(void)
{
    queens_search();
    return solutions;
}

#endif
