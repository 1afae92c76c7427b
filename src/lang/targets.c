/* Targets of assignments: names, several names, attributes, elements of lists. */
#include <string.h>

#include "lang/evaluator.h"

dgi_object *dgi_place_of(const dgi_evaluator *e, const dgi_node *name)
{
    if (!(name->flags & DGI_NODE_LOCAL))
        return &e->rt->symbols.symbols[name->symbol].object;
    dgi_object *slot = &e->locals[e->base + name->as.slot];
    return slot->kind == DGI_OBJECT_CELL ? &slot->as.cell->object : slot;
}

/* ---- What can be assigned to ---- */

bool dgi_push_name_target(dgi_evaluator *e, dgi_node_id id)
{
    const dgi_node *node = dgi_eval_node(e, id);
    dgi_object object = {.kind = DGI_OBJECT_NAME};
    if (node->kind != DGI_NODE_NAME) {
        object.as.symbol = id;
        object.attribute = DGI_TARGET_SEVERAL;
    } else {
        object.as.symbol = node->symbol;
        object.size = node->as.slot;
        object.attribute = node->flags & DGI_NODE_LOCAL ? DGI_TARGET_LOCAL : DGI_TARGET_GLOBAL;
    }
    return dgi_push_object(e, node->span, object);
}

bool dgi_check_target(dgi_evaluator *e, const dgi_node *target)
{
    const dgi_operand *x = dgi_top(e);
    uint8_t kind = x->object.kind;
    const char *text = e->rt->text;
    if (kind == DGI_OBJECT_NAME || kind == DGI_OBJECT_ATTRIBUTE)
        return true;
    if (target->kind != DGI_NODE_INDEX &&
        (text[x->span.end - 1] != ']' || text[x->span.begin] == '['))
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

bool dgi_targets_take_numbers(const dgi_evaluator *e, size_t first)
{
    const dgi_operand *target;
    for (size_t i = first; (target = target_at(e, i)); i++)
        if (target->object.kind == DGI_OBJECT_ATTRIBUTE &&
            (target->object.attribute == DGI_ATTRIBUTE_DATA ||
             target->object.attribute == DGI_ATTRIBUTE_GRAD))
            return true;
    return false;
}

bool dgi_push_current(dgi_evaluator *e, const dgi_node *target)
{
    if (target->kind == DGI_NODE_NAME)
        return dgi_push_name(e, target);
    dgi_object of = dgi_top(e)->object;
    dgi_attribute attribute = (dgi_attribute)of.attribute;
    of.kind = of.as.value ? DGI_OBJECT_VALUE : DGI_OBJECT_ERROR;
    if (attribute == DGI_ATTRIBUTE_REQUIRES_GRAD && of.as.value)
        return dgi_fail(e->rt, dgi_top(e)->span, "requires_grad can only be assigned with '='");
    return dgi_push_object(e, dgi_top(e)->span, of) &&
           dgi_read_attribute(e->rt, attribute, false, dgi_top(e));
}

/* ---- Names ---- */

/* A network takes the first name that it is assigned to. */
static bool name_network(dgi_runtime *rt, dgi_span about, size_t symbol, dg_module *module)
{
    if (rt->labels != DG_LABELS_NAMES || *dg_module_name(module))
        return true;
    return dg_module_set_name(module, rt->symbols.symbols[symbol].name) == DG_OK ||
           dgi_fail_graph(rt, rt->graph, about);
}

bool dgi_keep_bound(dgi_runtime *rt, dgi_span about, dgi_object *object)
{
    if (object->kind == DGI_OBJECT_STRING)
        return dgi_keep_string(rt, about, object);
    if (object->kind == DGI_OBJECT_SERIES)
        return dgi_series_to_list(rt, about, object);
    if (object->kind != DGI_OBJECT_ARRAY)
        return true;
    dg_value *leaf = dgi_new_leaf(rt, rt->graph, about, object);
    object->as.value = leaf ? dg_set_requires_grad(leaf, 0) : NULL;
    return object->as.value;
}

/* What is bound as it is; false: it is to become a value. */
static bool stays(const dgi_object *o)
{
    switch ((dgi_object_kind)o->kind) {
    case DGI_OBJECT_NONE:
    case DGI_OBJECT_STRING:
    case DGI_OBJECT_LIST:
    case DGI_OBJECT_NETWORK:
    case DGI_OBJECT_BOOL:
    case DGI_OBJECT_DRAWING:
    case DGI_OBJECT_SERIES:
    case DGI_OBJECT_FUNCTION:
    case DGI_OBJECT_BUILTIN:
    case DGI_OBJECT_MODULE:
    case DGI_OBJECT_IGNORED:
    case DGI_OBJECT_ERROR:
        return true;
    default:
        return false;
    }
}

static bool bind_object(dgi_runtime *rt, dgi_span about, size_t symbol, dgi_object *bound,
                        dgi_operand *x)
{
    dgi_object *o = &x->object;
    if (!dgi_keep_bound(rt, x->span, o))
        return false;
    if (o->kind == DGI_OBJECT_NETWORK && !name_network(rt, about, symbol, o->as.network->module))
        return false;
    *bound = *o;
    return !dgi_is_list(o) || dgi_name_list(rt, x->span, o->as.list, symbol);
}

/* Makes the leaf of a number, or passes a value on, and gives it the name where it has no label. */
static bool assign_place(dgi_runtime *rt, dgi_span about, size_t symbol, dgi_object *bound,
                         dgi_operand x)
{
    dgi_object *o = &x.object;
    bool number = dgi_is_number(o), integer = number && o->integer;
    rt->symbols.symbols[symbol].is_read = false;
    bool detached = rt->no_grad && !dgi_is_any_value(o);
    if (stays(o))
        return bind_object(rt, about, symbol, bound, &x);
    if (!dgi_to_value(rt, &x))
        return false;
    dg_value *value = o->as.value;
    if (detached)
        dg_set_requires_grad(value, 0);
    if (rt->labels == DG_LABELS_NAMES && *dg_label(value) == '\0' &&
        !dgi_set_symbol_label(rt, value, symbol, about))
        return false;
    *bound = dgi_value_object(value);
    if (number) {
        bound->kind = DGI_OBJECT_NAMED_LEAF;
        bound->integer = integer;
    }
    rt->last = value;
    return true;
}

/* ---- Several names ---- */

/* The names of a node; the node itself where it is one. */
static const dgi_node *targets_of(const dgi_evaluator *e, const dgi_node *node)
{
    while (node->kind == DGI_NODE_GROUP)
        node = dgi_eval_node(e, node->child);
    return node;
}

static size_t count_children(const dgi_evaluator *e, const dgi_node *node)
{
    size_t n = 0;
    for (dgi_node_id c = node->child; c; c = dgi_eval_node(e, c)->next)
        n++;
    return n;
}

/* How many elements there are; false where they cannot be taken one by one. */
static bool count_of(dgi_runtime *rt, const dgi_operand *x, size_t *count)
{
    const dgi_object *o = &x->object;
    dgi_shape shape = dgi_shape_of_object(o);
    if (!dgi_is_list(o) && o->kind != DGI_OBJECT_SERIES && shape.ndim == 0)
        return dgi_fail_kind(rt, x, "only lists, tuples and tensors can be unpacked");
    *count = dgi_is_list(o)                 ? o->as.list->count
             : o->kind == DGI_OBJECT_SERIES ? o->as.series->count
                                            : shape.sizes[0];
    return true;
}

/* Binds, or assigns, to a name or to several, whose brackets are in each other DGI_TARGETS_MAX deep
 * at most. */
static bool give(dgi_evaluator *e, const dgi_node *node, const dgi_operand *x, bool assigned)
{
    dgi_runtime *rt = e->rt;
    node = targets_of(e, node);
    if (node->kind == DGI_NODE_NAME) {
        dgi_operand copy = *x;
        dgi_object *place = dgi_place_of(e, node);
        if (assigned)
            return assign_place(rt, node->span, node->symbol, place, copy);
        rt->symbols.symbols[node->symbol].is_read = false;
        *place = copy.object;
        return true;
    }
    size_t names = count_children(e, node), count = 0, i = 0;
    if (dgi_is_error(&x->object) || x->object.kind == DGI_OBJECT_IGNORED) {
        for (dgi_node_id c = node->child; c; c = dgi_eval_node(e, c)->next)
            give(e, dgi_eval_node(e, c), x, assigned);
        return true;
    }
    if (!count_of(rt, x, &count))
        return false;
    if (names != count)
        return dgi_fail(rt, x->span, "%zu name%s, but %zu element%s", names, names == 1 ? "" : "s",
                        count, count == 1 ? "" : "s");
    for (dgi_node_id c = node->child; c; c = dgi_eval_node(e, c)->next) {
        dgi_operand element = {.span = x->span};
        if (!dgi_fetch(rt, x, i++, &element) ||
            (!assigned && !dgi_keep_bound(rt, x->span, &element.object)) ||
            !give(e, dgi_eval_node(e, c), &element, assigned))
            return false;
    }
    return true;
}

bool dgi_bind(dgi_evaluator *e, dgi_node_id target, const dgi_operand *x)
{
    return give(e, dgi_eval_node(e, target), x, false);
}

bool dgi_bind_from_series(dgi_evaluator *e, dgi_node_id target, const dgi_series *series, size_t i,
                          dgi_span about)
{
    const dgi_node *node = targets_of(e, dgi_eval_node(e, target));
    dgi_operand x = {.span = about};
    bool pairs = series->kind == DGI_ZIP || series->kind == DGI_ENUMERATE;
    size_t parts = series->n_sources + (series->kind == DGI_ENUMERATE);
    if (!pairs || node->kind == DGI_NODE_NAME || count_children(e, node) != parts)
        return dgi_fetch_from_series(e->rt, series, i, &x) &&
               dgi_keep_bound(e->rt, about, &x.object) && dgi_bind(e, target, &x);
    size_t part = 0;
    for (dgi_node_id c = node->child; c; c = dgi_eval_node(e, c)->next)
        if (!dgi_fetch_part(e->rt, series, i, part++, &x) ||
            !dgi_keep_bound(e->rt, about, &x.object) || !dgi_bind(e, c, &x))
            return false;
    return true;
}

/* ---- Assigning ---- */

static bool assign_name(dgi_evaluator *e, const dgi_operand *target, const dgi_operand *x)
{
    size_t symbol = target->object.as.symbol;
    if (target->object.attribute == DGI_TARGET_SEVERAL)
        return give(e, dgi_eval_node(e, (dgi_node_id)symbol), x, true);
    dgi_object *place = &e->rt->symbols.symbols[symbol].object;
    if (target->object.attribute == DGI_TARGET_LOCAL) {
        place = &e->locals[e->base + target->object.size];
        if (place->kind == DGI_OBJECT_CELL)
            place = &place->as.cell->object;
    }
    return assign_place(e->rt, target->span, symbol, place, *x);
}

bool dgi_assign(dgi_evaluator *e, size_t first)
{
    dgi_operand *right = dgi_top(e);
    const dgi_operand *target = target_at(e, first);
    if (right->object.kind == DGI_OBJECT_SCOPE)
        return dgi_fail(e->rt, right->span, "a scope is opened by 'with scope(...):'");
    if (!target && right->object.kind == DGI_OBJECT_BUILTIN)
        return dgi_fail(e->rt, right->span, "'%s' is a function: call it",
                        right->object.as.builtin->name);
    if (!target && dgi_is_any_value(&right->object))
        e->rt->last = right->object.as.value;
    for (size_t i = first; (target = target_at(e, i)); i++)
        if (!(target->object.kind == DGI_OBJECT_NAME ? assign_name(e, target, right)
                                                     : dgi_assign_attribute(e->rt, target, right)))
            return false;
    return true;
}

/* Under torch.no_grad(), `w -= 0.1 * w.grad` changes the leaf in place, as in PyTorch. */
static bool changes_in_place(const dgi_evaluator *e, const dgi_operand *target,
                             const dgi_operand *current)
{
    return e->rt->no_grad && target->object.kind == DGI_OBJECT_NAME &&
           current->object.kind == DGI_OBJECT_VALUE &&
           dg_operand_count(current->object.as.value) == 0;
}

bool dgi_assign_augmented(dgi_evaluator *e, const dgi_node *node, size_t first)
{
    dgi_operand *right = dgi_top(e), *current = right - 1, *target = &e->operands[first];
    if (changes_in_place(e, target, current))
        target->object = (dgi_object){.as.value = current->object.as.value,
                                      .attribute = DGI_ATTRIBUTE_DATA,
                                      .kind = DGI_OBJECT_ATTRIBUTE};
    bool numbers = dgi_targets_take_numbers(e, first) && !e->rt->no_grad;
    e->n_operands--;
    return dgi_apply_binary(e->rt, node, numbers, current, right) && dgi_assign(e, first);
}
