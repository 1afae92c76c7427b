#include "trace/scope_tree.h"

#include <stdlib.h>
#include <string.h>

#include <dotgrad/fold.h>

#include "base/grow.h"

void dgi_scope_tree_free(dgi_scope_tree *tree)
{
    free(tree->groups);
    free(tree->group_of);
}

static bool add_group(dgi_scope_tree *tree, uint32_t parent, const char *path, size_t size)
{
    dgi_group *groups = dgi_grown(tree->groups, &tree->capacity, tree->count, sizeof *groups);
    if (!groups)
        return false;
    tree->groups = groups;
    uint32_t id = (uint32_t)tree->count++;
    groups[id] = (dgi_group){.parent = parent, .into = id, .path = path, .size = (uint32_t)size};
    if (id != parent)
        groups[parent].groups++;
    return true;
}

/* The group of a scope, which is added with those around it where it is new. The map has them by
 * path; `*found` is false when out of memory. */
static uint32_t group_of_scope(dgi_scope_tree *tree, dgi_strmap *map, const char *scope,
                               bool *found)
{
    uint32_t group = 0;
    size_t size = 0, depth = 0;
    while (scope[size]) {
        size_t begin = size;
        size = ++depth == DG_FOLD_DEPTH_MAX ? strlen(scope) : begin + strcspn(scope + begin, "/");
        if (size > begin) { /* no name: two slashes in a row */
            dgi_strmap_slot *slot = dgi_strmap_add(map, scope, size);
            *found = slot != NULL;
            if (slot && slot->value == SIZE_MAX) {
                slot->value = tree->count;
                *found = add_group(tree, group, scope, size);
            }
            if (!*found)
                return 0;
            group = (uint32_t)slot->value;
        } else {
            depth--;
        }
        size += scope[size] == '/';
    }
    return group;
}

static bool add_groups(dgi_scope_tree *tree, const dg_trace *t, dgi_strmap *map)
{
    const char *last = NULL; /* scopes are interned, and mostly that of the node before */
    uint32_t group = 0;
    bool found = true;
    for (size_t i = 0; i < t->n_nodes; i++) {
        const char *scope = t->nodes[i].scope;
        if (scope != last)
            group = group_of_scope(tree, map, scope, &found);
        if (!found)
            return false;
        last = scope;
        tree->group_of[i] = group;
        tree->groups[group].values++;
    }
    return true;
}

/* A group with one child disappears, from the innermost on: a value moves outwards, and a group
 * takes the place and the whole name. */
static void remove_single(dgi_scope_tree *tree)
{
    for (size_t i = tree->count; i-- > 1;) {
        dgi_group *g = &tree->groups[i], *parent = &tree->groups[g->parent];
        if (g->values + g->groups != 1)
            continue;
        g->into = g->parent;
        if (g->values == 1) {
            parent->groups--;
            parent->values++;
        }
        tree->removed++;
    }
    /* A group comes behind its parent, for which this has been done. */
    for (size_t i = 1; i < tree->count; i++) {
        dgi_group *g = &tree->groups[i];
        g->parent = tree->groups[g->parent].into;
        if (g->into != i)
            g->into = g->parent;
        else
            g->depth = tree->groups[g->parent].depth + 1;
        if (g->depth > tree->depth)
            tree->depth = g->depth;
    }
}

bool dgi_scope_tree_init(dgi_scope_tree *tree, const dg_trace *t)
{
    *tree = (dgi_scope_tree){0};
    dgi_strmap map = DGI_STRMAP_INIT;
    tree->group_of = calloc(t->n_nodes ? t->n_nodes : 1, sizeof *tree->group_of);
    bool done = tree->group_of && add_group(tree, 0, "", 0) && add_groups(tree, t, &map);
    dgi_strmap_free(&map);
    if (!done)
        return false;
    remove_single(tree);
    for (size_t i = 0; i < t->n_nodes; i++)
        tree->group_of[i] = tree->groups[tree->group_of[i]].into;
    return true;
}

const char *dgi_group_name(const dgi_scope_tree *tree, uint32_t group, uint32_t inside,
                           size_t *size)
{
    const dgi_group *g = &tree->groups[group], *around = &tree->groups[inside];
    size_t skipped = around->size ? around->size + 1 : 0;
    *size = g->size > skipped ? g->size - skipped : 0;
    return g->path + (g->size > skipped ? skipped : g->size);
}
