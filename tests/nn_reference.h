/* The optimisers, written down a second time: the published formulas in long double. */
#ifndef NN_REFERENCE_H
#define NN_REFERENCE_H

#include "nn_support.h"

typedef enum kind { SGD, ADAM, ADAMW } kind;

typedef struct setting {
    kind kind;
    double lr, momentum, beta1, beta2, eps, decay;
} setting;

static const setting settings[] = {
    {.kind = SGD, .lr = 0.05},
    {.kind = SGD, .lr = 1.0},
    {.kind = SGD, .lr = 0.05, .decay = 0.1},
    {.kind = SGD, .lr = 0.05, .momentum = 0.9},
    {.kind = SGD, .lr = 0.01, .momentum = 0.5, .decay = 0.01},
    {.kind = ADAM, .lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8},
    {.kind = ADAM, .lr = 0.1, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .decay = 0.1},
    {.kind = ADAM, .lr = 0.1, .beta1 = 0.5, .beta2 = 0.75, .eps = 0.01},
    {.kind = ADAM, .lr = 0.1, .beta1 = 0.0, .beta2 = 0.5, .eps = 1e-8},
    {.kind = ADAM, .lr = 0.1, .beta1 = 0.9, .beta2 = 0.0, .eps = 1e-3},
    {.kind = ADAMW, .lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .decay = 0.01},
    {.kind = ADAMW, .lr = 0.1, .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .decay = 0.5},
    {.kind = ADAMW, .lr = 0.1, .beta1 = 0.8, .beta2 = 0.9, .eps = 1e-6},
};

static inline dg_optimizer *optimizer_of(const setting *s, dg_value *const *p, size_t n)
{
    switch (s->kind) {
    case SGD:
        return dg_sgd_new(p, n, s->lr, s->momentum, s->decay);
    case ADAM:
        return dg_adam_new(p, n, s->lr, s->beta1, s->beta2, s->eps, s->decay);
    case ADAMW:
        break;
    }
    return dg_adamw_new(p, n, s->lr, s->beta1, s->beta2, s->eps, s->decay);
}

/* What is remembered of one parameter. */
typedef struct memory {
    long double p, b, m, v;
} memory;

static inline void wide_step(const setting *s, double lr_now, int t, memory *a, long double g)
{
    long double lr = (long double)lr_now;
    long double beta1 = (long double)s->beta1;
    long double beta2 = (long double)s->beta2;
    if (s->kind == ADAMW)
        a->p -= lr * (long double)s->decay * a->p;
    else
        g += (long double)s->decay * a->p;
    if (s->kind == SGD) {
        if (s->momentum != 0.0) {
            a->b = t == 1 ? g : (long double)s->momentum * a->b + g;
            g = a->b;
        }
        a->p -= lr * g;
        return;
    }
    a->m = beta1 * a->m + (1.0L - beta1) * g;
    a->v = beta2 * a->v + (1.0L - beta2) * g * g;
    long double m = a->m / (1.0L - powl(beta1, (long double)t));
    long double v = a->v / (1.0L - powl(beta2, (long double)t));
    a->p -= lr * m / (sqrtl(v) + (long double)s->eps);
}

#endif
