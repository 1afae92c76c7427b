/* The backward pass. */
#include "engine/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

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
struct dgi_pass {
    dgi_walk walk;
    saved_grads saved;
    dg_value *unsaved; /* whose old gradient could not be set aside; NULL while all goes well */
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

static bool save_grad(saved_grads *s, dg_value *v)
{
    if (!save(s, (saved_grad){.value = v, .grad = v->grad}))
        return false;
    v->grad = 0.0;
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
    if (to->grad_unset)
        memcpy(to->grad, old, to->size * sizeof *old);
    else
        for (size_t i = 0; i < to->size; i++)
            to->grad[i] += old[i];
    to->grad_unset = false;
}

static void add_saved(saved_grads *s)
{
    for (size_t i = 0; i < s->n; i++) {
        saved_grad *old = &s->all[i];
        if (dgi_is_array(old->value)) {
            add_array(old->value->array, old->array);
            free(old->array);
        } else {
            old->value->grad += old->grad;
        }
    }
    free(s->all);
}

/* Adds what one use of the parent contributes. The first use in a pass finds what was before. */
static inline bool give(dgi_pass *p, dg_value *parent, double grad)
{
    if (parent->flags & DGI_NO_GRAD)
        return true;
    if (dgi_walk_reach(&p->walk, parent) && parent->grad != 0.0 && !save_grad(&p->saved, parent)) {
        p->unsaved = parent;
        return false;
    }
    parent->grad += grad;
    parent->has_grad = true;
    return true;
}

/* Sets aside what an operand has from before the pass; false when out of memory. */
static bool set_aside(dgi_pass *p, dg_value *v)
{
    if (!dgi_is_array(v))
        return v->grad == 0.0 || save_grad(&p->saved, v);
    return v->array->grad_unset || v->array->size == 0 || save_array(&p->saved, v);
}

/* The gradient of an operand that is reached for the first time: its numbers are undefined. NULL
 * when out of memory. */
static double *first_target(dgi_pass *p, dg_value *v)
{
    if (!set_aside(p, v)) {
        p->unsaved = v;
        return NULL;
    }
    v->has_grad = true;
    if (!dgi_is_array(v))
        return &v->grad;
    v->array->grad_unset = false;
    return v->array->grad;
}

double *dgi_pass_target(dgi_pass *p, dg_value *operand, bool *fresh)
{
    if (!dgi_requires_grad(operand) || p->unsaved)
        return NULL;
    *fresh = dgi_walk_reach(&p->walk, operand);
    if (*fresh)
        return first_target(p, operand);
    return dgi_is_array(operand) ? operand->array->grad : &operand->grad;
}

double *dgi_pass_zeroed(dgi_pass *p, dg_value *operand)
{
    bool fresh = false;
    double *grad = dgi_pass_target(p, operand, &fresh);
    if (grad && fresh)
        memset(grad, 0, dgi_size(operand) * sizeof *grad);
    return grad;
}

static bool propagate(dgi_pass *p)
{
    for (dg_value *v; (v = dgi_walk_meet(&p->walk));) {
        if (v->flags & DGI_WIDE) {
            dgi_wide_backward(p, v);
            if (p->unsaved)
                return false;
            continue;
        }
        double dx = 0.0, dy = 0.0;
        dgi_op_slopes(v, &dx, &dy);
        if (!give(p, v->a, dx * v->grad))
            return false;
        if (v->arity == 2 && !give(p, v->b, dy * v->grad))
            return false;
    }
    return true;
}

/* Takes back what a pass without memory gave: what was not set aside was 0. */
static void take_back(const dgi_pass *p, dg_value *root)
{
    for (size_t i = dgi_index_of(root) + 1; i-- > 0;) {
        dg_value *v = dgi_value_at(p->walk.graph, i);
        if (v->mark != p->walk.mark || v == p->unsaved)
            continue;
        v->grad = 0.0;
        if (dgi_is_array(v))
            dgi_unset_grad(v->array);
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
    dgi_pass p = {.walk = dgi_walk_from(root)};
    double before = dg_grad(root);
    dg_set_grad(root, 1.0);
    bool done = propagate(&p);
    if (!done) {
        take_back(&p, root);
        dg_set_grad(root, before);
        dgi_graph_fail(p.walk.graph, DG_NOMEM, "out of memory");
    }
    add_saved(&p.saved);
    return done ? DG_OK : DG_NOMEM;
}
