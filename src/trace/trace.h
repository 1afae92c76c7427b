/* The data structure of a trace. */
#ifndef DGI_TRACE_H
#define DGI_TRACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/trace.h>

#include "base/strmap.h"

/* Nodes and edges are counted in 32 bits: the largest graph fits. */
#define DGI_NODES_MAX ((size_t)UINT32_MAX - 1)
#define DGI_EDGES_MAX ((size_t)UINT32_MAX - 1)
#define DGI_OPERANDS_MAX (((size_t)1 << 29) - 1)
#define DGI_NO_NODE UINT32_MAX
/* The most elements of a tensor without data; a double has every integer up to it. */
#define DGI_SIZE_MAX ((size_t)(SIZE_MAX > UINT32_MAX ? SIZE_MAX / 2048 : SIZE_MAX / 8))

/* Up to this many operands are stored in the node itself. */
enum { DGI_INLINE_OPERANDS = 2 };

/* The numbers of a node that is a tensor; owned by the node. */
typedef struct dgi_trace_tensor {
    double *data; /* in row-major order; NULL where the node has no data; owned */
    double *grad; /* the same; NULL where none was ever computed */
    size_t size;  /* numbers in each of them; 0 where a size is not known */
    int ndim;     /* one or more */
    size_t shape[DG_TRACE_DIMS_MAX];
} dgi_trace_tensor;

/* 56 bytes. Each node has an array of its operands, so that edges may be added in any order and an
 * operand is found in constant time. The array's capacity is the number of operands, rounded up to
 * a power of two. */
typedef struct dgi_trace_node {
    union {
        double data;              /* nan where no_data */
        dgi_trace_tensor *tensor; /* where is_tensor */
    };
    double grad;       /* of a scalar; 0 where there is none */
    const char *label; /* interned, as op and scope are */
    const char *op;
    const char *scope; /* "" where there is none */
    uint32_t n_operands : 29;
    uint32_t has_grad : 1;
    uint32_t is_tensor : 1;
    uint32_t no_data : 1;
    uint32_t first_edge; /* the number of edges of the nodes before it; see dg_trace.indexed */
    union {
        uint32_t inlined[DGI_INLINE_OPERANDS];
        uint32_t *allocated; /* if there are more than DGI_INLINE_OPERANDS; owned */
        const dg_value
            *value; /* during dg_trace_from_value(): the value that the node is a copy of */
    };
} dgi_trace_node;

/* What few nodes have; see annotations.h. */
typedef struct dgi_annotations dgi_annotations;

struct dg_trace {
    dgi_trace_node *nodes;
    size_t n_nodes, node_capacity;
    size_t n_edges;
    size_t root;
    const char **ids;   /* NULL until a node gets an explicit id; an entry NULL: the default id */
    size_t id_capacity; /* nodes from this one on have no explicit id */
    dgi_annotations **annotations; /* NULL until a node gets one; an entry NULL: it has none */
    size_t annotation_capacity;
    uint32_t *more_roots; /* those beside `root`; owned */
    size_t n_more_roots, root_capacity;
    dgi_strmap interned; /* labels, op texts, scopes and ids, at stable addresses */
    /* What changes where the trace is const, see edge_index.c: */
    _Atomic size_t indexed;    /* first_edge is valid for the nodes before this one */
    _Atomic size_t last_found; /* the node of the edge that was last asked for */
};

/* The operands of a node, in order. */
static inline const uint32_t *dgi_trace_node_operands(const dgi_trace_node *n)
{
    return n->n_operands > DGI_INLINE_OPERANDS ? n->allocated : n->inlined;
}

/* The node's explicit id, or NULL. */
static inline const char *dgi_explicit_id(const dg_trace *t, size_t node)
{
    return node < t->id_capacity ? t->ids[node] : NULL;
}

/* The trace's own copy of the text, made valid UTF-8 and truncated to DG_TRACE_STRING_MAX bytes;
 * NULL when out of memory. */
const char *dgi_trace_intern(dg_trace *t, const char *text, size_t size);

/* Appends a node whose texts are interned; NULL when out of memory or over the limit. */
dgi_trace_node *dgi_trace_append_node(dg_trace *t, const char *label, const char *op, double data);

/* Gives a node without operands exactly n, all DGI_NO_NODE for the caller to fill in, and adds n to
 * the trace's edges. */
dg_status dgi_trace_reserve_operands(dg_trace *t, size_t node, size_t n);

/* The product of a shape's sizes. False for an invalid shape, and if the product of the sizes that
 * are not 0 is over `most`. (The JSON arrays of an empty tensor have those sizes.) A tensor without
 * data has the limit DGI_SIZE_MAX; it may have unknown sizes, and then the result is 0. */
bool dgi_trace_shape_size(int ndim, const size_t *shape, size_t most, size_t *size);

/* A copy of the numbers, or zeros for NULL; NULL when out of memory. */
double *dgi_trace_numbers(size_t size, const double *numbers);

/* A tensor of one or more dimensions, of a shape that dgi_trace_shape_size() allows. On success it
 * owns the arrays, each of which may be NULL; NULL when out of memory. */
dgi_trace_tensor *dgi_trace_tensor_new(int ndim, const size_t *shape, double *data, double *grad);

/* The same with copies of the arrays. */
dgi_trace_tensor *dgi_trace_tensor_copy(int ndim, const size_t *shape, const double *data,
                                        const double *grad);

/* Makes a node that is a scalar a tensor; the node then owns it. */
void dgi_trace_node_set_tensor(dgi_trace_node *n, dgi_trace_tensor *x);

/* NULL is allowed. */
void dgi_trace_tensor_free(dgi_trace_tensor *x);

/* Frees the spare capacity of a finished trace. */
void dgi_trace_shrink(dg_trace *t);

#endif
