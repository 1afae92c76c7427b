/* Matrix products, with all of torch.matmul's combinations. */
#include "engine/kernels.h"

#include <string.h>

#include "engine/limits.h"
#include "engine/product.h"

/* For up to this many multiplications simple loops take a microsecond or two, and copies would not
 * pay. */
static const size_t few = 4096;

/* Row by row of c: adds multiples of the rows of b. */
static void by_rows(const dgi_matrix_product *p, const double *a, const double *b,
                    double *restrict c)
{
    size_t step_row = p->transpose_a ? 1 : p->k, step = p->transpose_a ? p->n : 1;
    for (size_t i = 0; i < p->n; i++, a += step_row, c += p->m) {
        if (!p->add)
            memset(c, 0, p->m * sizeof *c);
        for (size_t l = 0; l < p->k; l++) {
            const double *restrict row = b + l * p->m;
            double x = a[l * step];
            for (size_t j = 0; j < p->m; j++)
                c[j] += x * row[j];
        }
    }
}

/* Element by element of c: dot products, where the rows of op(a) and the columns of op(b) are
 * contiguous. */
static void by_dots(const dgi_matrix_product *p, const double *a, const double *b, double *c)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->m; j++, c++)
            *c = (p->add ? *c : 0.0) + dgi_dot(a + i * p->k, b + j * p->k, p->k);
}

static void by_loops(const dgi_matrix_product *p, const double *a, const double *b, double *c)
{
    if (p->k == 1) {
        by_rows(p, a, b, c); /* a vector is stored as its transpose is */
    } else if (p->transpose_b || (p->m == 1 && !p->transpose_a)) {
        by_dots(p, a, b, c);
    } else if (p->m == 1) {
        /* A column: its transpose is the row b^T @ a, as a is stored. */
        dgi_matrix_product row = {.add = p->add, .n = 1, .m = p->n, .k = p->k};
        by_rows(&row, b, a, c);
    } else {
        by_rows(p, a, b, c);
    }
}

/* Products with a vector, and outer products, read each element once or twice: loops are as fast.
 */
static void multiply(const dgi_matrix_product *p, const double *a, const double *b, double *c)
{
    bool vectors = p->n == 1 || p->m == 1 || p->k == 1;
    if (p->n == 0 || p->m == 0)
        return;
    if (vectors || p->k == 0 || p->n * p->m <= few / p->k)
        by_loops(p, a, b, c);
    else
        dgi_multiply(p, a, b, c);
}

/* The sizes of the matrices of the two operands, and how their batches broadcast. A vector is a
 * matrix with one row (on the left) or one column (on the right). */
typedef struct matching {
    size_t n, k, m;
    dgi_broadcast batch; /* its elements are matrices */
} matching;

/* False where the shapes do not fit. */
static bool match(const dg_value *a, const dg_value *b, matching *w)
{
    int ndim_a = dgi_ndim(a), ndim_b = dgi_ndim(b);
    if (ndim_a == 0 || ndim_b == 0)
        return false;
    const size_t *shape_a = dgi_shape_of(a), *shape_b = dgi_shape_of(b);
    w->n = ndim_a > 1 ? shape_a[ndim_a - 2] : 1;
    w->k = shape_a[ndim_a - 1];
    w->m = ndim_b > 1 ? shape_b[ndim_b - 1] : 1;
    int before_a = ndim_a > 1 ? ndim_a - 2 : 0, before_b = ndim_b > 1 ? ndim_b - 2 : 0;
    return w->k == (ndim_b > 1 ? shape_b[ndim_b - 2] : shape_b[0]) &&
           dgi_broadcast_shapes(&w->batch, before_a, shape_a, before_b, shape_b);
}

dg_value *dg_matmul(dg_value *a, dg_value *b)
{
    dg_graph *g = dgi_graph_of_both(a, b);
    if (!g)
        return NULL;
    matching w;
    if (!match(a, b, &w))
        return dgi_fail_with_shapes(g,
                                    dgi_ndim(a) && dgi_ndim(b)
                                        ? "cannot multiply %s by %s"
                                        : "cannot multiply a scalar: %s by %s",
                                    a, b);
    size_t shape[DG_DIMS_MAX];
    int ndim = w.batch.ndim;
    memcpy(shape, w.batch.shape, (size_t)ndim * sizeof *shape);
    if (dgi_ndim(a) > 1)
        shape[ndim++] = w.n;
    if (dgi_ndim(b) > 1)
        shape[ndim++] = w.m;
    size_t count;
    if (!dgi_count_elements(g, ndim, shape, &count) ||
        !dgi_charge_product(g, (double)count * (double)w.k))
        return NULL;
    dg_value *v = dgi_tensor_binary(DGI_TENSOR_matmul, a, b, ndim, shape,
                                    dgi_requires_grad(a) || dgi_requires_grad(b));
    if (!v)
        dgi_products_rewind(g, g->n_values);
    return v;
}

/* A batch of matrices times one matrix is one product, with the rows of all. */
static void join_rows(const dg_value *b, matching *w)
{
    if (dgi_size(b) != w->k * w->m || w->batch.size <= 1)
        return;
    w->n *= w->batch.size;
    w->batch.size = w->batch.inner = 1;
    w->batch.n_loops = 0;
}

/* False where the product is empty. */
static bool matching_of(const dg_value *v, matching *w)
{
    const dg_value *b = dgi_second_operand(v);
    match(dgi_first_operand(v), b, w);
    if (dgi_size(v) > 0)
        join_rows(b, w);
    return dgi_size(v) > 0;
}

/* The indices of the matrices of a and b whose product is matrix t of the result. */
static void find_matrices(const dgi_broadcast *w, size_t t, size_t *a, size_t *b)
{
    size_t at = t % w->inner;
    *a = at * w->inner_a;
    *b = at * w->inner_b;
    t /= w->inner;
    for (int i = w->n_loops; i-- > 0; t /= w->count[i]) {
        at = t % w->count[i];
        *a += at * w->stride_a[i];
        *b += at * w->stride_b[i];
    }
}

void dgi_matmul_forward(dg_value *v)
{
    matching w;
    if (!matching_of(v, &w))
        return;
    const double *x = dgi_data_const(dgi_first_operand(v)),
                 *y = dgi_data_const(dgi_second_operand(v));
    dgi_matrix_product p = {.n = w.n, .m = w.m, .k = w.k};
    for (size_t t = 0; t < w.batch.size; t++) {
        size_t a = 0, b = 0;
        find_matrices(&w.batch, t, &a, &b);
        multiply(&p, x + a * w.n * w.k, y + b * w.k * w.m, dgi_data(v) + t * w.n * w.m);
    }
}

/* The gradient of an operand, of which the products use `used` elements in all. Only where no
 * matrix is repeated may it be stored instead of added to. */
static double *target(dgi_backward_pass *pass, dg_value *operand, size_t used, bool *uninitialised)
{
    if (dgi_size(operand) == used)
        return dgi_grad_target(pass, operand, uninitialised);
    *uninitialised = false;
    return dgi_zeroed_grad_target(pass, operand);
}

/* da = g @ b^T */
static void left_backward(dgi_backward_pass *pass, dg_value *v, const matching *w)
{
    bool uninitialised = false;
    double *d = target(pass, dgi_first_operand(v), w->batch.size * w->n * w->k, &uninitialised);
    const double *y = dgi_data_const(dgi_second_operand(v));
    dgi_matrix_product p = {
        .transpose_b = true, .add = !uninitialised, .n = w->n, .m = w->k, .k = w->m};
    for (size_t t = 0; d && t < w->batch.size; t++) {
        size_t a = 0, b = 0;
        find_matrices(&w->batch, t, &a, &b);
        multiply(&p, dgi_grad(v) + t * w->n * w->m, y + b * w->k * w->m, d + a * w->n * w->k);
    }
}

/* db = a^T @ g */
static void right_backward(dgi_backward_pass *pass, dg_value *v, const matching *w)
{
    bool uninitialised = false;
    double *d = target(pass, dgi_second_operand(v), w->batch.size * w->k * w->m, &uninitialised);
    const double *x = dgi_data_const(dgi_first_operand(v));
    dgi_matrix_product p = {
        .transpose_a = true, .add = !uninitialised, .n = w->k, .m = w->m, .k = w->n};
    for (size_t t = 0; d && t < w->batch.size; t++) {
        size_t a = 0, b = 0;
        find_matrices(&w->batch, t, &a, &b);
        multiply(&p, x + a * w->n * w->k, dgi_grad(v) + t * w->n * w->m, d + b * w->k * w->m);
    }
}

void dgi_matmul_backward(dgi_backward_pass *p, dg_value *v)
{
    matching w;
    if (matching_of(v, &w)) {
        left_backward(p, v, &w);
        right_backward(p, v, &w);
    } else {
        /* No contribution, but the operands count as reached. */
        dgi_zeroed_grad_target(p, dgi_first_operand(v));
        dgi_zeroed_grad_target(p, dgi_second_operand(v));
    }
}
