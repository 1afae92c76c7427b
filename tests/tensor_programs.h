/* Random programs on tensors: all ops, shapes that broadcast, values that are used several times.
 */
#ifndef TENSOR_PROGRAMS_H
#define TENSOR_PROGRAMS_H

#include <dotgrad/tensor.h>

#include "check_main.h"
#include "engine_support.h"

typedef struct tensor_program {
    dg_graph *g;
    rng r;
    dg_value *values[64];
    size_t count;
} tensor_program;

static inline void add_to_program(tensor_program *p, dg_value *v)
{
    ck_assert_msg(v != NULL, "%s", dg_graph_error(p->g)->text);
    p->values[p->count++] = v;
}

static inline dg_value *any_of_program(tensor_program *p)
{
    return p->values[rng_below(&p->r, p->count)];
}

static inline void add_random_leaf(tensor_program *p)
{
    static const struct {
        int ndim;
        size_t shape[3];
    } shapes[] = {{0, {0}},    {1, {4}},       {2, {3, 4}},    {2, {4, 3}},
                  {2, {3, 1}}, {3, {2, 3, 4}}, {3, {2, 1, 4}}, {1, {1}}};
    size_t i = rng_below(&p->r, sizeof shapes / sizeof *shapes);
    double data[24];
    for (size_t k = 0; k < 24; k++)
        data[k] = rng_between(&p->r, 0.1, 1.5) * (rng_below(&p->r, 4) ? 1.0 : -1.0);
    add_to_program(p, dg_tensor(p->g, shapes[i].ndim, shapes[i].shape, data, NULL));
}

static inline bool broadcasts(const dg_value *a, const dg_value *b)
{
    int na = dg_ndim(a), nb = dg_ndim(b);
    for (int i = 1; i <= na && i <= nb; i++) {
        size_t x = dg_shape(a)[na - i], y = dg_shape(b)[nb - i];
        if (x != y && x != 1 && y != 1)
            return false;
    }
    return true;
}

static inline dg_value *random_elementwise(tensor_program *p, dg_value *a, dg_value *b)
{
    if (!broadcasts(a, b))
        b = dg_mean(b);
    switch (rng_below(&p->r, 12)) {
    case 0:
        return dg_add(a, b);
    case 1:
        return dg_sub(a, b);
    case 2:
        return dg_mul(a, b);
    case 3:
        return dg_div(dg_tanh(a), dg_add(dg_mul(b, b), dg_sigmoid(a)));
    case 4:
        return dg_pow(a, 3.0);
    case 5:
        return dg_tanh(a);
    case 6:
        return dg_relu(a);
    case 7:
        return dg_sigmoid(a);
    case 8:
        return dg_max(a, b);
    case 9:
        return dg_min(a, b);
    case 10:
        return dg_mul(a, a);
    default:
        return dg_exp(dg_tanh(a));
    }
}

static inline dg_value *random_of_dims(tensor_program *p, dg_value *a)
{
    int dim = (int)rng_below(&p->r, (size_t)dg_ndim(a)), keep = (int)rng_below(&p->r, 2);
    dg_value *three[] = {a, dg_tanh(a), a};
    switch (rng_below(&p->r, 10)) {
    case 0:
        return dg_sum_dim(a, dim, keep);
    case 1:
        return dg_mean_dim(a, dim, keep);
    case 2:
        return dg_max_dim(a, dim, keep);
    case 3:
        return dg_reshape(a, 1, (size_t[]){DG_INFER});
    case 4:
        return dg_transpose(a, dim, dg_ndim(a) - 1);
    case 5:
        return dg_select(a, (ptrdiff_t)rng_below(&p->r, dg_shape(a)[0]));
    case 6:
        return dg_concat(three, 3, dim);
    case 7:
        return dg_ndim(a) < DG_DIMS_MAX ? dg_stack(three, 3) : a;
    case 8:
        return dg_softmax(a, dim);
    default:
        return dg_log_softmax(a, dim);
    }
}

static inline dg_value *random_reduction(tensor_program *p, dg_value *a)
{
    size_t kind = rng_below(&p->r, 4);
    if (kind == 3 && dg_ndim(a) == 2)
        return dg_matmul(a, dg_transpose(a, 0, 1));
    if (kind == 2 && dg_ndim(a) == 2)
        return dg_cross_entropy(a, dg_softmax(dg_tanh(a), 1));
    return kind == 0 ? dg_sum(a) : kind == 1 ? dg_mean(a) : dg_max_all(a);
}

/* The values of a program of five leaves and twenty ops, and its root, whose backward pass has run.
 */
static inline dg_value *make_program(tensor_program *p)
{
    for (int i = 0; i < 5; i++)
        add_random_leaf(p);
    for (int i = 0; i < 20; i++) {
        size_t kind = rng_below(&p->r, 5);
        dg_value *a = any_of_program(p);
        dg_value *v = kind == 0                    ? random_reduction(p, a)
                      : kind < 3 && dg_ndim(a) > 0 ? random_of_dims(p, a)
                                                   : random_elementwise(p, a, any_of_program(p));
        ck_assert_msg(v != NULL, "%s", dg_graph_error(p->g)->text);
        if (dg_size(v) < 2000)
            add_to_program(p, v);
    }
    dg_value *root = dg_mean(p->values[0]);
    for (size_t i = 1; i < p->count; i++)
        root = dg_add(root, dg_tanh(dg_mean(p->values[i])));
    ck_assert_int_eq(dg_backward(root), DG_OK);
    return root;
}

#endif
