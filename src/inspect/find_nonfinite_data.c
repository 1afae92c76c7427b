/* Data that are not finite: the culprits, told from what inherits them. */
#include <stdlib.h>

#include "inspect/nonfinite.h"

/* Marks the values that are not finite on a path from the root on which all are: what the root
 * shows. */
static void mark_exposed(dg_inspect *x)
{
    if (dgi_not_finite(x->data[x->trace->root]))
        dgi_mark(x, x->trace->root, DGI_EXPOSED);
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        if (!dgi_has(x, node, DGI_EXPOSED))
            continue;
        const dgi_trace_node *n = dgi_node(x, node);
        const uint32_t *operands = dgi_trace_node_operands(n);
        for (size_t i = 0; i < n->n_operands; i++)
            if (dgi_not_finite(x->data[operands[i]]))
                dgi_mark(x, operands[i], DGI_EXPOSED);
    }
}

/* The first value on the way to the root that is finite although one of its operands is not: what
 * masks it. It is looked for in the uses of what is not finite. */
static size_t masking_node(const dg_inspect *x, size_t source)
{
    size_t node = source;
    for (size_t steps = 0; steps < x->a.node_count; steps++) {
        size_t next = DG_NO_NODE;
        for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++) {
            size_t user = x->a.edge_to[x->a.uses[k]];
            if (!dgi_has(x, user, DGI_REACHED))
                continue;
            if (!dgi_not_finite(x->data[user]))
                return user;
            if (next == DG_NO_NODE)
                next = user;
        }
        if (next == DG_NO_NODE)
            return DG_NO_NODE;
        node = next;
    }
    return DG_NO_NODE;
}

/* Where infinities that began in an op first became nan, by their source. */
static uint32_t *find_first_nans(dg_inspect *x)
{
    uint32_t *first = malloc(x->a.node_count * sizeof *first);
    if (!first) {
        x->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < x->a.node_count; i++)
        first[i] = DGI_NO_NODE;
    for (size_t k = x->a.node_count; k-- > 0;) {
        size_t node = x->a.order[k];
        if (x->data[node] != DGI_NAN || !dgi_has(x, node, DGI_REACHED))
            continue;
        size_t source = dgi_data_source(x, node);
        if (x->data[source] != DGI_NAN && first[source] == DGI_NO_NODE)
            first[source] = (uint32_t)node;
    }
    return first;
}

static void say_operands(dg_inspect *x, dgi_finding *f, const dgi_culprit_numbers *c)
{
    static const char *const names[] = {"operand 0", "operand 1"};
    static const char *const quotient_names[] = {"dividend", "divisor"};
    for (size_t i = 0; i < c->operand_count; i++) {
        dgi_finding_evidence(f, c->is_quotient ? quotient_names[i] : names[i], c->operands[i]);
        const char *format = i == 0           ? " of %v, which is %n"
                             : c->is_quotient ? ", divided by %v, which is %n"
                                              : ", and %v, which is %n";
        dgi_finding_say(x, f, format, c->nodes[i], c->operands[i]);
    }
}

static void say_culprit(dg_inspect *x, dgi_finding *f, size_t node, const dgi_culprit_numbers *c,
                        const char *cause)
{
    const dgi_trace_node *n = dgi_node(x, node);
    dgi_finding_evidence(f, "value", c->value);
    if (n->is_tensor) {
        dgi_finding_evidence(f, "element", (double)c->element);
        dgi_finding_say(x, f, "element %z of ", c->element);
    }
    dgi_finding_say(x, f, "%v is %n: ", node, c->value);
    if (dgi_is_leaf(n))
        dgi_finding_say(x, f, "a leaf");
    else
        dgi_finding_say(x, f, c->is_quotient ? "%s," : "%s, op %q,", cause, n->op);
    say_operands(x, f, c);
}

/* After the findings about ops, a constant is most likely a copy of what they made. */
static void add_finding(dg_inspect *x, size_t node, uint32_t first_nan, bool after_ops)
{
    bool exposed = dgi_has(x, node, DGI_EXPOSED), poisons = dgi_has(x, node, DGI_POISONS);
    /* An infinity that nothing comes of, such as those of attention masks. */
    if (!exposed && !poisons && dgi_is_leaf(dgi_node(x, node)))
        return;
    dgi_culprit_numbers c = dgi_culprit_numbers_of(x, node);
    const char *cause = dgi_nonfinite_cause(x, node, &c);
    dgi_finding *f = dgi_finding_add(
        x, poisons && !exposed ? DG_FINDING_MASKED_NAN : DG_FINDING_NONFINITE_DATA, node, cause);
    say_culprit(x, f, node, &c, cause);
    if (first_nan != DGI_NO_NODE) {
        dgi_finding_say(x, f, "; it becomes nan in %v", (size_t)first_nan);
        dgi_finding_evidence(f, "nan at node", (double)first_nan);
    }
    bool is_copy = dgi_is_leaf(dgi_node(x, node)) && !dgi_node(x, node)->label[0];
    if (f && is_copy && after_ops)
        f->public.severity = DG_SEVERITY_NOTE;
    if (exposed)
        return;
    if (f && !poisons)
        f->public.severity = DG_SEVERITY_NOTE;
    size_t mask = masking_node(x, node);
    if (mask != DG_NO_NODE) {
        dgi_finding_evidence(f, "masked at node", (double)mask);
        dgi_finding_say(x, f, "; %v, op %q, is finite again", mask, dgi_node(x, mask)->op);
    }
    dgi_finding_say(x, f, poisons ? ", but gradients are not" : " and so are all gradients");
}

/* The numbers of inheriting values end the sentences. */
static void say_affected(dg_inspect *x)
{
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        bool of_data = f->public.kind == DG_FINDING_NONFINITE_DATA;
        if (!of_data && f->public.kind != DG_FINDING_MASKED_NAN)
            continue;
        if (f->public.affected_values > 0)
            dgi_finding_say(x, f,
                            of_data ? "; %z value%S inherit%s it" : "; %z gradient%S inherit%s it",
                            f->public.affected_values, f->public.affected_values == 1 ? "s" : "");
    }
}

void dgi_find_nonfinite_data(dg_inspect *x)
{
    bool any = false;
    for (size_t i = 0; i < x->a.node_count && !any; i++)
        any = dgi_not_finite(x->data[i]) && dgi_has(x, i, DGI_REACHED);
    uint32_t *first_nans = any ? find_first_nans(x) : NULL;
    if (!first_nans)
        return;
    mark_exposed(x);
    for (int leaves = 0; leaves < 2; leaves++) {
        bool after_ops = x->kind_counts[DG_FINDING_NONFINITE_DATA] > 0;
        for (size_t i = 0; i < x->a.node_count; i++)
            if (dgi_not_finite(x->data[i]) && dgi_has(x, i, DGI_REACHED) &&
                x->data_source[i] == i && dgi_is_leaf(dgi_node(x, i)) == leaves)
                add_finding(x, i, first_nans[i], after_ops);
    }
    free(first_nans);
    dgi_count_by_source(x, DG_FINDING_NONFINITE_DATA, false);
    dgi_count_by_source(x, DG_FINDING_MASKED_NAN, true);
    say_affected(x);
}
