/* SPDX-License-Identifier: MIT */
/* The protocol of lib/pool/claim.c with its users, worker.c, supervisor.c and crew.c: claim, publish, consume, take back,
 * respawn, next generation. N workers, CHUNKS chunks in a window of WINDOW places, GENERATIONS jobs one after the other. Any
 * worker may die between any two steps, DEATHS times in all.
 *
 * What is checked
 *   assert        a chunk is consumed once, in order, with the whole payload of its own generation; commutative: the published
 *                 buffers hold each chunk once, all of them, and no half of a merge
 *   end states    with finitely many deaths every job ends: a state where nobody can move and the parent is not through is an
 *                 error. run.sh also looks for cycles (pan -l): there is none, so nobody turns for ever either
 *
 * What one step is: one load, store or compare-and-swap of a shared word, or half a payload. What only one process can see or
 * change is glued to the step before or after it. A worker may die before each store, after the last one, and in its sleep: to
 * die between two loads is, for everybody else, to die before the next store. The count of a bell is a flag a listener, raised
 * by every ring: the same without a number that grows.
 *
 * Left out, because bell.pml has it: how the parent sleeps and how workers wait for a job; here both simply wait for their
 * condition. The bell that workers sleep on for want of a chunk is here, since who rings it when is part of the protocol.
 * Chunks are offered by number; a stream offers one at a time by the same calls.
 *
 * Memory order: Spin interleaves whole steps, so all this assumes sequential consistency. The code keeps it: every access in
 * claim.c is seq_cst, but for two kinds. published is stored with release and loaded with acquire, which is what orders the
 * plain stores of slot, buffer and outcome before the parent's loads of them; nothing else relies on that store being in the
 * one total order. And what the parent writes at the begin of a job is relaxed, before the seq_cst store of generation that a
 * worker must have seen. What a dead worker wrote last the parent sees after waitpid (the kernel's barriers) and its successor
 * after fork.
 *
 *   -DCOMMUTATIVE  one double buffer a worker in place of a slot a chunk
 *   -DSTOP=c       chunk c says PRONG_FOLD_STOP
 *   -DHINTS        the parent may be told of any chunk, not only of what it must hear
 *   -DFORKFAILS=n  n respawns fail: the slot stays empty
 * Mutants, each of which must fail:
 *   -DM_DONE_FIRST       published before the payload is written
 *   -DM_NO_GENERATION    published says nothing of the generation: each job counts from 1, but the last one's count stays
 *   -DM_EARLY_BEGIN      the next job begins while workers are inside, or may enter
 *   -DM_NO_TAG           a take-back moves the cursor without a new tag
 *   -DM_NO_CHUNK         a FREE word does not name its chunk
 *   -DM_NO_REAP          a chunk is taken back while its owner may still run
 *   -DM_ONE_BUFFER       a merge overwrites the published buffer
 *   -DM_STALE_START      a respawned worker counts its claims from 0
 *   -DM_LIMIT_AFTER      closed is raised before limit
 *   -DM_NO_TELL_SHORT    the parent is not told that a worker sleeps for want of a chunk
 *   -DM_NO_TELL_STOP     nor that a chunk ended the fold
 *   -DM_NO_RING_STOP     nobody wakes the workers that sleep when the fold stops
 *   -DM_NO_RING_ABSENT   nobody wakes the others when a respawn fails
 *   -DM_NO_REVIVE        nor forks again when those that are left are idle */
#ifndef N
#define N 2
#endif
#ifndef CHUNKS
#define CHUNKS 3
#endif
#ifndef WINDOW
#define WINDOW 2
#endif
#ifndef GENERATIONS
#define GENERATIONS 1
#endif
#ifndef DEATHS
#define DEATHS 2
#endif
#ifndef FORKFAILS
#define FORKFAILS 0
#endif
#ifndef STOP
#define STOP 14
#endif
#if STOP < CHUNKS
#define NEEDED (STOP + 1)
#else
#define NEEDED CHUNKS
#endif
#define INFINITE 15

/* {generation, owner + 1, low}, and {tag, chunk} */
#ifdef M_NO_CHUNK
#define FREE(g, c) ((g) * 64)
#else
#define FREE(g, c) ((g) * 64 + (c))
#endif
#define TAKEN(g, w, k) ((g) * 64 + ((w) + 1) * 16 + (k))
#define OWNED(x, g, w) ((x) / 16 == (g) * 4 + (w) + 1)
#define LOW(x) ((x) % 16)
#define CHUNK_OF(x) ((x) % 16)
#define OVER(g) ((g) * 2)
#define INSIDE(g) ((g) * 2 + 1)
#define PAYLOAD(g, c) ((g) * 8 + (c) + 1)
/* In the model a merged buffer is a set of chunks and the generation. */
#define NOTHING(g) ((g) * 16)
#define BIT(c) (1 << (c))

byte word[WINDOW], outcome[WINDOW], slot_a[WINDOW], slot_b[WINDOW];
byte buffer_a[N * 2], buffer_b[N * 2];
byte published[N], tag[N]; /* {k, buffer} and the generation: one word, stored and loaded in one step */
byte turn[N]; /* {generation, inside}: turn.h; how workers enter and are barred is in bell.pml, here each is one step */
byte generation, cursor, limit, stop;
bool closed;
/* The bell: who listens to it, who has heard it, who sleeps on it. */
#define DEAF 0
#define LISTENS 1
#define HEARD 2
byte ear[N];
bool asleep[N];
bool notified;

/* DEAD: and the kernel says so. GONE: reaped, or never forked. */
#define ALIVE 0
#define DEAD 1
#define GONE 2
byte state[N];
byte deaths = DEATHS, forkfails = FORKFAILS;

#ifdef M_NO_GENERATION
#define PUBLISHED(w, g) published[w]
#else
#define PUBLISHED(w, g) (tag[w] == (g) -> published[w] : 0)
#endif
#define OR_DIE :: atomic { deaths > 0 -> deaths--; goto die }
#define RESET gen = 0; k = 0; st = 0; lim = 0; seen = 0; chunk = 0; closed_too = false; buf = false

active [N] proctype worker()
{
    byte gen, k, lim, st, seen, chunk;
    bool closed_too, buf;

end_gone:
    state[_pid] == ALIVE;
end_wait:
    if
    :: atomic {
        turn[_pid] != OVER(generation) ->
        gen = generation;
        turn[_pid] = INSIDE(gen);
        /* resume() */
        k = PUBLISHED(_pid, gen) / 2;
        buf = PUBLISHED(_pid, gen) & 1;
#if defined(M_STALE_START) || defined(M_NO_GENERATION)
        k = 0;
#endif
    }
    OR_DIE
    fi;
take:
    ear[_pid] = LISTENS;
#ifdef M_LIMIT_AFTER
    lim = limit;
    closed_too = closed;
#else
    closed_too = closed;
    lim = limit;
#endif
#if STOP < CHUNKS
    st = stop;
#else
    atomic {
        st = stop;
#endif
#if STOP < CHUNKS
    atomic {
#endif
        seen = cursor;
        chunk = CHUNK_OF(seen);
        if
        :: chunk >= st || (chunk >= lim && closed_too) ->
            ear[_pid] = DEAF; lim = 0; st = 0; seen = 0; chunk = 0; closed_too = false;
            goto no_chunk
        :: else
        fi;
        if
        :: chunk >= lim -> lim = 0; st = 0; seen = 0; chunk = 0; closed_too = false; goto wait_for_chunk
        :: else -> ear[_pid] = DEAF; st = 0; lim = 0; closed_too = false
        fi
    }
    if
    :: atomic {
        word[chunk % WINDOW] == FREE(gen, chunk) ->
        word[chunk % WINDOW] = TAKEN(gen, _pid, k + 1);
        k++;
        st = 1
    }
    :: word[chunk % WINDOW] != FREE(gen, chunk)
    OR_DIE
    fi;
    if
    :: atomic {
        if
        :: cursor == seen -> cursor++
        :: else
        fi;
        seen = 0;
        if
        :: st == 0 -> chunk = 0; goto take
        :: else -> st = 0
        fi
    }
    OR_DIE
    fi;
#ifdef M_DONE_FIRST
    atomic { published[_pid] = k * 2 + buf; tag[_pid] = gen }
#endif
#ifdef COMMUTATIVE
#ifdef M_ONE_BUFFER
#define OTHER buf
#else
#define OTHER (1 - buf)
    buf = 1 - buf;
#endif
    if
    :: atomic {
        if
        :: k == 1 -> buffer_a[_pid * 2 + buf] = NOTHING(gen); buffer_b[_pid * 2 + buf] = NOTHING(gen)
        :: else ->
            buffer_a[_pid * 2 + buf] = buffer_a[_pid * 2 + OTHER];
            buffer_b[_pid * 2 + buf] = buffer_b[_pid * 2 + OTHER]
        fi
    }
    OR_DIE
    fi;
    if
    :: atomic {
        assert(!(buffer_a[_pid * 2 + buf] & BIT(chunk)));
        buffer_a[_pid * 2 + buf] = buffer_a[_pid * 2 + buf] | BIT(chunk)
    }
    OR_DIE
    fi;
    if
    :: buffer_b[_pid * 2 + buf] = buffer_b[_pid * 2 + buf] | BIT(chunk)
    OR_DIE
    fi;
#else
    if
    :: slot_a[chunk % WINDOW] = PAYLOAD(gen, chunk)
    OR_DIE
    fi;
    if
    :: slot_b[chunk % WINDOW] = PAYLOAD(gen, chunk)
    OR_DIE
    fi;
#endif
#if STOP < CHUNKS
    if
    :: outcome[chunk % WINDOW] = (chunk == STOP)
    OR_DIE
    fi;
#endif
#ifndef M_DONE_FIRST
    if
    :: atomic { published[_pid] = k * 2 + buf; tag[_pid] = gen }
    OR_DIE
    fi;
#endif
#if STOP < CHUNKS
    if
    :: chunk == STOP ->
        if
        :: atomic {
            if
            :: chunk + 1 < stop -> stop = chunk + 1
            :: else
            fi
        }
        OR_DIE
        fi
    :: else
    fi;
#endif
    /* parent_must_hear() */
    if
    :: atomic {
        if
#ifdef HINTS
        :: chunk != STOP -> notified = true
#endif
        :: chunk != STOP
#ifndef M_NO_TELL_STOP
        :: chunk == STOP -> notified = true
#else
        :: chunk == STOP
#endif
        fi;
        chunk = 0;
        goto take
    }
    OR_DIE
    fi;
wait_for_chunk:
#ifndef M_NO_TELL_SHORT
    if
    :: notified = true
    OR_DIE
    fi;
#endif
    atomic {
        if
        :: ear[_pid] == HEARD -> goto take
        :: else -> ear[_pid] = DEAF; asleep[_pid] = true
        fi
    }
    if
    :: atomic { !asleep[_pid] -> goto take }
    OR_DIE
    fi;
no_chunk:
    if
    :: atomic { turn[_pid] = OVER(gen); RESET; goto end_wait }
    OR_DIE
    fi;
die:
    atomic {
        RESET;
        asleep[_pid] = false;
        ear[_pid] = DEAF;
        state[_pid] = DEAD;
        goto end_gone
    }
}

#if N != 2
#error "from here on two workers are named"
#endif
#define ALL_IDLE (turn[0] == OVER(g) && turn[1] == OVER(g))
#define NOBODY_INSIDE (turn[0] != INSIDE(g) && turn[1] != INSIDE(g))
#define EXHAUSTED (CHUNK_OF(cursor) >= stop || (closed && CHUNK_OF(cursor) >= limit))
#define SOMEBODY_DEAD (state[0] == DEAD || state[1] == DEAD)
#define NOBODY_LEFT (state[0] == GONE && state[1] == GONE)

inline count_up()
{
    d_step {
        if
        :: ear[0] == LISTENS -> ear[0] = HEARD
        :: else
        fi;
        if
        :: ear[1] == LISTENS -> ear[1] = HEARD
        :: else
        fi
    }
}

inline ring_all()
{
    count_up();
    d_step { asleep[0] = false; asleep[1] = false }
}

inline ring_one()
{
    count_up();
    atomic {
        if
        :: asleep[0] -> asleep[0] = false
        :: asleep[1] -> asleep[1] = false
        :: else
        fi
    }
}

/* offer() of supervisor.c: chunks that fit in the window */
inline offer(wake)
{
    atomic {
        i = lim;
        do
        :: !was_closed && !stopped && lim - base < WINDOW ->
            word[lim % WINDOW] = FREE(g, lim); /* nobody looks at it before limit is raised */
            lim++;
            was_closed = (lim == CHUNKS)
        :: else -> break
        od;
        i = lim - i
    }
    if
    :: i == 0
    :: else ->
#ifdef M_LIMIT_AFTER
        closed = was_closed;
        limit = lim;
#else
        limit = lim;
        closed = was_closed;
#endif
        if
        :: wake && (was_closed || i > 1) -> ring_all()
        :: wake && !was_closed && i == 1 -> ring_one()
        :: !wake
        fi;
        i = 0
    fi
}

/* spawn() of crew.c, into slot i, with a job under way */
inline spawn_worker()
{
    atomic {
        if
        :: forkfails > 0 -> forkfails--; state[i] = GONE; turn[i] = OVER(g); failed = true
        :: turn[i] = OVER(g - 1); state[i] = ALIVE
        fi
    }
}

/* prong_claim_take_back of chunk c. The parent's compare-and-swap loop ends with one that swaps what it has just read. */
inline take_back()
{
    word[c % WINDOW] = FREE(g, c);
    atomic {
#ifndef M_NO_TAG
        cursor = cursor + 16;
#endif
        if
        :: c < CHUNK_OF(cursor) -> cursor = cursor - CHUNK_OF(cursor) + c
        :: else
        fi
    }
    ring_all()
}

#define HOLDS(i, c) (OWNED(word[(c) % WINDOW], g, i) && LOW(word[(c) % WINDOW]) > PUBLISHED(i, g) / 2)

/* prong_crew_ended of worker i, which is dead, so that nobody changes what it holds: at most one chunk */
inline ended()
{
    atomic {
        c = base;
        do
        :: c < lim && !HOLDS(i, c) -> c++
        :: else -> break
        od
    }
    if
    :: c < lim -> take_back()
    :: else
    fi;
    c = 0;
    spawn_worker();
    if
    :: failed ->
#ifndef M_NO_RING_ABSENT
        ring_all();
#endif
        failed = false
    :: else
    fi
}

active proctype parent()
{
    byte g, base, lim, total, i, c, x;
    bool was_closed, stopped, failed, was_idle;

    do
    :: g == GENERATIONS -> break
    :: else ->
        /* prong_job_begin; absent workers are forked first */
        atomic {
            if
            :: state[0] == GONE -> turn[0] = OVER(g); state[0] = ALIVE
            :: else
            fi;
            if
            :: state[1] == GONE -> turn[1] = OVER(g); state[1] = ALIVE
            :: else
            fi;
            g++; base = 0; lim = 0; total = CHUNKS; was_closed = false; stopped = false;
            cursor = 0
        }
        stop = INFINITE;
        limit = 0;
        closed = false;
        offer(false);
        generation = g;
        do
        :: true ->
            offer(true);
            if
            :: NOBODY_LEFT -> spawn_worker(); failed = false
            :: else
            fi;
            /* prong_watch_sleep */
            atomic { notified || SOMEBODY_DEAD || (NOBODY_INSIDE && EXHAUSTED) || ALL_IDLE -> notified = false; i = 0 }
            do
            :: i < N && state[i] == DEAD -> ended(); i++
            :: i < N && state[i] != DEAD -> i++
            :: else -> break
            od;
#ifdef M_NO_REAP
            if
            :: atomic { deaths > 0 -> deaths-- };
                atomic {
                    c = base;
                    do
                    :: c < lim && !HOLDS(0, c) -> c++
                    :: else -> break
                    od
                }
                if
                :: c < lim -> take_back()
                :: else
                fi
            :: true
            fi;
#endif
            atomic { i = 0; c = 0; was_idle = ALL_IDLE }
            /* consume() */
            do
            :: base < lim && !stopped ->
                x = word[base % WINDOW];
                if
                :: x / 64 == g && (x / 16) % 4 != 0 && LOW(x) <= PUBLISHED((x / 16) % 4 - 1, g) / 2 ->
                    atomic {
                        x = 0;
#if STOP < CHUNKS
                        c = outcome[base % WINDOW];
                        assert(c == (base == STOP));
#endif
#ifndef COMMUTATIVE
                        assert(slot_a[base % WINDOW] == PAYLOAD(g, base));
                        assert(slot_b[base % WINDOW] == PAYLOAD(g, base));
#endif
                        base++
                    }
                    if
                    :: c == 1 ->
                        atomic { stopped = true; total = base; c = 0 }
#ifndef M_NO_RING_STOP
                        closed = true;
                        ring_all()
#endif
                    :: else
                    fi
                :: else -> break
                fi
            :: else -> break
            od;
            x = 0;
#ifdef M_EARLY_BEGIN
            if
            :: base == total -> break
#else
            if
            :: atomic { base == total && NOBODY_INSIDE -> turn[0] = OVER(g); turn[1] = OVER(g); break }
#endif
            :: else
            fi;
#ifndef M_NO_REVIVE
            /* Nobody that is here will look for a chunk again, and some are left. */
            if
            :: was_idle && base != total && state[0] == GONE -> i = 0; spawn_worker()
            :: was_idle && base != total && state[0] != GONE && state[1] == GONE -> i = 1; spawn_worker()
            :: else -> assert(!(was_idle && base != total))
            fi;
#else
            assert(!(was_idle && base != total));
#endif
            atomic { was_idle = false; failed = false; i = 0 }
        od;
        was_idle = false;
        assert(base == NEEDED);
#ifdef COMMUTATIVE
        /* prong_job_finish */
        atomic {
            x = NOTHING(g);
            i = 0;
            do
            :: i < N ->
                if
                :: PUBLISHED(i, g) / 2 == 0
                :: else ->
                    c = buffer_a[i * 2 + (PUBLISHED(i, g) & 1)];
                    assert(c == buffer_b[i * 2 + (PUBLISHED(i, g) & 1)]);
                    assert(c / 16 == g);
                    assert(!((x % 16) & (c % 16)));
                    x = x | c
                fi;
                i++
            :: else -> break
            od;
            assert(x == NOTHING(g) + BIT(CHUNKS) - 1);
            x = 0; i = 0; c = 0
        }
#endif
    od
}
