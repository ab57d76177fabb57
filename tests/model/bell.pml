/* SPDX-License-Identifier: MIT */
/* How workers and parent sleep and wake each other, and who is inside a job: next_job and the end of do_job in worker.c,
 * announce_job in begin.c, sleep_and_reap and is_done in supervisor.c, prong_crew_ended in crew.c, prong_crew_muster in muster.c,
 * over turn.h and the bell of lib/ipc/bell.c. N workers, JOBS jobs of CHUNKS chunks one after the other, then "leave". Any worker may die between
 * any two steps, DEATHS times in all. To take a chunk is one step and to publish it another: claim.pml has what is between.
 *
 * What is checked
 *   end states    a state where nobody can move is one where all have left. So no wake-up is lost. run.sh also looks for cycles
 *   assert        who is inside a job finds its task, from the first look to the last: the parent does not write the next one
 *
 * One step is one load or store of a shared word, or one system call: a futex wait looks at the count and falls asleep at once;
 * the eventfd holds one waking. A worker may die before each store or call that others can notice, and in its sleep.
 *
 * Memory order: all this assumes sequential consistency, and here the code hangs on it. Four times somebody stores and then
 * looks at what the other stores before looking (Dekker): sleeping/generation, sleeping/leave (the bell's count as well),
 * turn/parent_sleeps, and turn/turn of two workers. Each of those accesses is seq_cst; with release and acquire alone both
 * could miss the other's store, on x86-64 too.
 *
 *   -DSEMAPHORE     the bell without futex: a semaphore for every worker, each posted by every ring
 * Mutants, each of which must fail:
 *   -DM_NO_LISTEN      the count is read just before the wait, after the look
 *   -DM_LATE_SLEEPING  "sleeping" is stored after the look
 *   -DM_EARLY_COUNT    the parent looks who sleeps before it stores generation
 *   -DM_NO_COUNT       a ring wakes but does not count
 *   -DM_EARLY_LOOK     the parent looks who is inside before it stores parent_sleeps
 *   -DM_LATE_LEAVE     a worker looks at parent_sleeps before it leaves
 *   -DM_NO_BAR         a job is over when nobody is inside, and late comers are not barred
 *   -DM_LATE_TURN      a worker looks at its turn after it has looked at generation
 *   -DM_NO_RETRY       it does not look again when its compare-and-swap failed
 *   -DM_PLAIN_ENTRY    a worker enters by a store, not by a compare-and-swap
 *   -DM_PLAIN_BAR      the parent bars by a store
 *   -DM_NO_DEATHS      the parent watches completions only */
#ifndef N
#define N 2
#endif
#ifndef JOBS
#define JOBS 2
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef CHUNKS
#define CHUNKS 1
#endif

#define OVER(g) (2 * (g))
#define INSIDE(g) (2 * (g) + 1)
/* A chunk: FREE, taken by worker FREE + 1 + i, or DONE */
#define FREE 0
#define DONE 7
byte generation, count, turn[N], task, chunk[CHUNKS];
bool leave, sleeping[N], asleep[N], parent_sleeps, notified;
byte tokens[N];

#define ALIVE 0
#define DEAD 1
#define LEFT 2
byte state[N];
byte deaths = DEATHS;

#define OR_DIE :: atomic { deaths > 0 -> deaths--; goto die }

active [N] proctype worker()
{
    byte seen, heard, i;
    bool flag;

end_gone:
    state[_pid] == ALIVE;
next_job:
#ifndef M_LATE_TURN
    i = turn[_pid];
#endif
    seen = generation;
    atomic {
#ifdef M_LATE_TURN
        i = turn[_pid];
#endif
        if
        :: i == OVER(seen) -> i = 0; goto no_job
        :: else
        fi
    }
#ifdef M_PLAIN_ENTRY
    if
    :: atomic { turn[_pid] = INSIDE(seen); i = 0; goto do_job }
    OR_DIE
    fi;
#else
    if
    :: atomic { turn[_pid] == i -> turn[_pid] = INSIDE(seen); i = 0; goto do_job }
#ifdef M_NO_RETRY
    :: atomic { turn[_pid] != i -> i = 0 }
#else
    :: atomic { turn[_pid] != i -> i = 0; goto next_job }
#endif
    OR_DIE
    fi;
#endif
no_job:
    atomic {
        if
        :: leave -> goto left
        :: else
        fi
    }
#ifndef M_NO_LISTEN
    heard = count;
#endif
#ifndef M_LATE_SLEEPING
    if
    :: sleeping[_pid] = true
    OR_DIE
    fi;
#endif
    atomic {
        if
        :: generation != seen -> goto awake
        :: else
        fi
    }
    atomic {
        if
        :: leave -> goto awake
        :: else
        fi
    }
#ifdef M_LATE_SLEEPING
    if
    :: sleeping[_pid] = true
    OR_DIE
    fi;
#endif
#ifdef M_NO_LISTEN
    heard = count;
#endif
    atomic {
        if
        :: count != heard -> goto awake
        :: else -> heard = 0; asleep[_pid] = true
        fi
    }
    if
#ifdef SEMAPHORE
    :: atomic { tokens[_pid] > 0 -> tokens[_pid]--; asleep[_pid] = false }
#else
    :: !asleep[_pid]
#endif
    OR_DIE
    fi;
awake:
    if
    :: atomic { sleeping[_pid] = false; heard = 0; goto next_job }
    OR_DIE
    fi;
do_job:
    assert(task == seen);
take:
    if
    :: atomic {
        do
        :: i < CHUNKS && chunk[i] != FREE -> i++
        :: else -> break
        od;
        if
        :: i == CHUNKS -> i = 0; goto no_more
        :: else -> chunk[i] = FREE + 1 + _pid
        fi
    }
    OR_DIE
    fi;
    if
    :: atomic { chunk[i] = DONE; i = 0; assert(task == seen); goto take }
    OR_DIE
    fi;
no_more:
#ifdef M_LATE_LEAVE
    flag = parent_sleeps;
#endif
    if
    :: atomic { assert(task == seen); turn[_pid] = OVER(seen) }
    OR_DIE
    fi;
#ifndef M_LATE_LEAVE
    flag = parent_sleeps;
#endif
    atomic {
        if
        :: !flag -> goto next_job
        :: else -> flag = false
        fi
    }
    do
    :: atomic { i < N && turn[i] != INSIDE(seen) -> i++ }
    :: atomic { i < N && turn[i] == INSIDE(seen) -> i = 0; goto next_job }
    :: i == N -> break
    od;
    if
    :: atomic { notified = true; i = 0; goto next_job }
    OR_DIE
    fi;
left:
    atomic { state[_pid] = LEFT; seen = 0; goto end_gone }
die:
    atomic { state[_pid] = DEAD; asleep[_pid] = false; seen = 0; heard = 0; i = 0; flag = false; goto end_gone }
}

#if N != 2
#error "from here on two workers are named"
#endif
#if CHUNKS > 2
#error "and two chunks"
#endif
#if CHUNKS == 1
#define EXHAUSTED (chunk[0] != FREE)
#define ALL_DONE (chunk[0] == DONE)
#else
#define EXHAUSTED (chunk[0] != FREE && chunk[1] != FREE)
#define ALL_DONE (chunk[0] == DONE && chunk[1] == DONE)
#endif

inline ring()
{
#ifndef M_NO_COUNT
    count++;
#endif
#ifdef SEMAPHORE
    tokens[0]++;
    tokens[1]++
#else
    d_step { asleep[0] = false; asleep[1] = false }
#endif
}

/* is_over: the cursor says in one word that no chunk is left to take */
inline look()
{
    over = (turn[0] != INSIDE(g));
    atomic { over = over && turn[1] != INSIDE(g); }
    atomic { over = over && EXHAUSTED; }
}

/* Reaped, what it held is taken back, and another forked in its place: it joins the job under way, or waits for the next. */
inline replace_dead(last_seen)
{
    do
    :: atomic {
        i < N && state[i] == DEAD ->
        if
        :: chunk[0] == FREE + 1 + i -> chunk[0] = FREE
        :: else
        fi;
#if CHUNKS > 1
        if
        :: chunk[1] == FREE + 1 + i -> chunk[1] = FREE
        :: else
        fi;
#endif
        sleeping[i] = false; turn[i] = OVER(last_seen); state[i] = ALIVE; i++
    }
    :: atomic { i < N && state[i] != DEAD -> i++ }
    :: atomic { i == N -> i = 0; break }
    od
}

/* prong_turn_bar of worker w */
inline bar(w)
{
#ifdef M_NO_BAR
    atomic { barred = barred && turn[w] != INSIDE(g); missed = true }
#else
#ifdef M_PLAIN_BAR
    x = turn[w];
    atomic {
        if
        :: x == INSIDE(g) -> barred = false
        :: x == OVER(g)
        :: else -> turn[w] = OVER(g); missed = true
        fi;
        x = 0
    }
#else
    /* The loop around the swap ends with one that swaps what it has just read. */
    atomic {
        if
        :: turn[w] == INSIDE(g) -> barred = false
        :: turn[w] == OVER(g)
        :: else -> turn[w] = OVER(g); missed = true
        fi
    }
#endif
#endif
}

active proctype parent()
{
    byte g, i, x;
    bool over, any, barred, missed;

    do
    :: g == JOBS -> break
    :: else ->
        if
        :: missed -> missed = false; replace_dead(g)
        :: else
        fi;
        g++;
        atomic {
            task = g;
            chunk[0] = FREE;
#if CHUNKS > 1
            chunk[1] = FREE;
#endif
        }
#ifdef M_EARLY_COUNT
        any = sleeping[0];
        atomic { any = any || sleeping[1]; }
#endif
        generation = g;
#ifndef M_EARLY_COUNT
        any = sleeping[0];
        atomic { any = any || sleeping[1]; }
#endif
        if
        :: any -> ring()
        :: else
        fi;
        any = false;
        do
        :: true ->
#ifdef M_EARLY_LOOK
            look();
#endif
            parent_sleeps = true;
#ifndef M_EARLY_LOOK
            look();
#endif
            if
            :: over
            :: else ->
#ifdef M_NO_DEATHS
                notified -> notified = false
#else
                atomic { notified || state[0] == DEAD || state[1] == DEAD -> notified = false }
#endif
            fi;
            over = false;
            parent_sleeps = false;
            replace_dead(g - 1);
            if
            :: ALL_DONE ->
                barred = true;
                bar(0);
                bar(1);
                if
                :: barred -> barred = false; break
                :: else
                fi
            :: else
            fi
        od
    od;
    /* prong_crew_dismiss */
    leave = true;
    ring();
    (state[0] != ALIVE && state[1] != ALIVE)
}
