/* Targets, and assigning to them. */
#include "lang/evaluator.h"

bool dgi_push_name_target(dgi_evaluator *e, const dgi_node *name)
{
    size_t symbol = dgi_symbols_add(&e->rt->symbols, e->rt->text + name->span.begin,
                                    name->span.end - name->span.begin);
    if (symbol == SIZE_MAX)
        return dgi_no_memory(e->rt);
    return dgi_push_object(e, name->span,
                           (dgi_object){.as.symbol = symbol, .kind = DGI_OBJECT_NAME});
}

bool dgi_check_target(dgi_evaluator *e, const dgi_node *target)
{
    const dgi_operand *x = dgi_top(e);
    uint8_t kind = x->object.kind;
    const char *text = e->rt->text;
    if (target->kind == DGI_NODE_NAME || kind == DGI_OBJECT_ATTRIBUTE)
        return true;
    if (text[x->span.end - 1] != ']' || text[x->span.begin] == '[')
        return dgi_fail(e->rt, x->span, "only a name or an attribute can be assigned to");
    return dgi_fail(e->rt, x->span,
                    kind == DGI_OBJECT_VALUE || kind == DGI_OBJECT_ARRAY
                        ? "parts of a tensor cannot be assigned: assign its whole .data"
                        : "a list cannot be changed: make a new one");
}

/* Operand i where it is a target; else NULL. */
static dgi_operand *target_at(const dgi_evaluator *e, size_t i)
{
    dgi_operand *x = i < e->n_operands ? &e->operands[i] : NULL;
    bool is_target =
        x && (x->object.kind == DGI_OBJECT_NAME || x->object.kind == DGI_OBJECT_ATTRIBUTE);
    return is_target ? x : NULL;
}

bool dgi_targets_take_numbers(const dgi_evaluator *e)
{
    const dgi_operand *target;
    for (size_t i = 0; (target = target_at(e, i)); i++)
        if (dgi_takes_numbers(&target->object))
            return true;
    return false;
}

bool dgi_push_current(dgi_evaluator *e, const dgi_node *target)
{
    if (target->kind == DGI_NODE_NAME) {
        if (!dgi_push_name(e, target))
            return false;
        if (dgi_top(e)->object.kind == DGI_OBJECT_NAMED_LEAF)
            dgi_top(e)->object.kind = DGI_OBJECT_VALUE;
        return true;
    }
    const dgi_operand *x = dgi_top(e);
    return dgi_push_object(e, x->span, x->object) && dgi_read_target(e->rt, dgi_top(e));
}

/* Makes the leaf of a number, or passes a value on, and gives it the name where it has no label. */
static bool assign_name(dgi_runtime *rt, const dgi_operand *target, dgi_operand x)
{
    size_t symbol = target->object.as.symbol;
    dgi_object *o = &x.object, *bound = &rt->symbols.symbols[symbol].object;
    bool number = dgi_is_number(o);
    if (o->kind == DGI_OBJECT_STRING)
        return dgi_fail(rt, x.span, "only a label can be a string");
    if (dgi_is_list(o) || o->kind == DGI_OBJECT_NETWORK) {
        *bound = *o;
        return !dgi_is_list(o) || dgi_name_list(rt, x.span, o->as.list, symbol);
    }
    if (!dgi_to_value(rt, &x))
        return false;
    if (dgi_is_error(o)) {
        *bound = *o;
        return true;
    }
    dg_value *value = o->as.value;
    if (rt->labels == DG_LABELS_NAMES && *dg_label(value) == '\0' &&
        !dgi_set_label(rt, value, rt->text + target->span.begin,
                       target->span.end - target->span.begin, target->span))
        return false;
    *bound = dgi_value_object(value);
    if (number)
        bound->kind = DGI_OBJECT_NAMED_LEAF;
    rt->last = value;
    return true;
}

bool dgi_assign(dgi_evaluator *e)
{
    dgi_operand *right = dgi_top(e);
    const dgi_operand *target = target_at(e, 0);
    if (!target && dgi_is_any_value(&right->object))
        e->rt->last = right->object.as.value;
    for (size_t i = 0; (target = target_at(e, i)); i++)
        if (!(target->object.kind == DGI_OBJECT_NAME ? assign_name(e->rt, target, *right)
                                                     : dgi_assign_attribute(e->rt, target, right)))
            return false;
    return true;
}
