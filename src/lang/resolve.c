#include "lang/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* A part of the text with its scope, which is that of names in it. */
typedef struct region {
    uint32_t begin, end;
    bool alias;     /* the names belong to what is around the scope around it: a default, or what a
                       comprehension iterates over first */
    uint32_t scope; /* else */
} region;

typedef struct resolver {
    dgi_runtime *rt;
    dgi_tree *tree;
    region *regions;
    size_t n_regions, region_capacity;
    dgi_node_id end;                     /* nodes from here on are not evaluated */
    size_t next;                         /* the region that comes next in the text */
    region open[2 * DGI_SCOPES_MAX + 2]; /* those around the current place */
    size_t n_open;
    dgi_strmap slots; /* by scope and symbol */
} resolver;

void dgi_resolution_free(dgi_tree *tree)
{
    for (size_t i = 0; i < tree->n_scopes; i++) {
        free(tree->scopes[i].cells);
        free(tree->scopes[i].captures);
    }
    free(tree->scopes);
    tree->scopes = NULL;
    tree->n_scopes = 0;
}

/* ---- Regions of the text ---- */

static bool add_region(resolver *r, dgi_span span, bool alias, size_t scope)
{
    region *grown = dgi_grown(r->regions, &r->region_capacity, r->n_regions, sizeof *grown);
    if (!grown)
        return dgi_no_memory(r->rt);
    r->regions = grown;
    grown[r->n_regions++] = (region){span.begin, span.end, alias, (uint32_t)scope};
    return true;
}

static bool add_scope(resolver *r, dgi_node_id id, size_t *capacity)
{
    dgi_tree *tree = r->tree;
    dgi_node *node = dgi_node_at(tree, id);
    dgi_scope_info *grown = dgi_grown(tree->scopes, capacity, tree->n_scopes, sizeof *tree->scopes);
    if (!grown)
        return dgi_no_memory(r->rt);
    tree->scopes = grown;
    grown[tree->n_scopes] = (dgi_scope_info){.node = id, .function = (uint32_t)tree->n_scopes};
    dgi_span span = node->span;
    if (node->kind == DGI_NODE_DEF) /* its name is one of what is around it */
        span.begin = dgi_node_at(tree, dgi_node_at(tree, node->child)->next)->span.begin;
    if (id)
        node->as.scope = (uint32_t)tree->n_scopes;
    tree->n_scopes++;
    return !id || add_region(r, span, false, tree->n_scopes - 1);
}

/* What a comprehension iterates over first. */
static const dgi_node *first_iterable(const dgi_tree *tree, const dgi_node *comprehension)
{
    const dgi_node *clause = dgi_node_at(tree, dgi_node_at(tree, comprehension->child)->next);
    return dgi_node_at(tree, dgi_node_at(tree, clause->child)->next);
}

static int compare_regions(const void *left, const void *right)
{
    const region *a = left, *b = right;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    if (a->end != b->end)
        return a->end > b->end ? -1 : 1;
    return (int)b->alias - (int)a->alias;
}

static bool collect_regions(resolver *r)
{
    dgi_tree *tree = r->tree;
    size_t capacity = 0;
    if (!add_scope(r, 0, &capacity))
        return false;
    for (dgi_node_id id = 1; id < r->end; id++) {
        const dgi_node *node = dgi_node_at(tree, id);
        bool alias = node->kind == DGI_NODE_PARAMETER && node->child;
        if (alias && !add_region(r, dgi_node_at(tree, node->child)->span, true, 0))
            return false;
        if (node->kind != DGI_NODE_DEF && node->kind != DGI_NODE_LAMBDA &&
            node->kind != DGI_NODE_COMPREHENSION)
            continue;
        if (!add_scope(r, id, &capacity))
            return false;
        node = dgi_node_at(tree, id);
        if (node->kind == DGI_NODE_COMPREHENSION &&
            !add_region(r, first_iterable(tree, node)->span, true, 0))
            return false;
    }
    if (r->n_regions)
        qsort(r->regions, r->n_regions, sizeof *r->regions, compare_regions);
    return true;
}

/* ---- The walk through the text ---- */

/* The innermost scope at the current place. */
static uint32_t current(const resolver *r)
{
    return r->n_open ? r->open[r->n_open - 1].scope : 0;
}

/* Enters a region: finds its scope, or what is around that of a new one. */
static bool enter(resolver *r, region at)
{
    dgi_scope_info *scopes = r->tree->scopes;
    uint32_t around = current(r);
    if (at.alias) {
        at.scope = scopes[around].around;
    } else {
        dgi_scope_info *s = &scopes[at.scope];
        s->around = around;
        if (dgi_node_at(r->tree, s->node)->kind == DGI_NODE_COMPREHENSION)
            s->function = scopes[around].function;
    }
    if (r->n_open == sizeof r->open / sizeof *r->open)
        return dgi_fail(r->rt, ((dgi_span){at.begin, at.begin + 1}),
                        "functions and comprehensions nested more than %d deep", DGI_SCOPES_MAX);
    r->open[r->n_open++] = at;
    return true;
}

/* Goes on to a place in the text. */
static bool go_to(resolver *r, uint32_t at)
{
    for (;;) {
        bool more = r->next < r->n_regions && r->regions[r->next].begin <= at;
        uint32_t reached = more ? r->regions[r->next].begin : at;
        while (r->n_open && r->open[r->n_open - 1].end <= reached)
            r->n_open--;
        if (!more)
            return true;
        if (!enter(r, r->regions[r->next++]))
            return false;
    }
}

/* The entry for a name in a scope. */
static dgi_strmap_slot *entry(resolver *r, uint32_t scope, uint32_t symbol, bool add)
{
    char key[8];
    memcpy(key, &scope, 4);
    memcpy(key + 4, &symbol, 4);
    return add ? dgi_strmap_add(&r->slots, key, sizeof key)
               : dgi_strmap_find(&r->slots, key, sizeof key);
}

/* The name is one of the scope's. */
static bool define(resolver *r, uint32_t scope, dgi_node *node)
{
    dgi_scope_info *function = &r->tree->scopes[r->tree->scopes[scope].function];
    bool parameter = node->kind == DGI_NODE_PARAMETER;
    if (scope == 0)
        return true;
    dgi_strmap_slot *slot = entry(r, scope, node->symbol, true);
    if (!slot)
        return dgi_no_memory(r->rt);
    bool known = slot->value != SIZE_MAX;
    if (known && parameter)
        return dgi_fail(r->rt, node->span, "there are two parameters '%s'",
                        r->rt->symbols.symbols[node->symbol].name);
    if (!known)
        slot->value = function->n_slots++;
    if (parameter)
        node->as.slot = (uint32_t)slot->value;
    return true;
}

/* ---- Names that are read ---- */

/* The slot of one of the scope's names is a cell. */
static bool make_cell(resolver *r, dgi_scope_info *scope, uint32_t slot)
{
    for (size_t i = 0; i < scope->n_cells; i++)
        if (scope->cells[i] == slot)
            return true;
    uint32_t *grown = dgi_grown(scope->cells, &scope->cell_capacity, scope->n_cells, sizeof *grown);
    if (!grown)
        return dgi_no_memory(r->rt);
    scope->cells = grown;
    grown[scope->n_cells++] = slot;
    return true;
}

/* A function uses a slot of one around it, where the scope `definer` has the name: each function
 * between them passes the cell on. There are DGI_SCOPES_MAX of them at most. */
static bool capture(resolver *r, uint32_t function, uint32_t symbol, uint32_t definer,
                    uint32_t slot, uint32_t *inner)
{
    uint32_t owner = r->tree->scopes[definer].function;
    dgi_scope_info *f = &r->tree->scopes[function];
    uint32_t around = r->tree->scopes[f->around].function;
    dgi_strmap_slot *known = entry(r, function, symbol, false);
    if (known) {
        *inner = (uint32_t)known->value;
        return true;
    }
    if (around != owner && !capture(r, around, symbol, definer, slot, &slot))
        return false;
    if (around == owner && !make_cell(r, &r->tree->scopes[definer], slot))
        return false;
    dgi_capture *grown = dgi_grown(f->captures, &f->capture_capacity, f->n_captures, sizeof *grown);
    dgi_strmap_slot *added = grown ? entry(r, function, symbol, true) : NULL;
    if (grown)
        f->captures = grown;
    if (!added)
        return dgi_no_memory(r->rt);
    *inner = f->n_slots++;
    added->value = *inner;
    grown[f->n_captures++] = (dgi_capture){slot, *inner};
    return true;
}

static bool find(resolver *r, dgi_node *node)
{
    const dgi_scope_info *scopes = r->tree->scopes;
    uint32_t here = current(r), s = here;
    const dgi_strmap_slot *slot = NULL;
    while (s && !(slot = entry(r, s, node->symbol, false)))
        s = scopes[s].around;
    if (!slot)
        return true;
    uint32_t found = (uint32_t)slot->value;
    uint32_t function = scopes[here].function, owner = scopes[s].function;
    if (function != owner && !capture(r, function, node->symbol, s, found, &found))
        return false;
    node->flags |= DGI_NODE_LOCAL;
    node->as.slot = found;
    return true;
}

/* ---- All names of a tree ---- */

static bool find_symbols(resolver *r)
{
    for (dgi_node_id id = 1; id < r->tree->count; id++) {
        dgi_node *node = dgi_node_at(r->tree, id);
        bool named = node->kind == DGI_NODE_ATTRIBUTE || node->kind == DGI_NODE_ARGUMENT ||
                     node->kind == DGI_NODE_PARAMETER;
        size_t number;
        if (!named && node->kind != DGI_NODE_NAME)
            continue;
        if (!dgi_add_symbol(r->rt, named ? node->as.name : node->span, &number))
            return false;
        node->symbol = (uint32_t)number;
    }
    return true;
}

/* Defines the names that are bound, or finds all. */
static bool walk(resolver *r, bool defines)
{
    r->next = r->n_open = 0;
    for (dgi_node_id id = 1; id < r->end; id++) {
        dgi_node *node = dgi_node_at(r->tree, id);
        bool name = node->kind == DGI_NODE_NAME, parameter = node->kind == DGI_NODE_PARAMETER;
        bool bound = parameter || (name && node->flags & DGI_NODE_TARGET);
        if (!(defines ? bound : name))
            continue;
        if (!go_to(r, node->span.begin))
            return false;
        if (!(defines ? define(r, current(r), node) : find(r, node)))
            return false;
    }
    return true;
}

bool dgi_resolve(dgi_runtime *rt, dgi_tree *tree)
{
    resolver r = {.rt = rt, .tree = tree};
    if (!find_symbols(&r))
        return false;
    /* What is wrong is the last statement of a tree, and not evaluated where it has such names. */
    r.end = tree->wrong ? tree->wrong_statement : (dgi_node_id)tree->count;
    bool done = !tree->nests || (collect_regions(&r) && walk(&r, true) && walk(&r, false));
    free(r.regions);
    dgi_strmap_free(&r.slots);
    return done;
}
