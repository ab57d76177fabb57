/* SPDX-License-Identifier: MIT */
/* A step in plain words, for readers who have never heard of shmget: what it does here, and what such a step is for. */
#include "trace.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static bool is_first_of(const struct trace *trace, size_t i, prong_event_kind kind)
{
    for (size_t k = 0; k < i; k++)
        if (trace->events[k].kind == kind)
            return false;
    return true;
}

/* Is event i the removal mark at birth? */
static bool is_early(const struct trace *trace, size_t i)
{
    return is_first_of(trace, i, PRONG_TRACE_FORK);
}

/* A second attachment of the parent's, which it makes to see whether one can be made. */
static bool is_probe(const struct trace *trace, size_t i)
{
    const prong_event *e = &trace->events[i];
    prong_event_kind other = e->kind;

    if (e->worker != -1 || !is_first_of(trace, i, PRONG_TRACE_FORK))
        return false;
    return (other == PRONG_TRACE_SHMAT && !is_first_of(trace, i, PRONG_TRACE_SHMAT)) || other == PRONG_TRACE_SHMDT;
}

static void what_of_segment(const struct trace *trace, size_t i, char *text, size_t size)
{
    const prong_event *e = &trace->events[i];

    if (e->kind == PRONG_TRACE_SHMGET && e->result == -1)
        snprintf(text, size, "The parent asks the kernel for %" PRIu64 " bytes of shared memory. It refuses: %s.", e->bytes,
                 strerror(e->sys_errno));
    else if (e->kind == PRONG_TRACE_SHMGET)
        snprintf(text, size, "The parent asks the kernel for %" PRIu64 " bytes of memory that processes can share. It gets them, "
                             "as segment number %d.",
                 e->bytes, e->segment);
    else if (e->kind == PRONG_TRACE_SHMDT && is_probe(trace, i))
        snprintf(text, size, "It can. The parent takes the second attachment away again.");
    else if (e->kind == PRONG_TRACE_SHMDT && e->worker >= 0)
        snprintf(text, size, "Worker %d lets go of the attachment that it inherited by fork, to make one of its own.", e->worker);
    else if (e->kind == PRONG_TRACE_SHMDT)
        snprintf(text, size, "The parent detaches the segment: its bytes are no memory of the parent's any more.");
    else if (e->result == -1 && e->sys_errno)
        snprintf(text, size, "The parent says that the segment is to be removed, to be sure. It is gone already, with its last "
                             "attachment.");
    else if (is_early(trace, i))
        snprintf(text, size, "The parent marks the segment for removal before there is any worker: ipcs shows it as dest.");
    else
        snprintf(text, size, "The parent removes the segment. Nobody has it attached any more, so it is gone at once.");
}

static void what_of_shmat(const struct trace *trace, size_t i, char *text, size_t size)
{
    const prong_event *e = &trace->events[i];

    if (e->worker >= 0)
        snprintf(text, size, "Worker %d attaches the segment, too, at the very address where its parent has it. It is now "
                             "attached %" PRIu64 " times.",
                 e->worker, e->attached);
    else if (is_probe(trace, i))
        snprintf(text, size, "The parent tries whether a segment that is marked for removal can still be attached.");
    else
        snprintf(text, size, "The parent attaches the segment: from now on its bytes are memory of the parent's, from address "
                             "0x%" PRIx64 " on.",
                 e->address);
}

static void what_of_end(const prong_event *e, char *text, size_t size)
{
    int status = e->wait_status;

    if (e->kind == PRONG_TRACE_EXIT)
        snprintf(text, size, "Worker %d ends, with status %" PRId64 "%s.", e->worker, e->result,
                 e->result == 0 ? ": there is no chunk left to claim" : "");
    else if (status != -1 && WIFSIGNALED(status))
        snprintf(text, size, "The parent learns that worker %d, process %ld, was killed by signal %d (%s).", e->owner, e->child,
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "The parent waits for worker %d, process %ld, and learns that it ended with status %d.", e->owner,
                 e->child, status == -1 ? 0 : WEXITSTATUS(status));
}

static void what_of_chunk(const prong_event *e, char *text, size_t size)
{
    char range[80] = "";

    if (e->last > e->first)
        snprintf(range, sizeof range, " (from %" PRIu64 " to %" PRIu64 " of the input)", e->first, e->last - 1);
    if (e->kind == PRONG_TRACE_CLAIM)
        snprintf(text, size, "Worker %d claims chunk %" PRId64 "%s and begins to compute it.", e->worker, e->chunk, range);
    else if (e->kind == PRONG_TRACE_WRITE)
        snprintf(text, size, "Worker %d has computed chunk %" PRId64 " and has written what came out into slot %" PRId64
                             " of the segment.",
                 e->worker, e->chunk, e->slot);
    else if (e->kind == PRONG_TRACE_PUBLISH && e->chunk >= 0)
        snprintf(text, size, "Worker %d says, by one store, that chunk %" PRId64 " is done.", e->worker, e->chunk);
    else if (e->kind == PRONG_TRACE_PUBLISH)
        snprintf(text, size, "Worker %d has combined results for its parent, and says so.", e->worker);
    else if (e->kind == PRONG_TRACE_TAKE_BACK)
        snprintf(text, size, "Worker %d ended while it had chunk %" PRId64 "%s. The parent offers the chunk again.", e->owner,
                 e->chunk, range);
    else
        snprintf(text, size, "Chunk %" PRId64 "%s has cost too many workers. The parent gives it up.", e->chunk, range);
}

static void what_of_parent(const prong_event *e, char *text, size_t size)
{
    if (e->kind == PRONG_TRACE_JOB && e->count == UINT64_MAX)
        snprintf(text, size, "The parent lays out the work: the input is a stream, cut into chunks as it comes.");
    else if (e->kind == PRONG_TRACE_JOB)
        snprintf(text, size, "The parent lays out the work: %" PRIu64 " chunk%s to compute, and %" PRIu64
                             " slots of the segment for what comes out, %" PRIu64 " bytes each.",
                 e->count, e->count == 1 ? "" : "s", e->slots, e->bytes);
    else if (e->kind == PRONG_TRACE_FORK && e->result == -1)
        snprintf(text, size, "The parent tries to fork worker %d. The kernel refuses: %s.", e->owner, strerror(e->sys_errno));
    else if (e->kind == PRONG_TRACE_FORK)
        snprintf(text, size, "The parent forks worker %d: a copy of itself, as process %" PRId64 ".", e->owner, e->result);
    else if (e->kind == PRONG_TRACE_COMBINE && e->chunk >= 0)
        snprintf(text, size, "The parent reads slot %" PRId64 " and adds what chunk %" PRId64 " has come to.", e->slot, e->chunk);
    else if (e->kind == PRONG_TRACE_COMBINE)
        snprintf(text, size, "The parent reads slot %" PRId64 " and adds what all chunks of worker %d have come to.", e->slot,
                 e->owner);
    else if (e->kind == PRONG_TRACE_MISSED)
        snprintf(text, size, "%" PRIu64 " steps went by faster than they could be told.", e->count);
    else
        snprintf(text, size, e->result ? "Everything is combined: the result is there." : "The job has failed.");
}

void trace_what(const struct trace *trace, size_t i, char *text, size_t size)
{
    const prong_event *e = &trace->events[i];

    switch (e->kind) {
    case PRONG_TRACE_SHMGET:
    case PRONG_TRACE_RMID:
    case PRONG_TRACE_SHMDT:
        what_of_segment(trace, i, text, size);
        break;
    case PRONG_TRACE_SHMAT:
        what_of_shmat(trace, i, text, size);
        break;
    case PRONG_TRACE_EXIT:
    case PRONG_TRACE_WAIT:
        what_of_end(e, text, size);
        break;
    case PRONG_TRACE_CLAIM:
    case PRONG_TRACE_WRITE:
    case PRONG_TRACE_PUBLISH:
    case PRONG_TRACE_TAKE_BACK:
    case PRONG_TRACE_GIVE_UP:
        what_of_chunk(e, text, size);
        break;
    default:
        what_of_parent(e, text, size);
    }
}

static const char *why_of_removal(const struct trace *trace, size_t i)
{
    if (is_early(trace, i))
        return "A segment belongs to no process: it stays when all its processes have ended, until somebody removes it. "
               "On Linux one that is marked lives on while it is attached, and goes with its last attachment. So nothing "
               "is left behind, whoever is killed, and whenever.";
    return "A segment belongs to no process: it stays when all its processes have ended, until somebody removes it (by "
           "hand: ipcrm -m). To do so at the end is the textbook's order, and if the parent is killed before, a segment "
           "is left behind. With --remove=early prong marks it right after the parent has attached it, and the kernel "
           "cleans up.";
}

static const char *why_of_shmat(const struct trace *trace, size_t i)
{
    if (trace->events[i].worker >= 0)
        return "What one process now writes there all others read: it is the same memory. Everything else that a worker "
               "has is a copy of its own, which no other process sees. Since the address is the same, too, a pointer "
               "into the segment means the same to all.";
    if (is_probe(trace, i))
        return "Linux allows it, other systems do not. Prong asks the kernel instead of believing.";
    return "To attach a segment is to put it into the address space of a process. nattch counts how often it is "
           "attached. Its bytes are 0 until somebody writes to them.";
}

const char *trace_why(const struct trace *trace, size_t i)
{
    switch (trace->events[i].kind) {
    case PRONG_TRACE_SHMGET:
        return "IPC_PRIVATE means that there is no name by which others could find it: who is to use it must be told its "
               "number, and the workers will be, by fork. 0600 means that only this user may read and write it. So far "
               "it is in no process's address space.";
    case PRONG_TRACE_SHMAT:
        return why_of_shmat(trace, i);
    case PRONG_TRACE_RMID:
        return why_of_removal(trace, i);
    case PRONG_TRACE_SHMDT:
        return "nattch goes down by one. Detaching removes nothing, unless the segment is marked and this was its last "
               "attachment.";
    case PRONG_TRACE_JOB:
        return "How the input is cut depends on the input alone, not on the number of workers: that is why any number of "
               "workers gives the same result, bit by bit. Each slot has one writer.";
    case PRONG_TRACE_FORK:
        return "After fork two processes go on from the same place. The new one has a copy of all memory, and so knows "
               "the segment's number; pages are copied only when one of the two writes to them.";
    case PRONG_TRACE_CLAIM:
        return "A claim is one compare-and-swap of a word in the segment: of two workers that try it, one succeeds. "
               "There is no lock, so nobody can die while holding one. Who is quick claims more.";
    case PRONG_TRACE_WRITE:
        return "It was computed in memory of the worker's own, and is copied in one go. The slot does not count yet: a "
               "worker that died now would leave a chunk that another one does again.";
    case PRONG_TRACE_PUBLISH:
        return "The store has release order: who sees it sees the slot's bytes as well. Before it the chunk is not done, "
               "after it it is, and there is nothing in between. So a death at any moment neither loses a chunk nor "
               "counts it twice.";
    case PRONG_TRACE_EXIT:
        return "By _exit, so that nothing of the parent's is done twice: no file buffers are written, no atexit "
               "functions run. The kernel detaches what an ended process had attached.";
    case PRONG_TRACE_WAIT:
        return "A process that has ended stays as a zombie until its parent has asked how. The parent waits for its own "
               "children by their numbers. Only now is it certain that this one writes nothing any more.";
    case PRONG_TRACE_TAKE_BACK:
    case PRONG_TRACE_GIVE_UP:
        return "The dead worker had claimed it but not published it. Since it is dead and reaped, nobody can write to "
               "its slot while another worker computes the chunk again.";
    case PRONG_TRACE_COMBINE:
        return "Only slots that were published are read. Where the order matters, they are combined in the order of the "
               "chunks, whoever computed them and whenever they came.";
    case PRONG_TRACE_MISSED:
        return "Each worker has room for some hundreds of steps that its parent has not read yet. To leave some out is "
               "better than to slow the run down.";
    default:
        return "It is copied out of the segment, which is not needed any more.";
    }
}
