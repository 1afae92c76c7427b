/* Ops whose local gradients are not known, so that nothing is checked there. */
#include "inspect/inspection.h"

enum { TEXTS_MAX = 64 };

typedef struct op_texts {
    size_t count;
    struct {
        const char *text;
        size_t first, nodes;
    } of[TEXTS_MAX];
} op_texts;

static bool is_unknown(const dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (dgi_is_leaf(n) || n->n_operands == 0 || n->is_tensor ||
        x->a.op[node] != DGI_SCALAR_UNKNOWN || x->a.known[x->a.first_edge[node]])
        return false;
    /* Those of tensors have no local gradient that is a number. */
    for (size_t i = 0; i < n->n_operands; i++)
        if (dgi_node(x, dgi_trace_node_operands(n)[i])->is_tensor)
            return false;
    return true;
}

/* Other texts than the first ones are counted as the last of these. */
static void count(op_texts *texts, const char *text, size_t node)
{
    size_t i = 0;
    while (i < texts->count && texts->of[i].text != text)
        i++;
    if (i == TEXTS_MAX)
        i = TEXTS_MAX - 1;
    if (i == texts->count) {
        texts->count++;
        texts->of[i].text = text;
        texts->of[i].first = node;
    }
    texts->of[i].nodes++;
}

void dgi_find_unknown_ops(dg_inspect *x)
{
    op_texts texts = {0};
    for (size_t i = 0; i < x->a.node_count; i++)
        if (dgi_has(x, i, DGI_REACHED) && is_unknown(x, i))
            count(&texts, dgi_node(x, i)->op, i);
    for (size_t i = 0; i < texts.count; i++) {
        dgi_finding *f = dgi_finding_add(x, DG_FINDING_UNKNOWN_OP, texts.of[i].first, "");
        dgi_finding_evidence(f, "values", (double)texts.of[i].nodes);
        dgi_finding_say(x, f,
                        "unknown op %q: its local gradient is not known, in %z value%S, first %v",
                        texts.of[i].text, texts.of[i].nodes, texts.of[i].first);
    }
}
