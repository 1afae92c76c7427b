/* Optimisers. */
#include <dotgrad/nn.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/array.h"

typedef enum rule { SGD, ADAM, ADAMW } rule;

struct dg_optimizer {
    rule rule;
    size_t n;
    dg_value **parameters; /* the array is owned */
    double *state;         /* owned: for each parameter in turn, state_arrays of its size */
    size_t state_arrays;   /* 0 to 2: momentum, or Adam's m and v */
    double lr, weight_decay;
    double momentum;                 /* SGD */
    double beta1, beta2, eps;        /* Adam */
    double beta1_power, beta2_power; /* beta to the power of the number of steps */
    size_t steps;
};

/* The number of elements of all parameters; SIZE_MAX where the size of the state would overflow. */
static size_t count_elements(dg_value *const *parameters, size_t n)
{
    const size_t most = SIZE_MAX / (2 * sizeof(double));
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t size = dgi_size(parameters[i]);
        if (size > most - count)
            return SIZE_MAX;
        count += size;
    }
    return count;
}

static dg_optimizer *optimizer_new(dg_value *const *parameters, size_t n, dg_optimizer settings)
{
    for (size_t i = 0; i < n; i++)
        if (!parameters || !parameters[i])
            return NULL;
    if (n > DG_VALUES_MAX)
        return NULL;
    size_t elements = count_elements(parameters, n);
    if (elements == SIZE_MAX)
        return NULL;
    dg_optimizer *o = malloc(sizeof *o);
    if (!o)
        return NULL;
    *o = settings;
    o->n = n;
    o->parameters = malloc((n + 1) * sizeof(dg_value *));
    o->state = calloc(elements * o->state_arrays + 1, sizeof *o->state);
    if (!o->parameters || !o->state) {
        dg_optimizer_free(o);
        return NULL;
    }
    if (n)
        memcpy(o->parameters, parameters, n * sizeof(dg_value *));
    return o;
}

dg_optimizer *dg_sgd_new(dg_value *const *parameters, size_t n, double lr, double momentum,
                         double weight_decay)
{
    return optimizer_new(parameters, n,
                         (dg_optimizer){.rule = SGD,
                                        .state_arrays = momentum != 0.0,
                                        .lr = lr,
                                        .momentum = momentum,
                                        .weight_decay = weight_decay});
}

static dg_optimizer *adam_new(rule which, dg_value *const *parameters, size_t n, double lr,
                              double beta1, double beta2, double eps, double weight_decay)
{
    return optimizer_new(parameters, n,
                         (dg_optimizer){.rule = which,
                                        .state_arrays = 2,
                                        .lr = lr,
                                        .weight_decay = weight_decay,
                                        .beta1 = beta1,
                                        .beta2 = beta2,
                                        .eps = eps,
                                        .beta1_power = 1.0,
                                        .beta2_power = 1.0});
}

dg_optimizer *dg_adam_new(dg_value *const *parameters, size_t n, double lr, double beta1,
                          double beta2, double eps, double weight_decay)
{
    return adam_new(ADAM, parameters, n, lr, beta1, beta2, eps, weight_decay);
}

dg_optimizer *dg_adamw_new(dg_value *const *parameters, size_t n, double lr, double beta1,
                           double beta2, double eps, double weight_decay)
{
    return adam_new(ADAMW, parameters, n, lr, beta1, beta2, eps, weight_decay);
}

void dg_optimizer_free(dg_optimizer *o)
{
    if (!o)
        return;
    free(o->parameters);
    free(o->state);
    free(o);
}

/* The steps of one parameter with n elements: p is its data, g its gradient. */

/* buffer: n elements, used where there is a momentum. */
static inline void sgd_step(const dg_optimizer *o, size_t n, double *restrict p,
                            const double *restrict g, double *restrict buffer)
{
    const double lr = o->lr, decay = o->weight_decay, momentum = o->momentum;
    if (momentum == 0.0) {
        for (size_t i = 0; i < n; i++)
            p[i] -= lr * (g[i] + decay * p[i]);
    } else if (o->steps == 1) {
        for (size_t i = 0; i < n; i++) {
            buffer[i] = g[i] + decay * p[i];
            p[i] -= lr * buffer[i];
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            buffer[i] = momentum * buffer[i] + (g[i] + decay * p[i]);
            p[i] -= lr * buffer[i];
        }
    }
}

/* mean and square: Adam's moments m and v. */
static inline void adam_step(const dg_optimizer *o, size_t n, double *restrict p,
                             const double *restrict g, double *restrict mean,
                             double *restrict square)
{
    const double lr = o->lr, beta1 = o->beta1, beta2 = o->beta2, eps = o->eps;
    const double rest1 = 1.0 - beta1, rest2 = 1.0 - beta2;
    const double whole1 = 1.0 - o->beta1_power, whole2 = 1.0 - o->beta2_power;
    const double decay = o->weight_decay, shrink = lr * o->weight_decay;
    const bool decoupled = o->rule == ADAMW;
    for (size_t i = 0; i < n; i++) {
        double from = decoupled ? p[i] - shrink * p[i] : p[i];
        double gradient = decoupled ? g[i] : g[i] + decay * p[i];
        mean[i] = beta1 * mean[i] + rest1 * gradient;
        square[i] = beta2 * square[i] + rest2 * gradient * gradient;
        p[i] = from - lr * (mean[i] / whole1) / (sqrt(square[i] / whole2) + eps);
    }
}

static inline void parameter_step(const dg_optimizer *o, size_t n, double *p, const double *g,
                                  double *state)
{
    if (o->rule == SGD)
        sgd_step(o, n, p, g, state);
    else
        adam_step(o, n, p, g, state, state + n);
}

dg_status dg_optimizer_step(dg_optimizer *o)
{
    if (!o)
        return DG_INVALID;
    o->steps++;
    o->beta1_power *= o->beta1;
    o->beta2_power *= o->beta2;
    double *state = o->state;
    for (size_t i = 0; i < o->n; i++) {
        dg_value *v = o->parameters[i];
        size_t n = dgi_size(v);
        if (dgi_is_array(v) && dgi_requires_grad(v))
            parameter_step(o, n, v->array->data, dg_grad_array(v), state);
        else if (dgi_requires_grad(v))
            parameter_step(o, 1, &v->data, dg_grad_array(v), state); /* inlined for one element */
        state += n * o->state_arrays;
    }
    return DG_OK;
}

dg_status dg_optimizer_set_lr(dg_optimizer *o, double lr)
{
    if (!o)
        return DG_INVALID;
    o->lr = lr;
    return DG_OK;
}

dg_status dg_optimizer_zero_grad(dg_optimizer *o)
{
    if (!o)
        return DG_INVALID;
    /* Not dg_set_grad(), after which the gradient would count as computed. */
    for (size_t i = 0; i < o->n; i++) {
        dg_value *v = o->parameters[i];
        if (dgi_is_array(v))
            dgi_zero_grad_lazily(v->array);
        else
            *dgi_grad_pointer(v) = 0.0;
    }
    return DG_OK;
}
