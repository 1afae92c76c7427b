/* Limits on time and memory: of the command, which runs the program, and of the subprocess, which
 * draws. */
#define _DEFAULT_SOURCE /* RLIMIT_AS */
#include "cli/process.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/job.h"

#if defined(__SANITIZE_ADDRESS__)
#define LIMITS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMITS_MEMORY 0 /* its shadow memory is terabytes of address space */
#endif
#endif
#ifndef LIMITS_MEMORY
#define LIMITS_MEMORY 1
#endif

/* Graphviz recurses along paths of the graph; the kernel leaves about this much room for a main
 * stack to grow, whatever its limit was when the process began. */
enum { STACK = 100 << 20 };

static void set_limit(int which, rlim_t limit)
{
    struct rlimit r;
    if (getrlimit(which, &r) != 0)
        return;
    if (r.rlim_max == RLIM_INFINITY || r.rlim_max > limit)
        r.rlim_cur = limit;
    else
        r.rlim_cur = r.rlim_max;
    setrlimit(which, &r);
}

/* Written when the command's own time is over; formatted before, since a signal handler may not. */
static char timeout_message[256];

static void on_timeout(int number)
{
    (void)number;
    progress_stop();
    ssize_t written = write(STDERR_FILENO, timeout_message, strlen(timeout_message));
    (void)written;
    _exit(EXIT_TROUBLE);
}

/* OpenBLAS maps some 130 MiB for each of its threads, of which it has one a processor: a machine
 * with many would go over the limit. A number that the user has set stays. */
static void limit_threads(unsigned long mebibytes)
{
    const unsigned long for_thread = 256;
    char number[32];
    snprintf(number, sizeof number, "%lu", mebibytes < for_thread ? 1 : mebibytes / for_thread);
    setenv("OPENBLAS_NUM_THREADS", number, 0);
}

/* The processor time of the inputs before this one, in whole seconds, so that each has the whole
 * limit. The start of the command does not count. */
static rlim_t used_seconds(void)
{
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) != 0)
        return 0;
    long long microseconds = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL +
                             used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    return (rlim_t)((microseconds + 900000) / 1000000);
}

void limit_command(const options *o)
{
    if (LIMITS_MEMORY && o->memory_limit && o->memory_limit <= (RLIM_INFINITY >> 21)) {
        set_limit(RLIMIT_AS, (rlim_t)o->memory_limit << 20);
        limit_threads(o->memory_limit);
    }
    if (!o->time_limit)
        return;
    char text[sizeof timeout_message];
    snprintf(text, sizeof text, "the program took more than %lu s (see --time-limit)",
             o->time_limit);
    format_error(timeout_message, sizeof timeout_message, text);
    signal(SIGXCPU, on_timeout);
    rlim_t used = used_seconds();
    set_limit(RLIMIT_CPU,
              o->time_limit < RLIM_INFINITY - used ? used + o->time_limit : RLIM_INFINITY);
}

void limit_subprocess(const options *o)
{
    signal(SIGXCPU, SIG_DFL); /* the parent reports why it ended; its time begins anew */
    if (o->time_limit)
        set_limit(RLIMIT_CPU, o->time_limit);
    set_limit(RLIMIT_CORE, 0);
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY &&
        stack.rlim_cur < STACK)
        set_limit(RLIMIT_STACK, STACK);
    /* A process that only waits takes no processor time. */
    if (o->time_limit && o->time_limit < UINT_MAX / 4)
        alarm((unsigned)o->time_limit * 4);
}
