/* Passes over the graph below a root: backward, forward, zero_grad. */
#include "engine/walk.h"

#include <stdlib.h>

/* What computed values had as gradients before a backward pass, set aside so that the pass starts
 * from zero and the two are added at its end. */
typedef struct saved_grad {
    dg_value *value;
    double grad;
} saved_grad;

typedef struct saved_grads {
    saved_grad *all;
    size_t n, room;
} saved_grads;

static bool save_grad(saved_grads *s, dg_value *v)
{
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        if (room > SIZE_MAX / sizeof *s->all)
            return false;
        saved_grad *all = realloc(s->all, room * sizeof *all);
        if (!all)
            return false;
        s->all = all;
        s->room = room;
    }
    s->all[s->n++] = (saved_grad){v, v->grad};
    v->grad = 0.0;
    return true;
}

static void add_saved(saved_grads *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->all[i].value->grad += s->all[i].grad;
    free(s->all);
}

static bool save_grads_below(dg_value *root, saved_grads *saved)
{
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));)
        if (v != root && v->grad != 0.0 && !save_grad(saved, v))
            return false;
    return true;
}

static inline void give(dg_value *parent, double grad)
{
    parent->grad += grad;
    parent->has_grad = true;
}

dg_status dg_backward(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    dg_graph *g = dg_graph_of(root);
    saved_grads saved = {NULL, 0, 0};
    /* In a training step the computed values are new, and there is nothing to set aside. */
    if (g->computed_grads < g->n_values && !save_grads_below(root, &saved)) {
        add_saved(&saved);
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return DG_NOMEM;
    }
    root->grad = 1.0;
    root->has_grad = true;
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));) {
        double dx = 0.0, dy = 0.0;
        dgi_op_slopes(v, &dx, &dy);
        give(v->a, dx * v->grad);
        if (v->arity == 2)
            give(v->b, dy * v->grad);
    }
    if (walk.next < g->computed_grads)
        g->computed_grads = walk.next;
    add_saved(&saved);
    return DG_OK;
}

dg_status dg_forward(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    dg_graph *g = dg_graph_of(root);
    dgi_walk walk = dgi_walk_from(root);
    while (dgi_walk_next(&walk))
        ;
    size_t last = dgi_index_of(root);
    for (size_t i = walk.next; i <= last; i++) {
        dg_value *v = dgi_value_at(g, i);
        if (v->mark == walk.mark && v->arity != 0)
            v->data = dgi_op_forward(v);
    }
    return DG_OK;
}

dg_status dg_zero_grad(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    root->grad = 0.0;
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));) {
        v->a->grad = 0.0;
        if (v->arity == 2)
            v->b->grad = 0.0;
    }
    return DG_OK;
}

dg_status dg_graph_zero_grad(dg_graph *g)
{
    if (!g)
        return DG_INVALID;
    for (size_t i = 0; i < g->n_values; i++)
        dgi_value_at(g, i)->grad = 0.0;
    g->computed_grads = SIZE_MAX;
    return DG_OK;
}
