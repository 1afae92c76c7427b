/* What the suites of the nn module share: the generator and networks written down a second time,
 * from the papers, and running a suite. */
#ifndef NN_SUPPORT_H
#define NN_SUPPORT_H

#include <dotgrad/engine.h>
#include <dotgrad/nn.h>

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- The generator ------------------------------------------------------------------------- */

typedef struct reference_rng {
    uint64_t a, b, c, d;
} reference_rng;

static inline reference_rng reference_seeded(uint64_t seed)
{
    rng fill = {.state = seed};
    reference_rng r;
    r.a = rng_next(&fill);
    r.b = rng_next(&fill);
    r.c = rng_next(&fill);
    r.d = rng_next(&fill);
    return r;
}

static inline uint64_t reference_turned(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

static inline uint64_t reference_next(reference_rng *r)
{
    uint64_t result = reference_turned(r->b * 5, 7) * 9;
    reference_rng old = *r;
    r->b = old.b ^ (old.c ^ old.a);
    r->a = old.a ^ (old.d ^ old.b);
    r->c = (old.c ^ old.a) ^ old.b << 17;
    r->d = reference_turned(old.d ^ old.b, 45);
    return result;
}

static inline double reference_unit(reference_rng *r)
{
    return (double)(reference_next(r) >> 11) / 9007199254740992.0;
}

/* ---- Networks ------------------------------------------------------------------------------ */

enum { NET_LAYERS_MAX = 4, NET_WIDTH_MAX = 64 };

/* The shape of an MLP; its parameters are an array in the documented order. */
typedef struct net {
    size_t nin;
    size_t layers;
    size_t sizes[NET_LAYERS_MAX];
    dg_activation activations[NET_LAYERS_MAX];
} net;

static inline size_t net_parameters(const net *n)
{
    size_t count = 0;
    for (size_t i = 0, nin = n->nin; i < n->layers; nin = n->sizes[i++])
        count += n->sizes[i] * (nin + 1);
    return count;
}

static inline dg_module *net_module(const net *n, dg_graph *g, uint64_t seed)
{
    dg_rng r = dg_rng_init(seed);
    return dg_mlp_new(g, n->nin, n->sizes, n->layers, n->activations, &r);
}

static inline double double_activated(dg_activation f, double x)
{
    switch (f) {
    case DG_TANH:
        return tanh(x);
    case DG_RELU:
        return x > 0.0 ? x : 0.0;
    case DG_SIGMOID:
        return x >= 0.0 ? 1.0 / (1.0 + exp(-x)) : exp(x) / (1.0 + exp(x));
    case DG_LINEAR:
        break;
    }
    return x;
}

/* In doubles, in the documented order: b + w0*x0 + w1*x1 + … */
static inline void double_forward(const net *n, const double *p, const double *x, double *out)
{
    double in[NET_WIDTH_MAX];
    size_t nin = n->nin;
    memcpy(in, x, nin * sizeof *in);
    for (size_t l = 0; l < n->layers; l++) {
        double next[NET_WIDTH_MAX];
        for (size_t k = 0; k < n->sizes[l]; k++, p += nin + 1) {
            double sum = p[nin];
            for (size_t i = 0; i < nin; i++) {
                double product = p[i] * in[i];
                sum = sum + product;
            }
            next[k] = double_activated(n->activations[l], sum);
        }
        nin = n->sizes[l];
        memcpy(in, next, nin * sizeof *in);
    }
    memcpy(out, in, nin * sizeof *out);
}

static inline long double wide_sigmoid(long double x)
{
    return x >= 0.0L ? 1.0L / (1.0L + expl(-x)) : expl(x) / (1.0L + expl(x));
}

static inline long double wide_activated(dg_activation f, long double x, long double *derivative)
{
    long double y = x;
    *derivative = 1.0L;
    switch (f) {
    case DG_TANH:
        y = tanhl(x);
        *derivative = 1.0L / (coshl(x) * coshl(x));
        break;
    case DG_RELU:
        *derivative = x > 0.0L ? 1.0L : 0.0L;
        y = x * *derivative;
        break;
    case DG_SIGMOID:
        y = wide_sigmoid(x);
        *derivative = y * wide_sigmoid(-x);
        break;
    case DG_LINEAR:
        break;
    }
    return y;
}

/* Backpropagation by hand in long double, layer by layer: adds d(sum of the outputs weighted by
 * seeds)/dp to grads and d/dx to x_grads (may be NULL). */
static inline void wide_backprop(const net *n, const double *p, const double *x,
                                 const long double *seeds, long double *grads, long double *x_grads)
{
    long double in[NET_LAYERS_MAX + 1][NET_WIDTH_MAX];
    long double derivative[NET_LAYERS_MAX][NET_WIDTH_MAX];
    long double delta[NET_WIDTH_MAX];
    size_t starts[NET_LAYERS_MAX];
    size_t at = 0;
    size_t nin = n->nin;
    for (size_t i = 0; i < nin; i++)
        in[0][i] = (long double)x[i];
    for (size_t l = 0; l < n->layers; l++) {
        starts[l] = at;
        for (size_t k = 0; k < n->sizes[l]; k++, at += nin + 1) {
            long double sum = (long double)p[at + nin];
            for (size_t i = 0; i < nin; i++)
                sum += (long double)p[at + i] * in[l][i];
            in[l + 1][k] = wide_activated(n->activations[l], sum, &derivative[l][k]);
        }
        nin = n->sizes[l];
    }
    memcpy(delta, seeds, nin * sizeof *delta);
    for (size_t l = n->layers; l-- > 0;) {
        long double before[NET_WIDTH_MAX] = {0.0L};
        nin = l ? n->sizes[l - 1] : n->nin;
        for (size_t k = 0; k < n->sizes[l]; k++) {
            size_t row = starts[l] + k * (nin + 1);
            long double d = delta[k] * derivative[l][k];
            for (size_t i = 0; i < nin; i++) {
                grads[row + i] += d * in[l][i];
                before[i] += d * (long double)p[row + i];
            }
            grads[row + nin] += d;
        }
        memcpy(delta, before, nin * sizeof *delta);
    }
    if (x_grads)
        for (size_t i = 0; i < n->nin; i++)
            x_grads[i] += delta[i];
}

/* ---- Tensors ------------------------------------------------------------------------------- */

enum { NUMBERS_MAX = 64 }; /* of one */

typedef struct tensor_shape {
    int ndim;
    size_t sizes[DG_DIMS_MAX];
} tensor_shape;

static inline dg_value *random_tensor(dg_graph *g, const tensor_shape *s, rng *r, double low,
                                      double high)
{
    double numbers[NUMBERS_MAX];
    size_t n = 1;
    for (int i = 0; i < s->ndim; i++)
        n *= s->sizes[i];
    ck_assert_uint_le(n, NUMBERS_MAX);
    for (size_t i = 0; i < n; i++)
        numbers[i] = rng_between(r, low, high);
    dg_value *v = dg_tensor(g, s->ndim, s->sizes, numbers, NULL);
    ck_assert_ptr_nonnull(v);
    return v;
}

/* ---- Checks -------------------------------------------------------------------------------- */

#define assert_same(got, want)                                                                     \
    do {                                                                                           \
        double got_ = (got), want_ = (want);                                                       \
        ck_assert_msg(same_number(got_, want_), "%s is %.17g, not %.17g", #got, got_, want_);      \
    } while (0)

/* Within some of the larger one's size, or of 1. */
static inline bool near(double got, long double want, double tolerance)
{
    if (isnan(got) || isinf(got))
        return same_number(got, (double)want);
    return fabsl((long double)got - want) <= (long double)tolerance * fmaxl(1.0L, fabsl(want));
}

#define assert_near(got, want, tolerance)                                                          \
    do {                                                                                           \
        double got_ = (got);                                                                       \
        long double want_ = (want);                                                                \
        ck_assert_msg(near(got_, want_, tolerance), "%s is %.17g, not %.20Lg", #got, got_, want_); \
    } while (0)

/* The graph has exactly that error, which is forgotten then; NULL: none. */
static inline void assert_error(dg_graph *g, dg_status status, const char *text)
{
    const dg_error *got = dg_graph_error(g);
    const char *want = text ? text : "";
    ck_assert_msg(got->status == status && strcmp(got->text, want) == 0,
                  "the error is %d, \"%s\", not %d, \"%s\"", (int)got->status, got->text,
                  (int)status, want);
    dg_graph_clear_error(g);
}

/* ---- Training ------------------------------------------------------------------------------ */

enum { LOSSES_MAX = 1000 };

/* What progress was told; it ends the training when it was told `ends` times. */
typedef struct training_log {
    size_t count;
    size_t ends;
    bool in_order;
    double losses[LOSSES_MAX];
} training_log;

static inline int tell(void *context, size_t step, double loss)
{
    training_log *t = context;
    t->in_order = (t->count == 0 || t->in_order) && step == t->count;
    if (t->count < LOSSES_MAX)
        t->losses[t->count] = loss;
    t->count++;
    return t->count == t->ends ? -3 : 0;
}

#endif
