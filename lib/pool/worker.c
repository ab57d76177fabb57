/* SPDX-License-Identifier: MIT */
/* The child's whole life:
 *
 *     forget the host's handlers; die with the parent
 *     attach the segment, at the parent's address
 *     for each job, until told to leave:
 *         enter it, unless it has been done meanwhile (turn.h)
 *         until no chunk is left:
 *             claim a chunk
 *             compute it in private memory
 *             write the partial into the assigned slot
 *             publish: one release store, last
 *         leave it; the last one to do so wakes the parent
 *     _exit(0)
 *
 * Nothing here allocates, prints, or runs the host's exit handlers. It may be killed after any instruction: see claim.h. */
#include "config.h"

#include "pool/worker.h"

#include "base/clock.h"
#include "base/fault.h"
#include "pool/gather.h"
#include "pool/lifeline.h"
#include "pool/limit.h"
#include "pool/trace.h"
#include "pool/turn.h"
#include "pool/watch.h"
#include "pool/witness.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool in_worker;

/* For the SIGBUS handler, which gets no argument of ours. */
static const struct prong_job_spec *handled_job;
static struct prong_record *handled_record;

bool prong_in_worker(void)
{
    return in_worker;
}

/* A SIGBUS inside the input says that the file lost its end (or its disk): no retry can help, and the parent is
 * told where. Any other goes its default way. */
static void on_sigbus(int sig, siginfo_t *info, void *context)
{
    uintptr_t at = (uintptr_t)info->si_addr;

    (void)context;
    for (unsigned i = 0; handled_job && i < PRONG_INPUTS && info->si_code > 0; i++) {
        uintptr_t begin = (uintptr_t)handled_job->inputs[i].at;
        if (begin && at >= begin && at - begin < handled_job->inputs[i].size) {
            atomic_store(&handled_record->fault_offset, at - begin);
            atomic_store(&handled_record->fault, PRONG_FAULT_INPUT + i);
            _exit(1);
        }
    }
    signal(sig, SIG_DFL);
    raise(sig);
}

/* Handlers of the host would run with its state in a process that it does not know. Ignored signals stay ignored, but
 * SIGINT is always: the parent decides what a Ctrl-C means. So are SIGUSR1 and SIGUSR2 where the host handles them: they are not
 * meant to end anybody, and may be sent to the whole group. SIGTERM must be able to end a worker. */
static void forget_host_signals(void)
{
    struct sigaction action;
    sigset_t none;

    for (int sig = 1; sig <= SIGRTMAX; sig++)
        if (sigaction(sig, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
            signal(sig, sig == SIGUSR1 || sig == SIGUSR2 ? SIG_IGN : SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_sigbus;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGBUS, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What this process needs at hand in a job. */
struct work {
    const struct prong_worker_start *start;
    struct prong_board board;
    struct prong_header *header;
    struct prong_record *record;
    uint32_t worker;
    const struct prong_job_spec *job;
    void *partial; /* private, at least job->partial_size */
    size_t partial_room;
    void *levels; /* private, for gatherings; NULL: none so far */
    size_t levels_room;
    uint64_t k; /* claims so far */
    unsigned buffer;
    struct prong_scribe scribe; /* what it does, said to the parent if that wants to know */
};

/* Where the computation has closed the descriptor only this worker's end can tell the parent that something is published. */
static void tell_parent(const struct work *w)
{
    if (!prong_watch_ring(w->start->notify_fd))
        _exit(1);
}

static int compute(const struct work *w, uint64_t chunk)
{
    void *area = w->header->task.area_stride ? prong_area_at(w->board.layout, w->board.base, chunk) : NULL;
    int outcome = prong_job_init_partial(w->job, w->partial);

    return outcome ? outcome : w->job->compute(w->partial, chunk, area, w->job->ctx);
}

/* Commutative: the partial is merged with what this worker has published before, into its other buffer, so that the
 * published one stays whole until the new one is. */
static int merge(struct work *w)
{
    void *old = prong_buffer_at(w->board.layout, w->board.base, w->worker, w->buffer);
    void *new = prong_buffer_at(w->board.layout, w->board.base, w->worker, w->buffer ^ 1);
    int outcome = 0;

    if (w->k == 1)
        outcome = prong_job_init_partial(w->job, new);
    else
        memcpy(new, old, w->job->partial_size);
    PRONG_FAULT("worker-writing");
    if (outcome == 0)
        outcome = w->job->combine(new, w->partial, w->job->ctx);
    if (outcome == 0)
        w->buffer ^= 1;
    return outcome;
}

static void write_slot(const struct work *w, uint64_t chunk)
{
    char *slot = prong_slot_at(w->board.layout, w->board.base, chunk);
    size_t size = w->job->partial_size;

    memcpy(slot, w->partial, size / 2);
    PRONG_FAULT("worker-writing");
    memcpy(slot + size / 2, (const char *)w->partial + size / 2, size - size / 2);
}

/* Where chunks to claim run short the parent is woken in time to offer others; but what may not be missed is that this worker
 * waits for one, or has ended the fold while others wait: the parent then may have slept through all that was published. */
static bool parent_must_hear(const struct work *w, int outcome)
{
    switch ((enum prong_announce)w->header->task.announce) {
    case PRONG_ANNOUNCE_NOTHING:
        return false;
    case PRONG_ANNOUNCE_SHORTAGE:
        return outcome != 0 || prong_claim_runs_short(w->board);
    case PRONG_ANNOUNCE_ALL:
        break;
    }
    return true;
}

static void wait_for_chunk(const struct work *w, uint32_t heard)
{
    if (w->header->task.announce == PRONG_ANNOUNCE_SHORTAGE)
        tell_parent(w);
    prong_bell_wait(&w->header->bell, heard);
}

static int64_t slot_of(const struct work *w, uint64_t chunk)
{
    return w->header->task.commutative ? (int64_t)w->worker * 2 + w->buffer : (int64_t)prong_place_of(w->board.base, chunk);
}

/* Dated before, since others can see it at once. */
static void publish(struct work *w, int64_t chunk)
{
    prong_scribe_begin(&w->scribe);
    prong_claim_publish(w->board, w->worker, w->buffer, w->k);
    prong_scribe_end(&w->scribe, PRONG_TRACE_PUBLISH, chunk, -1, 0);
    PRONG_FAULT("worker-published");
    prong_claim_ends(w->board, w->worker);
}

static void do_chunk(struct work *w, uint64_t chunk)
{
    int outcome;

    w->k++;
    prong_scribe_put(&w->scribe, PRONG_TRACE_CLAIM, (int64_t)chunk, -1, 0);
    PRONG_FAULT("worker-claimed");
    outcome = compute(w, chunk);
    PRONG_FAULT("worker-computed");
    if (!w->header->task.commutative)
        write_slot(w, chunk);
    else if (outcome == 0)
        outcome = merge(w);
    /* Nothing of a chunk that failed is merged, but what is published must be whole, also for the first. */
    if (outcome != 0 && w->header->task.commutative && w->k == 1)
        prong_job_init_partial(w->job, prong_buffer_at(w->board.layout, w->board.base, w->worker, w->buffer));
    prong_claim_at(w->board.layout, w->board.base, chunk)->outcome = outcome;
    if (w->scribe.rings)
        prong_scribe_put(&w->scribe, PRONG_TRACE_WRITE, (int64_t)chunk, slot_of(w, chunk), outcome);
    PRONG_FAULT("worker-written");
    publish(w, (int64_t)chunk);
    if (outcome != 0)
        prong_claim_stop_after(w->board, chunk);
    if (parent_must_hear(w, outcome))
        tell_parent(w);
}

/* A first merge goes into buffer 1 from nothing; k counts from what this worker's predecessor had published. */
static void resume(struct work *w)
{
    struct prong_published published = prong_claim_published(w->board, w->worker);

    w->k = published.k;
    w->buffer = published.buffer;
    w->job = w->header->task.job;
    handled_job = w->job;
}

_Noreturn static void leave_for(struct work *w, enum prong_worker_fault fault)
{
    atomic_store(&w->record->fault, fault);
    prong_scribe_put(&w->scribe, PRONG_TRACE_EXIT, -1, -1, 1);
    _exit(1);
}

/* More memory than was foreseen at the fork: from the kernel, because the host's allocator may have been forked in the
 * middle of something. */
static void make_room(struct work *w, void **at, size_t *room, size_t size)
{
    void *more;

    if (size <= *room)
        return;
    more = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more == MAP_FAILED)
        leave_for(w, PRONG_FAULT_MEMORY);
    *at = more;
    *room = size;
}

/* Combines for the parent: see gather.h. The segment's size shows that levels * partial_size does not overflow. */
static void gather(struct work *w)
{
    const struct prong_task *task = &w->header->task;
    int outcome;

    w->k++;
    PRONG_FAULT("worker-claimed");
    make_room(w, &w->levels, &w->levels_room, task->levels * w->job->partial_size);
    outcome = prong_gather_compute(w->board, w->job, w->levels);
    prong_gathering_at(w->board.layout, w->board.base)->outcome = outcome;
    PRONG_FAULT("worker-combined");
    publish(w, -1);
    tell_parent(w);
}

static bool nobody_is_inside(const struct work *w, uint32_t generation)
{
    for (uint32_t i = 0; i < w->header->workers; i++)
        if (prong_turn_is_inside(prong_record_at(w->board.layout, w->board.base, i), generation))
            return false;
    return true;
}

static void do_job(struct work *w, uint32_t generation)
{
    uint64_t chunk;
    uint32_t heard;

    PRONG_FAULT("worker-entered");
    w->board.generation = generation;
    resume(w);
    if (w->job->seen.at && !prong_witness_agrees(w->job->seen.at, w->job->seen.size, w->job->seen_sum))
        leave_for(w, PRONG_FAULT_CTX);
    make_room(w, &w->partial, &w->partial_room, w->job->partial_size);
    while ((chunk = prong_claim_take(w->board, w->worker, w->k + 1, &heard)) != PRONG_NO_CHUNK) {
        if (chunk == PRONG_NO_CHUNK_YET)
            wait_for_chunk(w, heard);
        else if (chunk == PRONG_GATHERING)
            gather(w);
        else
            do_chunk(w, chunk);
    }
    PRONG_FAULT("worker-idle");
    /* Two workers that leave at once both store before they look, so at least one sees nobody inside; likewise one of this
     * worker and the parent sees the other's store: it is woken, or it does not sleep. */
    prong_turn_leave(w->record, generation);
    if (atomic_load(&w->header->parent_sleeps) && nobody_is_inside(w, generation))
        tell_parent(w);
}

/* Waits for a job that it may enter, and does: spins as long as it was told to, then sleeps. Returns false if there will be
 * none. */
static bool next_job(struct work *w, uint32_t *generation)
{
    int64_t until = 0;

    for (unsigned turns = 1;; turns++) {
        uint32_t heard;
        if (prong_turn_enter(w->record, w->header, generation))
            return true;
        if (atomic_load(&w->header->leave))
            return false;
        if (w->start->spin > 0) {
            if (turns % 256 != 1) {
                prong_relax();
                continue;
            }
            sched_yield();
            if (until == 0)
                until = prong_now() + w->start->spin;
            if (prong_now() < until)
                continue;
            until = 0;
            turns = 0;
        }
        heard = prong_bell_listen(&w->header->jobs);
        atomic_store(&w->record->sleeping, 1);
        if (atomic_load(&w->header->generation) == *generation && !atomic_load(&w->header->leave))
            prong_bell_wait(&w->header->jobs, heard);
        atomic_store(&w->record->sleeping, 0);
    }
}

_Noreturn void prong_worker_main(const struct prong_worker_start *start, uint32_t worker)
{
    struct work w = { .start = start,
                      .board = { &start->layout, start->segment.base, 0 },
                      .header = prong_header_at(start->segment.base),
                      .record = prong_record_at(&start->layout, start->segment.base, worker),
                      .worker = worker,
                      .partial = start->partial,
                      .partial_room = start->partial_room };
    uint32_t generation;
    int failure;

    in_worker = true;
    handled_record = w.record;
    prong_bell_sit(worker);
    forget_host_signals();
    prong_die_with_parent(start->parent, start->parent_thread_is_main);
    PRONG_FAULT("worker-start");
    failure = prong_segment_attach(&start->segment);
    if (failure)
        _exit(failure < 128 ? PRONG_EXIT_ATTACH + failure : 255);
    atomic_store(&w.record->state, PRONG_WORKER_ATTACHED);
    prong_scribe_sit(&w.scribe, &start->layout, &start->segment, worker, start->notify_fd, start->stepwise);
    if (start->segment.inherited) /* before it attached, but there was nothing to write to */
        prong_scribe_put(&w.scribe, PRONG_TRACE_SHMDT, -1, -1, 0);
    prong_scribe_put(&w.scribe, PRONG_TRACE_SHMAT, -1, -1, 0);
    PRONG_FAULT("worker-attached");
    if (start->setup.flags & PRONG_PIN)
        prong_places_take(&start->places, worker);
    prong_worker_limit(&start->setup);
    if (start->setup.init && start->setup.init(start->setup.ctx) != 0)
        leave_for(&w, PRONG_FAULT_INIT);
    while (next_job(&w, &generation))
        do_job(&w, generation);
    if (start->setup.fini)
        start->setup.fini(start->setup.ctx);
    prong_scribe_put(&w.scribe, PRONG_TRACE_EXIT, -1, -1, 0);
    PRONG_FAULT("worker-exit");
    _exit(0);
}
