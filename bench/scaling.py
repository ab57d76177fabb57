#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What happens with more workers than the machine at hand has: a simulation of claim and publish with measured costs.

usage: scaling.py [NAME=VALUE ...]      names and defaults: Costs, below. Prints Markdown.

The simulation follows lib/pool/claim.h. Workers claim the lowest free chunk by one swap on a line that all of them write: such
swaps take their turns, at the price of one transfer of the line. A worker reads and reduces its chunk, publishes it, and claims
again. The parent consumes chunks in order, one transfer of a slot and a combination each, and offers their places again: at
most `window` chunks are on the way. In a commutative job workers keep what they have, and the parent takes one partial each.
Reading shares the memory's bandwidth among all who read. Workers begin one after another, as the parent forks them.
"""
import dataclasses
import heapq
import sys


@dataclasses.dataclass
class Costs:
    """Seconds, bytes and bytes a second."""
    fork: float = 0.5e-3          # parent: fork of one worker, to the next
    begin: float = 0.5e-3         # worker: from its fork to its first claim
    line: float = 0.10e-6         # a line with an atomic on it goes from core to core
    consume: float = 0.35e-6      # parent: a published chunk, its slot fetched and combined
    wake: float = 10e-6           # a sleeping process is woken
    core: float = 9e9             # one core reads and reduces so many bytes a second
    memory: float = 16e9          # all cores together read no more than that
    bytes: float = 2.0**31        # of the job
    grain: float = 2.0**19        # bytes of a chunk: 65536 doubles, or a 4096th of the job
    window: float = 4096          # so many chunks are on the way at most
    reap: float = 0.1e-3          # parent: one worker at its end


def bandwidth(costs, active):
    """Of each, where so many read. Memory channels come with sockets: the model takes one."""
    return min(costs.core, costs.memory / max(active, 1))


def simulate(costs, workers, memory_scales=False, commutative=False, forked=True):
    """Seconds of a job, and what the parts of it waited for: {name: share}."""
    chunks = max(1, int(costs.bytes // costs.grain))
    window = min(chunks, int(costs.window))
    # Reading is simulated in the steady state: workers that read at a time share the memory.
    readers = min(workers, chunks)
    cost = costs if not memory_scales else dataclasses.replace(costs, memory=costs.core * workers)
    work = costs.grain / bandwidth(cost, readers)
    events = [((costs.fork * (k + 1) + costs.begin) if forked else costs.wake, k) for k in range(workers)]
    heapq.heapify(events)
    line_free = parent_free = 0.0
    done = {}                     # chunk: when it was published
    consumed = next_chunk = 0
    waiting = []                  # workers that found the window full
    waited_line = waited_window = computed = 0.0
    end = 0.0
    if forked:
        parent_free = costs.fork * workers
    while events:
        now, worker = heapq.heappop(events)
        # What the parent has consumed by now gives places back.
        while not commutative and consumed in done and max(parent_free, done[consumed]) + costs.consume <= now:
            parent_free = max(parent_free, done.pop(consumed)) + costs.consume
            consumed += 1
        if next_chunk == chunks:
            end = max(end, now)
            continue
        if not commutative and next_chunk - consumed >= window:
            # The oldest chunk's consumption lets it go on; it may not have been published.
            ready = max(parent_free, done[consumed]) + costs.consume if consumed in done else None
            if ready is None:
                waiting.append((now, worker))
                continue
            waited_window += ready - now
            heapq.heappush(events, (ready, worker))
            continue
        at = max(now, line_free)
        waited_line += at - now
        line_free = at + costs.line
        finish = line_free + work
        done[next_chunk] = finish
        next_chunk += 1
        computed += work
        end = max(end, finish)
        heapq.heappush(events, (finish, worker))
        for since, other in waiting:
            waited_window += max(0.0, finish - since)
            heapq.heappush(events, (max(since, finish), other))
        waiting = []
    if commutative:
        end = max(end, parent_free) + costs.consume * workers
    else:
        for chunk in range(consumed, chunks):
            parent_free = max(parent_free, done[chunk]) + costs.consume
        end = max(end, parent_free)
    if forked:
        end += costs.reap * workers
    total = end * workers
    return end, {'claims': waited_line / total, 'window and parent': waited_window / total, 'work': computed / total}


def main():
    costs = Costs(**{name: float(value) for name, value in (word.split('=', 1) for word in sys.argv[1:])})
    serial = costs.bytes / bandwidth(costs, 1)
    print('Costs: %s.\n' % ', '.join('%s %.3g' % item for item in dataclasses.asdict(costs).items()))
    for title, how in (('A command: fork and reap included, memory as measured', {}),
                       ('The same, where every core brings its own bandwidth', {'memory_scales': True}),
                       ('A persistent pool, own bandwidth, ordered', {'memory_scales': True, 'forked': False}),
                       ('A persistent pool, own bandwidth, commutative',
                        {'memory_scales': True, 'forked': False, 'commutative': True})):
        print('### %s\n' % title)
        print('| workers | seconds | speed-up | working | waits for claims | for the parent |\n|---|---|---|---|---|---|')
        for workers in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024):
            seconds, shares = simulate(costs, workers, **how)
            print('| %d | %.4f | %.1f | %.0f %% | %.0f %% | %.0f %% |' % (
                workers, seconds, serial / seconds, 100 * shares['work'], 100 * shares['claims'],
                100 * shares['window and parent']))
        print()


if __name__ == '__main__':
    main()
