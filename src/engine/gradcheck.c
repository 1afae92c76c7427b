/* The gradient check: the backward pass against central differences. */
#include "engine/walk.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/grow.h"

/* What the check changes in a value and puts back. */
typedef struct saved_value {
    dg_value *value;
    double data, grad;
    bool has_grad;
} saved_value;

typedef struct saved_values {
    saved_value *all;
    size_t n, room;
} saved_values;

static bool save(saved_values *s, dg_value *v)
{
    saved_value *all = dgi_grown(s->all, &s->room, s->n, sizeof *all);
    if (!all)
        return false;
    s->all = all;
    s->all[s->n++] = (saved_value){v, v->data, v->grad, v->has_grad};
    return true;
}

/* Every value below the root, itself included, in the order of the arena. */
static bool save_below(saved_values *s, dg_value *root)
{
    dgi_walk walk = dgi_walk_from(root);
    size_t lowest = dgi_index_of(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));)
        for (int i = 0; i < v->arity; i++) {
            size_t parent = dgi_index_of(dg_parent(v, i));
            if (parent < lowest)
                lowest = parent;
        }
    for (size_t i = lowest; i <= dgi_index_of(root); i++) {
        dg_value *v = dgi_value_at(walk.graph, i);
        if (v->mark == walk.mark && !save(s, v))
            return false;
    }
    return true;
}

static double root_at(dg_value *root, dg_value *leaf, double x)
{
    leaf->data = x;
    dg_forward(root);
    return root->data;
}

static void compare(dg_gradcheck_result *r, dg_value *leaf, double backward, double difference)
{
    double size = fmax(1.0, fmax(fabs(backward), fabs(difference)));
    double error = fabs(backward - difference) / size;
    if (!isfinite(error))
        error = INFINITY;
    r->checked++;
    if (r->where && error <= r->worst)
        return;
    r->worst = error;
    r->where = leaf;
    r->backward = backward;
    r->difference = difference;
}

dg_status dg_gradcheck(dg_value *root, double step, dg_gradcheck_result *result)
{
    if (!root || !result || !(step >= 0.0) || isinf(step))
        return DG_INVALID;
    *result = (dg_gradcheck_result){0};
    if (step == 0.0)
        step = cbrt(DBL_EPSILON);
    saved_values saved = {NULL, 0, 0};
    dg_status status = save_below(&saved, root) ? DG_OK : DG_NOMEM;
    if (status == DG_OK) {
        for (size_t i = 0; i < saved.n; i++)
            saved.all[i].value->grad = 0.0;
        dg_forward(root);
        status = dg_backward(root);
    }
    for (size_t i = 0; status == DG_OK && i < saved.n; i++) {
        dg_value *leaf = saved.all[i].value;
        if (leaf->arity != 0)
            continue;
        double x = saved.all[i].data;
        double h = step * fmax(1.0, fabs(x));
        double above = x + h, below = x - h; /* what was really added is above - below */
        double difference = (root_at(root, leaf, above) - root_at(root, leaf, below)) / (above - below);
        leaf->data = x;
        compare(result, leaf, leaf->grad, difference);
    }
    for (size_t i = 0; i < saved.n; i++) {
        saved_value *s = &saved.all[i];
        s->value->data = s->data;
        s->value->grad = s->grad;
        s->value->has_grad = s->has_grad;
    }
    free(saved.all);
    if (status == DG_NOMEM)
        dgi_graph_fail(dg_graph_of(root), DG_NOMEM, "out of memory");
    return status;
}
