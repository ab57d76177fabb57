/* SPDX-License-Identifier: MIT */
/* How workers and parent sleep and wake each other: next_job and the end of do_job in worker.c, announce_job and
 * sleep_and_reap in supervisor.c, prong_crew_ended in crew.c, over the bell of lib/ipc/bell.c. N workers, JOBS jobs one after
 * the other, then "leave". Any worker may die between any two steps, DEATHS times in all; the work itself is one step.
 *
 * What is checked: a state where nobody can move is one where all have left. So no wake-up is lost. run.sh also looks for cycles.
 *
 * One step is one load or store of a shared word, or one system call: a futex wait looks at the count and falls asleep at once;
 * the eventfd holds one waking. A worker may die before each store or call that others can notice, and in its sleep.
 *
 * Memory order: all this assumes sequential consistency, and here the code hangs on it. Four times somebody stores and then
 * looks at what the other stores before looking (Dekker): sleeping/generation, sleeping/leave (the bell's count as well),
 * idle/parent_sleeps, and idle/idle of two workers. Each of those accesses is seq_cst; with release and acquire alone both
 * could miss the other's store, on x86-64 too.
 *
 *   -DSEMAPHORE     the bell without futex: a semaphore for every worker, each posted by every ring
 * Mutants, each of which must fail:
 *   -DM_NO_LISTEN      the count is read just before the wait, after the look
 *   -DM_LATE_SLEEPING  "sleeping" is stored after the look
 *   -DM_EARLY_COUNT    the parent looks who sleeps before it stores generation
 *   -DM_NO_COUNT       a ring wakes but does not count
 *   -DM_EARLY_LOOK     the parent looks who is idle before it stores parent_sleeps
 *   -DM_LATE_IDLE      a worker looks at parent_sleeps before it stores idle
 *   -DM_SHARED_TOKENS  (with SEMAPHORE) one semaphore for all, posted once a worker: one that comes back early takes a token
 *                      that another still needs
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

byte generation, count, idle[N];
bool leave, sleeping[N], asleep[N], parent_sleeps, notified;
byte tokens[N];
#ifdef M_SHARED_TOKENS
#define MINE 0
#else
#define MINE _pid
#endif

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
    atomic { state[_pid] == ALIVE -> seen = idle[_pid] }
next_job:
    atomic {
        if
        :: generation != seen -> seen = generation; goto do_job
        :: else
        fi
    }
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
    :: atomic { tokens[MINE] > 0 -> tokens[MINE]--; asleep[_pid] = false }
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
#ifdef M_LATE_IDLE
    flag = parent_sleeps;
#endif
    if
    :: idle[_pid] = seen
    OR_DIE
    fi;
#ifndef M_LATE_IDLE
    flag = parent_sleeps;
#endif
    atomic {
        i = 0;
        if
        :: !flag -> goto next_job
        :: else -> flag = false
        fi
    }
    do
    :: atomic { i < N && idle[i] == seen -> i++ }
    :: atomic { i < N && idle[i] != seen -> i = 0; goto next_job }
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

inline ring()
{
#ifndef M_NO_COUNT
    count++;
#endif
#ifdef SEMAPHORE
#ifdef M_SHARED_TOKENS
    tokens[0]++;
    tokens[0]++
#else
    tokens[0]++;
    tokens[1]++
#endif
#else
    d_step { asleep[0] = false; asleep[1] = false }
#endif
}

inline look_for_idle()
{
    all = (idle[0] == g);
    atomic { all = all && idle[1] == g; }
}

active proctype parent()
{
    byte g, i;
    bool all, any;

    do
    :: g == JOBS -> break
    :: else ->
        g++;
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
            look_for_idle();
#endif
            parent_sleeps = true;
#ifndef M_EARLY_LOOK
            look_for_idle();
#endif
            if
            :: all
            :: else ->
#ifdef M_NO_DEATHS
                notified -> notified = false
#else
                atomic { notified || state[0] == DEAD || state[1] == DEAD -> notified = false }
#endif
            fi;
            all = false;
            parent_sleeps = false;
            /* prong_crew_ended: another in its place, which joins the job */
            do
            :: atomic { i < N && state[i] == DEAD -> sleeping[i] = false; idle[i] = g - 1; state[i] = ALIVE; i++ }
            :: atomic { i < N && state[i] != DEAD -> i++ }
            :: atomic { i == N -> i = 0; break }
            od;
            look_for_idle();
            if
            :: all -> all = false; break
            :: else
            fi
        od
    od;
    /* prong_crew_dismiss */
    leave = true;
    ring();
    (state[0] != ALIVE && state[1] != ALIVE)
}
