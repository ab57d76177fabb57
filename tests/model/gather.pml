/* SPDX-License-Identifier: MIT */
/* Combining in a worker: lib/pool/gather.c with its place in claim.c, crew.c and worker.c. N workers, CHUNKS partials in a window
 * of WINDOW slots (how chunks become DONE is in claim.pml; here the parent finds one more of them DONE whenever it likes), a tree
 * with two slots a level, GENERATIONS jobs. Any worker may die between any two steps, DEATHS times in all.
 *
 * What is checked
 *   assert        each chunk is in the result once, in order: a level holds [from, to), and only neighbours are joined; what a
 *                 gathering reads is whole and of this generation; a slot is used again only when it has been read
 *   end states    with finitely many deaths every job ends
 *
 * One step is one load, store or compare-and-swap of a shared word, or half of a level. A level is two halves, {from, to}: a
 * worker that dies between them leaves one that fits nothing. What only one process can see or change is glued to its neighbours.
 *
 * Memory order: the word of the place is seq_cst throughout; published is stored with release and loaded with acquire, as in
 * claim.pml, and header.gather is plain: it is written before the word is FREE and read after the swap that makes it TAKEN.
 *
 * Mutants, each of which must fail:
 *   -DM_IN_PLACE      a gathering overwrites the present slot of a level instead of the other
 *   -DM_FREE_EARLY    the places of chunks are used again when the gathering is offered, not when it is DONE
 *   -DM_NO_TAKE_BACK  a gathering is not taken back when its worker dies
 *   -DM_NO_REAP       it is offered again while its worker may still run
 *   -DM_DONE_FIRST    published before the levels are written
 *   -DM_KEEP_BUFFERS  the parent does not turn to the slots that were written
 *   -DM_LEAVE_EARLY   workers leave when the last chunk is DONE, not when the last gathering is
 *   -DM_NO_RING       nobody wakes the workers for a gathering */
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
#define LEVELS 2 /* CHUNKS below 4 */
#if CHUNKS > 3
#error "more levels are needed"
#endif

#define FREE(g) ((g) * 64)
#define TAKEN(g, w, k) ((g) * 64 + ((w) + 1) * 16 + (k))
#define OWNED(x, g, w) ((x) / 16 == (g) * 4 + (w) + 1)
/* {generation, inside}: turn.h, verified in bell.pml */
#define OVER(g) ((g) * 2)
#define INSIDE(g) ((g) * 2 + 1)
#define LOW(x) ((x) % 16)

/* A partial is {generation, from}, {generation, to}. */
#define END(g, c) ((g) * 8 + (c))
byte word;
byte slot[WINDOW];               /* the chunk and generation that it holds */
byte from[LEVELS * 2], to[LEVELS * 2]; /* level * 2 + buffer */
byte result_from, result_to;
byte first, end, count, buffers; /* header.gather */
bool last;
byte published[N], tag[N], turn[N], generation; /* published and tag: one word, stored and loaded in one step */
bool closed, asleep[N], listens[N], heard[N];

#define PUBLISHED(w, g) (tag[w] == (g) -> published[w] : 0)
#define ALIVE 0
#define DEAD 1
byte state[N];
byte deaths = DEATHS;
#define OR_DIE :: atomic { deaths > 0 -> deaths--; goto die }

#define PRESENT(i) ((i) * 2 + ((buffers >> (i)) & 1))
#ifdef M_IN_PLACE
#define OTHER(i) PRESENT(i)
#else
#define OTHER(i) ((i) * 2 + 1 - ((buffers >> (i)) & 1))
#endif
#define CHANGES(before, after, i) ((((after) >> (i)) & 1) && ((after) >> (i)) != ((before) >> (i)))

active [N] proctype worker()
{
    byte gen, k, i, c, n, lo, hi;
    byte have_from[LEVELS], have_to[LEVELS];

end_gone:
    state[_pid] == ALIVE;
end_wait:
    if
    :: atomic { turn[_pid] != OVER(generation) -> gen = generation; turn[_pid] = INSIDE(gen); k = PUBLISHED(_pid, gen) }
    OR_DIE
    fi;
take:
    atomic { listens[_pid] = true; heard[_pid] = false }
    if
    :: atomic {
        word == FREE(gen) ->
        word = TAKEN(gen, _pid, k + 1);
        listens[_pid] = false;
        k++
    }
    :: atomic { word != FREE(gen) && closed -> listens[_pid] = false; goto no_more }
    :: atomic { word != FREE(gen) && !closed -> goto sleep }
    OR_DIE
    fi;
#ifdef M_DONE_FIRST
    atomic { published[_pid] = k; tag[_pid] = gen }
#endif
    /* The tree as it was. */
    i = 0;
    do
    :: i < LEVELS && ((count >> i) & 1) ->
        have_from[i] = from[PRESENT(i)];
        atomic { have_to[i] = to[PRESENT(i)]; i++ }
    :: atomic { i < LEVELS && !((count >> i) & 1) -> i++ }
    :: atomic { i == LEVELS -> i = 0; n = count; c = first; break }
    od;
    /* Each chunk is pushed. */
    do
    :: c < end ->
        atomic {
            assert(slot[c % WINDOW] == END(gen, c));
            lo = END(gen, c);
            hi = END(gen, c + 1);
            i = 0;
            do
            :: (n >> i) & 1 ->
                assert(have_to[i] == lo);
                lo = have_from[i];
                i++
            :: else -> break
            od;
            have_from[i] = lo;
            have_to[i] = hi;
            n++; c++; i = 0; lo = 0; hi = 0
        }
    :: c >= end -> break
    od;
    if
    :: last ->
        /* From the right: what is lower is joined first. */
        atomic {
            lo = 0; hi = 0;
            do
            :: i < LEVELS && ((n >> i) & 1) && hi == 0 -> lo = have_from[i]; hi = have_to[i]; i++
            :: i < LEVELS && ((n >> i) & 1) && hi != 0 -> assert(have_to[i] == lo); lo = have_from[i]; i++
            :: i < LEVELS && !((n >> i) & 1) -> i++
            :: i == LEVELS -> break
            od
        }
        if
        :: result_from = lo
        OR_DIE
        fi;
        if
        :: result_to = hi
        OR_DIE
        fi
    :: else ->
        do
        :: i < LEVELS && CHANGES(count, n, i) ->
            if
            :: from[OTHER(i)] = have_from[i]
            OR_DIE
            fi;
            if
            :: atomic { to[OTHER(i)] = have_to[i]; i++ }
            OR_DIE
            fi
        :: atomic { i < LEVELS && !CHANGES(count, n, i) -> i++ }
        :: i == LEVELS -> break
        od
    fi;
    atomic {
        i = 0; c = 0; n = 0; lo = 0; hi = 0;
        have_from[0] = 0; have_to[0] = 0; have_from[1] = 0; have_to[1] = 0
    }
#ifndef M_DONE_FIRST
    if
    :: atomic { published[_pid] = k; tag[_pid] = gen }
    OR_DIE
    fi;
#endif
    goto take;
sleep:
    atomic {
        listens[_pid] = false;
        if
        :: heard[_pid] -> heard[_pid] = false; goto take
        :: else -> asleep[_pid] = true
        fi
    }
    if
    :: atomic { !asleep[_pid] -> goto take }
    OR_DIE
    fi;
no_more:
    if
    :: atomic { turn[_pid] = OVER(gen); gen = 0; k = 0; heard[_pid] = false; goto end_wait }
    OR_DIE
    fi;
die:
    atomic {
        gen = 0; k = 0; i = 0; c = 0; n = 0; lo = 0; hi = 0;
        have_from[0] = 0; have_to[0] = 0; have_from[1] = 0; have_to[1] = 0;
        asleep[_pid] = false; listens[_pid] = false; heard[_pid] = false;
        state[_pid] = DEAD;
        goto end_gone
    }
}

#if N != 2
#error "from here on two workers are named"
#endif

inline ring()
{
#ifndef M_NO_RING
    d_step {
        heard[0] = listens[0];
        heard[1] = listens[1];
        asleep[0] = false;
        asleep[1] = false
    }
#endif
    skip
}

/* prong_crew_ended of worker i: nobody changes what it holds. */
inline ended()
{
#ifndef M_NO_TAKE_BACK
    if
    :: gathering && OWNED(word, g, i) && LOW(word) > PUBLISHED(i, g) -> word = FREE(g); ring()
    :: else
    fi;
#endif
    atomic { turn[i] = OVER(g - 1); state[i] = ALIVE; i = 0 }
}

active proctype parent()
{
    byte g, base, ready, offered, i;
    bool gathering, gathered;

    do
    :: g == GENERATIONS -> break
    :: else ->
        atomic {
            g++; base = 0; ready = 0; offered = 0; gathering = false; gathered = false;
            count = 0; buffers = 0; first = 0; end = 0; last = false; closed = false; word = 255
        }
        generation = g;
        do
        :: atomic { gathered && turn[0] != INSIDE(g) && turn[1] != INSIDE(g) -> turn[0] = OVER(g); turn[1] = OVER(g); break }
        /* Another chunk is offered, and found to be DONE. */
#ifdef M_FREE_EARLY
        :: atomic { ready < CHUNKS && (ready - base < WINDOW || gathering) -> slot[ready % WINDOW] = END(g, ready); ready++ }
#else
        :: atomic { ready < CHUNKS && ready - base < WINDOW -> slot[ready % WINDOW] = END(g, ready); ready++ }
#endif
        /* collect */
        :: gathering && word / 64 == g && (word / 16) % 4 != 0 && LOW(word) <= PUBLISHED((word / 16) % 4 - 1, g) ->
            atomic {
                gathering = false;
                i = 0;
#ifndef M_KEEP_BUFFERS
                do
                :: i < LEVELS && CHANGES(count, count + end - first, i) -> buffers = buffers ^ (1 << i); i++
                :: i < LEVELS && !CHANGES(count, count + end - first, i) -> i++
                :: i == LEVELS -> break
                od;
#endif
                count = count + end - first;
                base = end;
                i = 0
            }
            if
            :: last -> gathered = true; closed = true; ring()
            :: else
            fi
        /* propose */
        :: !gathering && !gathered && (ready == CHUNKS || ready - base > WINDOW / 2) ->
            atomic { first = base; end = ready; last = (ready == CHUNKS); gathering = true }
#ifdef M_LEAVE_EARLY
            closed = last;
#endif
            word = FREE(g);
            ring()
        /* a worker ended */
        :: atomic { state[0] == DEAD -> i = 0 } ended()
        :: atomic { state[1] == DEAD -> i = 1 } ended()
#ifdef M_NO_REAP
        :: atomic {
            gathering && word / 64 == g && word != FREE(g) && LOW(word) > PUBLISHED((word / 16) % 4 - 1, g) && deaths > 0 ->
            deaths--
        }
            word = FREE(g);
            ring()
#endif
        od;
        assert(result_from == END(g, 0) && result_to == END(g, CHUNKS));
        result_from = 0; result_to = 0;
    od
}
