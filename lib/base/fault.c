/* SPDX-License-Identifier: MIT */
/* Fault injection for the test build: see fault.h. The pass counters live in a page shared by the whole process tree,
 * so that "once" means once in the run and not once in every respawned worker. */
#include "config.h"

#include "base/fault.h"

#ifdef PRONG_TESTING

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RULES = 8 };

struct rule {
    char point[40];
    char action[16];
    unsigned long first, last;
    _Atomic unsigned long *passes;
};

static struct rule rules[MAX_RULES];
static int rule_count = -1;

static const struct {
    const char *name;
    int value;
} errnos[] = {
    { "EAGAIN", EAGAIN }, { "ENOMEM", ENOMEM }, { "ENOSPC", ENOSPC }, { "EINVAL", EINVAL }, { "EACCES", EACCES },
    { "EINTR", EINTR },   { "EIO", EIO },       { "EPERM", EPERM },   { "EMFILE", EMFILE }, { "EIDRM", EIDRM },
    { "ECHILD", ECHILD }, { "ENOSYS", ENOSYS },
};

static void copy(char *to, size_t size, const char *from, size_t length)
{
    if (length >= size)
        abort();
    memcpy(to, from, length);
    to[length] = '\0';
}

static void parse_rule(const char *text, size_t length, _Atomic unsigned long *passes)
{
    struct rule *r = &rules[rule_count];
    const char *end = text + length;
    const char *colon = memchr(text, ':', length);
    const char *tail;

    if (!colon)
        abort();
    tail = memchr(colon + 1, ':', (size_t)(end - colon - 1));
    copy(r->point, sizeof r->point, text, (size_t)(colon - text));
    copy(r->action, sizeof r->action, colon + 1, (size_t)((tail ? tail : end) - colon - 1));
    r->first = r->last = 1;
    if (tail) {
        char *rest;
        if (tail[1] == '*') {
            r->last = (unsigned long)-1;
        } else {
            r->first = r->last = strtoul(tail + 1, &rest, 10);
            if (*rest == '-')
                r->last = strtoul(rest + 1, NULL, 10);
        }
    }
    r->passes = passes;
    rule_count++;
}

static void load(void)
{
    const char *text = getenv("PRONG_FAULT");
    _Atomic unsigned long *passes;

    rule_count = 0;
    if (!text || !*text)
        return;
    passes = mmap(NULL, MAX_RULES * sizeof *passes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (passes == MAP_FAILED)
        abort();
    while (*text && rule_count < MAX_RULES) {
        size_t length = strcspn(text, ";");
        if (length)
            parse_rule(text, length, passes + rule_count);
        text += length + (text[length] == ';');
    }
}

static int act(const char *action)
{
    if (strcmp(action, "kill") == 0)
        raise(SIGKILL);
    else if (strcmp(action, "segv") == 0)
        raise(SIGSEGV);
    else if (strcmp(action, "bus") == 0)
        raise(SIGBUS);
    else if (strcmp(action, "term") == 0)
        raise(SIGTERM);
    else if (strcmp(action, "stop") == 0)
        raise(SIGSTOP);
    else if (strcmp(action, "exit") == 0)
        _exit(7);
    else if (strcmp(action, "hang") == 0)
        for (;;)
            pause();
    else if (strcmp(action, "sleep") == 0)
        nanosleep(&(struct timespec){ 0, 50 * 1000 * 1000 }, NULL);
    else if (strcmp(action, "killparent") == 0)
        kill(getppid(), SIGKILL);
    else if (strcmp(action, "killgroup") == 0)
        kill(0, SIGKILL);
    else
        for (size_t i = 0; i < sizeof errnos / sizeof errnos[0]; i++)
            if (strcmp(action, errnos[i].name) == 0)
                return errno = errnos[i].value;
    return 0;
}

int prong_fault(const char *point)
{
    int failure = 0;

    if (rule_count < 0)
        load();
    for (int i = 0; i < rule_count; i++) {
        unsigned long pass;
        if (strcmp(rules[i].point, point) != 0)
            continue;
        pass = atomic_fetch_add(rules[i].passes, 1) + 1;
        if (pass >= rules[i].first && pass <= rules[i].last)
            failure = act(rules[i].action);
    }
    return failure;
}

#else
typedef int prong_fault_is_for_tests_only; /* ISO C forbids an empty translation unit */
#endif
