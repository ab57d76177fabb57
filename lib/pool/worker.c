/* SPDX-License-Identifier: MIT */
/* The child's whole life:
 *
 *     forget the host's handlers; die with the parent
 *     attach the segment, at the parent's address
 *     until no chunk is left:
 *         claim a chunk
 *         compute it in private memory
 *         write the partial into the assigned slot
 *         publish: one release store, last
 *     _exit(0)
 *
 * Nothing here allocates, prints, or runs the host's exit handlers. It may be killed after any instruction: see
 * claim.h. */
#include "config.h"

#include "pool/worker.h"

#include "base/fault.h"
#include "pool/lifeline.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static bool in_worker;

/* For the SIGBUS handler, which gets no argument of ours. */
static const struct prong_job *handled_job;
static struct prong_record *handled_record;

bool prong_in_worker(void)
{
    return in_worker;
}

void prong_notify(int fd)
{
    static const uint64_t one = 1;
    /* EAGAIN means that the parent has wakings enough; nothing else can be done about a failure here. */
    if (write(fd, &one, sizeof one) == -1)
        return;
}

/* A SIGBUS inside the input says that the file lost its end (or its disk): no retry can help, and the parent is
 * told where. Any other goes its default way. */
static void on_sigbus(int sig, siginfo_t *info, void *context)
{
    uintptr_t at = (uintptr_t)info->si_addr;

    (void)context;
    for (unsigned i = 0; i < PRONG_INPUTS && info->si_code > 0; i++) {
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
 * SIGINT is always: the parent decides what a Ctrl-C means. SIGTERM must be able to end a worker. */
static void forget_host_signals(void)
{
    struct sigaction action;
    sigset_t none;

    for (int sig = 1; sig <= SIGRTMAX; sig++)
        if (sigaction(sig, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
            signal(sig, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_sigbus;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGBUS, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int compute(const struct prong_worker_start *start, uint64_t chunk)
{
    const struct prong_job *job = start->job;
    const void *block = job->feed ? prong_block_at(&start->layout, start->segment.base, chunk) : NULL;
    int outcome = prong_job_init_partial(job, start->partial);

    return outcome ? outcome : job->compute(start->partial, chunk, block, job->ctx);
}

/* Commutative: the partial is merged with what this worker has published before, into its other buffer, so that the
 * published one stays whole until the new one is. */
static int merge(const struct prong_worker_start *start, uint32_t worker, uint64_t k, unsigned *buffer)
{
    void *old = prong_buffer_at(&start->layout, start->segment.base, worker, *buffer);
    void *new = prong_buffer_at(&start->layout, start->segment.base, worker, *buffer ^ 1);
    const struct prong_job *job = start->job;
    int outcome;

    if (k == 1)
        outcome = prong_job_init_partial(job, new);
    else {
        memcpy(new, old, job->partial_size);
        outcome = 0;
    }
    PRONG_FAULT("worker-writing");
    if (outcome == 0)
        outcome = job->combine(new, start->partial, job->ctx);
    if (outcome == 0)
        *buffer ^= 1;
    return outcome;
}

static void write_slot(const struct prong_worker_start *start, uint64_t chunk)
{
    char *slot = prong_slot_at(&start->layout, start->segment.base, chunk);
    size_t size = start->job->partial_size;

    memcpy(slot, start->partial, size / 2);
    PRONG_FAULT("worker-writing");
    memcpy(slot + size / 2, (const char *)start->partial + size / 2, size - size / 2);
}

static void do_chunk(const struct prong_worker_start *start, uint32_t worker, uint64_t chunk, uint64_t k,
                     unsigned *buffer)
{
    struct prong_board board = { &start->layout, start->segment.base };
    int outcome;

    PRONG_FAULT("worker-claimed");
    outcome = compute(start, chunk);
    PRONG_FAULT("worker-computed");
    if (!start->layout.commutative)
        write_slot(start, chunk);
    else if (outcome == 0)
        outcome = merge(start, worker, k, buffer);
    prong_claim_at(&start->layout, start->segment.base, chunk)->outcome = outcome;
    PRONG_FAULT("worker-written");
    prong_claim_publish(board, worker, *buffer, k);
    PRONG_FAULT("worker-published");
    if (outcome != 0)
        prong_claim_stop_after(board, chunk);
}

_Noreturn void prong_worker_main(const struct prong_worker_start *start, uint32_t worker)
{
    struct prong_board board = { &start->layout, start->segment.base };
    struct prong_header *header = prong_header_at(start->segment.base);
    struct prong_record *record = prong_record_at(&start->layout, start->segment.base, worker);
    uint64_t published, k, chunk;
    unsigned buffer;
    int failure;

    in_worker = true;
    handled_job = start->job;
    handled_record = record;
    forget_host_signals();
    prong_die_with_parent(start->parent, start->parent_thread_is_main);
    PRONG_FAULT("worker-start");
    failure = prong_segment_attach(&start->segment);
    if (failure)
        _exit(failure < 128 ? PRONG_EXIT_ATTACH + failure : 255);
    atomic_store(&record->state, PRONG_WORKER_ATTACHED);
    PRONG_FAULT("worker-attached");

    published = atomic_load(&record->published);
    k = prong_published_k(published);
    buffer = prong_published_buffer(published);
    for (;;) {
        atomic_store(&record->since, 0);
        chunk = prong_claim_take(board, worker, k + 1);
        if (chunk == PRONG_NO_CHUNK)
            break;
        do_chunk(start, worker, chunk, ++k, &buffer);
        if (header->announce)
            prong_notify(start->notify_fd);
    }
    PRONG_FAULT("worker-exit");
    _exit(0);
}
