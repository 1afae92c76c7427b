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

/* What is said of a culprit. */
typedef struct verdict {
    dg_finding_kind kind;
    dg_severity severity;
    dgi_culprit_numbers numbers;
    const char *cause;
    uint32_t first_nan; /* where what it made became nan; DGI_NO_NODE if nowhere */
} verdict;

/* After the findings about ops, a constant is most likely a copy of what they made. */
static verdict judge(const dg_inspect *x, size_t node, uint32_t first_nan, bool after_ops)
{
    bool exposed = dgi_has(x, node, DGI_EXPOSED), poisons = dgi_has(x, node, DGI_POISONS);
    bool is_copy = dgi_is_leaf(dgi_node(x, node)) && !dgi_node(x, node)->label[0];
    verdict v = {.kind = poisons && !exposed ? DG_FINDING_MASKED_NAN : DG_FINDING_NONFINITE_DATA,
                 .severity = DG_SEVERITY_ERROR,
                 .numbers = dgi_culprit_numbers_of(x, node),
                 .first_nan = first_nan};
    v.cause = dgi_nonfinite_cause(x, node, &v.numbers);
    if ((!exposed && !poisons) || (is_copy && after_ops))
        v.severity = DG_SEVERITY_NOTE;
    return v;
}

static void say_mask(dg_inspect *x, dgi_finding *f, size_t node)
{
    size_t mask = masking_node(x, node);
    if (mask != DG_NO_NODE) {
        dgi_finding_evidence(f, "masked at node", (double)mask);
        dgi_finding_say(x, f, "; %v, op %q, is finite again", mask, dgi_node(x, mask)->op);
    }
    dgi_finding_say(x, f,
                    dgi_has(x, node, DGI_POISONS) ? ", but gradients are not"
                                                  : ", and makes no gradient infinite or nan");
}

static void add_culprit(dg_inspect *x, size_t node, const verdict *v)
{
    dgi_finding *f = dgi_finding_like(x, v->kind, v->severity, v->cause, node);
    if (f) {
        dgi_finding_add_node(x, f, node);
        return;
    }
    f = dgi_finding_add(x, v->kind, node, v->cause);
    if (f)
        f->public.severity = v->severity;
    dgi_finding_add_node(x, f, node);
    say_culprit(x, f, node, &v->numbers, v->cause);
    if (v->first_nan != DGI_NO_NODE) {
        dgi_finding_say(x, f, "; it becomes nan in %v", (size_t)v->first_nan);
        dgi_finding_evidence(f, "nan at node", (double)v->first_nan);
    }
    if (!dgi_has(x, node, DGI_EXPOSED))
        say_mask(x, f, node);
}

/* The numbers of culprits and of inheriting values end the sentences. */
static void say_affected(dg_inspect *x)
{
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        bool of_data = f->public.kind == DG_FINDING_NONFINITE_DATA;
        if (!of_data && f->public.kind != DG_FINDING_MASKED_NAN)
            continue;
        if (f->node_count > 1)
            dgi_finding_say(x, f, "; so it is in %z more value%S", f->node_count - 1);
        if (f->public.affected_values > 0)
            dgi_finding_say(x, f,
                            of_data ? "; %z value%S inherit%s it" : "; %z gradient%S inherit%s it",
                            f->public.affected_values, f->public.affected_values == 1 ? "s" : "");
    }
}

/* A culprit, and how many values inherit what it made. */
typedef struct culprit {
    uint32_t node, count;
    bool is_leaf;
} culprit;

/* Ops first; then those from which most inherits, whose sentence stands for all that are alike. */
static int compare_culprits(const void *a, const void *b)
{
    const culprit *x = a, *y = b;
    if (x->is_leaf != y->is_leaf)
        return x->is_leaf ? 1 : -1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* An infinite leaf that nothing comes of, such as those of attention masks, is none. */
static bool is_culprit(const dg_inspect *x, size_t node)
{
    return dgi_not_finite(x->data[node]) && dgi_has(x, node, DGI_REACHED) &&
           x->data_source[node] == node &&
           (!dgi_is_leaf(dgi_node(x, node)) || dgi_has(x, node, DGI_EXPOSED | DGI_POISONS));
}

static void add_culprits(dg_inspect *x, culprit *culprits, size_t count, const uint32_t *first_nans)
{
    qsort(culprits, count, sizeof *culprits, compare_culprits);
    bool after_ops = count > 0 && !culprits[0].is_leaf;
    for (size_t i = 0; i < count && !x->failed; i++) {
        size_t node = culprits[i].node;
        verdict v = judge(x, node, first_nans[node], after_ops);
        add_culprit(x, node, &v);
    }
}

static void find_culprits(dg_inspect *x, const uint32_t *first_nans, const uint32_t *counts)
{
    size_t count = 0, n = 0;
    for (size_t i = 0; i < x->a.node_count; i++)
        count += is_culprit(x, i);
    culprit *culprits = malloc((count ? count : 1) * sizeof *culprits);
    if (!culprits) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_culprit(x, i))
            culprits[n++] = (culprit){(uint32_t)i, counts[i], dgi_is_leaf(dgi_node(x, i))};
    add_culprits(x, culprits, n, first_nans);
    free(culprits);
    dgi_count_affected_values(x, DG_FINDING_NONFINITE_DATA, counts);
}

void dgi_find_nonfinite_data(dg_inspect *x)
{
    bool any = false;
    for (size_t i = 0; i < x->a.node_count && !any; i++)
        any = dgi_not_finite(x->data[i]) && dgi_has(x, i, DGI_REACHED);
    if (!any)
        return;
    mark_exposed(x);
    uint32_t *first_nans = find_first_nans(x), *counts = dgi_source_counts(x, false);
    if (first_nans && counts)
        find_culprits(x, first_nans, counts);
    free(first_nans);
    free(counts);
    counts = x->kind_counts[DG_FINDING_MASKED_NAN] ? dgi_source_counts(x, true) : NULL;
    if (counts)
        dgi_count_affected_values(x, DG_FINDING_MASKED_NAN, counts);
    free(counts);
    say_affected(x);
}
