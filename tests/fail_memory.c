/* By LD_PRELOAD: memory that ends. DOTGRAD_TEST_MEMORY=N lets the N-th allocation fail, N+ all from
 * then on. Of glibc, whose own streams in memory allocate by these functions, too. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
__attribute__((visibility("default"))) void *malloc(size_t size);
__attribute__((visibility("default"))) void *calloc(size_t n, size_t size);
__attribute__((visibility("default"))) void *realloc(void *old, size_t size);

typedef int main_function(int, char **, char **);
typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void),
                           void (*)(void), void *);
__attribute__((visibility("default"))) start_function __libc_start_main;

/* The constructors of libraries are over. */
static bool started;

int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    start_function *next;
    void *symbol = dlsym(RTLD_NEXT, "__libc_start_main");
    memcpy(&next, &symbol, sizeof next);
    started = true;
    return next(main, argc, argv, init, fini, rtld_fini, stack_end);
}

static bool fails(void)
{
    static long count, first = -1;
    static bool all;
    if (!started)
        return false;
    if (first < 0) {
        const char *text = getenv("DOTGRAD_TEST_MEMORY");
        char *end = NULL;
        first = text ? strtol(text, &end, 10) : 0;
        all = text && *end == '+';
    }
    if (first == 0 || ++count < first)
        return false;
    return all || count == first;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

#endif
