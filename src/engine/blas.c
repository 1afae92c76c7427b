/* Loading the machine's CBLAS, and calling it. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <config.h>

#include "engine/blas.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

typedef __typeof__(cblas_dgemm) product_function;

/* The address space that OpenBLAS maps: for itself, for each thread, and for each product in
 * progress (its BUFFER_SIZE). Another CBLAS takes less. */
static const size_t for_library = (size_t)96 << 20, for_thread = (size_t)128 << 20;

/* Whether that many bytes can be mapped. */
static bool has_room(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    munmap(memory, bytes);
    return true;
}

/* The number of threads that OpenBLAS will start: one for each processor unless the environment
 * says less.
 */
static size_t threads(void)
{
    static const char *const variables[] = {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",
                                            "OMP_NUM_THREADS"};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = processors > 0 ? (size_t)processors : 1;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *text = getenv(variables[i]);
        long wanted = text ? strtol(text, NULL, 10) : 0;
        if (wanted > 0)
            return (size_t)wanted < most ? (size_t)wanted : most;
    }
    return most;
}

static size_t stack_of_thread(void)
{
    const size_t usual = (size_t)8 << 20;
    struct rlimit r;
    if (getrlimit(RLIMIT_STACK, &r) != 0 || r.rlim_cur == RLIM_INFINITY)
        return usual;
    return r.rlim_cur < for_thread ? (size_t)r.rlim_cur : for_thread;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* cblas_dgemm, or NULL. Without room it is tried again the next time; without a CBLAS it is not. */
static product_function *load(void)
{
    static product_function *product;
    static bool absent;
    pthread_mutex_lock(&mutex);
    if (!product && !absent &&
        has_room(for_library + threads() * (for_thread + stack_of_thread()))) {
        void *library = dlopen(DG_BLAS_LIBRARY, RTLD_NOW | RTLD_LOCAL);
        void *symbol = library ? dlsym(library, "cblas_dgemm") : NULL;
        absent = !symbol;
        memcpy(&product, &symbol, sizeof product); /* C has no cast for it */
    }
    product_function *loaded = product;
    pthread_mutex_unlock(&mutex);
    return loaded;
}

/* Whether there is a limit on address space, so that each product has to check for room. */
static bool is_limited(void)
{
    struct rlimit r;
    return getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY;
}

bool dgi_blas_gemm(bool transpose_a, bool transpose_b, int n, int m, int k, const double *a,
                   int row_a, const double *b, int row_b, double beta, double *c, int row_c)
{
    product_function *product = load();
    if (!product || (is_limited() && !has_room(for_thread)))
        return false;
    product(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
            transpose_b ? CblasTrans : CblasNoTrans, n, m, k, 1.0, a, row_a, b, row_b, beta, c,
            row_c);
    return true;
}
