/* SPDX-License-Identifier: MIT */
/* A worker says what it does, in its ring of the segment: see trace.h for the order of the stores. Nothing here allocates or
 * locks, and a death at any instruction costs the one note that was being made. */
#include "config.h"

#include "pool/trace.h"

#include "base/clock.h"
#include "base/fault.h"
#include "pool/watch.h"

#include <string.h>
#include <unistd.h>

void prong_scribe_sit(struct prong_scribe *scribe, const struct prong_layout *layout, const struct prong_segment *segment,
                      uint32_t worker, int notify_fd, bool stepwise)
{
    *scribe = (struct prong_scribe){ .rings = NULL };
    if (layout->notes_size == 0)
        return;
    scribe->rings = (void *)((char *)segment->base + layout->notes);
    scribe->ring = &scribe->rings->ring[worker];
    scribe->segment = segment->id;
    scribe->notify_fd = notify_fd;
    scribe->stepwise = stepwise;
    scribe->note.pid = (int32_t)getpid();
    scribe->note.address = (uint64_t)(uintptr_t)segment->base;
}

void prong_scribe_open(struct prong_scribe *scribe)
{
    atomic_store(&scribe->ring->open, prong_now());
    atomic_thread_fence(memory_order_seq_cst);
    scribe->note.time = prong_now();
    scribe->note.ipc = prong_segment_ask(scribe->segment);
}

static void wait_until_told(struct prong_scribe *scribe, uint64_t head)
{
    prong_watch_ring(scribe->notify_fd);
    for (;;) {
        uint32_t heard = prong_bell_listen(&scribe->rings->bell);
        if (atomic_load(&scribe->ring->told) >= head)
            return;
        prong_bell_wait(&scribe->rings->bell, heard);
    }
}

void prong_scribe_close(struct prong_scribe *scribe, prong_event_kind kind, int64_t chunk, int64_t slot, int64_t result)
{
    struct prong_ring *ring = scribe->ring;
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t unread = head - atomic_load_explicit(&ring->tail, memory_order_acquire);

    if (unread >= PRONG_RING_NOTES) {
        atomic_fetch_add_explicit(&ring->missed, 1, memory_order_relaxed);
    } else {
        scribe->note.kind = kind;
        scribe->note.chunk = chunk;
        scribe->note.slot = slot;
        scribe->note.result = result;
        memcpy(&ring->notes[head % PRONG_RING_NOTES], &scribe->note, sizeof scribe->note);
        PRONG_FAULT("worker-noting");
        atomic_store_explicit(&ring->head, ++head, memory_order_release);
    }
    atomic_store_explicit(&ring->open, 0, memory_order_release);
    if (scribe->stepwise)
        wait_until_told(scribe, head);
    else if (unread == PRONG_RING_NOTES / 2)
        prong_watch_ring(scribe->notify_fd);
}
