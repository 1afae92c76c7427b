/* Makes the tree of cells, level by level.
 *
 * Why every cut is without a cycle: at each level, what is in a cell of the level before is
 * contracted by group, and groups are split until there is no cycle among the children of that
 * cell. Take a cycle of boxes of any cut, and contract the boxes to what they are children of in
 * the outermost cell that holds all of it: the cycle would go through at least two of these
 * children, but they have none. Ranges and repeats are intervals of a topological order, which have
 * none either. */
#include "trace/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "trace/fold_levels.h"
#include "trace/topological_order.h"

/* ---- Cells and children --------------------------------------------------------------------- */

static dgi_cell *add_cell(dgi_fold_tree *tree)
{
    dgi_cell *cells = dgi_grown(tree->cells, &tree->cell_capacity, tree->cell_count, sizeof *cells);
    if (!cells || tree->cell_count >= DGI_CHILD_CELL)
        return NULL;
    tree->cells = cells;
    dgi_cell *c = &cells[tree->cell_count++];
    *c = (dgi_cell){.parts = 1};
    return c;
}

static bool reserve_children(dgi_fold_tree *tree, size_t more)
{
    if (more > SIZE_MAX / 2 / sizeof *tree->children - tree->child_count)
        return false;
    size_t needed = tree->child_count + more;
    if (needed <= tree->child_capacity)
        return true;
    size_t capacity = tree->child_capacity * 2 > needed ? tree->child_capacity * 2 : needed;
    uint32_t *children = realloc(tree->children, capacity * sizeof *children);
    if (!children)
        return false;
    tree->children = children;
    tree->child_capacity = capacity;
    return true;
}

static uint32_t values_of(const dgi_fold_tree *tree, uint32_t child)
{
    return child & DGI_CHILD_CELL ? tree->cells[child & ~DGI_CHILD_CELL].values : 1;
}

/* ---- A level -------------------------------------------------------------------------------- */

/* The blocks of the level, and the vertices of its members. `ancestors` are those of all groups at
 * this depth, and `blocks_of` and `stamps` have room for one of each group. */
static bool make_blocks(dgi_level *l, uint32_t depth, const uint32_t *ancestors,
                        uint32_t *blocks_of, uint32_t *stamps)
{
    const dgi_scope_tree *scopes = &l->tree->scopes;
    size_t capacity = 0;
    l->block_count = 0;
    memset(stamps, 0xFF, scopes->count * sizeof *stamps);
    for (size_t i = 0; i < l->member_count; i++) {
        uint32_t node = l->members[i], group = scopes->group_of[node], cell = l->cell[node];
        if (scopes->groups[group].depth < depth)
            continue;
        group = ancestors[group];
        if (stamps[group] != cell) { /* members stand by cell */
            dgi_block *blocks = dgi_grown(l->blocks, &capacity, l->block_count, sizeof *blocks);
            if (!blocks)
                return false;
            l->blocks = blocks;
            blocks[l->block_count] = (dgi_block){.group = group, .cell = cell, .parts = 1};
            stamps[group] = cell;
            blocks_of[group] = (uint32_t)l->block_count++;
        }
        l->vertex[node] = blocks_of[group];
    }
    l->vertex_count = l->block_count;
    for (size_t i = 0; i < l->member_count; i++)
        if (scopes->groups[scopes->group_of[l->members[i]]].depth < depth)
            l->vertex[l->members[i]] = (uint32_t)l->vertex_count++;
    return true;
}

static dg_status sort_level(dgi_level *l)
{
    dgi_level_sort_members(l);
    if (dgi_level_sort_vertices(l) == l->vertex_count)
        return DG_OK;
    if (!dgi_level_split(l))
        return DG_NOMEM;
    dgi_level_sort_members(l);
    return dgi_level_sort_vertices(l) == l->vertex_count ? DG_OK : DG_FORMAT;
}

/* Cells for the blocks, and the children of the cells around them. */
static bool add_level(dgi_level *l, uint32_t around)
{
    dgi_fold_tree *tree = l->tree;
    size_t first = tree->cell_count;
    for (size_t x = 0; x < l->block_count; x++) {
        const dgi_block *b = &l->blocks[x];
        dgi_cell *c = add_cell(tree);
        if (!c)
            return false;
        c->kind = DGI_CELL_GROUP;
        c->parent = b->cell;
        c->group = b->group;
        c->part = b->part;
        c->parts = b->parts;
        c->cause = b->cause;
        c->values = l->first_member[x + 1] - l->first_member[x];
    }
    if (!reserve_children(tree, l->vertex_count))
        return false;
    for (size_t x = 0; x < l->vertex_count; x++)
        tree->cells[l->cell[l->by_vertex[l->first_member[x]]]].child_count++;
    for (size_t p = around; p < first; p++) {
        tree->cells[p].first_child = (uint32_t)tree->child_count;
        tree->child_count += tree->cells[p].child_count;
        tree->cells[p].child_count = 0;
    }
    for (size_t i = 0; i < l->vertex_count; i++) {
        uint32_t x = l->sorted[i], node = l->by_vertex[l->first_member[x]];
        dgi_cell *parent = &tree->cells[l->cell[node]];
        tree->children[parent->first_child + parent->child_count++] =
            x < l->block_count ? DGI_CHILD_CELL | (uint32_t)(first + x) : node;
    }
    return true;
}

/* The members of blocks are those of the next level. */
static void descend(dgi_level *l, uint32_t first_cell)
{
    size_t kept = l->first_member[l->block_count];
    for (size_t i = 0; i < kept; i++) {
        uint32_t node = l->by_vertex[i];
        l->cell[node] = first_cell + l->vertex[node];
        l->members[i] = node;
    }
    for (size_t i = kept; i < l->member_count; i++)
        l->cell[l->by_vertex[i]] = DGI_NO_CELL;
    l->member_count = kept;
}

static dg_status make_level(dgi_level *l, uint32_t depth, uint32_t around, uint32_t *ancestors,
                            uint32_t *blocks_of, uint32_t *stamps)
{
    const dgi_scope_tree *scopes = &l->tree->scopes;
    for (uint32_t g = 0; g < scopes->count; g++)
        ancestors[g] = scopes->groups[g].depth > depth ? ancestors[scopes->groups[g].parent] : g;
    if (!make_blocks(l, depth, ancestors, blocks_of, stamps))
        return DG_NOMEM;
    dg_status status = sort_level(l);
    if (status != DG_OK)
        return status;
    uint32_t first_cell = (uint32_t)l->tree->cell_count;
    if (!add_level(l, around) || !dgi_level_find_runs(l, around, first_cell))
        return DG_NOMEM;
    descend(l, first_cell);
    return DG_OK;
}

static dg_status make_levels(dgi_level *l)
{
    dgi_fold_tree *tree = l->tree;
    size_t groups = tree->scopes.count;
    uint32_t *space = calloc(groups, 3 * sizeof *space);
    dgi_cell *root = add_cell(tree);
    dg_status status = space && root ? DG_OK : DG_NOMEM;
    if (root)
        root->values = (uint32_t)tree->trace->n_nodes;
    uint32_t around = 0;
    for (uint32_t depth = 1; status == DG_OK && l->member_count > 0; depth++) {
        uint32_t first = (uint32_t)tree->cell_count;
        status = make_level(l, depth, around, space, space + groups, space + 2 * groups);
        around = first;
    }
    free(space);
    return status;
}

/* ---- Memory ------------------------------------------------------------------------------ */

static bool level_init(dgi_level *l, dgi_fold_tree *tree)
{
    size_t n = tree->trace->n_nodes;
    *l = (dgi_level){.tree = tree, .member_count = n};
    l->first_use = malloc((n + 1) * sizeof *l->first_use);
    l->users = malloc((tree->trace->n_edges + 1) * sizeof *l->users);
    l->position = malloc(n * sizeof *l->position);
    l->cell = calloc(n, sizeof *l->cell);
    l->vertex = malloc(n * sizeof *l->vertex);
    l->members = malloc(n * sizeof *l->members);
    l->by_vertex = malloc(n * sizeof *l->by_vertex);
    l->first_member = malloc((n + 1) * sizeof *l->first_member);
    l->sorted = malloc(n * sizeof *l->sorted);
    l->waiting = malloc(n * sizeof *l->waiting);
    l->heap = malloc(n * sizeof *l->heap);
    if (!l->first_use || !l->users || !l->position || !l->cell || !l->vertex || !l->members ||
        !l->by_vertex || !l->first_member || !l->sorted || !l->waiting || !l->heap)
        return false;
    dgi_find_users(tree->trace, l->first_use, l->users);
    for (size_t i = 0; i < n; i++) {
        l->members[i] = tree->order[i];
        l->position[tree->order[i]] = (uint32_t)i;
    }
    return true;
}

static void level_free(dgi_level *l)
{
    free(l->first_use);
    free(l->users);
    free(l->position);
    free(l->cell);
    free(l->vertex);
    free(l->members);
    free(l->by_vertex);
    free(l->first_member);
    free(l->sorted);
    free(l->waiting);
    free(l->heap);
    free(l->blocks);
}

/* ---- Ranges --------------------------------------------------------------------------------- */

/* Whether a child is in the same run as the one before it. */
static bool continues_run(const dgi_fold_tree *tree, const uint32_t *children, uint32_t i)
{
    if (i == 0 || !(children[i] & children[i - 1] & DGI_CHILD_CELL))
        return false;
    const dgi_cell *c = &tree->cells[children[i] & ~DGI_CHILD_CELL];
    return c->run && c->run == tree->cells[children[i - 1] & ~DGI_CHILD_CELL].run;
}

static uint32_t count_items(const dgi_fold_tree *tree, const dgi_cell *c)
{
    uint32_t items = 0;
    for (uint32_t i = 0; i < c->child_count; i++)
        items += !continues_run(tree, tree->children + c->first_child, i);
    return items;
}

static bool has_groups(const dgi_fold_tree *tree, const dgi_cell *c)
{
    for (uint32_t i = 0; i < c->child_count; i++)
        if (tree->children[c->first_child + i] & DGI_CHILD_CELL)
            return true;
    return false;
}

/* The items of a range, so that there are no more than RANGES_MAX of them. Ranges with groups in
 * them are shorter, since there is more to be seen. */
static uint32_t range_size(const dgi_cell *c)
{
    enum { RANGES_MAX = 50 };
    uint64_t size = c->has_groups ? DG_FOLD_CHILDREN_MAX / 10 : DG_FOLD_CHILDREN_MAX;
    while ((c->items + size - 1) / size > RANGES_MAX)
        size *= 10;
    return (uint32_t)size;
}

/* A range of the cell p from a child and an item on; returns the child behind it, or 0 when out of
 * memory. */
static uint32_t add_range(dgi_fold_tree *tree, uint32_t p, uint32_t first, uint32_t item,
                          uint32_t size)
{
    dgi_cell *range = add_cell(tree), *parent = &tree->cells[p];
    if (!range)
        return 0;
    bool nested = parent->kind == DGI_CELL_RANGE;
    range->kind = DGI_CELL_RANGE;
    range->parent = p;
    range->group = parent->group;
    range->first_child = parent->first_child + first;
    range->of = nested ? parent->of : parent->items;
    range->from = (nested ? parent->from : 1) + item;
    uint32_t i = first;
    const uint32_t *children = tree->children + parent->first_child;
    for (; i < parent->child_count; i++) {
        if (!continues_run(tree, children, i) && range->items++ == size)
            break;
        range->values += values_of(tree, children[i]);
        if (children[i] & DGI_CHILD_CELL)
            tree->cells[children[i] & ~DGI_CHILD_CELL].parent = (uint32_t)(range - tree->cells);
    }
    range->items = range->items > size ? size : range->items;
    range->to = range->from + range->items - 1;
    range->child_count = i - first;
    return i;
}

static bool divide(dgi_fold_tree *tree, uint32_t p)
{
    uint32_t size = range_size(&tree->cells[p]), item = 0;
    size_t first_range = tree->cell_count;
    for (uint32_t i = 0; i < tree->cells[p].child_count; item += size)
        if (!(i = add_range(tree, p, i, item, size)))
            return false;
    size_t ranges = tree->cell_count - first_range;
    if (!reserve_children(tree, ranges))
        return false;
    tree->cells[p].first_child = (uint32_t)tree->child_count;
    tree->cells[p].child_count = tree->cells[p].items = (uint32_t)ranges;
    for (size_t i = 0; i < ranges; i++)
        tree->children[tree->child_count++] = DGI_CHILD_CELL | (uint32_t)(first_range + i);
    return true;
}

/* Also of ranges that were added. */
static bool divide_large(dgi_fold_tree *tree)
{
    for (size_t i = 0; i < tree->cell_count; i++) {
        dgi_cell *c = &tree->cells[i];
        c->has_groups = has_groups(tree, c);
        if (c->kind != DGI_CELL_RANGE)
            c->items = count_items(tree, c);
        if (c->items > DG_FOLD_CHILDREN_MAX && !divide(tree, (uint32_t)i))
            return false;
    }
    return true;
}

/* ---- The tree ------------------------------------------------------------------------------- */

dg_status dgi_fold_tree_init(dgi_fold_tree *tree, const dg_trace *t)
{
    *tree = (dgi_fold_tree){.trace = t};
    if (t->n_nodes >= DGI_CHILD_CELL)
        return DG_LIMIT;
    dg_status status = dgi_topological_order(t, &tree->order);
    if (status != DG_OK)
        return status;
    if (!dgi_scope_tree_init(&tree->scopes, t))
        return DG_NOMEM;
    dgi_level level;
    status = level_init(&level, tree) ? make_levels(&level) : DG_NOMEM;
    level_free(&level);
    if (status == DG_OK && !divide_large(tree))
        status = DG_NOMEM;
    return status;
}

void dgi_fold_tree_free(dgi_fold_tree *tree)
{
    dgi_scope_tree_free(&tree->scopes);
    free(tree->order);
    free(tree->cells);
    free(tree->children);
}
