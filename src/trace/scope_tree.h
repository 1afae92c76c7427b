/* The groups of a trace: a tree, made of its scopes. */
#ifndef DGI_SCOPE_TREE_H
#define DGI_SCOPE_TREE_H

#include "trace/trace.h"

typedef struct dgi_group {
    uint32_t parent;  /* an earlier group; the root's is itself */
    uint32_t depth;   /* of the root 0 */
    uint32_t values;  /* directly in it */
    uint32_t groups;  /* directly in it */
    uint32_t into;    /* where there is one child: the group that stands for it; else itself */
    uint32_t size;    /* bytes of its path */
    const char *path; /* not terminated: the scope of some node begins with it */
} dgi_group;

typedef struct dgi_scope_tree {
    dgi_group *groups; /* 0: the root, which holds everything */
    size_t count, capacity;
    uint32_t *group_of; /* by node */
    uint32_t depth;     /* of the deepest group */
    size_t removed;     /* groups that had one child */
} dgi_scope_tree;

/* False when out of memory. dgi_scope_tree_free() in any case. */
bool dgi_scope_tree_init(dgi_scope_tree *tree, const dg_trace *t);
void dgi_scope_tree_free(dgi_scope_tree *tree);

/* The name of a group inside another one: its path without that of the other. Not terminated. */
const char *dgi_group_name(const dgi_scope_tree *tree, uint32_t group, uint32_t inside,
                           size_t *size);

#endif
