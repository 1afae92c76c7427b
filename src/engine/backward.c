/* The backward pass. */
#include "engine/limits.h"
#include "engine/reachable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/math.h"
#include "engine/dot_product.h"

/* What values had as gradients before a backward pass, set aside so that the pass starts from zero
 * and the two are added at its end. After a zero_grad there is nothing to set aside. */
typedef struct saved_grad {
    dg_value *value;
    union {
        double grad;   /* of a scalar */
        double *array; /* of a tensor: a copy */
    };
} saved_grad;

typedef struct saved_grads {
    saved_grad *all;
    size_t n, room;
} saved_grads;

/* A backward pass on its way. */
struct dgi_backward_pass {
    dgi_chunk *const *chunks; /* the graph's */
    uint16_t stamp;           /* of what was reached: it has a gradient */
    size_t lowest;            /* the place of the first computed value that was reached */
    size_t opened;            /* where among the graph's x those begin whose gradients are ready */
    saved_grads saved;
    bool failed; /* there was no memory to set a gradient aside */
};

static bool save(saved_grads *s, saved_grad old)
{
    saved_grad *all = dgi_grown(s->all, &s->room, s->n, sizeof *all);
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

/* ---- Reaching ---- */

/* Sets aside what a value has from before the pass; false when out of memory. */
static bool set_aside(dgi_backward_pass *p, dg_value *v)
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

/* Marks what is reached for the first time. */
static inline void stamp_first(dgi_backward_pass *p, dgi_chunk *c, size_t i)
{
    c->stamp[i] = p->stamp;
    if (c->first + i < p->lowest && c->kinds[i].op != DGI_OP_leaf)
        p->lowest = c->first + i;
}

/* The first use of a scalar in a pass finds what was before. */
static inline double give_first(dgi_backward_pass *p, dgi_chunk *c, size_t i, double grad)
{
    if (c->kinds[i].flags & DGI_NO_GRAD)
        return 0.0;
    if ((c->stamp[i] & DGI_HAS_GRAD) && !set_aside(p, &c->values[i]))
        return 0.0;
    stamp_first(p, c, i);
    return c->grad[i] = 0.0 + grad;
}

double *dgi_grad_target(dgi_backward_pass *p, dg_value *operand, bool *fresh)
{
    if (!dgi_requires_grad(operand) || p->failed)
        return NULL;
    dgi_chunk *c = dgi_chunk_of(operand);
    size_t i = dgi_slot_of(operand);
    *fresh = c->stamp[i] != p->stamp;
    if (*fresh && !set_aside(p, operand))
        return NULL;
    if (*fresh)
        stamp_first(p, c, i);
    if (!dgi_is_array(operand))
        return &c->grad[i];
    operand->array->grad_lazy_zero = false;
    return operand->array->grad;
}

double *dgi_zeroed_grad_target(dgi_backward_pass *p, dg_value *operand)
{
    bool fresh = false;
    double *grad = dgi_grad_target(p, operand, &fresh);
    if (grad && fresh)
        memset(grad, 0, dgi_size(operand) * sizeof *grad);
    return grad;
}

/* ---- Scalars ---- */

/* Whether a pass knows what is below the root, that all of it are scalars and their gradients 0. If
 * not, it looks at stamps. */
typedef enum way { BY_STAMPS, KNOWN } way;

/* In these functions the way is a constant to the compiler. */
#define INLINE static inline __attribute__((always_inline))

/* Adds what one use of a value contributes; the gradient that it then has. */
INLINE double give_at(dgi_backward_pass *p, dgi_chunk *c, size_t i, double grad, way how)
{
    if (how == BY_STAMPS && c->stamp[i] != p->stamp)
        return give_first(p, c, i, grad);
    return c->grad[i] += grad;
}

INLINE double give(dgi_backward_pass *p, dgi_index i, double grad, way how)
{
    return give_at(p, p->chunks[i >> DGI_CHUNK_BITS], dgi_slot_at(i), grad, how);
}

INLINE double data_at(const dgi_backward_pass *p, dgi_index i)
{
    return p->chunks[i >> DGI_CHUNK_BITS]->values[dgi_slot_at(i)].data;
}

/* Row by row of ops.def, what a value of gradient g contributes to its operands. */
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

/* From one value to its operands. */
INLINE void spread(dgi_backward_pass *p, dgi_chunk *c, size_t i, way how)
{
    double g = c->grad[i], z = c->values[i].data, x = data_at(p, c->a[i]);
    switch (c->kinds[i].op) {
#define DGI_UNARY(name, ...)                                                                       \
    case DGI_OP_##name:                                                                            \
        give(p, c->a[i], name##_dx(x, x, z, 0.0) * g, how);                                        \
        break;
#define DGI_BINARY(name, ...)                                                                      \
    case DGI_OP_##name: {                                                                          \
        double y = data_at(p, c->b[i]);                                                            \
        give(p, c->a[i], name##_dx(x, y, z, 0.0) * g, how);                                        \
        give(p, c->b[i], name##_dy(x, y, z, 0.0) * g, how);                                        \
        break;                                                                                     \
    }
#define DGI_CONSTANT(name, ...)                                                                    \
    case DGI_OP_##name:                                                                            \
        give(p, c->a[i], name##_dx(x, x, z, c->graph->constants[c->b[i]].k) * g, how);             \
        break;
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
    }
}

/* A sum of products, or a part of it: b + w0*x0 + w1*x1 + …, from the sum at i down; returns the
 * place of the lowest product. The gradient of one sum goes to the next here rather than by memory,
 * where each would wait for the one before it to arrive. */
INLINE size_t spread_terms(dgi_backward_pass *p, dgi_chunk *c, size_t i, way how)
{
    double g = c->grad[i];
    for (;; i -= 2) {
        /* No derivative of + looks at a number, and none of * at the result. */
        dgi_index before = c->a[i], first = c->a[i - 1], second = c->b[i - 1];
        double x = data_at(p, first), y = data_at(p, second);
        double next = give(p, before, add_dx(0.0, 0.0, 0.0, 0.0) * g, how);
        double product = give_at(p, c, i - 1, add_dy(0.0, 0.0, 0.0, 0.0) * g, how);
        if (how == BY_STAMPS && p->failed)
            return i - 1;
        give(p, first, mul_dx(x, y, 0.0, 0.0) * product, how);
        give(p, second, mul_dy(x, y, 0.0, 0.0) * product, how);
        if (i < 2 || before != c->first + i - 2 || c->kinds[i - 2].flags != DGI_DOT_TERM ||
            first == before || second == before)
            return i - 1;
        g = next;
    }
}

/* ---- Sums of products that the graph has noted ---- */

/* Whether no use of the values of a sum but the last has reached them yet: their gradients are all
 * that of the sum. */
INLINE bool is_untouched(const dgi_chunk *c, size_t slot, size_t count, way how)
{
    unsigned stamps = 0;
    uint64_t bits = 0;
    for (size_t i = slot; i < slot + count; i++)
        if (how == BY_STAMPS) {
            stamps |= c->stamp[i];
        } else {
            uint64_t grad;
            memcpy(&grad, &c->grad[i], sizeof grad);
            bits |= grad;
        }
    return bits == 0 && stamps == 0;
}

/* Makes the gradient of a value ready to be added to; false where it must be set aside first, or
 * none is required. */
static inline bool open_one(dgi_backward_pass *p, dgi_chunk *c, size_t i)
{
    if (c->stamp[i] == p->stamp)
        return true;
    if (c->stamp[i] & DGI_HAS_GRAD || c->kinds[i].flags & DGI_NO_GRAD)
        return false;
    stamp_first(p, c, i);
    c->grad[i] = 0.0;
    return true;
}

/* The same for n values in a row, which mostly are ready. */
static inline bool open_row(dgi_backward_pass *p, dgi_chunk *c, size_t slot, size_t n)
{
    unsigned other = 0;
    for (size_t i = slot, stamp = p->stamp; i < slot + n; i++)
        other |= (unsigned)(c->stamp[i] ^ stamp);
    for (size_t i = slot; other && i < slot + n; i++)
        if (!open_one(p, c, i))
            return false;
    return true;
}

/* The same for the x of a sum, which its neighbours share. */
static inline bool open_x(dgi_backward_pass *p, const dgi_fused_dot *s, dg_value *const *x)
{
    for (size_t i = 0; i < s->n && p->opened != s->x; i++)
        if (!open_one(p, dgi_chunk_of(x[i]), dgi_slot_of(x[i])))
            return false;
    p->opened = s->x;
    return true;
}

/* Marks the values of a sum, which nothing else has reached. */
static inline void stamp_fused_dot(dgi_backward_pass *p, dgi_chunk *c, size_t slot, size_t end)
{
    uint16_t stamp = p->stamp;
    for (size_t i = slot; i < end; i++)
        c->stamp[i] = stamp;
    if (c->first + slot < p->lowest)
        p->lowest = c->first + slot;
}

/* The gradient of a sum to its values, its w, its x and b. False where it must go the long way. */
INLINE bool spread_sum(dgi_backward_pass *p, dgi_chunk *c, const dgi_fused_dot *s, way how)
{
    dg_graph *g = c->graph;
    dg_value *const *x = g->dot_inputs + s->x;
    dgi_chunk *weights = dgi_chunk_at(g, s->w);
    size_t n = s->n, slot = dgi_fused_dot_slot(s), last = slot + 2 * n - 1, at = dgi_slot_at(s->w);
    if (!is_untouched(c, slot, 2 * n - 1, how))
        return false;
    if (how == BY_STAMPS) {
        if (!open_row(p, weights, at, n + 1) || !open_x(p, s, x))
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

/* ---- Part by part ---- */

/* From the values of a chunk that are in no sum that is noted, or in one that goes the long way. */
INLINE void spread_others(dgi_backward_pass *p, dgi_chunk *c, size_t begin, size_t end, way how)
{
    for (size_t i = end; i > begin;) {
        if (how == BY_STAMPS && c->first + i <= p->lowest)
            return;
        i--;
        dgi_kind kind = c->kinds[i];
        if ((how == BY_STAMPS && c->stamp[i] != p->stamp) || kind.op == DGI_OP_leaf)
            continue;
        if (kind.flags == DGI_DOT_TERM)
            i = spread_terms(p, c, i, how);
        else if (how == BY_STAMPS && kind.flags & DGI_IS_TENSOR_OP)
            dgi_tensor_backward(p, &c->values[i]);
        else
            spread(p, c, i, how);
    }
}

/* From the values of a chunk from `end` down to `begin`, or to the lowest that was reached. */
INLINE void spread_part(dgi_backward_pass *p, dgi_chunk *c, size_t begin, size_t end, way how)
{
    const dg_graph *g = c->graph;
    for (size_t k = dgi_fused_dots_before(g, c->first + end); k > 0 && !p->failed; k--) {
        const dgi_fused_dot *s = &g->fused_dots[k - 1];
        size_t slot = dgi_fused_dot_slot(s), last = slot + 2 * s->n - 1;
        if (s->first < c->first + begin || (how == BY_STAMPS && c->first + end <= p->lowest))
            break;
        if (last >= end)
            continue; /* what is reached of it begins within */
        spread_others(p, c, last + 1, end, how);
        bool reached = how == KNOWN || c->stamp[last] == p->stamp;
        end = reached && spread_sum(p, c, s, how) ? slot : last + 1;
    }
    spread_others(p, c, begin, end, how);
}

/* ---- The pass ---- */

/* Where all of the gradients below the root are 0. */
static void propagate_known(dgi_backward_pass *p, dg_graph *g)
{
    const dgi_reachable *b = &g->reachable;
    for (size_t i = b->n_runs; i-- > 0;)
        for (dgi_run left = b->runs[i]; left.first < left.end;) {
            dgi_chunk_span part = dgi_pop_last_span(g, &left);
            spread_part(p, part.chunk, part.begin, part.end, KNOWN);
        }
}

/* What the pass reaches counts as computed from then on. */
static void set_graded(dg_graph *g)
{
    dgi_reachable *b = &g->reachable;
    for (size_t i = 0; i < b->n_runs && !b->graded; i++)
        for (dgi_run left = b->runs[i]; left.first < left.end;) {
            dgi_chunk_span part = dgi_pop_last_span(g, &left);
            for (size_t at = part.begin; at < part.end; at++)
                part.chunk->stamp[at] = (uint16_t)(part.chunk->stamp[at] | DGI_HAS_GRAD);
        }
    b->graded = true;
}

static void propagate_by_marks(dgi_backward_pass *p, const dg_value *root)
{
    dgi_chunk *c = dgi_chunk_of(root);
    spread_part(p, c, 0, dgi_slot_of(root) + 1, BY_STAMPS);
    while (c->first > p->lowest && !p->failed) {
        c = p->chunks[(c->first - 1) >> DGI_CHUNK_BITS];
        spread_part(p, c, 0, DGI_CHUNK_VALUES, BY_STAMPS);
    }
}

/* Takes back what a pass without memory gave: what was not set aside was 0. */
static void take_back(const dgi_backward_pass *p, const dg_value *root)
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

/* Whether a backward pass can begin at the root; else the graph's error. */
static bool is_root(const dg_value *root)
{
    dg_graph *g = dg_graph_of(root);
    char text[DG_SHAPE_TEXT_MAX];
    if (dgi_size(root) != 1)
        dgi_graph_failf(g, DG_INVALID, "backward needs a single number, not a tensor of shape %s",
                        dg_shape_text(dgi_ndim(root), dgi_shape(root), text));
    else if (!dgi_requires_grad(root))
        dgi_graph_fail(g, DG_INVALID, "backward: nothing below the root requires a gradient");
    else
        return true;
    return false;
}

dg_status dg_backward(dg_value *root)
{
    if (!root || !is_root(root))
        return DG_INVALID;
    return dgi_charge_backward(dgi_graph_of(root)) ? dgi_backward(root) : DG_LIMIT;
}

dg_status dgi_backward(dg_value *root)
{
    dg_graph *g = dgi_graph_of(root);
    const dgi_reachable *known = dgi_reachable_cached(root);
    bool zeroed = known && known->plain && known->zeroed;
    dgi_backward_pass p = {.chunks = g->chunks,
                           .opened = SIZE_MAX,
                           .lowest = dgi_is_leaf(root) ? SIZE_MAX : dgi_index_of(root)};
    double before = dg_grad(root);
    dg_set_grad(root, 1.0);
    if (zeroed) {
        set_graded(g);
        propagate_known(&p, g);
        return DG_OK;
    }
    p.stamp = (uint16_t)(dgi_begin_epochs(g, dgi_index_of(root), 1) | DGI_HAS_GRAD);
    dgi_chunk_of(root)->stamp[dgi_slot_of(root)] = p.stamp;
    propagate_by_marks(&p, root);
    if (p.failed) {
        take_back(&p, root);
        dg_set_grad(root, before);
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
    }
    add_saved(&p.saved);
    return p.failed ? DG_NOMEM : DG_OK;
}
