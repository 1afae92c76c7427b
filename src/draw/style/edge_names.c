#include "draw/style/edge_names.h"

#include <stdlib.h>

#include "draw/style/folded.h"

/* NULL where it has none. */
static const char *name_of(const dg_trace *t, const dgi_folded *folded, size_t from, size_t to,
                           size_t operand)
{
    if (folded) {
        to = dgi_folded_value(folded, to);
        if (to == DG_NO_NODE || dgi_folded_value(folded, from) == DG_NO_NODE)
            return NULL;
    }
    const char *name = dg_trace_operand_name(folded ? folded->whole : t, to, operand);
    return name[0] ? name : NULL;
}

const char **dgi_edge_names(const dgi_edges *edges, const dg_trace *t,
                            const struct dgi_folded *folded, bool *any)
{
    const char **names = calloc(edges->n + 1, sizeof(const char *));
    /* latest[v] is one above the index of the latest edge from the value v, as in edges.c. */
    size_t *latest = calloc(dg_trace_node_count(t) + 1, sizeof *latest);
    size_t n = 0, from, to, operand;
    *any = false;
    for (size_t i = 0; names && latest && i < dg_trace_edge_count(t); i++) {
        if (dg_trace_edge(t, i, &from, &to, &operand) != DG_OK ||
            (edges->to_ops && dg_trace_first_result(t, to) != to))
            continue;
        if (!latest[from] || edges->all[latest[from] - 1].to != to)
            latest[from] = ++n;
        const char **name = &names[latest[from] - 1];
        if (!*name)
            *name = name_of(t, folded, from, to, operand);
        *any = *any || *name;
    }
    if (!latest) {
        free(names);
        names = NULL;
    }
    free(latest);
    return names;
}
