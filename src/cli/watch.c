/* --watch: draws again whenever an input has changed, until an interrupt.
 *
 * The inputs are polled by name several times a second, so that it does not matter how they are
 * written: in place, by renaming another file over them, on a network. Outputs are not watched, so
 * that drawing cannot cause drawing. Each drawing is a process of its own, which may fail. */
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

#include "cli/diagnostics.h"
#include "cli/job.h"
#include "cli/process.h"

enum { POLLS_PER_SECOND = 10, POLLS_UNTIL_GONE = 10 };

/* What tells a file from its next version. */
typedef struct file_version {
    bool there;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written, changed;
} file_version;

typedef struct watched {
    file_version drawn; /* when it was last drawn */
    file_version seen;  /* at the last poll */
    unsigned gone;      /* polls since it was there */
} watched;

static volatile sig_atomic_t stopped;

static void on_interrupt(int number)
{
    (void)number;
    stopped = 1;
}

/* Ends the wait when a process ends. */
static void on_child_end(int number)
{
    (void)number;
}

static file_version read_version(const char *path)
{
    struct stat s;
    if (stat(path, &s) != 0 || !S_ISREG(s.st_mode)) /* a pipe for a moment is not there, either */
        return (file_version){.there = false};
    return (file_version){true, s.st_dev, s.st_ino, s.st_size, s.st_mtim, s.st_ctim};
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_version(const file_version *a, const file_version *b)
{
    if (!a->there || !b->there)
        return a->there == b->there;
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(a->written, b->written) && same_time(a->changed, b->changed);
}

/* Interrupts and ends of processes are blocked except while the command waits here. */
static void wait_for(long nanoseconds, const sigset_t *unblocked)
{
    struct timespec time = {0, nanoseconds};
    pselect(0, NULL, NULL, NULL, &time, unblocked);
}

/* In the process that draws. */
static _Noreturn void run_job_and_exit(const options *o, size_t i, const sigset_t *unblocked)
{
    for (size_t k = 0; k < n_interrupts; k++) {
        struct sigaction old;
        if (sigaction(interrupts[k], NULL, &old) == 0 && old.sa_handler == on_interrupt)
            signal(interrupts[k], SIG_DFL);
    }
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, unblocked, NULL);
    job j;
    exit_status status = job_init(&j, o, i) && check_paths(o, NULL) ? job_run(&j) : EXIT_TROUBLE;
    if (status == EXIT_DONE && !o->quiet && !json_diagnostics())
        say("drew '%s'", j.output);
    job_free(&j);
    end_diagnostics();
    _exit((int)status);
}

/* Draws one input in a process of its own, which an interrupt ends, too. */
static void draw_in_process(const options *o, size_t i, const sigset_t *unblocked)
{
    pid_t child = fork();
    if (child < 0) {
        report_error("cannot start a process");
        return;
    }
    if (child == 0)
        run_job_and_exit(o, i, unblocked);
    bool ended = false;
    while (waitpid(child, NULL, WNOHANG) == 0) {
        wait_for(999999999, unblocked);
        if (stopped && !ended) {
            kill(child, SIGTERM);
            ended = true;
        }
    }
}

/* Polls an input; true where it has changed and stayed the same since the last poll: before that,
 * somebody may still be writing it. */
static bool has_changed(watched *w, const options *o, size_t i)
{
    file_version now = read_version(o->inputs[i]);
    bool stable = same_version(&now, &w->seen);
    w->seen = now;
    w->gone = now.there ? 0 : w->gone + 1;
    if (w->gone == POLLS_UNTIL_GONE && !o->quiet && !json_diagnostics())
        report_note("'%s' is gone; it is drawn when it is there again", o->inputs[i]);
    return stable && now.there && !same_version(&now, &w->drawn);
}

static void catch_signals(sigset_t *unblocked)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    struct sigaction old, handler = {.sa_handler = on_child_end};
    sigemptyset(&handler.sa_mask);
    sigaction(SIGCHLD, &handler, NULL);
    handler.sa_handler = on_interrupt;
    for (size_t i = 0; i < n_interrupts; i++) {
        sigaddset(&blocked, interrupts[i]);
        /* The parent may have had it ignored, as nohup does. */
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(interrupts[i], &handler, NULL);
    }
    sigprocmask(SIG_BLOCK, &blocked, unblocked);
    for (size_t i = 0; i < n_interrupts; i++)
        sigdelset(unblocked, interrupts[i]);
    sigdelset(unblocked, SIGCHLD);
}

exit_status watch_inputs(const options *o)
{
    watched *all = calloc(o->n_inputs, sizeof *all);
    if (!all) {
        report_error("out of memory");
        return EXIT_TROUBLE;
    }
    sigset_t unblocked;
    catch_signals(&unblocked);
    for (size_t i = 0; i < o->n_inputs && !stopped; i++) {
        all[i].drawn = all[i].seen = read_version(o->inputs[i]);
        draw_in_process(o, i, &unblocked);
    }
    if (!stopped && !o->quiet && !json_diagnostics())
        fputs("dotgrad: watching; Ctrl-C ends it\n", stderr);
    while (!stopped) {
        wait_for(1000000000 / POLLS_PER_SECOND, &unblocked);
        for (size_t i = 0; i < o->n_inputs && !stopped; i++) {
            if (!has_changed(&all[i], o, i))
                continue;
            all[i].drawn = all[i].seen;
            draw_in_process(o, i, &unblocked);
        }
    }
    free(all);
    return EXIT_DONE;
}
