/* The inside of a trace. */
#ifndef DGI_TRACE_H
#define DGI_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/trace.h>

#include "base/strmap.h"

/* Nodes and edges are counted in 32 bits: the largest graph fits. */
#define DGI_NODES_MAX ((size_t)UINT32_MAX - 1)
#define DGI_EDGES_MAX ((size_t)UINT32_MAX - 1)
#define DGI_OPERANDS_MAX ((size_t)INT32_MAX)
#define DGI_NO_NODE UINT32_MAX

/* Up to this many operands stand in the node itself. */
enum { DGI_FEW = 2 };

/* 56 bytes. Operands are a list of their own in each node, so that edges may come in any order and
 * an operand is found at once; its room is the number of operands rounded up to a power of two. */
typedef struct dgi_node {
    double data;
    double grad;       /* 0 where there is none */
    const char *label; /* interned in the trace, as the op text is */
    const char *op;
    const char *scope; /* "" where there is none */
    uint32_t n_operands : 31;
    uint32_t has_grad : 1;
    uint32_t first_edge; /* edges of the nodes before it; see dg_trace.indexed */
    union {
        uint32_t few[DGI_FEW];
        uint32_t *many;        /* with more than DGI_FEW operands; owned */
        const dg_value *value; /* while a trace is taken: what the node stands for */
    };
} dgi_node;

struct dg_trace {
    dgi_node *nodes;
    size_t n_nodes, room_nodes;
    size_t n_edges;
    size_t root;
    const char **ids;  /* NULL until a node gets a name of its own; entries may be NULL */
    size_t room_ids;   /* nodes from here on have none */
    dgi_strmap texts;  /* labels, op texts and ids, each once, at addresses that stay */
    size_t indexed;    /* the nodes before this one know their first edge */
    size_t last_found; /* the node that the last edge asked for belongs to */
};

/* The operands of a node, in order. */
static inline const uint32_t *dgi_operands(const dgi_node *n)
{
    return n->n_operands > DGI_FEW ? n->many : n->few;
}

/* The node's own name, or NULL. */
static inline const char *dgi_own_id(const dg_trace *t, size_t node)
{
    return node < t->room_ids ? t->ids[node] : NULL;
}

/* The text, made valid UTF-8 and cut at DG_TRACE_STRING_MAX bytes, as the trace's own copy; NULL
 * when out of memory. */
const char *dgi_trace_text(dg_trace *t, const char *text, size_t size);

/* Appends a node with texts that are the trace's own; NULL when out of memory or over the limit. */
dgi_node *dgi_trace_push(dg_trace *t, const char *label, const char *op, double data);

/* Makes room for exactly n operands of a node that has none, all DGI_NO_NODE for the caller to
 * fill in; the trace counts their edges. */
dg_status dgi_trace_reserve(dg_trace *t, size_t node, size_t n);

/* Gives back memory that a trace which is ready does not need. */
void dgi_trace_trim(dg_trace *t);

#endif
