/* SPDX-License-Identifier: MIT */
/* A signal that asks the command to end only raises a flag: the library gives up the run, reaps the workers,
 * removes the segment, and then the command dies of the very signal, so that its parent sees the truth. Signals
 * that were ignored when the command started (nohup) stay ignored. SIGTSTP keeps its default action: workers are in
 * our process group and stop and go on with us. */
#include "cli.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    caught = sig;
}

volatile const sig_atomic_t *cli_catch_signals(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action, before;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    return &caught;
}

static volatile sig_atomic_t question;

static void on_question(int sig)
{
    (void)sig;
    question = 1;
}

volatile sig_atomic_t *cli_catch_question(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_question;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
#ifdef SIGINFO
    sigaction(SIGINFO, &action, NULL);
#endif
    return &question;
}

void cli_die_of_signal(void)
{
    if (!caught)
        return;
    signal(caught, SIG_DFL);
    raise(caught);
}
