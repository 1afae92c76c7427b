/* Leaves that share their label with another value of the same scope. */
#include <stdlib.h>

#include "inspect/inspection.h"

static bool is_candidate(const dg_inspect *x, size_t node)
{
    return dgi_node(x, node)->label[0] && dgi_has(x, node, DGI_REACHED);
}

typedef struct labelled {
    const char *label, *scope; /* interned: equal texts have equal addresses */
    uint32_t node;
} labelled;

static int compare_pointers(const char *a, const char *b)
{
    return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

static int compare_labelled(const void *a, const void *b)
{
    const labelled *x = a, *y = b;
    int order = compare_pointers(x->label, y->label);
    if (order == 0)
        order = compare_pointers(x->scope, y->scope);
    return order != 0 ? order : x->node < y->node ? -1 : x->node > y->node;
}

static bool same_name(const labelled *a, const labelled *b)
{
    return a->label == b->label && a->scope == b->scope;
}

/* Of `count` values with equal names. */
static size_t first_leaf(const dg_inspect *x, const labelled *equal, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dgi_is_leaf(dgi_node(x, equal[i].node)))
            return equal[i].node;
    return DG_NO_NODE;
}

static void add_finding(dg_inspect *x, const labelled *equal, size_t count)
{
    size_t leaf = first_leaf(x, equal, count);
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_DUPLICATE_LABEL, leaf, "");
    for (size_t i = 0; i < count; i++)
        dgi_finding_add_node(x, f, equal[i].node);
    dgi_finding_evidence(f, "values", (double)count);
    dgi_finding_say(x, f, "the label of the leaf %v is that of %z other value%S, too", leaf,
                    count - 1);
}

typedef struct run {
    uint32_t first_node;
    size_t begin, count;
} run;

static int compare_runs(const void *a, const void *b)
{
    const run *x = a, *y = b;
    return x->first_node < y->first_node ? -1 : x->first_node > y->first_node;
}

/* Addresses differ from run to run: the findings are added in trace order. */
static void add_findings(dg_inspect *x, labelled *all, size_t count)
{
    qsort(all, count, sizeof *all, compare_labelled);
    run *runs = malloc(count * sizeof *runs);
    if (!runs) {
        x->failed = true;
        return;
    }
    size_t n = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && same_name(&all[i], &all[end]); end++) {
        }
        if (end - i > 1 && first_leaf(x, &all[i], end - i) != DG_NO_NODE)
            runs[n++] = (run){all[i].node, i, end - i};
    }
    qsort(runs, n, sizeof *runs, compare_runs);
    for (size_t i = 0; i < n; i++)
        add_finding(x, &all[runs[i].begin], runs[i].count);
    free(runs);
}

void dgi_find_duplicate_labels(dg_inspect *x)
{
    size_t count = 0;
    for (size_t i = 0; i < x->a.node_count; i++)
        count += is_candidate(x, i);
    if (count < 2)
        return;
    labelled *all = malloc(count * sizeof *all);
    if (!all) {
        x->failed = true;
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_candidate(x, i))
            all[n++] = (labelled){dgi_node(x, i)->label, dgi_node(x, i)->scope, (uint32_t)i};
    add_findings(x, all, n);
    free(all);
}
