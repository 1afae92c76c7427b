/* Broadcasting of shapes. */
#include "engine/array.h"

/* The size that an operand has in dimension i of a result of ndim dimensions. Missing dimensions
 * are the first ones, with size 1. */
static size_t size_at(int ndim, int i, int ndim_of, const size_t *shape)
{
    int own = i - (ndim - ndim_of);
    return own < 0 ? 1 : shape[own];
}

/* a * b, saturating at SIZE_MAX; 0 if one is 0. */
static size_t times(size_t a, size_t b)
{
    if (a == 0 || b == 0)
        return 0;
    return a > SIZE_MAX / b ? SIZE_MAX : a * b;
}

/* Adds the next dimension outwards, whose size is not 1: merged with the outermost loop so far
 * where both operands are contiguous across the two, else as a loop of its own. Loops are collected
 * innermost first. */
static void add_loop(dgi_broadcast *w, size_t count, size_t a, size_t b)
{
    int last = w->n_loops - 1;
    if (last >= 0 && a == w->count[last] * w->stride_a[last] &&
        b == w->count[last] * w->stride_b[last]) {
        w->count[last] *= count;
        return;
    }
    w->count[w->n_loops] = count;
    w->stride_a[w->n_loops] = a;
    w->stride_b[w->n_loops] = b;
    w->n_loops++;
}

/* Makes the innermost loop the run, and puts the others into the order outermost first. */
static void split_loops(dgi_broadcast *w)
{
    w->inner = w->n_loops ? w->count[0] : 1;
    w->inner_a = w->n_loops ? w->stride_a[0] : 1;
    w->inner_b = w->n_loops ? w->stride_b[0] : 1;
    size_t count[DG_DIMS_MAX], a[DG_DIMS_MAX], b[DG_DIMS_MAX];
    int n = w->n_loops ? w->n_loops - 1 : 0;
    for (int i = 0; i < n; i++) {
        count[i] = w->count[n - i];
        a[i] = w->stride_a[n - i];
        b[i] = w->stride_b[n - i];
    }
    for (int i = 0; i < n; i++) {
        w->count[i] = count[i];
        w->stride_a[i] = a[i];
        w->stride_b[i] = b[i];
    }
    w->n_loops = n;
}

bool dgi_broadcast_shapes(dgi_broadcast *w, int ndim_a, const size_t *shape_a, int ndim_b,
                          const size_t *shape_b)
{
    w->ndim = ndim_a > ndim_b ? ndim_a : ndim_b;
    w->n_loops = 0;
    w->size = 1;
    size_t a = 1, b = 1; /* elements of the dimensions so far: the strides of the next */
    for (int i = w->ndim; i-- > 0;) {
        size_t in_a = size_at(w->ndim, i, ndim_a, shape_a);
        size_t in_b = size_at(w->ndim, i, ndim_b, shape_b);
        if (in_a != in_b && in_a != 1 && in_b != 1)
            return false;
        w->shape[i] = in_a == 1 ? in_b : in_a;
        w->size = times(w->size, w->shape[i]);
        if (w->shape[i] != 1)
            add_loop(w, w->shape[i], in_a == 1 ? 0 : a, in_b == 1 ? 0 : b);
        a = times(a, in_a);
        b = times(b, in_b);
    }
    split_loops(w);
    return true;
}
