/* Passes over the graph below a root: backward, forward, zero_grad. */
#include "engine/walk.h"

#include <math.h>
#include <stdlib.h>

#include "base/grow.h"

/* What values had as gradients before a backward pass, set aside so that the pass starts from zero
 * and the two are added at its end. After a zero_grad there is nothing to set aside. */
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
    saved_grad *all = dgi_grown(s->all, &s->room, s->n, sizeof *all);
    if (!all)
        return false;
    s->all = all;
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

/* A backward pass on its way. */
typedef struct pass {
    dgi_walk walk;
    saved_grads saved;
    dg_value *unsaved; /* whose old gradient could not be set aside; NULL while all goes well */
} pass;

/* Adds what one use of the parent contributes. The first use in a pass finds what was there before. */
static inline bool give(pass *p, dg_value *parent, double grad)
{
    if (dgi_walk_reach(&p->walk, parent) && parent->grad != 0.0 && !save_grad(&p->saved, parent)) {
        p->unsaved = parent;
        return false;
    }
    parent->grad += grad;
    parent->has_grad = true;
    return true;
}

static bool propagate(pass *p)
{
    for (dg_value *v; (v = dgi_walk_meet(&p->walk));) {
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
static void take_back(const pass *p, dg_value *root, double before)
{
    for (size_t i = dgi_index_of(root) + 1; i-- > 0;) {
        dg_value *v = dgi_value_at(p->walk.graph, i);
        if (v->mark == p->walk.mark && v != p->unsaved)
            v->grad = 0.0;
    }
    root->grad = before;
}

dg_status dg_backward(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    pass p = {.walk = dgi_walk_from(root)};
    double before = root->grad;
    root->grad = 1.0;
    root->has_grad = true;
    bool done = propagate(&p);
    if (!done) {
        take_back(&p, root, before);
        dgi_graph_fail(p.walk.graph, DG_NOMEM, "out of memory");
    }
    add_saved(&p.saved);
    return done ? DG_OK : DG_NOMEM;
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
    return DG_OK;
}

dg_value *dg_find_nonfinite(dg_value *root)
{
    if (!root)
        return NULL;
    dg_value *found = isfinite(root->data) ? NULL : root;
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));) {
        dg_value *met[] = {v, v->a, dgi_second(v)};
        for (int i = 0; i < 3; i++)
            if (met[i] && !isfinite(met[i]->data) &&
                (!found || dgi_index_of(met[i]) < dgi_index_of(found)))
                found = met[i];
    }
    return found;
}
