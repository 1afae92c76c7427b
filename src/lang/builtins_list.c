/* Functions for loops and of lists. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lang/builtins.h"

/* How many elements there are to go through; false where there are none. */
static bool count_of(dgi_runtime *rt, const dgi_operand *x, const char *name, size_t *count)
{
    const dgi_object *o = &x->object;
    dgi_shape shape = dgi_shape_of_object(o);
    if (o->kind == DGI_OBJECT_SERIES)
        *count = o->as.series->count;
    else if (dgi_is_list(o) || shape.ndim > 0)
        *count = dgi_is_list(o) ? o->as.list->count : shape.sizes[0];
    else
        return dgi_fail(rt, x->span, "'%s' needs a list, not %s", name, dgi_object_name(o));
    return true;
}

static bool give_series(dgi_call *c, dgi_series *s)
{
    c->result.object = (dgi_object){.as.series = s, .kind = DGI_OBJECT_SERIES};
    return s;
}

/* ---- Series ---- */

bool dgi_builtin_range(dgi_runtime *rt, dgi_call *c)
{
    double parts[3] = {0.0, 0.0, 1.0};
    if (c->n_rest < 1 || c->n_rest > 3)
        return dgi_fail(rt, c->result.span, "'range' takes 1 to 3 arguments, not %zu", c->n_rest);
    for (size_t i = 0; i < c->n_rest; i++) {
        dgi_operand *x = &c->rest[i];
        if (!dgi_to_number(rt, x, "'range' needs integers") ||
            !dgi_require_integer(rt, x->span, "an end of a range", x->object.as.number))
            return false;
        parts[c->n_rest == 1 ? 1 : i] = x->object.as.number;
    }
    if (parts[2] == 0.0)
        return dgi_fail(rt, c->rest[2].span, "the step of a range cannot be 0");
    double count = ceil((parts[1] - parts[0]) / parts[2]);
    dgi_series *s = dgi_new_series(rt, DGI_RANGE, count > 0.0 ? (size_t)count : 0, 0);
    if (!s)
        return false;
    s->start = parts[0];
    s->step = parts[2];
    return give_series(c, s);
}

bool dgi_builtin_zip(dgi_runtime *rt, dgi_call *c)
{
    size_t least = c->n_rest ? SIZE_MAX : 0, count;
    for (size_t i = 0; i < c->n_rest; i++) {
        if (!count_of(rt, &c->rest[i], "zip", &count))
            return false;
        least = count < least ? count : least;
    }
    dgi_series *s = dgi_new_series(rt, DGI_ZIP, least, c->n_rest);
    for (size_t i = 0; i < c->n_rest && s; i++)
        s->sources[i] = c->rest[i].object;
    return give_series(c, s);
}

/* enumerate and reversed: of one list. */
static bool make_series(dgi_runtime *rt, dgi_call *c, dgi_series_kind kind, double start)
{
    size_t count;
    if (!count_of(rt, c->args[0], c->builtin->name, &count))
        return false;
    dgi_series *s = dgi_new_series(rt, kind, count, 1);
    if (!s)
        return false;
    s->start = start;
    s->sources[0] = c->args[0]->object;
    return give_series(c, s);
}

bool dgi_builtin_enumerate(dgi_runtime *rt, dgi_call *c)
{
    return make_series(rt, c, DGI_ENUMERATE, c->plain[1]);
}

bool dgi_builtin_reversed(dgi_runtime *rt, dgi_call *c)
{
    return make_series(rt, c, DGI_REVERSED, 0.0);
}

/* ---- Lists ---- */

/* list and tuple: a copy of the elements. */
bool dgi_builtin_list(dgi_runtime *rt, dgi_call *c)
{
    size_t count = 0;
    if (c->args[0] && !count_of(rt, c->args[0], c->builtin->name, &count))
        return false;
    dgi_list *list = dgi_new_list(rt, c->result.span, count);
    for (size_t i = 0; i < count && list; i++) {
        dgi_operand x = {.span = c->args[0]->span};
        if (!dgi_fetch(rt, c->args[0], i, &x) || !dgi_keep_object(rt, x.span, &x.object))
            return false;
        list->elements[i] = x.object;
    }
    if (!list)
        return false;
    list->tuple = c->builtin->name[0] == 't';
    c->result.object = dgi_finish_list(list);
    return true;
}

static int compare_numbers(const void *left, const void *right)
{
    double a = dgi_number_of(left), b = dgi_number_of(right);
    return (a > b) - (a < b);
}

static int compare_backwards(const void *left, const void *right)
{
    return compare_numbers(right, left);
}

bool dgi_builtin_sorted(dgi_runtime *rt, dgi_call *c)
{
    const bool backwards = c->plain[1] != 0.0;
    if (!dgi_builtin_list(rt, c))
        return false;
    dgi_list *list = c->result.object.as.list;
    if (!dgi_check_elements(rt, c->args[0]->span, list, "element", "", false, "a number"))
        return false;
    qsort(list->elements, list->count, sizeof *list->elements,
          backwards ? compare_backwards : compare_numbers);
    list->tuple = false;
    return true;
}

/* any and all */
bool dgi_builtin_any(dgi_runtime *rt, dgi_call *c)
{
    size_t count;
    bool all = c->builtin->name[1] == 'l', found = all;
    if (!count_of(rt, c->args[0], c->builtin->name, &count))
        return false;
    for (size_t i = 0; i < count && found == all; i++) {
        dgi_operand x = {.span = c->args[0]->span};
        if (!dgi_fetch(rt, c->args[0], i, &x) || !dgi_truth(rt, &x, &found))
            return false;
    }
    c->result.object = dgi_bool_object(found);
    return true;
}

bool dgi_builtin_append(dgi_runtime *rt, dgi_call *c)
{
    dgi_list *list = c->args[0]->object.as.list;
    dgi_object object = c->args[1]->object;
    c->result.object.kind = DGI_OBJECT_NOTHING;
    if (!dgi_is_list(&c->args[0]->object))
        return dgi_fail_kind(rt, c->args[0], "'append' needs a list");
    if (list->tuple || list->nested || list->source || dgi_is_tensor(list))
        return dgi_fail(rt, c->args[0]->span,
                        list->tuple    ? "a tuple cannot be changed"
                        : list->nested ? "a list in a list cannot be changed: append to it before"
                                       : "a list that has become a tensor cannot be changed");
    if (dgi_is_list(&object) && object.as.list == list)
        return dgi_fail(rt, c->args[1]->span, "a list cannot be an element of itself");
    if (object.kind == DGI_OBJECT_NONE || !dgi_keep_object(rt, c->args[1]->span, &object) ||
        !dgi_append_element(rt, c->args[1]->span, list, &object))
        return object.kind == DGI_OBJECT_NONE &&
               dgi_fail_kind(rt, c->args[1],
                             "a list holds numbers, values, strings, networks and lists");
    dgi_extend_form(list);
    return true;
}

bool dgi_picks_extreme(const dgi_builtin *b, const dgi_operand *args, size_t count,
                       dgi_object *result)
{
    bool max = strcmp(b->name, "max") == 0;
    bool listed = count == 1 && dgi_is_list(&args[0].object);
    if ((!max && strcmp(b->name, "min") != 0) || (!listed && count < 3))
        return false;
    const dgi_list *list = listed ? args[0].object.as.list : NULL;
    if (list && (dgi_is_tensor(list) || list->count == 0 || (max && !list->capacity)))
        return false;
    size_t n = list ? list->count : count, best = 0;
    for (size_t i = 0; i < n; i++) {
        const dgi_object *o = list ? &list->elements[i] : &args[i].object;
        const dgi_object *so_far = list ? &list->elements[best] : &args[best].object;
        if (!dgi_is_number(o) || (!list && args[i].named))
            return false;
        double x = dgi_number_of(o), y = dgi_number_of(so_far);
        best = (max ? x > y : x < y) ? i : best;
    }
    *result = list ? list->elements[best] : args[best].object;
    return true;
}
