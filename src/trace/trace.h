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
#define DGI_OPERANDS_MAX (((size_t)1 << 30) - 1)
#define DGI_NO_NODE UINT32_MAX

/* Up to this many operands stand in the node itself. */
enum { DGI_FEW = 2 };

/* What a node has in place of a number when it has a shape; owned by the node. */
typedef struct dgi_tensor {
    double *data; /* never NULL, in row-major order; owned */
    double *grad; /* the same; NULL where none was ever computed */
    size_t size;  /* numbers in each of them */
    int ndim;     /* one or more */
    size_t shape[DG_TRACE_DIMS_MAX];
} dgi_tensor;

/* 56 bytes. Operands are a list of their own in each node, so that edges may come in any order and
 * an operand is found at once; its room is the number of operands rounded up to a power of two. */
typedef struct dgi_node {
    union {
        double data;
        dgi_tensor *tensor; /* where is_tensor */
    };
    double grad;       /* of a scalar; 0 where there is none */
    const char *label; /* interned in the trace, as the op text is */
    const char *op;
    const char *scope; /* "" where there is none */
    uint32_t n_operands : 30;
    uint32_t has_grad : 1;
    uint32_t is_tensor : 1;
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

/* The product of a shape's sizes. False where it makes no sense or is over a limit: to be sure that
 * its lists can be written, a size of 0 does not excuse what the others come to. */
bool dgi_shape_size(int ndim, const size_t *shape, size_t *size);

/* A tensor of a shape of one or more dimensions that dgi_shape_size() allows. It takes the arrays
 * (the gradient may be NULL), of one byte or more each, only when it is made. NULL when out of
 * memory. */
dgi_tensor *dgi_tensor_of(int ndim, const size_t *shape, double *data, double *grad);

/* The same with copies; NULL for the data: zeros. */
dgi_tensor *dgi_tensor_copy(int ndim, const size_t *shape, const double *data, const double *grad);

/* Makes a node that has neither data nor gradient yet a tensor, which it then owns. */
void dgi_tensor_give(dgi_node *n, dgi_tensor *x);

/* NULL is allowed. */
void dgi_tensor_free(dgi_tensor *x);

/* Gives back memory that a trace which is ready does not need. */
void dgi_trace_trim(dg_trace *t);

#endif
