/* Interrupts: Ctrl-C and the like end the command, and must leave nothing behind. */
#define _DEFAULT_SOURCE /* SIGPOLL, NSIG */
#include <signal.h>
#include <unistd.h>

#include "cli/process.h"

static volatile sig_atomic_t child;

const int interrupts[] = {
    SIGINT,    SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU,
#ifdef SIGPOLL
    SIGPOLL,
#endif
#ifdef SIGPWR
    SIGPWR,
#endif
#ifdef SIGSTKFLT
    SIGSTKFLT,
#endif
};
const size_t n_interrupts = sizeof interrupts / sizeof *interrupts;

/* All signals that would end the process and can wait: those above, and those of the real-time
 * range. */
static void fill_with_interrupts(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < n_interrupts; i++)
        sigaddset(set, interrupts[i]);
#ifdef SIGRTMIN
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
        sigaddset(set, number);
#endif
}

/* The signal ends the process as it would have without a handler, the subprocess first, which may
 * be stopped. */
static void on_interrupt(int number)
{
    if (child > 0)
        kill((pid_t)child, SIGKILL);
    progress_clear();
    signal(number, SIG_DFL);
    raise(number);
}

void catch_interrupts(void)
{
    for (size_t i = 0; i < n_interrupts; i++) {
        struct sigaction old, handler = {.sa_handler = on_interrupt};
        sigfillset(&handler.sa_mask);
        /* The parent may have had it ignored, as nohup does; and that of the time limit says more.
         */
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(interrupts[i], &handler, NULL);
    }
}

bool block_interrupts(bool block)
{
    sigset_t set, before;
    fill_with_interrupts(&set);
    sigprocmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, &before);
    return sigismember(&before, interrupts[0]) == 1;
}

static bool is_ignored(int number)
{
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

bool interrupt_is_pending(void)
{
    sigset_t pending, ours;
    if (sigpending(&pending) != 0)
        return false;
    fill_with_interrupts(&ours);
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&ours, number) == 1 && sigismember(&pending, number) == 1 &&
            !is_ignored(number))
            return true;
    return false;
}

void kill_on_interrupt(pid_t process)
{
    child = (sig_atomic_t)process;
}

void reset_interrupts(void)
{
    for (size_t i = 0; i < n_interrupts; i++) {
        struct sigaction old;
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler == on_interrupt)
            signal(interrupts[i], SIG_DFL);
    }
    signal(SIGALRM, SIG_DFL); /* ends a process that takes too long */
}
