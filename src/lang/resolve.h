/* Resolving names when a statement has been read: each gets the number of its symbol, and where it
 * is local to a function or a comprehension its slot. So nothing is looked up by its name while a
 * program runs. */
#ifndef DGI_RESOLVE_H
#define DGI_RESOLVE_H

#include "lang/runtime.h"

/* A local of a function that functions in it use: it is in a cell. Or one of these uses it. */
typedef struct dgi_capture {
    uint32_t outer, inner; /* its slots in the function around, and in this one */
} dgi_capture;

struct dgi_scope_info {
    dgi_node_id node;  /* DEF, LAMBDA or COMPREHENSION; 0: the statement itself */
    uint32_t around;   /* the scope around it */
    uint32_t function; /* the scope whose slots its names have: its own, or of one around it */
    uint32_t n_slots;  /* of a function, or of the statement itself */
    uint32_t *cells;   /* owned: slots of its names that are cells */
    size_t n_cells, cell_capacity;
    dgi_capture *captures; /* owned: of a function */
    size_t n_captures, capture_capacity;
    bool active;             /* a call of the function is being executed */
    uint32_t graph_scope[2]; /* of the graph: around the last call, and that of the call */
    bool failed;             /* something in it was wrong: it is not executed again */
};

enum { DGI_SCOPES_MAX = 50 }; /* functions and comprehensions in each other */

/* Resolves the names of a tree; false when out of memory, or where scopes nest too deep, which is
 * reported: the tree is not executed then. */
bool dgi_resolve(dgi_runtime *rt, dgi_tree *tree);

void dgi_resolution_free(dgi_tree *tree);

#endif
