/* Random numbers: of a generator of our own, so that a program has the same ones everywhere. */
#include <math.h>
#include <string.h>

#include "engine/detached.h"
#include "lang/builtins.h"

static void note(dgi_runtime *rt, const dgi_call *c)
{
    dgi_note(rt, DGI_NOTE_RANDOM, c->result.span,
             "random numbers are the same everywhere, but not those of Python's modules");
}

bool dgi_builtin_manual_seed(dgi_runtime *rt, dgi_call *c)
{
    rt->rng = dg_rng_init((uint64_t)c->plain[0]);
    c->result.object.kind = DGI_OBJECT_NONE;
    return true;
}

bool dgi_builtin_random(dgi_runtime *rt, dgi_call *c)
{
    const char *name = c->builtin->name;
    double a = c->plain[0], b = c->plain[1], x;
    note(rt, c);
    if (strcmp(name, "gauss") == 0) {
        x = a + b * dg_rng_normal(&rt->rng);
    } else if (strcmp(name, "randint") == 0) {
        if (!dgi_require_integer(rt, c->args[0]->span, "an end of a range", a) ||
            !dgi_require_integer(rt, c->args[1]->span, "an end of a range", b))
            return false;
        if (a > b)
            return dgi_fail(rt, c->result.span, "there is no integer between these");
        c->result.object = dgi_integer_object(floor(dg_rng_uniform(&rt->rng, a, b + 1.0)));
        return true;
    } else {
        x = c->builtin->count ? dg_rng_uniform(&rt->rng, a, b) : dg_rng_uniform(&rt->rng, 0.0, 1.0);
    }
    c->result.object = dgi_number_object(x);
    return true;
}

bool dgi_builtin_choice(dgi_runtime *rt, dgi_call *c)
{
    dgi_object *o = &c->args[0]->object;
    if (o->kind == DGI_OBJECT_SERIES && !dgi_series_to_list(rt, c->args[0]->span, o))
        return false;
    if (!dgi_is_list(o) || o->as.list->count == 0)
        return dgi_fail_kind(rt, c->args[0], "'choice' needs a list with elements");
    note(rt, c);
    size_t i = (size_t)dg_rng_uniform(&rt->rng, 0.0, (double)o->as.list->count);
    dgi_operand result = {.span = c->result.span};
    bool done = dgi_fetch(rt, c->args[0], i, &result);
    c->result.object = result.object;
    return done;
}

/* The sizes that are given, as numbers or as a list of them. */
static bool read_shape(dgi_runtime *rt, const dgi_call *c, dgi_shape *shape)
{
    const dgi_list *list =
        c->n_rest == 1 && dgi_is_list(&c->rest[0].object) ? c->rest[0].object.as.list : NULL;
    size_t count = list ? list->count : c->n_rest;
    shape->ndim = (int)count;
    if (count > DG_DIMS_MAX)
        return dgi_fail(rt, c->result.span, "a tensor has at most %d dimensions", DG_DIMS_MAX);
    for (size_t i = 0; i < count; i++) {
        dgi_operand x = {.object = list ? list->elements[i] : c->rest[i].object,
                         .span = c->rest[list ? 0 : i].span};
        if (!dgi_to_number(rt, &x, "a size must be a number") ||
            !dgi_require_whole(rt, x.span, "a size", x.object.as.number, 0))
            return false;
        shape->sizes[i] = (size_t)x.object.as.number;
    }
    return true;
}

/* rand and randn: a leaf. */
bool dgi_builtin_rand(dgi_runtime *rt, dgi_call *c)
{
    dgi_shape shape;
    double *numbers;
    bool normal = c->builtin->name[4] == 'n';
    if (!read_shape(rt, c, &shape))
        return false;
    note(rt, c);
    dg_value *leaf = dgi_leaf_new(rt->graph, shape.ndim, shape.sizes, true, &numbers);
    if (!leaf)
        return dgi_fail_graph(rt, rt->graph, c->result.span);
    for (size_t i = 0; i < dg_size(leaf); i++)
        numbers[i] = normal ? dg_rng_normal(&rt->rng) : dg_rng_uniform(&rt->rng, 0.0, 1.0);
    c->result.object = dgi_value_object(leaf);
    return true;
}
