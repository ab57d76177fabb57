/* SPDX-License-Identifier: MIT */
/* A handle must know at every call whether it is in its owner's process or in a child's copy, and getpid() costs as much as the
 * rest of a short call. The number is kept on a page that the kernel empties in every child, however that is made: a handler of
 * pthread_atfork would miss those of clone and _Fork. */
#include "config.h"

#include "base/self.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#if HAVE_DECL_MADV_WIPEONFORK

/* A page costs as much as some ten calls of getpid(): a program that makes one short run has none. */
enum { SELDOM = 8 };

/* A child of vfork shares the page with its parent, and asks for nothing. */
static void *new_page(size_t size)
{
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page != MAP_FAILED && madvise(page, size, MADV_WIPEONFORK) == 0)
        return page;
    if (page != MAP_FAILED)
        munmap(page, size);
    return NULL;
}

typedef _Atomic(pid_t) cell;

static cell *page_of_this_program(void)
{
    static _Atomic(cell *) known;
    static _Atomic bool refused;
    cell *page = atomic_load_explicit(&known, memory_order_acquire);
    size_t size;
    void *fresh;

    if (page || atomic_load(&refused))
        return page;
    size = (size_t)sysconf(_SC_PAGESIZE);
    fresh = new_page(size);
    if (!fresh)
        atomic_store(&refused, true);
    else if (atomic_compare_exchange_strong(&known, &page, fresh))
        page = fresh;
    else /* another thread was quicker, and page is now its page */
        munmap(fresh, size);
    return page;
}

pid_t prong_self(void)
{
    static _Atomic unsigned asked; /* up to SELDOM */
    cell *page;
    pid_t self;

    if (atomic_load_explicit(&asked, memory_order_relaxed) < SELDOM) {
        atomic_fetch_add_explicit(&asked, 1, memory_order_relaxed);
        return getpid();
    }
    page = page_of_this_program();
    self = page ? atomic_load_explicit(page, memory_order_relaxed) : 0;
    if (self)
        return self;
    self = getpid();
    if (page)
        atomic_store_explicit(page, self, memory_order_relaxed);
    return self;
}

#else

pid_t prong_self(void)
{
    return getpid();
}

#endif
