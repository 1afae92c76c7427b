/* Stands in for Graphviz's layout, by LD_PRELOAD, and does what DOTGRAD_TEST_LAYOUT says. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((visibility("default"))) int gvLayout(void *context, void *graph, const char *engine);

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
