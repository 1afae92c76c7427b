/* The boxes and frames of a cut, and what is in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "trace/fold.h"

/* ---- Names ---------------------------------------------------------------------------------- */

static const char *intern(dg_fold *f, const char *text, size_t size)
{
    if (size == 0)
        return "";
    dgi_strmap_slot *slot = dgi_strmap_add(&f->names, text, size);
    return slot ? slot->key : NULL;
}

const char *dgi_fold_name(dg_fold *f, uint32_t cell)
{
    const dgi_cell *c = &f->tree.cells[cell];
    if (c->kind == DGI_CELL_RANGE) {
        char text[64];
        int size = snprintf(text, sizeof text, "%u\u2013%u of %u", c->from, c->to, c->of);
        return intern(f, text, (size_t)size);
    }
    size_t size;
    uint32_t around = f->tree.scopes.groups[c->group].parent;
    const char *name = dgi_group_name(&f->tree.scopes, c->group, around, &size);
    return intern(f, name, size);
}

const char *dgi_fold_scope(dg_fold *f, uint32_t cell)
{
    const dgi_group *g = &f->tree.scopes.groups[f->tree.cells[cell].group];
    return intern(f, g->path, g->size);
}

/* ---- Boxes ---------------------------------------------------------------------------------- */

/* An open cell whose children are being gone through. */
typedef struct level {
    uint32_t cell, child, frame;
} level;

typedef struct maker {
    dg_fold *f;
    level *levels; /* a stack: the root first */
    size_t level_count, level_capacity;
    uint32_t *pending; /* a stack of cells whose nodes go to a box */
    size_t pending_count, pending_capacity;
    size_t node_count;
} maker;

static bool push_pending(maker *m, uint32_t cell)
{
    uint32_t *pending =
        dgi_grown(m->pending, &m->pending_capacity, m->pending_count, sizeof *pending);
    if (!pending)
        return false;
    m->pending = pending;
    pending[m->pending_count++] = cell;
    return true;
}

static void put_node(maker *m, uint32_t node)
{
    m->f->box_of[node] = (uint32_t)(m->f->box_count - 1);
    m->f->nodes[m->node_count++] = node;
}

/* All nodes of a cell go to the last box. */
static bool put_cell(maker *m, uint32_t cell)
{
    const dgi_fold_tree *tree = &m->f->tree;
    if (!push_pending(m, cell))
        return false;
    while (m->pending_count > 0) {
        const dgi_cell *c = &tree->cells[m->pending[--m->pending_count]];
        for (uint32_t i = 0; i < c->child_count; i++) {
            uint32_t child = tree->children[c->first_child + i];
            if (!(child & DGI_CHILD_CELL))
                put_node(m, child);
            else if (!push_pending(m, child & ~DGI_CHILD_CELL))
                return false;
        }
    }
    return true;
}

static dgi_fold_box *add_box(maker *m)
{
    dg_fold *f = m->f;
    dgi_fold_box *boxes = dgi_grown(f->boxes, &f->box_capacity, f->box_count, sizeof *boxes);
    if (!boxes)
        return NULL;
    f->boxes = boxes;
    uint32_t frame = m->levels[m->level_count - 1].frame;
    dgi_fold_box *b = &boxes[f->box_count++];
    *b = (dgi_fold_box){.cell = DGI_NO_CELL, .first_node = (uint32_t)m->node_count};
    b->counts.frame = frame == UINT32_MAX ? DG_NO_BOX : frame;
    b->counts.repeats = 1;
    return b;
}

static bool add_value(maker *m, uint32_t node)
{
    dgi_fold_box *b = add_box(m);
    if (!b)
        return false;
    const dgi_trace_node *n = &m->f->tree.trace->nodes[node];
    b->node = node;
    b->name = *n->label ? n->label : n->op;
    b->scope = n->scope;
    put_node(m, node);
    return true;
}

/* The value of a cell that has only one. */
static uint32_t only_value(const dgi_fold_tree *tree, uint32_t cell)
{
    uint32_t child = DGI_CHILD_CELL | cell;
    while (child & DGI_CHILD_CELL)
        child = tree->children[tree->cells[child & ~DGI_CHILD_CELL].first_child];
    return child;
}

/* A box of the children from the innermost level's next one on: folded cells. */
static bool add_cells(maker *m, uint32_t count)
{
    dg_fold *f = m->f;
    const dgi_fold_tree *tree = &f->tree;
    level *l = &m->levels[m->level_count - 1];
    const uint32_t *children = tree->children + tree->cells[l->cell].first_child + l->child;
    uint32_t cell = children[0] & ~DGI_CHILD_CELL;
    const dgi_cell *c = &tree->cells[cell];
    l->child += count;
    if (c->values == 1)
        return add_value(m, only_value(tree, cell));
    dgi_fold_box *b = add_box(m);
    if (!b)
        return false;
    b->cell = cell;
    b->counts.group = cell;
    b->counts.kind = count > 1                   ? DG_BOX_REPEAT
                     : c->kind == DGI_CELL_RANGE ? DG_BOX_RANGE
                                                 : DG_BOX_GROUP;
    b->counts.repeats = count;
    b->counts.shared = count > 1 && c->shared;
    b->counts.part = c->parts > 1 ? c->part + 1 : 0;
    b->counts.parts = c->parts > 1 ? c->parts : 0;
    b->name = dgi_fold_name(f, cell);
    b->scope = dgi_fold_scope(f, cell);
    bool done = b->name && b->scope;
    for (uint32_t i = 0; i < count && done; i++)
        done = put_cell(m, children[i] & ~DGI_CHILD_CELL);
    return done;
}

/* Goes into an open cell, which is a frame unless it is the root. */
static bool enter(maker *m, uint32_t cell)
{
    dg_fold *f = m->f;
    level *levels = dgi_grown(m->levels, &m->level_capacity, m->level_count, sizeof *levels);
    if (!levels)
        return false;
    m->levels = levels;
    uint32_t around = m->level_count ? levels[m->level_count - 1].frame : UINT32_MAX;
    uint32_t frame = UINT32_MAX;
    if (cell != 0) {
        dgi_fold_frame *frames =
            dgi_grown(f->frames, &f->frame_capacity, f->frame_count, sizeof *frames);
        if (!frames)
            return false;
        f->frames = frames;
        frame = (uint32_t)f->frame_count++;
        frames[frame] =
            (dgi_fold_frame){cell, around, dgi_fold_name(f, cell), dgi_fold_scope(f, cell)};
        if (!frames[frame].name || !frames[frame].scope)
            return false;
    }
    m->levels[m->level_count++] = (level){.cell = cell, .frame = frame};
    return true;
}

/* How many children from the next one on are one box. */
static uint32_t count_repeats(const dgi_fold_tree *tree, const dgi_cell *c, uint32_t first)
{
    const uint32_t *children = tree->children + c->first_child;
    uint32_t run = tree->cells[children[first] & ~DGI_CHILD_CELL].run, count = 1;
    for (uint32_t i = first + 1; run && i < c->child_count && children[i] & DGI_CHILD_CELL; i++) {
        const dgi_cell *next = &tree->cells[children[i] & ~DGI_CHILD_CELL];
        if (next->run != run || next->open)
            break;
        count++;
    }
    return count;
}

/* The next child of the innermost open cell. */
static bool step(maker *m)
{
    const dgi_fold_tree *tree = &m->f->tree;
    level *l = &m->levels[m->level_count - 1];
    const dgi_cell *c = &tree->cells[l->cell];
    if (l->child == c->child_count) {
        m->level_count--;
        return true;
    }
    uint32_t child = tree->children[c->first_child + l->child];
    if (!(child & DGI_CHILD_CELL)) {
        l->child++;
        return add_value(m, child);
    }
    const dgi_cell *inner = &tree->cells[child & ~DGI_CHILD_CELL];
    if (!inner->open || inner->values == 1)
        return add_cells(m, inner->open ? 1 : count_repeats(tree, c, l->child));
    l->child++;
    return enter(m, child & ~DGI_CHILD_CELL);
}

static bool fill(maker *m)
{
    bool done = enter(m, 0);
    while (done && m->level_count > 0)
        done = step(m);
    dg_fold *f = m->f;
    for (size_t i = 0; i < f->box_count; i++) {
        size_t end = i + 1 < f->box_count ? f->boxes[i + 1].first_node : m->node_count;
        f->boxes[i].counts.values = end - f->boxes[i].first_node;
    }
    return done;
}

/* ---- What is in them ------------------------------------------------------------------------ */

typedef struct counter {
    dg_fold *f;
    bool any_scope; /* a labelled leaf has one */
    dgi_strmap kinds;
    uint32_t *kind_of; /* of a node's op */
    const char **texts;
    size_t text_capacity;
    uint32_t *counts; /* of kinds, in a box */
} counter;

static bool find_kinds(counter *c)
{
    const dg_trace *t = c->f->tree.trace;
    const char *last = NULL; /* texts of ops are interned */
    uint32_t kind = 0;
    for (size_t i = 0; i < t->n_nodes; i++) {
        const dgi_trace_node *n = &t->nodes[i];
        if (dgi_fold_is_leaf(n)) {
            c->any_scope = c->any_scope || (*n->label && *n->scope);
            continue;
        }
        if (n->op != last) {
            dgi_strmap_slot *slot = dgi_strmap_add(&c->kinds, n->op, strlen(n->op));
            const char **texts =
                slot ? dgi_grown(c->texts, &c->text_capacity, c->kinds.count, sizeof *texts) : NULL;
            if (!texts)
                return false;
            c->texts = texts;
            if (slot->value == SIZE_MAX) {
                slot->value = c->kinds.count - 1;
                texts[slot->value] = n->op;
            }
            kind = (uint32_t)slot->value;
            last = n->op;
        }
        c->kind_of[i] = kind;
    }
    return true;
}

static int compare_ops(const void *a, const void *b)
{
    const dgi_fold_op *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

static bool add_op(counter *c, uint32_t kind)
{
    dg_fold *f = c->f;
    dgi_fold_op *ops = dgi_grown(f->ops, &f->op_capacity, f->op_count, sizeof *ops);
    if (!ops)
        return false;
    f->ops = ops;
    ops[f->op_count++] = (dgi_fold_op){c->texts[kind], c->counts[kind]};
    c->counts[kind] = 0;
    return true;
}

static bool count_box(counter *c, dgi_fold_box *b)
{
    dg_fold *f = c->f;
    const uint32_t *nodes = f->nodes + b->first_node;
    b->first_op = (uint32_t)f->op_count;
    for (size_t i = 0; i < b->counts.values; i++) {
        const dgi_trace_node *n = &f->tree.trace->nodes[nodes[i]];
        bool leaf = dgi_fold_is_leaf(n);
        b->counts.leaves += leaf;
        b->counts.parameters += leaf && *n->label && (*n->scope || !c->any_scope);
        if (!leaf)
            c->counts[c->kind_of[nodes[i]]]++;
    }
    for (size_t i = 0; i < b->counts.values; i++) {
        uint32_t kind = c->kind_of[nodes[i]];
        bool leaf = dgi_fold_is_leaf(&f->tree.trace->nodes[nodes[i]]);
        if (!leaf && c->counts[kind] && !add_op(c, kind))
            return false;
    }
    b->counts.ops = f->op_count - b->first_op;
    if (b->counts.ops > 1)
        qsort(f->ops + b->first_op, b->counts.ops, sizeof *f->ops, compare_ops);
    return true;
}

static bool count_boxes(dg_fold *f)
{
    counter c = {.f = f, .kinds = DGI_STRMAP_INIT};
    c.kind_of = calloc(f->tree.trace->n_nodes, sizeof *c.kind_of);
    bool done = c.kind_of && find_kinds(&c);
    if (done)
        done = (c.counts = calloc(c.kinds.count + 1, sizeof *c.counts)) != NULL;
    for (size_t i = 0; i < f->box_count && done; i++)
        done = count_box(&c, &f->boxes[i]);
    dgi_strmap_free(&c.kinds);
    free(c.kind_of);
    free(c.texts);
    free(c.counts);
    return done;
}

bool dgi_fold_make_boxes(dg_fold *f)
{
    size_t n = f->tree.trace->n_nodes;
    maker m = {.f = f};
    f->nodes = malloc(n * sizeof *f->nodes);
    f->box_of = malloc(n * sizeof *f->box_of);
    bool done = f->nodes && f->box_of && fill(&m) && count_boxes(f);
    free(m.levels);
    free(m.pending);
    return done;
}
