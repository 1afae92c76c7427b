/* What loops go through: ranges, and lists beside each other, without their elements in memory. */
#include <math.h>

#include "engine/detached.h"
#include "lang/operations.h"

dgi_series *dgi_new_series(dgi_runtime *rt, dgi_series_kind kind, size_t count, size_t n_sources)
{
    dgi_series *s = dgi_allocate(rt, 1, sizeof *s + n_sources * sizeof(dgi_object));
    if (s)
        *s = (dgi_series){.kind = kind, .count = count, .n_sources = n_sources};
    return s;
}

/* Element i of a source. */
static bool fetch_source(dgi_runtime *rt, const dgi_series *s, size_t source, size_t i,
                         dgi_operand *x)
{
    dgi_operand of = {.object = s->sources[source], .span = x->span};
    return dgi_fetch(rt, &of, i, x);
}

bool dgi_fetch_part(dgi_runtime *rt, const dgi_series *s, size_t i, size_t part, dgi_operand *x)
{
    if (s->kind != DGI_ENUMERATE)
        return fetch_source(rt, s, part, i, x);
    if (part == 1)
        return fetch_source(rt, s, 0, i, x);
    x->object = dgi_integer_object(s->start + (double)i);
    return true;
}

bool dgi_fetch_from_series(dgi_runtime *rt, const dgi_series *s, size_t i, dgi_operand *x)
{
    if (s->kind == DGI_RANGE) {
        x->object = dgi_integer_object(s->start + (double)i * s->step);
        return true;
    }
    if (s->kind == DGI_REVERSED)
        return fetch_source(rt, s, 0, s->count - 1 - i, x);
    size_t parts = s->n_sources + (s->kind == DGI_ENUMERATE);
    dgi_list *list = dgi_new_list(rt, x->span, parts);
    for (size_t part = 0; part < parts && list; part++) {
        dgi_operand element = {.span = x->span};
        if (!dgi_fetch_part(rt, s, i, part, &element) ||
            !dgi_keep_object(rt, x->span, &element.object))
            return false;
        list->elements[part] = element.object;
    }
    if (!list)
        return false;
    list->tuple = true;
    x->object = dgi_finish_list(list);
    return true;
}

bool dgi_fetch(dgi_runtime *rt, const dgi_operand *of, size_t i, dgi_operand *x)
{
    if (dgi_is_list(&of->object))
        return dgi_fetch_element(rt, of, i, false, x);
    if (of->object.kind == DGI_OBJECT_SERIES)
        return dgi_fetch_from_series(rt, of->object.as.series, i, x);
    dg_value *v = of->object.as.value;
    return dgi_take(rt, dg_graph_of(v), dg_select(v, (ptrdiff_t)i), x->span, x);
}

bool dgi_series_to_list(dgi_runtime *rt, dgi_span about, dgi_object *o)
{
    const dgi_series *s = o->as.series;
    dgi_list *list = dgi_new_list(rt, about, s->count);
    for (size_t i = 0; i < s->count && list; i++) {
        dgi_operand x = {.span = about};
        if (!dgi_fetch_from_series(rt, s, i, &x) || !dgi_keep_object(rt, about, &x.object))
            return false;
        list->elements[i] = x.object;
    }
    if (!list)
        return false;
    *o = dgi_finish_list(list);
    return true;
}
