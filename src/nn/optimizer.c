/* Optimisers: what a step makes of parameters and their gradients. */
#include <dotgrad/nn.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is remembered of one parameter. */
typedef struct state {
    double m; /* SGD: the momentum's buffer; Adam: the mean of the gradient */
    double v; /* Adam: the mean of its square */
} state;

typedef enum rule { SGD, ADAM, ADAMW } rule;

struct dg_optimizer {
    rule rule;
    size_t n;
    dg_value **parameters; /* the array is owned */
    state *states;
    double lr, weight_decay;
    double momentum;                 /* SGD */
    double beta1, beta2, eps;        /* Adam */
    double beta1_power, beta2_power; /* to the number of steps so far */
    size_t steps;
};

static dg_optimizer *optimizer_new(dg_value *const *parameters, size_t n, dg_optimizer settings)
{
    for (size_t i = 0; i < n; i++)
        if (!parameters || !parameters[i])
            return NULL;
    if (n > DG_VALUES_MAX)
        return NULL;
    dg_optimizer *o = malloc(sizeof *o);
    if (!o)
        return NULL;
    *o = settings;
    o->n = n;
    o->parameters = malloc((n + 1) * sizeof(dg_value *));
    o->states = calloc(n + 1, sizeof *o->states);
    if (!o->parameters || !o->states) {
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
                                        .lr = lr,
                                        .momentum = momentum,
                                        .weight_decay = weight_decay});
}

static dg_optimizer *adam_new(rule which, dg_value *const *parameters, size_t n, double lr,
                              double beta1, double beta2, double eps, double weight_decay)
{
    return optimizer_new(parameters, n,
                         (dg_optimizer){.rule = which,
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
    free(o->states);
    free(o);
}

static double sgd_step(const dg_optimizer *o, state *s, double p, double g)
{
    g += o->weight_decay * p;
    if (o->momentum != 0.0) {
        s->m = o->steps == 1 ? g : o->momentum * s->m + g;
        g = s->m;
    }
    return p - o->lr * g;
}

static double adam_step(const dg_optimizer *o, state *s, double p, double g)
{
    if (o->rule == ADAMW)
        p -= o->lr * o->weight_decay * p;
    else
        g += o->weight_decay * p;
    s->m = o->beta1 * s->m + (1.0 - o->beta1) * g;
    s->v = o->beta2 * s->v + (1.0 - o->beta2) * g * g;
    double mean = s->m / (1.0 - o->beta1_power);
    double square = s->v / (1.0 - o->beta2_power);
    return p - o->lr * mean / (sqrt(square) + o->eps);
}

dg_status dg_optimizer_step(dg_optimizer *o)
{
    if (!o)
        return DG_INVALID;
    o->steps++;
    o->beta1_power *= o->beta1;
    o->beta2_power *= o->beta2;
    for (size_t i = 0; i < o->n; i++) {
        dg_value *v = o->parameters[i];
        double p = dg_data(v), g = dg_grad(v);
        dg_set_data(v, o->rule == SGD ? sgd_step(o, &o->states[i], p, g)
                                        : adam_step(o, &o->states[i], p, g));
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
    /* Not dg_set_grad(): a gradient that was never computed stays so. */
    for (size_t i = 0; i < o->n; i++)
        if (dg_has_grad(o->parameters[i]))
            dg_set_grad(o->parameters[i], 0.0);
    return DG_OK;
}
