/* The edges of a trace by number.
 *
 * Edges may be added in any order, and each node has those that lead to it, so the numbers of
 * edges are only known when the trace is read: first_edge is set when an edge is first asked for.
 * Several threads may read one trace, which is const to them, and what changes then is this index
 * only. It is set by one thread under a lock, and read by the others when they see that it is
 * there. */
#include <pthread.h>

#include "trace/trace.h"

/* One for all traces: each is indexed once, and that takes as long as adding its nodes. */
static pthread_mutex_t index_lock = PTHREAD_MUTEX_INITIALIZER;

/* Sets first_edge from the first node where it is not valid. */
static void index_edges(dg_trace *t)
{
    pthread_mutex_lock(&index_lock);
    for (size_t i = t->indexed; i < t->n_nodes; i++) {
        const dgi_trace_node *before = i ? &t->nodes[i - 1] : NULL;
        t->nodes[i].first_edge = before ? before->first_edge + before->n_operands : 0;
    }
    atomic_store_explicit(&t->indexed, t->n_nodes, memory_order_release);
    pthread_mutex_unlock(&index_lock);
}

static bool has_edge(const dgi_trace_node *n, size_t edge)
{
    return edge >= n->first_edge && edge - n->first_edge < n->n_operands;
}

/* The node that an edge leads to. Edges are usually read in order, so the last node found and a few
 * after it are tried before a binary search. Another thread may have found that one, or one in a
 * trace that was larger: it is only where the search begins. */
static size_t node_of_edge(dg_trace *t, size_t edge)
{
    enum { NEAR = 8 };
    size_t last = atomic_load_explicit(&t->last_found, memory_order_relaxed);
    size_t found = last;
    while (found < t->n_nodes && found - last < NEAR && !has_edge(&t->nodes[found], edge))
        found++;
    if (found >= t->n_nodes || found - last >= NEAR) {
        size_t high = t->n_nodes;
        found = 0;
        while (high - found > 1) {
            size_t middle = found + (high - found) / 2;
            if (t->nodes[middle].first_edge <= edge)
                found = middle;
            else
                high = middle;
        }
    }
    atomic_store_explicit(&t->last_found, found, memory_order_relaxed);
    return found;
}

dg_status dg_trace_edge(const dg_trace *t, size_t i, size_t *from, size_t *to, size_t *operand)
{
    if (!t || i >= t->n_edges)
        return DG_INVALID;
    /* The cast is safe since no trace is a const object: dg_trace_new() allocated it. */
    dg_trace *mutable = (dg_trace *)t;
    if (atomic_load_explicit(&mutable->indexed, memory_order_acquire) < t->n_nodes)
        index_edges(mutable);
    size_t node = node_of_edge(mutable, i);
    size_t k = i - t->nodes[node].first_edge;
    if (from)
        *from = dgi_trace_node_operands(&t->nodes[node])[k];
    if (to)
        *to = node;
    if (operand)
        *operand = k;
    return DG_OK;
}
