/* What depends on conditions: and, or, comparisons, conditional expressions. */
#include <string.h>

#include "lang/evaluator.h"

bool dgi_truth(dgi_runtime *rt, const dgi_operand *x, bool *truth)
{
    const dgi_object *o = &x->object;
    switch ((dgi_object_kind)o->kind) {
    case DGI_OBJECT_NUMBER:
    case DGI_OBJECT_BOOL:
        *truth = o->as.number != 0.0;
        return true;
    case DGI_OBJECT_VALUE:
    case DGI_OBJECT_NAMED_LEAF:
    case DGI_OBJECT_ARRAY:
        if (dg_size(o->as.value) != 1)
            return dgi_fail(rt, x->span, "a tensor of %zu numbers is neither true nor false",
                            dg_size(o->as.value));
        *truth = dg_data_array(o->as.value)[0] != 0.0;
        return true;
    case DGI_OBJECT_NONE:
        *truth = false;
        return true;
    case DGI_OBJECT_STRING:
        *truth = o->size > 0;
        return true;
    case DGI_OBJECT_LIST:
        *truth = o->as.list->count > 0;
        return true;
    case DGI_OBJECT_SERIES:
        *truth = o->as.series->count > 0;
        return true;
    case DGI_OBJECT_NOTHING:
        return dgi_fail(rt, x->span, "this call makes no value");
    case DGI_OBJECT_ERROR:
        return false;
    default:
        *truth = true;
        return true;
    }
}

bool dgi_step_logic(dgi_evaluator *e, dgi_frame *f)
{
    bool truth;
    if (!f->done)
        return dgi_enter_child(e, f, f->next, false);
    if (!f->next || dgi_is_error(&dgi_top(e)->object)) {
        e->n_frames--;
        return true;
    }
    if (!dgi_truth(e->rt, dgi_top(e), &truth))
        return false;
    if (truth != (f->kind == DGI_NODE_AND)) {
        e->n_frames--;
        return true;
    }
    e->n_operands--;
    return dgi_enter_child(e, f, f->next, f->numbers);
}

bool dgi_step_conditional(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node), *first = dgi_eval_node(e, node->child);
    bool truth;
    f->state++;
    if (f->state == 1)
        return dgi_enter_child(e, f, first->next, false);
    if (f->state == 3) {
        e->n_frames--;
        return true;
    }
    if (!dgi_truth(e->rt, dgi_top(e), &truth))
        return false;
    e->n_operands--;
    return dgi_enter_child(e, f, truth ? node->child : dgi_eval_node(e, first->next)->next,
                           f->numbers);
}

/* ---- Comparisons ---- */

static bool is_one_number(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_NUMBER || o->kind == DGI_OBJECT_BOOL ||
           ((dgi_is_any_value(o) || o->kind == DGI_OBJECT_ARRAY) && dg_size(o->as.value) == 1);
}

static double number_of(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_NUMBER || o->kind == DGI_OBJECT_BOOL
               ? o->as.number
               : dg_data_array(o->as.value)[0];
}

/* Whether both are the same object, or the same number or string. */
static bool are_same(const dgi_object *a, const dgi_object *b)
{
    if (is_one_number(a) && is_one_number(b))
        return number_of(a) == number_of(b);
    if (a->kind != b->kind)
        return false;
    if (a->kind == DGI_OBJECT_STRING)
        return a->size == b->size && memcmp(a->as.text, b->as.text, a->size) == 0;
    return a->kind == DGI_OBJECT_NONE || a->as.value == b->as.value;
}

enum { COMPARED_DEPTH = 8 }; /* of lists in each other */

/* The same of the elements of lists. */
static bool are_equal(const dgi_object *a, const dgi_object *b, int depth)
{
    if (!dgi_is_list(a) || !dgi_is_list(b) || depth == COMPARED_DEPTH)
        return are_same(a, b);
    const dgi_list *x = a->as.list, *y = b->as.list;
    bool equal = x->count == y->count && x->tuple == y->tuple;
    for (size_t i = 0; i < x->count && equal && x != y; i++)
        equal = are_equal(&x->elements[i], &y->elements[i], depth + 1);
    return equal;
}

static bool contains(dgi_evaluator *e, const dgi_operand *x, const dgi_operand *in, bool *truth)
{
    *truth = false;
    if (in->object.kind == DGI_OBJECT_STRING && x->object.kind == DGI_OBJECT_STRING) {
        uint32_t n = x->object.size;
        for (uint32_t i = 0; i + n <= in->object.size && !*truth; i++)
            *truth = memcmp(in->object.as.text + i, x->object.as.text, n) == 0;
        return true;
    }
    dgi_object o = in->object;
    if (o.kind == DGI_OBJECT_SERIES && !dgi_series_to_list(e->rt, in->span, &o))
        return false;
    if (!dgi_is_list(&o))
        return dgi_fail_kind(e->rt, in, "'in' needs a list");
    for (size_t i = 0; i < o.as.list->count && !*truth; i++)
        *truth = are_equal(&x->object, &o.as.list->elements[i], 0);
    return true;
}

static int order_of_strings(const dgi_object *a, const dgi_object *b)
{
    uint32_t n = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->as.text, b->as.text, n);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* < > <= >= */
static bool compare_order(dgi_evaluator *e, dgi_token_kind op, const dgi_operand *a,
                          const dgi_operand *b, bool *truth)
{
    double x = 0.0, y = 0.0;
    if (a->object.kind == DGI_OBJECT_STRING && b->object.kind == DGI_OBJECT_STRING) {
        x = order_of_strings(&a->object, &b->object);
    } else {
        const dgi_operand *wrong = !is_one_number(&a->object)   ? a
                                   : !is_one_number(&b->object) ? b
                                                                : NULL;
        if (wrong)
            return dgi_fail_kind(e->rt, wrong, "only single numbers can be compared");
        x = number_of(&a->object);
        y = number_of(&b->object);
    }
    *truth = op == DGI_TOKEN_LESS         ? x < y
             : op == DGI_TOKEN_GREATER    ? x > y
             : op == DGI_TOKEN_LESS_EQUAL ? x <= y
                                          : x >= y;
    return true;
}

static bool compare(dgi_evaluator *e, dgi_token_kind op, const dgi_operand *a, const dgi_operand *b,
                    bool *truth)
{
    const dgi_operand *nothing = a->object.kind == DGI_OBJECT_NOTHING   ? a
                                 : b->object.kind == DGI_OBJECT_NOTHING ? b
                                                                        : NULL;
    if (nothing)
        return dgi_fail(e->rt, nothing->span, "this call makes no value");
    switch (op) {
    case DGI_TOKEN_EQUAL:
    case DGI_TOKEN_NOT_EQUAL:
        *truth = are_equal(&a->object, &b->object, 0) == (op == DGI_TOKEN_EQUAL);
        return true;
    case DGI_TOKEN_IS:
    case DGI_TOKEN_IS_NOT:
        *truth = are_same(&a->object, &b->object) == (op == DGI_TOKEN_IS);
        return true;
    case DGI_TOKEN_IN:
        return contains(e, a, b, truth);
    case DGI_TOKEN_NOT_IN:
        if (!contains(e, a, b, truth))
            return false;
        *truth = !*truth;
        return true;
    default:
        return compare_order(e, op, a, b, truth);
    }
}

/* The comparison of the two operands on top ends with this. */
static bool finish(dgi_evaluator *e, dgi_object result)
{
    dgi_operand *a = dgi_top(e) - 1;
    a->object = result;
    a->span.end = dgi_top(e)->span.end;
    e->n_operands--;
    e->n_frames--;
    return true;
}

/* The operator before the operand that is complete is at `begin`; the next one is to come. */
bool dgi_step_compare(dgi_evaluator *e, dgi_frame *f)
{
    if (!f->done)
        return dgi_enter_child(e, f, f->next, false);
    if (f->begin) {
        const dgi_operand *b = dgi_top(e), *a = b - 1;
        bool truth = false;
        if (dgi_is_error(&a->object) || dgi_is_error(&b->object))
            return finish(e, (dgi_object){.kind = DGI_OBJECT_ERROR});
        if (!compare(e, (dgi_token_kind)dgi_eval_node(e, f->begin)->op, a, b, &truth))
            return false;
        if (!truth || !f->next)
            return finish(e, dgi_bool_object(truth));
        e->operands[e->n_operands - 2] = *b;
        e->n_operands--;
    }
    f->begin = f->next;
    return dgi_enter_child(e, f, dgi_eval_node(e, f->next)->next, false);
}
