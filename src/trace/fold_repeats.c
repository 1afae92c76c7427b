/* Finds siblings of one shape that follow one another. */
#include "trace/fold_levels.h"

#include <stdlib.h>
#include <string.h>

typedef struct comparison {
    const dgi_level *l;
    uint32_t *index;  /* of a node in its block */
    uint64_t *hashes; /* of blocks */
    uint32_t
        *there;     /* of an outside operand of one block: that of the other which stands for it; */
    uint32_t *back; /* and the other way round. Both hold only where they agree with: */
    uint32_t *stamp, *back_stamp; /* the comparison that set them */
    uint32_t round;
} comparison;

static uint64_t mix(uint64_t hash, uint64_t number)
{
    return (hash ^ number) * 0x100000001B3u ^ (hash >> 29);
}

/* Equal for blocks of one shape, which says nothing yet. */
static uint64_t hash_of(const comparison *c, uint32_t block)
{
    const dgi_level *l = c->l;
    uint64_t hash = 0xCBF29CE484222325u;
    for (uint32_t i = l->first_member[block]; i < l->first_member[block + 1]; i++) {
        const dgi_trace_node *n = &l->tree->trace->nodes[l->by_vertex[i]];
        hash = mix(hash, (uintptr_t)n->op); /* interned */
        hash = mix(hash, n->n_operands);
        for (uint32_t k = 0; k < n->n_operands; k++) {
            uint32_t from = dgi_trace_node_operands(n)[k];
            bool inside = l->cell[from] != DGI_NO_CELL && l->vertex[from] == block;
            hash = mix(hash, inside ? c->index[from] : UINT32_MAX);
        }
    }
    return hash;
}

/* The part of a node's scope inside its block. */
static const char *scope_inside(const dgi_level *l, uint32_t block, uint32_t node)
{
    return l->tree->trace->nodes[node].scope + l->tree->scopes.groups[l->blocks[block].group].size;
}

static bool same_content(const dgi_level *l, uint32_t x, uint32_t a, uint32_t y, uint32_t b)
{
    const dgi_trace_node *m = &l->tree->trace->nodes[a], *n = &l->tree->trace->nodes[b];
    if (m->op != n->op || m->n_operands != n->n_operands || m->is_tensor != n->is_tensor)
        return false;
    if (m->is_tensor && (m->tensor->ndim != n->tensor->ndim ||
                         memcmp(m->tensor->shape, n->tensor->shape,
                                (size_t)m->tensor->ndim * sizeof *m->tensor->shape) != 0))
        return false;
    return strcmp(scope_inside(l, x, a), scope_inside(l, y, b)) == 0;
}

/* Whether two outside operands may stand for each other. `*shared` becomes false for two leaves. */
static bool same_outside(comparison *c, uint32_t a, uint32_t b, bool *shared)
{
    if (c->stamp[a] == c->round || c->back_stamp[b] == c->round)
        return c->stamp[a] == c->round && c->back_stamp[b] == c->round && c->there[a] == b &&
               c->back[b] == a;
    c->stamp[a] = c->back_stamp[b] = c->round;
    c->there[a] = b;
    c->back[b] = a;
    const dgi_trace_node *nodes = c->l->tree->trace->nodes;
    bool leaf = dgi_fold_is_leaf(&nodes[a]);
    if (leaf != dgi_fold_is_leaf(&nodes[b]))
        return false;
    *shared = *shared && (!leaf || a == b);
    return true;
}

/* Compares blocks node by node. Leaves alone have no shape. What shares its parameters uses the
 * same leaves outside, and has none with a label. */
static bool same_shape(comparison *c, uint32_t x, uint32_t y, bool *shared)
{
    const dgi_level *l = c->l;
    uint32_t first_x = l->first_member[x], first_y = l->first_member[y];
    uint32_t count = l->first_member[x + 1] - first_x;
    bool any_leaf = false, any_op = false, own = false;
    *shared = true;
    c->round++;
    if (l->first_member[y + 1] - first_y != count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t a = l->by_vertex[first_x + i], b = l->by_vertex[first_y + i];
        if (!same_content(l, x, a, y, b))
            return false;
        const dgi_trace_node *m = &l->tree->trace->nodes[a], *n = &l->tree->trace->nodes[b];
        any_op = any_op || !dgi_fold_is_leaf(n);
        own = own || (dgi_fold_is_leaf(n) && *n->label);
        for (uint32_t k = 0; k < n->n_operands; k++) {
            uint32_t from_a = dgi_trace_node_operands(m)[k], from_b = dgi_trace_node_operands(n)[k];
            bool in_a = l->cell[from_a] != DGI_NO_CELL && l->vertex[from_a] == x;
            bool in_b = l->cell[from_b] != DGI_NO_CELL && l->vertex[from_b] == y;
            if (in_a != in_b || (in_a && c->index[from_a] != c->index[from_b]))
                return false;
            if (!in_a && !same_outside(c, from_a, from_b, shared))
                return false;
            any_leaf = any_leaf || (!in_a && dgi_fold_is_leaf(&l->tree->trace->nodes[from_a]));
        }
    }
    *shared = *shared && any_leaf && !own;
    return any_op;
}

/* The block y, whose cell stands behind that of x, may continue a run. */
static void extend_run(comparison *c, dgi_cell *first_cell, uint32_t x, uint32_t y)
{
    dgi_cell *before = &first_cell[x], *cell = &first_cell[y];
    bool shared;
    if (before->parts > 1 || cell->parts > 1 || before->values == 1 ||
        c->hashes[x] != c->hashes[y] || !same_shape(c, x, y, &shared))
        return;
    if (before->run && before->shared != shared)
        return; /* of different kinds: the next run may begin with y */
    if (!before->run) {
        before->run = ++c->l->tree->runs;
        before->shared = shared;
    }
    cell->run = before->run;
    cell->shared = shared;
    cell->rank = before->rank + 1;
}

static void find_runs(comparison *c, uint32_t around, uint32_t first_cell)
{
    const dgi_level *l = c->l;
    const dgi_fold_tree *tree = l->tree;
    for (uint32_t x = 0; x < l->block_count; x++) {
        for (uint32_t i = l->first_member[x]; i < l->first_member[x + 1]; i++)
            c->index[l->by_vertex[i]] = i - l->first_member[x];
    }
    for (uint32_t x = 0; x < l->block_count; x++)
        c->hashes[x] = hash_of(c, x);
    /* The cells around those of the level. */
    for (size_t p = around; p < first_cell; p++) {
        const dgi_cell *parent = &tree->cells[p];
        const uint32_t *children = tree->children + parent->first_child;
        for (uint32_t i = 1; i < parent->child_count; i++) {
            uint32_t a = children[i - 1] & ~DGI_CHILD_CELL, b = children[i] & ~DGI_CHILD_CELL;
            if ((children[i - 1] & children[i] & DGI_CHILD_CELL) && b >= first_cell)
                extend_run(c, &tree->cells[first_cell], a - first_cell, b - first_cell);
        }
    }
}

bool dgi_level_find_runs(dgi_level *l, uint32_t around, uint32_t first_cell)
{
    size_t n = l->tree->trace->n_nodes;
    if (l->block_count < 2)
        return true;
    comparison c = {.l = l};
    c.index = calloc(n, sizeof *c.index);
    c.there = malloc(n * sizeof *c.there);
    c.back = malloc(n * sizeof *c.back);
    c.stamp = calloc(n, sizeof *c.stamp);
    c.back_stamp = calloc(n, sizeof *c.back_stamp);
    c.hashes = malloc(l->block_count * sizeof *c.hashes);
    bool done = c.index && c.there && c.back && c.stamp && c.back_stamp && c.hashes;
    if (done)
        find_runs(&c, around, first_cell);
    free(c.index);
    free(c.there);
    free(c.back);
    free(c.stamp);
    free(c.back_stamp);
    free(c.hashes);
    return done;
}
