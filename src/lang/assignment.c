/* Targets, and assigning to them. */
#include <string.h>

#include "base/grow.h"
#include "lang/evaluator.h"

static bool push_target(dgi_evaluator *e, dgi_target target)
{
    dgi_target *targets =
        dgi_grown(e->targets, &e->targets_capacity, e->n_targets, sizeof *targets);
    if (!targets)
        return dgi_no_memory(e->rt);
    e->targets = targets;
    e->targets[e->n_targets++] = target;
    return true;
}

bool dgi_push_name_target(dgi_evaluator *e, const dgi_node *name)
{
    size_t symbol = dgi_symbols_add(&e->rt->symbols, e->rt->text + name->span.begin,
                                    name->span.end - name->span.begin);
    if (symbol == SIZE_MAX)
        return dgi_no_memory(e->rt);
    return push_target(e, (dgi_target){.is_name = true, .span = name->span, .symbol = symbol});
}

bool dgi_push_target(dgi_evaluator *e)
{
    const dgi_operand *x = &e->operands[--e->n_operands];
    uint8_t kind = x->object.kind;
    const char *text = e->rt->text;
    if (kind == DGI_OBJECT_ATTRIBUTE)
        return push_target(e, (dgi_target){.attribute = *x, .span = x->span});
    if (text[x->span.end - 1] != ']' || text[x->span.begin] == '[')
        return dgi_fail(e->rt, x->span, "only a name or an attribute can be assigned to");
    return dgi_fail(e->rt, x->span,
                    kind == DGI_OBJECT_VALUE || kind == DGI_OBJECT_ARRAY
                        ? "parts of a tensor cannot be assigned: assign its whole .data"
                        : "a list cannot be changed: make a new one");
}

bool dgi_targets_take_numbers(const dgi_evaluator *e)
{
    for (size_t i = 0; i < e->n_targets; i++)
        if (!e->targets[i].is_name && dgi_takes_numbers(&e->targets[i].attribute.object))
            return true;
    return false;
}

bool dgi_push_current(dgi_evaluator *e)
{
    const dgi_target *target = &e->targets[0];
    dgi_operand current = target->attribute;
    current.span = target->span;
    if (!target->is_name)
        return dgi_read_target(e->rt, &current) && dgi_push_operand(e, current);
    current.object = e->rt->symbols.symbols[target->symbol].object;
    current.bare_name = true;
    if (current.object.kind == DGI_OBJECT_NAMED_LEAF)
        current.object.kind = DGI_OBJECT_VALUE;
    return dgi_push_operand(e, current);
}

/* Makes the leaf of a number, or passes a value on, and gives it the name where it has no label. */
static bool assign_name(dgi_runtime *rt, const dgi_target *target, dgi_operand x)
{
    dgi_object *o = &x.object, *bound = &rt->symbols.symbols[target->symbol].object;
    bool number = dgi_is_number(o);
    if (o->kind == DGI_OBJECT_STRING)
        return dgi_fail(rt, x.span, "only a label can be a string");
    if (dgi_is_list(o) || o->kind == DGI_OBJECT_NETWORK) {
        *bound = *o;
        return !dgi_is_list(o) || dgi_name_list(rt, x.span, o->as.list, target->symbol);
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
    if (e->n_targets == 0 && dgi_is_any_value(&right->object))
        e->rt->last = right->object.as.value;
    for (size_t i = 0; i < e->n_targets; i++) {
        const dgi_target *target = &e->targets[i];
        if (!(target->is_name ? assign_name(e->rt, target, *right)
                              : dgi_assign_attribute(e->rt, &target->attribute, right)))
            return false;
    }
    return true;
}
