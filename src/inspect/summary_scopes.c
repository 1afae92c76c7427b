/* The tree of scopes. */
#include "inspect/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "inspect/scope_groups.h"

/* A scope while the tree is built, in the order in which data first reaches scopes. */
typedef struct branch {
    char *path; /* owned until it is handed on */
    size_t depth;
    uint32_t parent;
    uint32_t level;                     /* the highest of the values in it */
    uint32_t first_child, next_sibling; /* 0: none */
    uint32_t number;                    /* in preorder */
} branch;

typedef struct builder {
    branch *branches; /* the first is that of all values */
    size_t count, capacity;
    dgi_strmap numbers; /* by the parent's number and a name */
    dgi_strmap whole;   /* by the whole path */
    dgi_buf key;
} builder;

static void free_builder(builder *b)
{
    for (size_t i = 0; i < b->count; i++)
        free(b->branches[i].path);
    free(b->branches);
    dgi_strmap_free(&b->numbers);
    dgi_strmap_free(&b->whole);
    dgi_buf_free(&b->key);
}

/* "a/b" of "a" and "b"; NULL when out of memory. */
static char *join(const char *parent, const char *name, size_t size)
{
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, parent);
    if (*parent)
        dgi_buf_putc(&b, '/');
    dgi_buf_put(&b, name, size);
    return dgi_buf_take(&b, NULL);
}

static bool add_branch(builder *b, uint32_t parent, const char *name, size_t size)
{
    branch *branches = dgi_grown(b->branches, &b->capacity, b->count, sizeof *branches);
    if (!branches)
        return false;
    b->branches = branches;
    char *path = join(b->count ? branches[parent].path : "", name, size);
    if (!path)
        return false;
    branches[b->count++] = (branch){.path = path, .parent = parent};
    if (b->count > 1)
        branches[b->count - 1].depth = branches[parent].depth + 1;
    return true;
}

/* Goes from a scope to the one of that name in it; where there are too many it stays, and *full is
 * set. False when out of memory. */
static bool find_child(builder *b, uint32_t *parent, const char *name, size_t size, bool *full)
{
    b->key.size = 0;
    dgi_buf_put(&b->key, parent, sizeof *parent);
    dgi_buf_put(&b->key, name, size);
    if (b->key.failed)
        return false;
    const dgi_strmap_slot *found = dgi_strmap_find(&b->numbers, b->key.data, b->key.size);
    if (found)
        *parent = (uint32_t)found->value;
    else
        *full = b->count == DG_SUMMARY_SCOPES_MAX;
    if (found || *full)
        return true;
    dgi_strmap_slot *slot = dgi_strmap_add(&b->numbers, b->key.data, b->key.size);
    if (!slot || !add_branch(b, *parent, name, size))
        return false;
    slot->value = b->count - 1;
    *parent = (uint32_t)slot->value;
    return true;
}

/* Number of the scope in the order of creation; false when out of memory. */
static bool find_scope(builder *b, const char *scope, uint32_t *number)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&b->whole, scope, strlen(scope));
    if (!slot)
        return false;
    if (slot->value == SIZE_MAX) {
        uint32_t at = 0;
        bool full = false;
        for (const char *p = scope; *p && !full && b->branches[at].depth < DG_SUMMARY_DEPTH_MAX;) {
            size_t size = strcspn(p, "/");
            if (size > 0 && !dgi_is_example_scope(p, size) && !find_child(b, &at, p, size, &full))
                return false;
            p += size + (p[size] == '/');
        }
        slot->value = at;
    }
    *number = (uint32_t)slot->value;
    return true;
}

/* The edges on the longest path from a leaf to each value; NULL when out of memory. */
static uint32_t *find_levels(const dg_trace *t, const uint32_t *order)
{
    uint32_t *levels = calloc(t->n_nodes + 1, sizeof *levels);
    for (size_t i = 0; i < t->n_nodes && levels; i++) {
        const dgi_trace_node *n = &t->nodes[order[i]];
        const uint32_t *operands = dgi_trace_node_operands(n);
        for (size_t k = 0; k < n->n_operands; k++)
            if (levels[order[i]] <= levels[operands[k]])
                levels[order[i]] = levels[operands[k]] + 1;
    }
    return levels;
}

static bool find_scopes(builder *b, const dg_trace *t, const uint32_t *order,
                        const uint32_t *levels, uint32_t *of)
{
    const char *last = NULL;
    uint32_t number = 0;
    if (!add_branch(b, 0, "", 0))
        return false;
    for (size_t i = 0; i < t->n_nodes; i++) {
        const char *scope = t->nodes[order[i]].scope;
        if (scope != last && !find_scope(b, scope, &number))
            return false;
        last = scope;
        of[order[i]] = number;
        if (b->branches[number].level < levels[order[i]])
            b->branches[number].level = levels[order[i]];
    }
    return true;
}

/* What siblings are sorted by: a scope is as high as what is in it. */
typedef struct sibling {
    uint32_t parent, level, number;
} sibling;

static int compare_siblings(const void *x, const void *y)
{
    const sibling *a = x, *b = y;
    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* Links the branches: scopes that data goes through first come first, and of those that it goes
 * through side by side the one that it reaches first. False when out of memory. */
static bool link_branches(builder *b)
{
    sibling *all = calloc(b->count, sizeof *all);
    if (!all)
        return false;
    for (size_t i = b->count; i-- > 1;) {
        branch *parent = &b->branches[b->branches[i].parent];
        if (parent->level < b->branches[i].level)
            parent->level = b->branches[i].level;
    }
    for (size_t i = 1; i < b->count; i++)
        all[i - 1] = (sibling){b->branches[i].parent, b->branches[i].level, (uint32_t)i};
    qsort(all, b->count - 1, sizeof *all, compare_siblings);
    for (size_t i = b->count - 1; i-- > 0;) {
        branch *parent = &b->branches[all[i].parent];
        b->branches[all[i].number].next_sibling = parent->first_child;
        parent->first_child = all[i].number;
    }
    free(all);
    return true;
}

/* The branch after this one in preorder; 0 after the last. */
static uint32_t next_in_preorder(const builder *b, uint32_t at)
{
    if (b->branches[at].first_child)
        return b->branches[at].first_child;
    while (at && !b->branches[at].next_sibling)
        at = b->branches[at].parent;
    return b->branches[at].next_sibling;
}

/* Numbers the branches in preorder, and hands them on. */
static void number_scopes(builder *b, dgi_summary_tree *tree)
{
    uint32_t number = 0, at = 0;
    do {
        branch *from = &b->branches[at];
        from->number = number;
        tree->paths[number] = from->path;
        tree->scopes[number++] =
            (dg_scope_summary){.scope = from->path,
                               .depth = from->depth,
                               .parent = at ? b->branches[from->parent].number : DG_NO_SCOPE};
        from->path = NULL;
        at = next_in_preorder(b, at);
    } while (at);
    tree->count = number;
    for (size_t i = tree->count; i-- > 0;) {
        size_t parent = tree->scopes[i].parent;
        if (tree->ends[i] == 0)
            tree->ends[i] = (uint32_t)i + 1;
        if (parent != DG_NO_SCOPE && tree->ends[parent] < tree->ends[i])
            tree->ends[parent] = tree->ends[i];
    }
}

bool dgi_summary_tree_init(dgi_summary_tree *tree, const dg_trace *t, const uint32_t *order)
{
    builder b = {.numbers = DGI_STRMAP_INIT, .whole = DGI_STRMAP_INIT, .key = DGI_BUF_INIT};
    *tree = (dgi_summary_tree){.of = calloc(t->n_nodes + 1, sizeof *tree->of)};
    uint32_t *levels = find_levels(t, order);
    bool done =
        tree->of && levels && find_scopes(&b, t, order, levels, tree->of) && link_branches(&b);
    free(levels);
    if (done) {
        tree->scopes = calloc(b.count, sizeof *tree->scopes);
        tree->paths = calloc(b.count, sizeof *tree->paths);
        tree->ends = calloc(b.count, sizeof *tree->ends);
        done = tree->scopes && tree->paths && tree->ends;
    }
    if (done) {
        number_scopes(&b, tree);
        for (size_t i = 0; i < t->n_nodes; i++)
            tree->of[i] = b.branches[tree->of[i]].number;
    }
    free_builder(&b);
    return done;
}

void dgi_summary_tree_free(dgi_summary_tree *tree)
{
    for (size_t i = 0; tree->paths && i < tree->count; i++)
        free(tree->paths[i]);
    free(tree->paths);
    free(tree->scopes);
    free(tree->ends);
    free(tree->of);
}
