/* What few nodes have: dtype, attributes, names of unknown sizes, names and stored local gradients
 * of operands, and which result of an op a node is. All of it is beside the nodes, so that a trace
 * without any of it takes no memory for it. */
#ifndef DGI_ANNOTATIONS_H
#define DGI_ANNOTATIONS_H

#include "trace/trace.h"

typedef struct dgi_attribute {
    const char *name; /* interned, as all texts here are */
    const char *text; /* as it is shown */
    double number;
    bool is_number;
} dgi_attribute;

/* Of one edge. */
typedef struct dgi_operand_note {
    const char *name; /* "" where there is none */
    double local;     /* the local gradient, where has_local */
    bool has_local;
} dgi_operand_note;

struct dgi_annotations {
    const char *dtype; /* "" where there is none */
    dgi_attribute *attributes;
    size_t n_attributes, attribute_capacity;
    dgi_operand_note *operands; /* owned; those from n_notes on have nothing */
    size_t n_notes, note_capacity;
    const char **dims;     /* names of unknown sizes, DG_TRACE_DIMS_MAX of them, NULL where there is
                              none; NULL where there are none; owned */
    uint32_t first_result; /* DGI_NO_NODE: the node itself */
    uint32_t result;       /* its number among the results of the op */
};

/* Those of a node, or NULL. */
static inline const dgi_annotations *dgi_annotations_of(const dg_trace *t, size_t node)
{
    return node < t->annotation_capacity ? t->annotations[node] : NULL;
}

/* What is stored of edge `i` of a node, or NULL. */
static inline const dgi_operand_note *dgi_note_of(const dg_trace *t, size_t node, size_t i)
{
    const dgi_annotations *a = dgi_annotations_of(t, node);
    return a && i < a->n_notes ? &a->operands[i] : NULL;
}

/* Makes a node result `k` of the op of node `first`, without a check. */
dg_status dgi_trace_set_result(dg_trace *t, size_t node, size_t first, size_t k);

/* Copies all but the result from a node of one trace to a node of another. */
dg_status dgi_annotations_copy(dg_trace *to, size_t node, const dg_trace *from, size_t old);

/* Frees those of all nodes. */
void dgi_annotations_free(dg_trace *t);

#endif
