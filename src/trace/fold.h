/* How a fold is made: the scopes' groups become a tree of cells, which has nothing to do with what
 * is to be folded; the cut says which cells are open; boxes and edges follow from it. */
#ifndef DGI_FOLD_H
#define DGI_FOLD_H

#include <dotgrad/fold.h>

#include "base/buf.h"
#include "trace/scope_tree.h"

static inline bool dgi_fold_is_leaf(const dgi_trace_node *n)
{
    return n->op[0] == '\0';
}

#define DGI_NO_CELL UINT32_MAX

/* A child of a cell: a node of the trace, or with this bit a cell. */
#define DGI_CHILD_CELL ((uint32_t)1 << 31)

typedef enum dgi_cell_kind { DGI_CELL_ROOT, DGI_CELL_GROUP, DGI_CELL_RANGE } dgi_cell_kind;

/* A group, or a part of one that had to be split, or a range of the children of one.
 *
 * Children stand in an order in which each comes behind those that it uses. Together with the way
 * in which groups are split (cells.c) this makes every cut acyclic: see there. */
typedef struct dgi_cell {
    uint32_t parent; /* an earlier cell, but that of a range may be later; the root's is itself */
    uint32_t group;  /* of a range that of the cell that it divides */
    uint32_t part;   /* of a split group, from 0 */
    uint32_t parts;  /* into how many it was split; 1: it was not */
    uint32_t first_child, child_count; /* in dgi_fold_tree.children */
    uint32_t items;                    /* children, where those of one run count once */
    uint32_t values;                   /* in it and in its cells */
    uint32_t run;      /* equal for siblings of one shape that follow one another; 0: none */
    uint32_t rank;     /* its index in such a run */
    uint32_t from, to; /* of a range: its first and last item, counted from 1, */
    uint32_t of;       /* and of how many */
    uint32_t cause;    /* of the first part of a split group: another group of the cycle */
    uint8_t kind;      /* dgi_cell_kind */
    bool shared;       /* all of the run use the same leaves */
    bool has_groups;   /* in it, or in its ranges */
    bool open;         /* the cut */
} dgi_cell;

typedef struct dgi_fold_tree {
    const dg_trace *trace;
    dgi_scope_tree scopes;
    uint32_t *order; /* nodes, each behind its operands */
    dgi_cell *cells; /* 0: the root */
    size_t cell_count, cell_capacity;
    uint32_t *children; /* those of a cell are consecutive */
    size_t child_count, child_capacity;
    uint32_t runs;
} dgi_fold_tree;

/* #DG_NOMEM, #DG_LIMIT, or #DG_FORMAT for a cycle. dgi_fold_tree_free() in any case. */
dg_status dgi_fold_tree_init(dgi_fold_tree *tree, const dg_trace *t);
void dgi_fold_tree_free(dgi_fold_tree *tree);

/* A step of "auto", for the explanation. */
typedef struct dgi_fold_step {
    uint32_t cell;
    size_t boxes; /* when it is open */
} dgi_fold_step;

typedef struct dgi_cut {
    dgi_fold_step *steps; /* owned */
    size_t step_count, step_capacity;
    uint32_t refused;     /* the cell that "auto" would have opened next, or DGI_NO_CELL, */
    size_t refused_count; /* with how many others, */
    size_t refused_boxes; /* and how many boxes there would have been; */
    bool refused_little;  /* since it hides too few values for them */
} dgi_cut;

/* Opens and folds cells. `error` says why not. */
dg_status dgi_fold_cut(dgi_fold_tree *tree, dgi_cut *cut, const dg_fold_options *options,
                       dg_error *error);

/* A box or a frame. */
typedef struct dgi_fold_box {
    dg_box counts;
    uint32_t cell;       /* the first one that it is; DGI_NO_CELL: a value that is none */
    uint32_t node;       /* of a value */
    uint32_t first_node; /* in dg_fold.nodes */
    uint32_t first_op;   /* in dg_fold.ops */
    uint32_t degree;     /* boxes that use it */
    const char *name, *scope;
} dgi_fold_box;

typedef struct dgi_fold_frame {
    uint32_t cell;
    uint32_t parent; /* or UINT32_MAX */
    const char *name, *scope;
} dgi_fold_frame;

typedef struct dgi_fold_edge {
    uint32_t from, to, count;
} dgi_fold_edge;

typedef struct dgi_fold_op {
    const char *text;
    uint32_t count;
} dgi_fold_op;

struct dg_fold {
    dgi_fold_tree tree;
    dgi_cut cut;
    const char *mode; /* the option's text; in names */
    size_t limit;     /* of "auto" */
    bool whole_leaves;
    dgi_fold_box *boxes;
    size_t box_count, box_capacity;
    dgi_fold_frame *frames;
    size_t frame_count, frame_capacity;
    dgi_fold_edge *edges; /* by box that they lead to */
    size_t edge_count, edge_capacity;
    dgi_fold_op *ops;
    size_t op_count, op_capacity;
    uint32_t *nodes;    /* of all boxes, one behind the other */
    uint32_t *box_of;   /* by node */
    size_t stub_degree; /* a leaf that more boxes use is drawn as stubs; SIZE_MAX: none */
    dgi_strmap names;   /* texts, at stable addresses */
};

/* Boxes, frames and edges of the cut; false when out of memory. */
bool dgi_fold_make_boxes(dg_fold *f);
bool dgi_fold_make_edges(dg_fold *f);

/* The name of a cell in the cell around it, and its scope; NULL when out of memory. */
const char *dgi_fold_name(dg_fold *f, uint32_t cell);
const char *dgi_fold_scope(dg_fold *f, uint32_t cell);

#endif
