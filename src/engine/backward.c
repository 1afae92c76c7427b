/* The backward pass. What it relies on: doc/engine.md. */
#include "engine/limits.h"
#include "engine/reachable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/dot_product.h"
#include "engine/math.h"

/* Gradients that values had before the pass. They are saved, so that the pass starts from zero, and
 * added at its end: what a pass adds does not depend on earlier ones. After zero_grad there is
 * nothing to save. */
typedef struct saved_grad {
    dg_value *value;
    union {
        double grad;   /* of a scalar */
        double *array; /* of a tensor: a copy */
    };
} saved_grad;

typedef struct saved_grads {
    saved_grad *all;
    size_t n, capacity;
} saved_grads;

/* The state of a backward pass. */
struct dgi_backward_pass {
    dgi_chunk *const *chunks; /* the graph's */
    uint16_t stamp;           /* of values that were reached: epoch | DGI_HAS_GRAD */
    size_t lowest;            /* index of the first computed value that was reached */
    size_t ready_inputs;      /* the inputs whose gradients are ready: index in dot_inputs */
    saved_grads saved;
    bool failed; /* no memory to save a gradient */
};

static bool save(saved_grads *s, saved_grad old)
{
    saved_grad *all = dgi_grown(s->all, &s->capacity, s->n, sizeof *all);
    if (!all)
        return false;
    s->all = all;
    s->all[s->n++] = old;
    return true;
}

static bool save_array(saved_grads *s, dg_value *v)
{
    size_t bytes = v->array->size * sizeof(double);
    double *copy = malloc(bytes);
    if (!copy || !save(s, (saved_grad){.value = v, .array = copy})) {
        free(copy);
        return false;
    }
    memcpy(copy, v->array->grad, bytes);
    return true;
}

static void add_array(dgi_array *to, const double *old)
{
    if (to->grad_lazy_zero)
        memcpy(to->grad, old, to->size * sizeof *old);
    else
        for (size_t i = 0; i < to->size; i++)
            to->grad[i] += old[i];
    to->grad_lazy_zero = false;
}

static void add_saved(saved_grads *s)
{
    for (size_t i = 0; i < s->n; i++) {
        saved_grad *old = &s->all[i];
        if (dgi_is_array(old->value)) {
            add_array(old->value->array, old->array);
            free(old->array);
        } else {
            *dgi_grad_pointer(old->value) += old->grad;
        }
    }
    free(s->all);
}

/* ---- The first contribution to a value ---- */

/* Saves the gradient that a value has from before the pass; false when out of memory. */
static bool save_old_grad(dgi_backward_pass *p, dg_value *v)
{
    bool set = true;
    if (!dgi_is_array(v))
        set = dgi_scalar_grad(v) == 0.0 ||
              save(&p->saved, (saved_grad){.value = v, .grad = *dgi_grad_pointer(v)});
    else if (!v->array->grad_lazy_zero && v->array->size > 0)
        set = save_array(&p->saved, v);
    p->failed = p->failed || !set;
    return set;
}

/* Stamps a value that is reached for the first time. */
static inline void stamp_first(dgi_backward_pass *p, dgi_chunk *c, size_t i)
{
    c->stamp[i] = p->stamp;
    if (c->first + i < p->lowest && c->kinds[i].op != DGI_OP_leaf)
        p->lowest = c->first + i;
}

/* The first contribution to a scalar: returns its gradient. */
static inline double accumulate_first(dgi_backward_pass *p, dgi_chunk *c, size_t i, double grad)
{
    if (c->kinds[i].flags & DGI_NO_GRAD)
        return 0.0;
    if ((c->stamp[i] & DGI_HAS_GRAD) && !save_old_grad(p, &c->values[i]))
        return 0.0;
    stamp_first(p, c, i);
    return c->grad[i] = 0.0 + grad;
}

double *dgi_grad_target(dgi_backward_pass *p, dg_value *operand, bool *uninitialised)
{
    if (!dgi_requires_grad(operand) || p->failed)
        return NULL;
    dgi_chunk *c = dgi_chunk_of(operand);
    size_t i = dgi_slot_of(operand);
    *uninitialised = c->stamp[i] != p->stamp;
    if (*uninitialised && !save_old_grad(p, operand))
        return NULL;
    if (*uninitialised)
        stamp_first(p, c, i);
    if (!dgi_is_array(operand))
        return &c->grad[i];
    operand->array->grad_lazy_zero = false;
    return operand->array->grad;
}

double *dgi_zeroed_grad_target(dgi_backward_pass *p, dg_value *operand)
{
    bool uninitialised = false;
    double *grad = dgi_grad_target(p, operand, &uninitialised);
    if (grad && uninitialised)
        memset(grad, 0, dgi_size(operand) * sizeof *grad);
    return grad;
}

/* ---- Scalars ---- */

/* ALL_ZERO: the reachable-set cache says that all values below the root are plain scalars with
 * gradients of 0, so that contributions are simply added. BY_STAMPS: the first contribution to a
 * value is found by its stamp. */
typedef enum grad_state { BY_STAMPS, ALL_ZERO } grad_state;

/* Inlined, so that the state is a constant to the compiler. */
#define INLINE static inline __attribute__((always_inline))

/* Adds one contribution to the gradient of a value; returns the gradient so far. */
INLINE double accumulate_at(dgi_backward_pass *p, dgi_chunk *c, size_t i, double grad,
                            grad_state state)
{
    if (state == BY_STAMPS && c->stamp[i] != p->stamp)
        return accumulate_first(p, c, i, grad);
    return c->grad[i] += grad;
}

INLINE double accumulate(dgi_backward_pass *p, dgi_index i, double grad, grad_state state)
{
    return accumulate_at(p, p->chunks[i >> DGI_CHUNK_BITS], dgi_slot_at(i), grad, state);
}

INLINE double data_at(const dgi_backward_pass *p, dgi_index i)
{
    return p->chunks[i >> DGI_CHUNK_BITS]->values[dgi_slot_at(i)].data;
}

/* The local gradients of each row of ops.def. */
#define DERIVATIVE(name, expression)                                                               \
    static inline double name(double x, double y, double z, double k)                              \
    {                                                                                              \
        (void)x, (void)y, (void)z, (void)k;                                                        \
        return (expression);                                                                       \
    }
#define DGI_UNARY(name, text, formula, derivative, f, dx, test_points) DERIVATIVE(name##_dx, dx)
#define DGI_BINARY(name, text, formula, derivative, f, dx, dy, test_points)                        \
    DERIVATIVE(name##_dx, dx)                                                                      \
    DERIVATIVE(name##_dy, dy)
#define DGI_CONSTANT(name, text, formula, derivative, f, dx, test_points) DERIVATIVE(name##_dx, dx)
#define DGI_COMPOSITE(...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT

/* From one scalar op to its operands. */
INLINE void backward_scalar(dgi_backward_pass *p, dgi_chunk *c, size_t i, grad_state state)
{
    double g = c->grad[i], z = c->values[i].data, x = data_at(p, c->a[i]);
    switch (c->kinds[i].op) {
#define DGI_UNARY(name, ...)                                                                       \
    case DGI_OP_##name:                                                                            \
        accumulate(p, c->a[i], name##_dx(x, x, z, 0.0) * g, state);                                \
        break;
#define DGI_BINARY(name, ...)                                                                      \
    case DGI_OP_##name: {                                                                          \
        double y = data_at(p, c->b[i]);                                                            \
        accumulate(p, c->a[i], name##_dx(x, y, z, 0.0) * g, state);                                \
        accumulate(p, c->b[i], name##_dy(x, y, z, 0.0) * g, state);                                \
        break;                                                                                     \
    }
#define DGI_CONSTANT(name, ...)                                                                    \
    case DGI_OP_##name:                                                                            \
        accumulate(p, c->a[i], name##_dx(x, x, z, c->graph->constants[c->b[i]].k) * g, state);     \
        break;
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
    }
}

/* The terms of a dot product b + w0*x0 + w1*x1 + … that is not fused, or a part of them, from the
 * sum in slot i down; returns the slot of the lowest product. The gradient of a sum is passed to
 * the next in a register: through memory each would wait for the store of the one before it. */
INLINE size_t backward_dot_terms(dgi_backward_pass *p, dgi_chunk *c, size_t i, grad_state state)
{
    double g = c->grad[i];
    for (;; i -= 2) {
        /* The derivatives of + use no data, and those of * do not use the result. */
        dgi_index before = c->a[i], first = c->a[i - 1], second = c->b[i - 1];
        double x = data_at(p, first), y = data_at(p, second);
        double next = accumulate(p, before, add_dx(0.0, 0.0, 0.0, 0.0) * g, state);
        double product = accumulate_at(p, c, i - 1, add_dy(0.0, 0.0, 0.0, 0.0) * g, state);
        if (state == BY_STAMPS && p->failed)
            return i - 1;
        accumulate(p, first, mul_dx(x, y, 0.0, 0.0) * product, state);
        accumulate(p, second, mul_dy(x, y, 0.0, 0.0) * product, state);
        if (i < 2 || before != c->first + i - 2 || c->kinds[i - 2].flags != DGI_DOT_TERM ||
            first == before || second == before)
            return i - 1;
        g = next;
    }
}

/* ---- Fused dot products ---- */

/* Whether the values in these slots have had no contribution yet: then only the next sum uses them,
 * and the gradient of each is that of the last sum. */
INLINE bool is_untouched(const dgi_chunk *c, size_t slot, size_t count, grad_state state)
{
    unsigned stamps = 0;
    uint64_t bits = 0;
    for (size_t i = slot; i < slot + count; i++)
        if (state == BY_STAMPS) {
            stamps |= c->stamp[i];
        } else {
            uint64_t grad;
            memcpy(&grad, &c->grad[i], sizeof grad);
            bits |= grad;
        }
    return bits == 0 && stamps == 0;
}

/* Initialises the gradient of a value for contributions; false where an old one must be saved
 * first, or none is required. */
static inline bool make_ready(dgi_backward_pass *p, dgi_chunk *c, size_t i)
{
    if (c->stamp[i] == p->stamp)
        return true;
    if (c->stamp[i] & DGI_HAS_GRAD || c->kinds[i].flags & DGI_NO_GRAD)
        return false;
    stamp_first(p, c, i);
    c->grad[i] = 0.0;
    return true;
}

/* The same for n values in consecutive slots, most of which are ready. */
static inline bool make_row_ready(dgi_backward_pass *p, dgi_chunk *c, size_t slot, size_t n)
{
    unsigned other = 0;
    for (size_t i = slot, stamp = p->stamp; i < slot + n; i++)
        other |= (unsigned)(c->stamp[i] ^ stamp);
    for (size_t i = slot; other && i < slot + n; i++)
        if (!make_ready(p, c, i))
            return false;
    return true;
}

/* The same for the x, which all neurons of a layer share. */
static inline bool make_inputs_ready(dgi_backward_pass *p, const dgi_fused_dot *s,
                                     dg_value *const *x)
{
    for (size_t i = 0; i < s->n && p->ready_inputs != s->x; i++)
        if (!make_ready(p, dgi_chunk_of(x[i]), dgi_slot_of(x[i])))
            return false;
    p->ready_inputs = s->x;
    return true;
}

/* Stamps the values of a fused dot product, which nothing else has reached. */
static inline void stamp_fused_dot(dgi_backward_pass *p, dgi_chunk *c, size_t slot, size_t end)
{
    uint16_t stamp = p->stamp;
    for (size_t i = slot; i < end; i++)
        c->stamp[i] = stamp;
    if (c->first + slot < p->lowest)
        p->lowest = c->first + slot;
}

/* From a fused dot product to its terms, the w, the x and b; false to do it term by term. */
INLINE bool backward_fused_dot(dgi_backward_pass *p, dgi_chunk *c, const dgi_fused_dot *s,
                               grad_state state)
{
    dg_graph *g = c->graph;
    dg_value *const *x = g->dot_inputs + s->x;
    dgi_chunk *weights = dgi_chunk_at(g, s->w);
    size_t n = s->n, slot = dgi_fused_dot_slot(s), last = slot + 2 * n - 1, at = dgi_slot_at(s->w);
    if (!is_untouched(c, slot, 2 * n - 1, state))
        return false;
    if (state == BY_STAMPS) {
        if (!make_row_ready(p, weights, at, n + 1) || !make_inputs_ready(p, s, x))
            return false;
        stamp_fused_dot(p, c, slot, last);
    }
    double grad = c->grad[last];
    for (size_t i = slot; i < last; i++)
        c->grad[i] = grad;
    const dg_value *w = weights->values + at;
    double *w_grad = weights->grad + at;
    for (size_t i = 0; i < n; i++) {
        *dgi_grad_pointer(x[i]) += mul_dy(w[i].data, x[i]->data, 0.0, 0.0) * grad;
        w_grad[i] += mul_dx(w[i].data, x[i]->data, 0.0, 0.0) * grad;
    }
    w_grad[n] += grad;
    return true;
}

/* ---- Chunk by chunk ---- */

/* From the values in slots begin to end - 1 that are in no fused dot product, or in one that is
 * done term by term. */
INLINE void backward_unfused(dgi_backward_pass *p, dgi_chunk *c, size_t begin, size_t end,
                             grad_state state)
{
    for (size_t i = end; i > begin;) {
        if (state == BY_STAMPS && c->first + i <= p->lowest)
            return;
        i--;
        dgi_kind kind = c->kinds[i];
        if ((state == BY_STAMPS && c->stamp[i] != p->stamp) || kind.op == DGI_OP_leaf)
            continue;
        if (kind.flags == DGI_DOT_TERM)
            i = backward_dot_terms(p, c, i, state);
        else if (state == BY_STAMPS && kind.flags & DGI_IS_TENSOR_OP)
            dgi_tensor_backward(p, &c->values[i]);
        else
            backward_scalar(p, c, i, state);
    }
}

/* From the values in slots end - 1 down to begin, or to the lowest that was reached. */
INLINE void backward_span(dgi_backward_pass *p, dgi_chunk *c, size_t begin, size_t end,
                          grad_state state)
{
    const dg_graph *g = c->graph;
    for (size_t k = dgi_fused_dots_before(g, c->first + end); k > 0 && !p->failed; k--) {
        const dgi_fused_dot *s = &g->fused_dots[k - 1];
        size_t slot = dgi_fused_dot_slot(s), last = slot + 2 * (size_t)s->n - 1;
        if (s->first < c->first + begin || (state == BY_STAMPS && c->first + end <= p->lowest))
            break;
        if (last >= end)
            continue; /* reached at one of its inner sums: term by term */
        backward_unfused(p, c, last + 1, end, state);
        bool reached = state == ALL_ZERO || c->stamp[last] == p->stamp;
        end = reached && backward_fused_dot(p, c, s, state) ? slot : last + 1;
    }
    backward_unfused(p, c, begin, end, state);
}

/* ---- The pass ---- */

/* Over the cached runs. */
static void propagate_all_zero(dgi_backward_pass *p, dg_graph *g)
{
    const dgi_reachable *b = &g->reachable;
    for (size_t i = b->n_runs; i-- > 0;)
        for (dgi_run left = b->runs[i]; left.first < left.end;) {
            dgi_chunk_span part = dgi_pop_last_span(g, &left);
            backward_span(p, part.chunk, part.begin, part.end, ALL_ZERO);
        }
}

/* Sets DGI_HAS_GRAD for all values of the cached set. */
static void set_all_have_grad(dg_graph *g)
{
    dgi_reachable *b = &g->reachable;
    for (size_t i = 0; i < b->n_runs && !b->all_have_grad; i++)
        for (dgi_run left = b->runs[i]; left.first < left.end;) {
            dgi_chunk_span part = dgi_pop_last_span(g, &left);
            for (size_t at = part.begin; at < part.end; at++)
                part.chunk->stamp[at] = (uint16_t)(part.chunk->stamp[at] | DGI_HAS_GRAD);
        }
    b->all_have_grad = true;
}

static void propagate_by_stamps(dgi_backward_pass *p, const dg_value *root)
{
    dgi_chunk *c = dgi_chunk_of(root);
    backward_span(p, c, 0, dgi_slot_of(root) + 1, BY_STAMPS);
    while (c->first > p->lowest && !p->failed) {
        c = p->chunks[(c->first - 1) >> DGI_CHUNK_BITS];
        backward_span(p, c, 0, DGI_CHUNK_VALUES, BY_STAMPS);
    }
}

/* After running out of memory: sets the gradients that the pass reached back to 0. Those that were
 * not 0 before are saved. */
static void undo(const dgi_backward_pass *p, const dg_value *root)
{
    for (size_t i = dgi_index_of(root) + 1; i-- > 0;) {
        dgi_chunk *c = p->chunks[i >> DGI_CHUNK_BITS];
        size_t slot = dgi_slot_at(i);
        if (c->stamp[slot] != p->stamp)
            continue;
        if (dgi_is_array(&c->values[slot]))
            dgi_zero_grad_lazily(c->values[slot].array);
        c->grad[slot] = 0.0;
    }
}

/* Whether a backward pass can start at the root; false with the graph's error. */
static bool check_root(const dg_value *root)
{
    dg_graph *g = dg_graph_of(root);
    char text[DG_SHAPE_TEXT_MAX];
    if (dgi_size(root) != 1)
        dgi_graph_failf(g, DG_INVALID, "backward needs a single number, not a tensor of shape %s",
                        dg_shape_text(dgi_ndim(root), dgi_shape_of(root), text));
    else if (!dgi_requires_grad(root))
        dgi_graph_fail(g, DG_INVALID, "backward: nothing below the root requires a gradient");
    else
        return true;
    return false;
}

dg_status dg_backward(dg_value *root)
{
    if (!root || !check_root(root))
        return DG_INVALID;
    return dgi_charge_backward(dgi_graph_of(root)) ? dgi_backward(root) : DG_LIMIT;
}

dg_status dgi_backward(dg_value *root)
{
    dg_graph *g = dgi_graph_of(root);
    const dgi_reachable *known = dgi_reachable_cached(root);
    bool all_zero = known && known->all_plain && known->grads_zero;
    dgi_backward_pass p = {.chunks = g->chunks,
                           .ready_inputs = SIZE_MAX,
                           .lowest = dgi_is_leaf(root) ? SIZE_MAX : dgi_index_of(root)};
    double before = dg_grad(root);
    dg_set_grad(root, 1.0);
    if (all_zero) {
        set_all_have_grad(g);
        propagate_all_zero(&p, g);
        return DG_OK;
    }
    p.stamp = (uint16_t)(dgi_begin_epochs(g, dgi_index_of(root), 1) | DGI_HAS_GRAD);
    dgi_chunk_of(root)->stamp[dgi_slot_of(root)] = p.stamp;
    propagate_by_stamps(&p, root);
    if (p.failed) {
        undo(&p, root);
        dg_set_grad(root, before);
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
    }
    add_saved(&p.saved);
    return p.failed ? DG_NOMEM : DG_OK;
}
