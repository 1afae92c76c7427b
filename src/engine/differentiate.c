/* Derivatives as values of the graph: derivatives.def expanded, and the reverse pass that makes
 * them. */
#include "engine/vjp.h"

#include <stdlib.h>

#include "engine/math.h"

dg_value *dgi_constant_leaf(dg_graph *g, double data)
{
    return dg_set_requires_grad(dg_leaf(g, data, NULL), 0);
}

/* ---- The rows of ops.def ---- */

#define C(number) dgi_constant_leaf(dg_graph_of(x), number)

/* k * x**(k - 1), as one would write it. */
static dg_value *power_contribution(dg_value *g, dg_value *x, double k)
{
    if (k == 1.0)
        return g;
    return dg_mul(g, dg_mul(C(k), k == 2.0 ? x : dg_pow(x, k - 1.0)));
}

/* 1 - x**2. */
static dg_value *one_less_square(dg_value *x)
{
    return dg_mul(dg_sub(C(1.0), x), dg_add(C(1.0), x));
}

static dg_value *silu_derivative(dg_value *x)
{
    dg_value *s = dg_sigmoid(x);
    return dg_mul(s, dg_add(C(1.0), dg_mul(x, dg_sub(C(1.0), s))));
}

static dg_value *gelu_derivative(dg_value *x)
{
    dg_value *p = dg_mul(C(0.5), dg_erfc(dg_mul(x, C(-0.7071067811865476))));
    dg_value *density = dg_mul(C(0.3989422804014327), dg_exp(dg_mul(C(-0.5), dg_square(x))));
    return dg_add(p, dg_mul(x, density));
}

/* e**x is not computed where it is not taken: it may overflow there. */
static dg_value *elu_derivative(dg_value *x, double k)
{
    dg_value *positive = dg_heaviside(x, C(0.0));
    return dg_where(positive, C(1.0), dg_mul(C(k), dg_exp(dg_where(positive, C(0.0), x))));
}

#define NONE NULL
#define ZERO (*is_zero = true, (dg_value *)NULL)

static dg_value *elementwise(dg_value *v, dg_value *g, size_t i, bool *is_zero)
{
    bool two = dgi_operand_count(v) == 2;
    dg_value *x = dgi_first_operand(v), *y = two ? dgi_second_operand(v) : NULL, *z = v;
    double k = dgi_op_has_constant(dgi_op(v)) ? dgi_constant_of(v) : 0.0;
    switch ((int)dgi_op(v)) {
#define DGI_DERIVATIVE(name, by_x, by_y)                                                           \
    case DGI_OP_##name:                                                                            \
        return i == 0 ? (by_x) : (by_y);
#include "engine/derivatives.def"
#undef DGI_DERIVATIVE
    default:
        break;
    }
    (void)y, (void)z;
    return dgi_graph_fail(dgi_graph_of(v), DG_INVALID, "the op has no derivative as a value");
}

dg_value *dgi_sum_to_shape(dg_value *g, const dg_value *x)
{
    while (g && dgi_ndim(g) > dgi_ndim(x))
        g = dg_sum_dim(g, 0, 0);
    for (int i = 0; g && i < dgi_ndim(x); i++)
        if (dgi_shape_of(x)[i] == 1 && dgi_shape_of(g)[i] != 1)
            g = dg_sum_dim(g, i, 1);
    return g;
}

dg_value *dgi_vjp(dg_value *v, dg_value *g, size_t i, bool *is_zero)
{
    *is_zero = false;
    if (dgi_op(v) >= DGI_FIRST_TENSOR_OP)
        return dgi_vjp_tensor(v, g, i, is_zero);
    dg_value *contribution = elementwise(v, g, i, is_zero);
    return contribution ? dgi_sum_to_shape(contribution, dgi_operand_at(v, i)) : NULL;
}

/* ---- The pass ---- */

/* By the index of a value less `first`: whether it depends on one that is differentiated by, and
 * its gradient so far. */
typedef struct pass {
    dg_graph *graph;
    size_t first;
    uint8_t *depends;
    dg_value **grads;
} pass;

static bool depends_on(const pass *p, const dg_value *v)
{
    size_t i = dgi_index_of(v);
    return i >= p->first && p->depends[i - p->first];
}

/* Operands come before their results. */
static void mark_dependent(pass *p, size_t last)
{
    for (size_t i = p->first; i <= last; i++) {
        const dg_value *v = dgi_value_at(p->graph, i);
        if (!dgi_requires_grad(v))
            p->depends[i - p->first] = 0;
        for (size_t k = 0, n = dgi_requires_grad(v) ? dgi_operand_count(v) : 0; k < n; k++)
            p->depends[i - p->first] |= depends_on(p, dgi_operand_at(v, k));
    }
}

/* From v to its operands; false with the graph's error. */
static bool propagate(pass *p, dg_value *v, dg_value *g)
{
    for (size_t k = 0; k < dgi_operand_count(v); k++) {
        dg_value *operand = dgi_operand_at(v, k);
        bool is_zero;
        if (!depends_on(p, operand))
            continue;
        dg_value **sum = &p->grads[dgi_index_of(operand) - p->first];
        dg_value *contribution = dgi_vjp(v, g, k, &is_zero);
        if (is_zero)
            continue;
        *sum = contribution && *sum ? dg_add(*sum, contribution) : contribution;
        if (!*sum)
            return false;
    }
    return true;
}

static bool differentiate(pass *p, dg_value *root, dg_value *const *by, size_t n)
{
    size_t last = dgi_index_of(root);
    for (size_t i = 0; i < n; i++)
        p->depends[dgi_index_of(by[i]) - p->first] = 1;
    mark_dependent(p, last);
    dg_value *one = dgi_constant_leaf(p->graph, 1.0);
    if (one && dgi_ndim(root) > 0)
        one = dg_expand(one, dgi_ndim(root), dgi_shape_of(root));
    if (!one)
        return false;
    if (p->depends[last - p->first])
        p->grads[last - p->first] = one;
    for (size_t i = last + 1; i-- > p->first;) {
        dg_value *g = p->grads[i - p->first];
        if (g && !propagate(p, dgi_value_at(p->graph, i), g))
            return false;
    }
    return true;
}

/* The gradient that was made, or zeros where the root does not depend on the value. */
static dg_value *gradient_of(const pass *p, const dg_value *by)
{
    dg_value *g = p->grads[dgi_index_of(by) - p->first];
    if (g)
        return g;
    g = dg_tensor(p->graph, dgi_ndim(by), dgi_shape_of(by), NULL, NULL);
    return dg_set_requires_grad(g, 0);
}

/* Whether these can be differentiated by; false with the graph's error. */
static bool check(const dg_value *root, dg_value *const *by, size_t n, size_t *first)
{
    dg_graph *g = dgi_graph_of(root);
    *first = dgi_index_of(root);
    if (dgi_size(root) != 1)
        dgi_graph_fail(g, DG_INVALID, "only a single number has a gradient");
    else if (!dgi_requires_grad(root))
        dgi_graph_fail(g, DG_INVALID, "nothing below the root requires a gradient");
    else {
        for (size_t i = 0; i < n; i++) {
            if (!by[i] || dgi_graph_of(by[i]) != g || !dgi_requires_grad(by[i])) {
                dgi_graph_fail(g, DG_INVALID,
                               by[i] ? "a value of another graph, or that requires no gradient"
                                     : "an operand is NULL");
                return false;
            }
            if (dgi_index_of(by[i]) < *first)
                *first = dgi_index_of(by[i]);
        }
        return true;
    }
    return false;
}

dg_status dg_differentiate(dg_value *root, dg_value *const *by, size_t n, dg_value **gradients)
{
    pass p = {.graph = dg_graph_of(root)};
    if (!root || (n > 0 && (!by || !gradients)) || !check(root, by, n, &p.first))
        return DG_INVALID;
    size_t mark = dg_graph_mark(p.graph), count = mark - p.first;
    dg_error older = dgi_save_error(p.graph);
    p.depends = calloc(count, sizeof *p.depends);
    p.grads = calloc(count, sizeof *p.grads);
    bool done = p.depends && p.grads;
    if (!done)
        dgi_graph_fail(p.graph, DG_NOMEM, "out of memory");
    done = done && differentiate(&p, root, by, n);
    for (size_t i = 0; done && i < n; i++)
        done = (gradients[i] = gradient_of(&p, by[i])) != NULL;
    free(p.depends);
    free(p.grads);
    dg_status status = dgi_restore_error(p.graph, &older);
    if (!done)
        dg_graph_rewind(p.graph, mark);
    return done ? DG_OK : status == DG_OK ? DG_INVALID : status;
}
