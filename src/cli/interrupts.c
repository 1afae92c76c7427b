/* Interrupts: Ctrl-C and the like end the command, and must leave nothing behind. */
#include <signal.h>
#include <unistd.h>

#include "cli/process.h"

static volatile sig_atomic_t child;

const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
const size_t n_interrupts = sizeof interrupts / sizeof *interrupts;

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
        /* The parent may have had it ignored, as nohup does. */
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(interrupts[i], &handler, NULL);
    }
}

bool block_interrupts(bool block)
{
    sigset_t set, before;
    sigemptyset(&set);
    for (size_t i = 0; i < n_interrupts; i++)
        sigaddset(&set, interrupts[i]);
    sigprocmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, &before);
    return sigismember(&before, interrupts[0]) == 1;
}

bool interrupt_is_pending(void)
{
    sigset_t set;
    if (sigpending(&set) != 0)
        return false;
    for (size_t i = 0; i < n_interrupts; i++)
        if (sigismember(&set, interrupts[i]) == 1)
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
