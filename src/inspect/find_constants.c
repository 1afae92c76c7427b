/* Leaves without a gradient where their neighbours are parameters. */
#include <stdlib.h>
#include <string.h>

#include "base/literal.h"
#include "base/strmap.h"
#include "inspect/inspection.h"

/* The part of a label without the digits at its end: "w" of "w12". */
static size_t stem_size(const char *label)
{
    size_t size = strlen(label);
    while (size > 0 && dgi_is_digit(label[size - 1]))
        size--;
    return size;
}

/* A labelled leaf that the root depends on, without a gradient. */
static bool is_constant(const dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    return dgi_is_leaf(n) && n->label[0] && dgi_has(x, node, DGI_REACHED) &&
           x->grad[node] == DGI_UNKNOWN && !dgi_has(x, node, DGI_EXPLAINED);
}

/* Whether the leaf is the right operand of a matrix product whose left one is no parameter: weights
 * stand there. */
static bool is_weight(const dg_inspect *x, size_t node)
{
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++) {
        size_t edge = x->a.uses[k], user = x->a.edge_to[edge];
        const dgi_trace_node *n = dgi_node(x, user);
        if (strcmp(n->op, "@") == 0 && edge - x->a.first_edge[user] == 1 &&
            !dgi_has(x, dgi_trace_node_operands(n)[0], DGI_PARAMETER))
            return true;
    }
    return false;
}

/* What parameters with gradients are called: their group where parameters have scopes, else the
 * stems of their labels. */
static bool collect_names(dg_inspect *x, dgi_strmap *names)
{
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        if (!dgi_has(x, i, DGI_PARAMETER) || x->grad[i] == DGI_UNKNOWN)
            continue;
        const char *name = x->scoped ? dgi_scope_group_name(&x->groups, n->scope) : n->label;
        size_t size = x->scoped ? strlen(name) : stem_size(name);
        if (size > 0 && !dgi_strmap_add(names, name, size))
            return false;
    }
    return true;
}

static bool has_neighbours(dg_inspect *x, const dgi_strmap *names, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (x->scoped && !n->scope[0])
        return false;
    const char *name = x->scoped ? dgi_scope_group_name(&x->groups, n->scope) : n->label;
    size_t size = x->scoped ? strlen(name) : stem_size(name);
    return size > 0 && dgi_strmap_find(names, name, size);
}

void dgi_find_constants(dg_inspect *x)
{
    bool any = false;
    for (size_t i = 0; i < x->a.node_count && !any; i++)
        any = is_constant(x, i);
    if (!any || !x->has_backward)
        return;
    dgi_strmap names = DGI_STRMAP_INIT;
    if (!collect_names(x, &names))
        x->failed = true;
    for (size_t i = 0; i < x->a.node_count && !x->failed; i++) {
        if (!is_constant(x, i) || !(has_neighbours(x, &names, i) || is_weight(x, i)))
            continue;
        dgi_finding *f = dgi_finding_add(x, DG_FINDING_CONSTANT_PARAMETER, i, "no gradient");
        dgi_finding_say(
            x, f,
            "%v has no gradient, where its neighbours are parameters: it requires none, "
            "and training will not change it",
            i);
    }
    dgi_strmap_free(&names);
}
