/* --watch: draws again whenever an input has changed, until an interrupt.
 *
 * The inputs are looked at by name several times a second, so that it does not matter how they are
 * written: in place, by renaming another file over them, on a network. Nothing else is looked at;
 * what is drawn cannot cause drawing. Each drawing is a process, which may fail as it likes. */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS_PER_SECOND = 10, LOOKS_UNTIL_GONE = 10 };

/* What tells a file from its next version. */
typedef struct version {
    bool there;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written, changed;
} version;

typedef struct watched {
    version drawn; /* when it was last drawn */
    version seen;  /* when it was last looked at */
    unsigned gone; /* looks since it was there */
} watched;

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

/* So that a process that ends ends the wait, too. */
static void wake(int number)
{
    (void)number;
}

static version look(const char *path)
{
    struct stat s;
    if (stat(path, &s) != 0)
        return (version){.there = false};
    return (version){true, s.st_dev, s.st_ino, s.st_size, s.st_mtim, s.st_ctim};
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_version(const version *a, const version *b)
{
    if (!a->there || !b->there)
        return a->there == b->there;
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(a->written, b->written) && same_time(a->changed, b->changed);
}

/* Interrupts and ends of children are held back but while the command waits here. */
static void wait_for(long nanoseconds, const sigset_t *open)
{
    struct timespec time = {0, nanoseconds};
    pselect(0, NULL, NULL, NULL, &time, open);
}

/* In the process that draws. */
static _Noreturn void draw_and_end(const options *all, size_t i, const sigset_t *open)
{
    for (size_t k = 0; k < n_interrupts; k++) {
        struct sigaction old;
        if (sigaction(interrupts[k], NULL, &old) == 0 && old.sa_handler == stop)
            signal(interrupts[k], SIG_DFL);
    }
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, open, NULL);
    options *one = options_of_input(all, i);
    exit_status status = one ? draw_input(one) : EXIT_TROUBLE;
    if (status == EXIT_DONE && !all->quiet && !told_as_json())
        fprintf(stderr, "dotgrad: drew '%s'\n", one->output);
    free_options_of_input(one);
    tell_end();
    _exit((int)status);
}

/* Draws one input; an interrupt meanwhile ends that as well. */
static void draw_apart(const options *o, size_t i, const sigset_t *open)
{
    pid_t child = fork();
    if (child < 0) {
        complain("cannot start a process");
        return;
    }
    if (child == 0)
        draw_and_end(o, i, open);
    bool told = false;
    while (waitpid(child, NULL, WNOHANG) == 0) {
        wait_for(999999999, open);
        if (stopped && !told) {
            kill(child, SIGTERM);
            told = true;
        }
    }
}

/* Looks at an input; true where it has changed and then stayed the same for a while, since somebody
 * may still be writing it. */
static bool has_changed(watched *w, const options *o, size_t i)
{
    version now = look(o->inputs[i]);
    bool settled = same_version(&now, &w->seen);
    w->seen = now;
    w->gone = now.there ? 0 : w->gone + 1;
    if (w->gone == LOOKS_UNTIL_GONE && !o->quiet && !told_as_json())
        note("'%s' is gone; it is drawn when it is there again", o->inputs[i]);
    return settled && now.there && !same_version(&now, &w->drawn);
}

static void catch_signals(sigset_t *open)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGCHLD);
    struct sigaction old, action = {.sa_handler = wake};
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    action.sa_handler = stop;
    for (size_t i = 0; i < n_interrupts; i++) {
        sigaddset(&held, interrupts[i]);
        /* Ignored by whom started the command, as nohup does. */
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(interrupts[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &held, open);
    for (size_t i = 0; i < n_interrupts; i++)
        sigdelset(open, interrupts[i]);
    sigdelset(open, SIGCHLD);
}

exit_status watch_inputs(const options *o)
{
    watched *all = calloc(o->n_inputs, sizeof *all);
    if (!all) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    sigset_t open;
    catch_signals(&open);
    for (size_t i = 0; i < o->n_inputs && !stopped; i++) {
        all[i].drawn = all[i].seen = look(o->inputs[i]);
        draw_apart(o, i, &open);
    }
    if (!stopped && !o->quiet && !told_as_json())
        fputs("dotgrad: watching; Ctrl-C ends it\n", stderr);
    while (!stopped) {
        wait_for(1000000000 / LOOKS_PER_SECOND, &open);
        for (size_t i = 0; i < o->n_inputs && !stopped; i++) {
            if (!has_changed(&all[i], o, i))
                continue;
            all[i].drawn = all[i].seen;
            draw_apart(o, i, &open);
        }
    }
    free(all);
    return EXIT_DONE;
}
