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
static char timeout_messages[2][256];
static volatile sig_atomic_t writing;

static void on_timeout(int number)
{
    (void)number;
    const char *message = timeout_messages[writing];
    progress_stop();
    ssize_t written = write(STDERR_FILENO, message, strlen(message));
    (void)written;
    _exit(EXIT_TROUBLE);
}

static void format_timeout(char *message, const char *what, unsigned long seconds)
{
    char text[128];
    snprintf(text, sizeof text, "%s took more than %lu s (see --time-limit)", what, seconds);
    format_error(message, sizeof *timeout_messages, text);
}

/* The processor time so far, in whole seconds. */
static rlim_t used_seconds(void)
{
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) != 0)
        return 0;
    long long microseconds = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL +
                             used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    return (rlim_t)((microseconds + 900000) / 1000000);
}

/* That of the inputs before this one, so that each has the whole limit. The start of the command
 * does not count. */
static rlim_t used_before;

void limit_command(const options *o, const char *what)
{
    if (LIMITS_MEMORY && o->memory_limit && o->memory_limit <= (RLIM_INFINITY >> 21)) {
        set_limit(RLIMIT_AS, (rlim_t)o->memory_limit << 20);
        explain_memory(true);
    }
    if (!o->time_limit)
        return;
    used_before = used_seconds();
    writing = 0;
    format_timeout(timeout_messages[0], what, o->time_limit);
    format_timeout(timeout_messages[1], "writing the picture", o->time_limit);
    signal(SIGXCPU, on_timeout);
    set_limit(RLIMIT_CPU, o->time_limit < RLIM_INFINITY - used_before ? used_before + o->time_limit
                                                                      : RLIM_INFINITY);
}

/* The least that a picture takes of a value, measured: `flow` takes 590 bytes a value of a chain,
 * and more of any other graph. */
enum { BYTES_OF_VALUE = 500 };

/* The address space of this process. */
static size_t used_addresses(void)
{
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    bool known = f && fscanf(f, "%zu", &pages) == 1;
    if (f)
        fclose(f);
    return known ? pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

bool check_memory_for_picture(const options *o, size_t values)
{
    struct rlimit r;
    if (!LIMITS_MEMORY || !o->memory_limit || getrlimit(RLIMIT_AS, &r) != 0 ||
        r.rlim_cur == RLIM_INFINITY)
        return true;
    size_t used = used_addresses(), needed = values * BYTES_OF_VALUE;
    if (used <= r.rlim_cur && needed <= r.rlim_cur - used)
        return true;
    report_error(
        "a picture of %zu values takes more than %zu MiB beside the %zu that are in use, and "
        "%lu is the limit (see --memory-limit, --root and --max-nodes)",
        values, needed >> 20, used >> 20, o->memory_limit);
    return false;
}

void limit_writing(void)
{
    writing = 1;
}

unsigned long seconds_left(const options *o)
{
    rlim_t used = used_seconds() - used_before;
    return o->time_limit > used ? o->time_limit - used : 1;
}

void limit_subprocess(const options *o, unsigned long seconds)
{
    signal(SIGXCPU, SIG_DFL); /* the parent reports why it ended; its time begins anew */
    if (o->time_limit)
        set_limit(RLIMIT_CPU, seconds);
    set_limit(RLIMIT_CORE, 0);
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY &&
        stack.rlim_cur < STACK)
        set_limit(RLIMIT_STACK, STACK);
    /* A process that only waits takes no processor time. */
    if (o->time_limit && seconds < UINT_MAX / 4)
        alarm((unsigned)seconds * 4);
}
