/* One level of the groups at a time, while cells are made. */
#ifndef DGI_FOLD_LEVELS_H
#define DGI_FOLD_LEVELS_H

#include "trace/fold.h"

/* A group, or a part of it, at the level. */
typedef struct dgi_block {
    uint32_t group, cell; /* the cell around it */
    uint32_t part, parts, cause;
} dgi_block;

/* What lies in the cells of the level before: their *members*. Each is a *vertex* of the level's
 * graph, alone if it is directly in its cell, or in a block with all of the same group. Blocks come
 * first. Only edges within a cell count. All arrays are owned. */
typedef struct dgi_level {
    dgi_fold_tree *tree;
    uint32_t *first_use, *users; /* of nodes */
    uint32_t *position;          /* of nodes in the order */
    uint32_t *cell;              /* of each member; DGI_NO_CELL for other nodes */
    uint32_t *vertex;            /* of each member */
    uint32_t *members;           /* by cell, then in the order of the trace */
    uint32_t *by_vertex;         /* by vertex, then in the order of the trace */
    size_t member_count;
    uint32_t *first_member; /* of a vertex, in by_vertex */
    uint32_t *sorted;       /* the vertices in a topological order */
    uint32_t *waiting;      /* for how many edges of other vertices a vertex waits */
    uint32_t *heap;
    size_t vertex_count;
    dgi_block *blocks;
    size_t block_count;
} dgi_level;

/* Whether an edge counts. */
static inline bool dgi_level_edge(const dgi_level *l, uint32_t from, uint32_t to)
{
    return l->cell[from] != DGI_NO_CELL && l->cell[from] == l->cell[to] &&
           l->vertex[from] != l->vertex[to];
}

/* Fills first_member and by_vertex. */
void dgi_level_sort_members(dgi_level *l);

/* Sorts the vertices: each behind those that it uses, of these that are free to stand next the
 * blocks first, then in the order of the trace. Returns how many it could sort: those that are in
 * no cycle or behind one. The others still wait. */
size_t dgi_level_sort_vertices(dgi_level *l);

/* Splits the blocks that are in cycles, of vertices that wait; false when out of memory. */
bool dgi_level_split(dgi_level *l);

/* Finds runs of siblings of one shape among the cells of the level, whose first is the block 0. The
 * cells around them are those from `around` on. False when out of memory. */
bool dgi_level_find_runs(dgi_level *l, uint32_t around, uint32_t first_cell);

#endif
