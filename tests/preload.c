/* By LD_PRELOAD: stands in for Graphviz's layout, and does what DOTGRAD_TEST_LAYOUT says; and with
 * DOTGRAD_TEST_SLOW_TICK writes to a slow terminal. */
#define _DEFAULT_SOURCE /* syscall */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((visibility("default"))) int gvLayout(void *context, void *graph, const char *engine);
__attribute__((visibility("default"))) ssize_t write(int fd, const void *data, size_t length);

/* More than this is not taken, whatever the limit: the test must not take the machine with it. */
enum { EXPLOSION_MIB = 3000 };

/* As libgvc does, which does not ask whether it was given memory. */
static void explode(void)
{
    for (int i = 0; i < EXPLOSION_MIB; i++) {
        volatile char *piece = malloc(1 << 20);
        for (size_t k = 0; k < 1 << 20; k += 4096)
            piece[k] = 1;
    }
}

static void write_noise(int fd)
{
    static const char noise[] = "noise from Graphviz\n";
    if (write(fd, noise, sizeof noise - 1) < 0)
        abort();
}

int gvLayout(void *context, void *graph, const char *engine)
{
    (void)context, (void)graph, (void)engine;
    const char *what = getenv("DOTGRAD_TEST_LAYOUT");
    if (!what)
        return -1;
    if (strcmp(what, "crash") == 0)
        raise(SIGSEGV);
    if (strcmp(what, "abort") == 0)
        abort();
    if (strcmp(what, "exit") == 0)
        exit(1);
    if (strcmp(what, "exit0") == 0)
        exit(0);
    if (strcmp(what, "loop") == 0)
        for (volatile int i = 0;;)
            i = 1 - i;
    if (strcmp(what, "explode") == 0)
        explode();
    if (strcmp(what, "noise") == 0) {
        write_noise(STDOUT_FILENO);
        write_noise(STDERR_FILENO);
        puts("more noise from Graphviz");
        exit(1);
    }
    return -1;
}

/* The line of progress is on the terminal before the call returns: a signal may come in between. */
ssize_t write(int fd, const void *data, size_t length)
{
    static const char start[] = "\rdotgrad: ";
    enum { START = sizeof start - 1, MILLISECONDS = 300 };
    ssize_t written = syscall(SYS_write, fd, data, length);
    if (fd == STDERR_FILENO && length > START && memcmp(data, start, START) == 0 &&
        getenv("DOTGRAD_TEST_SLOW_TICK"))
        poll(NULL, 0, MILLISECONDS);
    return written;
}
