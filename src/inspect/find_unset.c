/* Backward passes that were never run; parameters that the root does not depend on; parts that no
 * gradient reaches. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "inspect/inspection.h"

/* ---- No backward ---------------------------------------------------------------------------- */

void dgi_find_no_backward(dg_inspect *x)
{
    /* Of a graph that nobody evaluated no gradients are expected. */
    if (x->has_backward || x->trace->nodes[x->trace->root].no_data)
        return;
    size_t set = 0, not_zero = 0, root = x->trace->root;
    for (size_t i = 0; i < x->a.node_count; i++) {
        set += x->grad[i] != DGI_UNKNOWN;
        not_zero += x->grad[i] > DGI_ZERO;
    }
    if (set == 0) {
        dgi_finding *f = dgi_finding_add(x, DG_FINDING_NO_BACKWARD, root, "never run");
        dgi_finding_say(x, f, "no value has a gradient: backward was never run");
    } else if (not_zero == 0) {
        dgi_finding *f = dgi_finding_add(x, DG_FINDING_NO_BACKWARD, root, "zeroed");
        dgi_finding_say(x, f,
                        "every gradient is 0, that of the root, too: backward was not run, or the "
                        "gradients were zeroed after it");
    } else {
        dgi_finding *f = dgi_finding_add(x, DG_FINDING_NO_BACKWARD, root, "another root");
        dgi_finding_evidence(f, "values with a gradient", (double)not_zero);
        dgi_finding_say(x, f,
                        "the root %v has no gradient: backward was not run from it, and the "
                        "gradients of %z value%S are those of another root",
                        root, not_zero);
    }
}

/* ---- Copies --------------------------------------------------------------------------------- */

/* A value that the root does not depend on, and a leaf that it does depend on, with the same data:
 * a copy of the number is what the gradient stops at. */
typedef struct candidate {
    uint64_t bits;
    uint32_t node;
    bool is_leaf;
} candidate;

static int compare_candidates(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits < y->bits ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

static bool is_cut_off(const dg_inspect *x, size_t node)
{
    return !dgi_has(x, node, DGI_REACHED) && x->grad[node] == DGI_UNKNOWN;
}

/* Whether a number is so short that it is written in programs. */
static bool is_short(double x)
{
    char text[DGI_NUMBER_ROOM];
    double same;
    dgi_general(text, x, 6);
    return dgi_parse_double(text, &same) && same == x;
}

/* Values that may be copies or what they are copies of: scalars. A constant with a short number is
 * no sign of anything. */
static bool is_candidate(const dg_inspect *x, size_t node, candidate *c)
{
    const dgi_trace_node *n = dgi_node(x, node);
    bool is_leaf = dgi_is_leaf(n);
    if (n->is_tensor || x->data[node] != DGI_FINITE || fabs(n->data) == 1.0)
        return false;
    if (is_leaf && !n->label[0] && is_short(n->data))
        return false;
    if (is_leaf ? !dgi_has(x, node, DGI_REACHED)
                : !is_cut_off(x, node) || !dgi_has(x, node, DGI_DEPENDS))
        return false;
    *c = (candidate){.node = (uint32_t)node, .is_leaf = is_leaf};
    memcpy(&c->bits, &n->data, sizeof n->data);
    return true;
}

/* Marks what is without a gradient because of a value that a finding names. */
static void explain_operands(dg_inspect *x)
{
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        if (!dgi_has(x, node, DGI_EXPLAINED) || x->grad[node] != DGI_UNKNOWN)
            continue;
        const dgi_trace_node *n = dgi_node(x, node);
        for (size_t i = 0; i < n->n_operands; i++)
            if (x->grad[dgi_trace_node_operands(n)[i]] == DGI_UNKNOWN)
                dgi_mark(x, dgi_trace_node_operands(n)[i], DGI_EXPLAINED);
    }
}

static void add_copy(dg_inspect *x, size_t leaf, size_t original)
{
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_DETACHED, leaf, "copied data");
    dgi_finding_add_node(x, f, leaf);
    dgi_finding_add_node(x, f, original);
    dgi_finding_evidence(f, "data", dgi_node(x, leaf)->data);
    dgi_finding_say(x, f,
                    "the leaf %v has the data of %v, %n, but does not depend on it: no gradient "
                    "goes from one to the other",
                    leaf, original, dgi_node(x, leaf)->data);
    dgi_mark(x, original, DGI_EXPLAINED);
}

static void find_copies(dg_inspect *x)
{
    size_t count = 0;
    candidate c;
    for (size_t i = 0; i < x->a.node_count; i++)
        count += is_cut_off(x, i) && is_candidate(x, i, &c);
    if (count == 0)
        return;
    for (size_t i = 0; i < x->a.node_count; i++)
        count += !is_cut_off(x, i) && is_candidate(x, i, &c);
    candidate *all = malloc(count * sizeof *all);
    if (!all) {
        x->failed = true;
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_candidate(x, i, &c))
            all[n++] = c;
    qsort(all, n, sizeof *all, compare_candidates);
    for (size_t i = 0; i + 1 < n; i++) {
        const candidate *a = &all[i], *b = &all[i + 1];
        if (a->bits == b->bits && a->is_leaf != b->is_leaf)
            add_copy(x, a->is_leaf ? a->node : b->node, a->is_leaf ? b->node : a->node);
    }
    free(all);
}

/* ---- Parts that no gradient reaches --------------------------------------------------------- */

/* Whether a value without a gradient is used by one that has one. */
static bool is_boundary(const dg_inspect *x, size_t node)
{
    if (!dgi_has(x, node, DGI_REACHED) || x->grad[node] != DGI_UNKNOWN)
        return false;
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++)
        if (x->grad[x->a.edge_to[x->a.uses[k]]] != DGI_UNKNOWN)
            return true;
    return false;
}

static bool is_detach(const dgi_trace_node *n)
{
    return strcmp(n->op, "detach") == 0 || strcmp(n->op, "detach()") == 0 ||
           strcmp(n->op, "stop_gradient") == 0;
}

/* Whether a labelled leaf lies behind the value. All leaves behind a value that has no gradient are
 * without one, so none counts as a parameter. */
static void find_labelled(const dg_inspect *x, uint8_t *labelled)
{
    for (size_t k = x->a.node_count; k-- > 0;) {
        size_t node = x->a.order[k];
        const dgi_trace_node *n = dgi_node(x, node);
        bool found = dgi_is_leaf(n) && n->label[0] && (!x->scoped || n->scope[0]);
        for (size_t i = 0; i < n->n_operands && !found; i++)
            found = labelled[dgi_trace_node_operands(n)[i]];
        labelled[node] = found;
    }
}

/* An op whose value has no gradient where its use has: what is behind it gets none. Of constants
 * that is so as well; there must be a parameter, or what looks like one. */
static void find_detached(dg_inspect *x)
{
    bool any = false;
    for (size_t i = 0; i < x->a.node_count && !any; i++)
        any = dgi_node(x, i)->n_operands > 0 && is_boundary(x, i);
    uint8_t *labelled = any ? calloc(x->a.node_count, 1) : NULL;
    if (any && !labelled)
        x->failed = true;
    if (!labelled)
        return;
    find_labelled(x, labelled);
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        if (n->n_operands == 0 || !is_boundary(x, i))
            continue;
        if (!dgi_has(x, i, DGI_DEPENDS) && !(labelled[i] && is_detach(n)))
            continue;
        dgi_finding *f = dgi_finding_add(x, DG_FINDING_DETACHED, i, "no gradient");
        dgi_finding_say(x, f,
                        "%v, op %q, has no gradient, though a value that is computed from it has: "
                        "nothing flows to what is behind it",
                        i, n->op);
        dgi_mark(x, i, DGI_EXPLAINED);
    }
    free(labelled);
}

/* ---- Parameters that the root does not depend on -------------------------------------------- */

/* The nearest value that the root depends on, through values that it does not: breadth first, from
 * all those that it does depend on. */
static uint32_t *find_nearest(dg_inspect *x)
{
    size_t n = x->a.node_count, head = 0, tail = 0;
    uint32_t *nearest = malloc(n * sizeof *nearest), *queue = malloc(n * sizeof *queue);
    if (!nearest || !queue) {
        x->failed = true;
        free(nearest);
        free(queue);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        bool reached = dgi_has(x, i, DGI_REACHED);
        nearest[i] = reached ? (uint32_t)i : DGI_NO_NODE;
        if (reached)
            queue[tail++] = (uint32_t)i;
    }
    while (head < tail) {
        size_t node = queue[head++];
        const dgi_trace_node *t = dgi_node(x, node);
        size_t uses = x->a.first_use[node + 1] - x->a.first_use[node];
        for (size_t i = 0; i < uses + t->n_operands; i++) {
            size_t next = i < uses ? x->a.edge_to[x->a.uses[x->a.first_use[node] + i]]
                                   : dgi_trace_node_operands(t)[i - uses];
            if (nearest[next] != DGI_NO_NODE)
                continue;
            nearest[next] = nearest[node];
            queue[tail++] = (uint32_t)next;
        }
    }
    free(queue);
    return nearest;
}

static void add_unset(dg_inspect *x, size_t node, size_t nearest)
{
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_UNSET, node, "not reached");
    dgi_finding_add_node(x, f, node);
    size_t first = x->a.first_use[node];
    if (first == x->a.first_use[node + 1]) {
        if (f)
            f->public.cause = "not used";
        dgi_finding_say(x, f, "%v is used by nothing, so the root %v does not depend on it", node,
                        x->trace->root);
        return;
    }
    dgi_finding_say(x, f, "the root %v does not depend on %v, which is used by %v", x->trace->root,
                    node, (size_t)x->a.edge_to[x->a.uses[first]]);
    if (nearest == DGI_NO_NODE)
        return;
    dgi_finding_evidence(f, "nearest node", (double)nearest);
    dgi_finding_say(x, f, "; the nearest value that it does depend on is %v", nearest);
}

static bool is_unset(const dg_inspect *x, size_t node)
{
    return is_cut_off(x, node) && dgi_has(x, node, DGI_PARAMETER) &&
           !dgi_has(x, node, DGI_EXPLAINED);
}

/* Parameters of a layer follow each other in a trace; `node` is the first of one. They are one
 * finding, so that a network that is not used is not one for each of its parameters. */
static size_t end_of_layer(dg_inspect *x, size_t node)
{
    size_t end = node + 1, group = dgi_scope_group_of(&x->groups, dgi_node(x, node)->scope);
    while (x->scoped && end < x->a.node_count && is_unset(x, end) &&
           dgi_scope_group_of(&x->groups, dgi_node(x, end)->scope) == group)
        end++;
    return end;
}

static void add_rest(dg_inspect *x, size_t node, size_t end)
{
    if (end == node + 1 || x->kind_counts[DG_FINDING_UNSET] > DG_FINDINGS_MAX || x->failed)
        return;
    dgi_finding *f = &x->findings[x->finding_count - 1];
    for (size_t i = node + 1; i < end; i++)
        dgi_finding_add_node(x, f, i);
    f->public.scope = dgi_scope_group_name(&x->groups, dgi_node(x, node)->scope);
    dgi_finding_say(x, f, "; so it is with %z more parameter%S of its layer", end - node - 1);
}

void dgi_find_unset(dg_inspect *x)
{
    if (!x->has_backward)
        return;
    find_copies(x);
    if (!x->failed)
        find_detached(x);
    explain_operands(x);
    uint32_t *nearest = NULL;
    for (size_t i = 0, end; i < x->a.node_count && !x->failed && !x->groups.failed; i = end) {
        end = i + 1;
        if (!is_unset(x, i))
            continue;
        if (!nearest)
            nearest = find_nearest(x);
        if (!nearest)
            break;
        end = end_of_layer(x, i);
        add_unset(x, i, nearest[i]);
        add_rest(x, i, end);
    }
    free(nearest);
}
