/* An inspection: what is computed of all values once, and the findings that are made of it. */
#ifndef DGI_INSPECT_INSPECTION_H
#define DGI_INSPECT_INSPECTION_H

#include <dotgrad/inspect.h>

#include "base/buf.h"
#include "inspect/analysis.h"
#include "inspect/scope_groups.h"

/* What the numbers of a value are, taken together: the worst of its elements, and zero if all are
 * 0. Those of a scalar are one number. */
typedef enum dgi_numbers_state {
    DGI_UNKNOWN = 0, /* there are none: no data, or a gradient that is unset */
    DGI_ZERO,
    DGI_FINITE,
    DGI_INFINITE, /* this and the next are not finite */
    DGI_NAN
} dgi_numbers_state;

/* Facts about a node, as bits. */
enum {
    DGI_REACHED = 1 << 0,     /* the root depends on it */
    DGI_PARAMETER = 1 << 1,   /* see dotgrad/inspect.h */
    DGI_DEPENDS = 1 << 2,     /* it is a parameter, or depends on one */
    DGI_POISONS = 1 << 3,     /* its data make a gradient nan or infinite */
    DGI_EXPLAINED = 1 << 4,   /* that its gradient contributions are 0 is said by another finding */
    DGI_STALE = 1 << 5,       /* its data are not what its op computes of its operands */
    DGI_EXPOSED = 1 << 6,     /* not finite, and so is all on a path from here to the root */
    DGI_ABSORBED = 1 << 7,    /* a cause that another finding names */
    DGI_NAMED = 1 << 8,       /* it has a finding of a gradient that is not finite */
    DGI_MISMATCH = 1 << 9,    /* its gradient is not the sum of its contributions */
    DGI_HIDDEN = 1 << 10,     /* parameters enter between it and the root */
    DGI_OF_TENSORS = 1 << 11, /* it or an operand is a tensor */
    DGI_STALE_INPUT = 1 << 12,  /* an operand is stale */
    DGI_NOT_FINITE_AT = 1 << 13 /* its data or those of an operand are not finite */
};

enum { DGI_EVIDENCE_MAX = 10, DGI_INLINE_NODES = 1 };

/* A finding while it is made. */
typedef struct dgi_finding {
    dg_finding public;
    dg_evidence evidence[DGI_EVIDENCE_MAX];
    dgi_buf text;
    size_t *nodes; /* owned */
    size_t node_count, node_capacity;
    size_t number; /* in the order in which findings were made */
} dgi_finding;

struct dg_inspect {
    const dg_trace *trace; /* borrowed */
    dg_inspect_options options;
    uint16_t *flags; /* of each node */
    size_t parameter_count;
    dgi_finding *findings;
    size_t finding_count, finding_capacity;
    size_t kind_counts[DG_FINDING_KIND_COUNT];
    dgi_scope_groups groups; /* layers; their names are the scopes of findings about them */
    dgi_scope_groups units;  /* the same by units */
    bool failed;             /* out of memory */

    /* While the findings are made. */
    dgi_analysis a;
    uint8_t *data; /* of each node: a dgi_numbers_state */
    uint8_t *grad;
    uint32_t *data_source; /* of each node with data that are not finite: where that began */
    uint32_t *grad_source; /* of each node with such a gradient: where that began */
    uint32_t *distance; /* of each node that is reached: edges on the shortest path to the root */
    bool scoped;        /* parameters are the labelled leaves of scopes */
    bool has_backward;  /* gradients were computed from the root, and it has one that is not 0 */
};

static inline bool dgi_has(const dg_inspect *x, size_t node, unsigned flag)
{
    return (x->flags[node] & flag) != 0;
}

static inline void dgi_mark(dg_inspect *x, size_t node, unsigned flag)
{
    x->flags[node] |= (uint16_t)flag;
}

static inline bool dgi_not_finite(unsigned state)
{
    return state >= DGI_INFINITE;
}

static inline const dgi_trace_node *dgi_node(const dg_inspect *x, size_t node)
{
    return &x->trace->nodes[node];
}

static inline bool dgi_is_leaf(const dgi_trace_node *n)
{
    return n->op[0] == '\0';
}

/* The numbers of a node: one for a scalar. NULL where it has no data. */
static inline const double *dgi_data(const dgi_trace_node *n, size_t *count)
{
    *count = n->is_tensor ? n->tensor->size : 1;
    if (n->is_tensor)
        return n->tensor->data;
    return n->no_data ? NULL : &n->data;
}

/* NULL where the gradient is unset. */
static inline const double *dgi_grad(const dgi_trace_node *n, size_t *count)
{
    *count = n->is_tensor ? n->tensor->size : 1;
    if (n->is_tensor)
        return n->tensor->grad;
    return n->has_grad ? &n->grad : NULL;
}

/* ---- Making findings ------------------------------------------------------------------------ */

/* A new finding with the usual severity of its kind, about a node and its scope; `node` may be
 * DG_NO_NODE. NULL where there are too many or memory is out: all functions below allow that. It is
 * valid until the next one is added. */
dgi_finding *dgi_finding_add(dg_inspect *x, dg_finding_kind kind, size_t node, const char *cause);

/* Adds a value that the finding is about, in any order. Without any it is about its node. */
void dgi_finding_add_node(dg_inspect *x, dgi_finding *f, size_t node);

void dgi_finding_evidence(dgi_finding *f, const char *name, double value);

/* Evidence by its name; nan if there is none. */
double dgi_evidence_of(const dgi_finding *f, const char *name);

/* Appends to its sentence. In the format %v is a value (size_t), by its name; %n a number (double);
 * %z a count (size_t); %S an "s" unless the last count was 1; %s a string; %q a string from the
 * trace, quoted. */
void dgi_finding_say(dg_inspect *x, dgi_finding *f, const char *format, ...);

/* ---- The finders, in the order in which they must run --------------------------------------- */

/* Finds where data and gradients that are not finite began. */
void dgi_find_sources(dg_inspect *x);
void dgi_find_nonfinite_gradients(dg_inspect *x);
void dgi_find_nonfinite_data(dg_inspect *x);
void dgi_find_no_backward(dg_inspect *x);
void dgi_find_unset(dg_inspect *x);
void dgi_find_constants(dg_inspect *x);
void dgi_find_inconsistent(dg_inspect *x);
void dgi_find_unknown_ops(dg_inspect *x);
void dgi_find_dead_relus(dg_inspect *x);
void dgi_find_saturated(dg_inspect *x);
void dgi_find_magnitudes(dg_inspect *x);
void dgi_find_update_ratios(dg_inspect *x);
void dgi_find_zero_gradients(dg_inspect *x);
void dgi_find_duplicate_labels(dg_inspect *x);

#endif
