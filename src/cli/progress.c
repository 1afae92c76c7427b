/* What is under way, on a terminal: one line that a clock writes anew each second, and that is gone
 * when the work is done. And Ctrl-C, which must leave nothing behind. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Short, so that a narrow terminal does not break it. */
enum { TEXT_ROOM = 64, LINE_ROOM = 78 };

/* The child writes what it does here: into the text that is not shown, and then it counts on. */
typedef struct board {
    atomic_uint n;
    char text[2][TEXT_ROOM];
} board;

static board own, *shown_board = &own;
static volatile sig_atomic_t running, seconds, shown, child;

/* ---- The line. What follows runs in signal handlers. --------------------------------------- */

static size_t add(char *line, size_t at, const char *text)
{
    while (*text && at < LINE_ROOM)
        line[at++] = *text++;
    return at;
}

static size_t add_number(char *line, size_t at, int number)
{
    char digits[12], *p = digits + sizeof digits;
    *--p = '\0';
    do
        *--p = (char)('0' + number % 10);
    while (number /= 10);
    return add(line, at, p);
}

static void write_line(const char *line)
{
    ssize_t written = write(STDERR_FILENO, line, LINE_ROOM + 1);
    (void)written;
}

static void clear_line(void)
{
    char line[LINE_ROOM + 1];
    if (!shown)
        return;
    memset(line, ' ', sizeof line);
    line[0] = line[LINE_ROOM] = '\r';
    write_line(line);
    shown = 0;
}

static void tick(int number)
{
    int error = errno;
    char line[LINE_ROOM + 1];
    (void)number;
    if (!running)
        return;
    seconds = seconds + 1;
    memset(line, ' ', sizeof line);
    size_t at = add(line, 0, "\rdotgrad: ");
    at = add(line, at, shown_board->text[atomic_load(&shown_board->n) % 2]);
    at = add(line, at, ", ");
    at = add_number(line, at, (int)seconds);
    add(line, at, " s");
    line[LINE_ROOM] = '\r';
    shown = 1; /* first, for a signal that comes while it is written */
    write_line(line);
    alarm(1);
    errno = error;
}

/* The signal ends the process as it would have without us, the child first: the terminal may be
 * held. */
static void interrupted(int number)
{
    if (child > 0)
        kill((pid_t)child, SIGKILL);
    clear_line();
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- Interrupts ---------------------------------------------------------------------------- */

const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
const size_t n_interrupts = sizeof interrupts / sizeof *interrupts;

void watch_interrupts(void)
{
    for (size_t i = 0; i < n_interrupts; i++) {
        struct sigaction old, action = {.sa_handler = interrupted};
        sigfillset(&action.sa_mask);
        /* Ignored by whom started the command, as nohup does. */
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(interrupts[i], &action, NULL);
    }
}

void hold_interrupts(bool hold)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < n_interrupts; i++)
        sigaddset(&set, interrupts[i]);
    sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

void end_with_interrupt(pid_t process)
{
    child = (sig_atomic_t)process;
}

void forget_interrupts(void)
{
    for (size_t i = 0; i < n_interrupts; i++) {
        struct sigaction old;
        if (sigaction(interrupts[i], NULL, &old) == 0 && old.sa_handler == interrupted)
            signal(interrupts[i], SIG_DFL);
    }
    signal(SIGALRM, SIG_DFL); /* ends a child that takes too long */
}

/* ---- Progress ------------------------------------------------------------------------------ */

void progress_say(const char *format, ...)
{
    unsigned n = atomic_load(&shown_board->n) + 1;
    va_list args;
    va_start(args, format);
    vsnprintf(shown_board->text[n % 2], TEXT_ROOM, format, args);
    va_end(args);
    atomic_store(&shown_board->n, n);
}

void progress_start(const options *o)
{
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    seconds = 0;
    if (o->quiet || o->verbose || told_as_json() || !isatty(STDERR_FILENO))
        return;
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    running = 1;
    alarm(1);
}

void progress_share(void)
{
    if (shown_board != &own)
        return;
    void *page =
        mmap(NULL, sizeof *shown_board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return; /* then the line does not tell what the child does */
    memcpy(page, shown_board, sizeof *shown_board);
    shown_board = page;
}

void progress_stop(void)
{
    running = 0;
    alarm(0);
    clear_line();
}
