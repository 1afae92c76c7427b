/* The gradient check: the backward pass against central differences. */
#include "engine/traversal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* What the check changes in a value, to be restored. */
typedef struct saved_value {
    dg_value *value;
    double data, grad; /* of a scalar */
    double *elements;  /* of a tensor: data, then grad unless that is a lazy zero */
    bool has_grad, grad_lazy_zero;
} saved_value;

typedef struct saved_values {
    saved_value *all;
    size_t n, capacity;
} saved_values;

/* A copy of a tensor's data and gradient; NULL when out of memory. */
static double *copy_of(const dgi_array *array)
{
    size_t n = array->size;
    double *copy = malloc((2 * n + 1) * sizeof *copy);
    if (!copy)
        return NULL;
    memcpy(copy, array->data, n * sizeof *copy);
    if (!array->grad_lazy_zero)
        memcpy(copy + n, array->grad, n * sizeof *copy);
    return copy;
}

static bool save(saved_values *s, dg_value *v)
{
    saved_value *all = dgi_grown(s->all, &s->capacity, s->n, sizeof *all);
    if (!all)
        return false;
    s->all = all;
    saved_value saved = {.value = v, .has_grad = dgi_has_grad(v)};
    if (dgi_is_array(v)) {
        saved.grad_lazy_zero = v->array->grad_lazy_zero;
        saved.elements = copy_of(v->array);
        if (!saved.elements)
            return false;
    } else {
        saved.data = v->data;
        saved.grad = dgi_scalar_grad(v);
    }
    s->all[s->n++] = saved;
    return true;
}

static void restore(saved_value *s)
{
    dg_value *v = s->value;
    dgi_set_has_grad(v, s->has_grad);
    if (!dgi_is_array(v)) {
        v->data = s->data;
        *dgi_grad_pointer(v) = s->grad;
        return;
    }
    size_t n = v->array->size;
    memcpy(v->array->data, s->elements, n * sizeof *s->elements);
    v->array->grad_lazy_zero = false;
    if (s->grad_lazy_zero)
        dgi_zero_grad_lazily(v->array);
    else
        memcpy(v->array->grad, s->elements + n, n * sizeof *s->elements);
    free(s->elements);
}

/* Saves every value below the root, itself included. */
static bool save_below(saved_values *s, dg_value *root)
{
    dgi_traversal traversal = dgi_traversal_begin(root);
    while (dgi_traversal_next(&traversal))
        ;
    for (size_t i = traversal.lowest; i <= dgi_index_of(root); i++) {
        dgi_chunk *c = dgi_chunk_at(traversal.graph, i);
        size_t slot = dgi_slot_at(i);
        if (dgi_has_stamp(c, slot, traversal.epoch) && !save(s, &c->values[slot]))
            return false;
    }
    return true;
}

static double root_at(dg_value *root, double *element, double x)
{
    *element = x;
    dg_forward(root);
    return *dgi_data(root);
}

/* Who is told of each comparison. */
typedef struct listener {
    dg_gradcheck_function *each;
    void *context;
    size_t told;
} listener;

/* False where no more comparisons are wanted. */
static bool tell(listener *l, dg_gradcheck_result now)
{
    double size = fmax(1.0, fmax(fabs(now.backward), fabs(now.difference)));
    now.worst = fabs(now.backward - now.difference) / size;
    if (!isfinite(now.worst))
        now.worst = INFINITY;
    now.checked = ++l->told;
    return !l->each(l->context, &now);
}

static bool check_leaf(listener *l, dg_value *root, dg_value *leaf, double step)
{
    double *data = dgi_data(leaf);
    const double *grad = dg_grad_array(leaf);
    for (size_t i = 0; i < dgi_size(leaf); i++) {
        double x = data[i];
        double h = step * fmax(1.0, fabs(x));
        double above = x + h, below = x - h; /* as rounded: the divisor is above - below */
        double rise = root_at(root, &data[i], above) - root_at(root, &data[i], below);
        data[i] = x;
        if (!tell(l, (dg_gradcheck_result){.where = leaf,
                                           .element = i,
                                           .backward = grad[i],
                                           .difference = rise / (above - below)}))
            return false;
    }
    return true;
}

/* Computes the gradients, starting from 0. */
static dg_status differentiate(const saved_values *s, dg_value *root)
{
    for (size_t i = 0; i < s->n; i++) {
        dg_value *v = s->all[i].value;
        *dgi_grad_pointer(v) = 0.0;
        if (dgi_is_array(v))
            dgi_zero_grad_lazily(v->array);
    }
    dg_forward(root);
    return dg_backward(root);
}

dg_status dg_gradcheck_each(dg_value *root, double step, dg_gradcheck_function *each, void *context)
{
    if (!root || !each || !(step >= 0.0) || isinf(step))
        return DG_INVALID;
    listener l = {.each = each, .context = context};
    bool wanted = true;
    if (step == 0.0)
        step = cbrt(DBL_EPSILON);
    saved_values saved = {NULL, 0, 0};
    dg_status status = save_below(&saved, root) ? differentiate(&saved, root) : DG_NOMEM;
    for (size_t i = 0; status == DG_OK && wanted && i < saved.n; i++) {
        dg_value *leaf = saved.all[i].value;
        if (dgi_is_leaf(leaf) && dgi_requires_grad(leaf))
            wanted = check_leaf(&l, root, leaf, step);
    }
    for (size_t i = 0; i < saved.n; i++)
        restore(&saved.all[i]);
    free(saved.all);
    if (status == DG_NOMEM)
        dgi_graph_fail(dg_graph_of(root), DG_NOMEM, "out of memory");
    return status;
}

/* Keeps the worst. */
static int keep_worst(void *result, const dg_gradcheck_result *now)
{
    dg_gradcheck_result *r = result;
    if (r->where && now->worst <= r->worst)
        r->checked = now->checked;
    else
        *r = *now;
    return 0;
}

dg_status dg_gradcheck(dg_value *root, double step, dg_gradcheck_result *result)
{
    if (!result)
        return DG_INVALID;
    *result = (dg_gradcheck_result){0};
    return dg_gradcheck_each(root, step, keep_worst, result);
}
