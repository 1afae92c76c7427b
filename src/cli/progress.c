/* What is under way, on a terminal: one line that a timer rewrites each second, and that is removed
 * when the work is done. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/process.h"

/* Short, so that a narrow terminal does not break it. */
enum { PHASE_SIZE = 64, LINE_WIDTH = 78 };

/* The phase, shared with the subprocess: it is written to the text that is not shown, and then the
 * count goes up. */
typedef struct shared_phase {
    atomic_uint n;
    char text[2][PHASE_SIZE];
} shared_phase;

static shared_phase own_phase, *phase = &own_phase;
static volatile sig_atomic_t running, seconds, shown;

/* ---- The line: async-signal-safe functions ------------------------------------------------- */

static size_t put_text(char *line, size_t at, const char *text)
{
    while (*text && at < LINE_WIDTH)
        line[at++] = *text++;
    return at;
}

static size_t put_number(char *line, size_t at, int number)
{
    char digits[12], *p = digits + sizeof digits;
    *--p = '\0';
    do
        *--p = (char)('0' + number % 10);
    while (number /= 10);
    return put_text(line, at, p);
}

static void write_line(const char *line)
{
    ssize_t written = write(STDERR_FILENO, line, LINE_WIDTH + 1);
    (void)written;
}

void progress_clear(void)
{
    char line[LINE_WIDTH + 1];
    if (!shown)
        return;
    memset(line, ' ', sizeof line);
    line[0] = line[LINE_WIDTH] = '\r';
    write_line(line);
    shown = 0;
}

static void on_alarm(int number)
{
    int error = errno;
    char line[LINE_WIDTH + 1];
    (void)number;
    if (!running)
        return;
    seconds = seconds + 1;
    memset(line, ' ', sizeof line);
    size_t at = put_text(line, 0, "\rdotgrad: ");
    at = put_text(line, at, phase->text[atomic_load(&phase->n) % 2]);
    at = put_text(line, at, ", ");
    at = put_number(line, at, (int)seconds);
    put_text(line, at, " s");
    line[LINE_WIDTH] = '\r';
    shown = 1; /* first, for a signal that comes while it is written */
    write_line(line);
    alarm(1);
    errno = error;
}

/* ---- Progress ------------------------------------------------------------------------------ */

void progress_phase(const char *format, ...)
{
    unsigned n = atomic_load(&phase->n) + 1;
    va_list args;
    va_start(args, format);
    vsnprintf(phase->text[n % 2], PHASE_SIZE, format, args);
    va_end(args);
    atomic_store(&phase->n, n);
}

void progress_start(const options *o)
{
    struct sigaction handler = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    seconds = 0;
    sigemptyset(&handler.sa_mask);
    sigaction(SIGALRM, &handler, NULL); /* in any case: no alarm of others ends the command */
    if (o->quiet || o->verbose || json_diagnostics() || !isatty(STDERR_FILENO))
        return;
    running = 1;
    alarm(1);
}

void progress_share(void)
{
    if (phase != &own_phase)
        return;
    void *page =
        mmap(NULL, sizeof *phase, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return; /* then the line does not show the phases of the subprocess */
    memcpy(page, phase, sizeof *phase);
    phase = page;
}

void progress_stop(void)
{
    running = 0;
    alarm(0);
    progress_clear();
}
