/* Order, uses and local gradients of a trace. All passes go over arrays. */
#include "inspect/analysis.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "trace/local_gradients.h"

static void *array_of(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

static bool allocate(dgi_analysis *a)
{
    size_t nodes = a->node_count, edges = a->edge_count;
    a->order = array_of(nodes, sizeof *a->order);
    a->op = array_of(nodes, sizeof *a->op);
    a->first_edge = array_of(nodes + 1, sizeof *a->first_edge);
    a->edge_to = array_of(edges, sizeof *a->edge_to);
    a->first_use = array_of(nodes + 1, sizeof *a->first_use);
    a->uses = array_of(edges, sizeof *a->uses);
    a->local = array_of(edges, sizeof *a->local);
    a->known = array_of(edges, sizeof *a->known);
    return a->order && a->op && a->first_edge && a->edge_to && a->first_use && a->uses &&
           a->local && a->known;
}

static void number_edges(dgi_analysis *a)
{
    size_t edge = 0;
    for (size_t i = 0; i < a->node_count; i++) {
        a->first_edge[i] = (uint32_t)edge;
        for (size_t k = 0; k < a->trace->nodes[i].n_operands; k++)
            a->edge_to[edge++] = (uint32_t)i;
    }
    a->first_edge[a->node_count] = (uint32_t)edge;
}

/* A counting sort of the edges by the node that they lead from. */
static void collect_uses(dgi_analysis *a)
{
    for (size_t e = 0; e < a->edge_count; e++)
        a->first_use[dgi_edge_from(a, e) + 1]++;
    for (size_t i = 0; i < a->node_count; i++)
        a->first_use[i + 1] += a->first_use[i];
    /* While they are put in place, first_use[i] is where the next use of node i goes; at the end,
     * it is where those of node i + 1 begin. */
    for (size_t e = 0; e < a->edge_count; e++)
        a->uses[a->first_use[dgi_edge_from(a, e)]++] = (uint32_t)e;
    for (size_t i = a->node_count; i > 0; i--)
        a->first_use[i] = a->first_use[i - 1];
    a->first_use[0] = 0;
}

/* Kahn's algorithm (1962): a node follows when all its uses stand in the order. `order` is the
 * queue, too. */
static dg_status sort_nodes(dgi_analysis *a, dg_error *error)
{
    uint32_t *unsorted_uses = array_of(a->node_count, sizeof *unsorted_uses);
    if (!unsorted_uses)
        return dgi_error(error, DG_NOMEM, "out of memory");
    size_t sorted = 0;
    for (size_t i = 0; i < a->node_count; i++) {
        unsorted_uses[i] = a->first_use[i + 1] - a->first_use[i];
        if (unsorted_uses[i] == 0)
            a->order[sorted++] = (uint32_t)i;
    }
    for (size_t next = 0; next < sorted; next++) {
        const dgi_trace_node *n = &a->trace->nodes[a->order[next]];
        const uint32_t *operands = dgi_trace_node_operands(n);
        for (size_t k = 0; k < n->n_operands; k++)
            if (--unsorted_uses[operands[k]] == 0)
                a->order[sorted++] = operands[k];
    }
    free(unsorted_uses);
    return sorted == a->node_count ? DG_OK
                                   : dgi_error(error, DG_FORMAT, "a value is computed from itself");
}

dgi_scalar_call dgi_op_cache_find(dgi_op_cache *cache, const dgi_trace_node *n)
{
    size_t slot =
        ((uintptr_t)n->op >> 4 ^ n->n_operands) % (sizeof cache->entries / sizeof *cache->entries);
    if (cache->entries[slot].text != n->op || cache->entries[slot].operand_count != n->n_operands) {
        cache->entries[slot].text = n->op;
        cache->entries[slot].operand_count = n->n_operands;
        cache->entries[slot].call = dgi_scalar_call_from_text(n->op, n->n_operands);
    }
    return cache->entries[slot].call;
}

static void find_local_gradients(dgi_analysis *a)
{
    dgi_op_cache cache = {0};
    for (size_t i = 0; i < a->node_count; i++) {
        dgi_scalar_call call = dgi_op_cache_find(&cache, &a->trace->nodes[i]);
        a->op[i] = (uint8_t)call.op;
        for (size_t e = a->first_edge[i]; e < a->first_edge[i + 1]; e++) {
            a->local[e] = NAN;
            a->known[e] = dgi_local_gradient(a->trace, i, call, e - a->first_edge[i], &a->local[e]);
        }
    }
}

dg_status dgi_analysis_init(dgi_analysis *a, const dg_trace *t, dg_error *error)
{
    *a = (dgi_analysis){.trace = t, .node_count = t->n_nodes, .edge_count = t->n_edges};
    dg_status status = DG_OK;
    if (!allocate(a))
        status = dgi_error(error, DG_NOMEM, "out of memory");
    if (status == DG_OK) {
        number_edges(a);
        collect_uses(a);
        status = sort_nodes(a, error);
    }
    if (status == DG_OK)
        find_local_gradients(a);
    else
        dgi_analysis_free(a);
    return status;
}

void dgi_analysis_free(dgi_analysis *a)
{
    free(a->order);
    free(a->op);
    free(a->first_edge);
    free(a->edge_to);
    free(a->first_use);
    free(a->uses);
    free(a->local);
    free(a->known);
    *a = (dgi_analysis){0};
}
