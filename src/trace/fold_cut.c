/* The cut: which cells are open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/suggest.h"
#include "trace/fold.h"

static dgi_cell *cell_of(const dgi_fold_tree *tree, uint32_t child)
{
    return &tree->cells[child & ~DGI_CHILD_CELL];
}

/* ---- auto ----------------------------------------------------------------------------------- */

typedef struct queue {
    const dgi_fold_tree *tree;
    uint32_t *cells; /* a heap: folded cells in open ones */
    size_t count;
} queue;

/* How many boxes there are more when the cell is open. A run of which the first is opened leaves
 * the others. */
static uint32_t added(const dgi_cell *c)
{
    return c->items - (c->run ? 0 : 1);
}

static uint64_t values_by(const dgi_cell *x, const dgi_cell *y)
{
    return (uint64_t)x->values * (added(y) ? added(y) : 1);
}

static uint32_t depth_of(const dgi_fold_tree *tree, const dgi_cell *c)
{
    return tree->scopes.groups[c->group].depth;
}

/* Whether `a` is opened before b: it hides more values for each box that is added. Else the one
 * further outside, else the first one. */
static bool precedes(const queue *q, uint32_t a, uint32_t b)
{
    const dgi_cell *x = &q->tree->cells[a], *y = &q->tree->cells[b];
    uint64_t left = values_by(x, y), right = values_by(y, x);
    if (left != right)
        return left > right;
    if (depth_of(q->tree, x) != depth_of(q->tree, y))
        return depth_of(q->tree, x) < depth_of(q->tree, y);
    return a < b;
}

static void push(queue *q, uint32_t cell)
{
    size_t i = q->count++;
    for (; i > 0 && precedes(q, cell, q->cells[(i - 1) / 2]); i = (i - 1) / 2)
        q->cells[i] = q->cells[(i - 1) / 2];
    q->cells[i] = cell;
}

static uint32_t pop(queue *q)
{
    uint32_t top = q->cells[0], cell = q->cells[--q->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < q->count; i = child) {
        if (child + 1 < q->count && precedes(q, q->cells[child + 1], q->cells[child]))
            child++;
        if (!precedes(q, q->cells[child], cell))
            break;
        q->cells[i] = q->cells[child];
    }
    q->cells[i] = cell;
    return top;
}

/* Whether there is a group to be seen in it, or few values. Ranges of values say nothing. */
static bool is_worth_opening(const dgi_fold_tree *tree, const dgi_cell *c)
{
    if (c->values == 1 || c->rank > 0) /* of a run only the first one is opened */
        return false;
    uint32_t child = tree->children[c->first_child];
    bool ranges = child & DGI_CHILD_CELL && cell_of(tree, child)->kind == DGI_CELL_RANGE;
    return c->has_groups || (c->kind != DGI_CELL_RANGE && !ranges);
}

/* Opens a cell: those in it may be next. */
static void open_cell(queue *q, uint32_t cell)
{
    dgi_cell *c = &q->tree->cells[cell];
    c->open = true;
    for (uint32_t i = 0; i < c->child_count; i++) {
        uint32_t child = q->tree->children[c->first_child + i];
        if (child & DGI_CHILD_CELL && is_worth_opening(q->tree, cell_of(q->tree, child)))
            push(q, child & ~DGI_CHILD_CELL);
    }
}

static bool record_step(dgi_cut *cut, uint32_t cell, size_t boxes)
{
    dgi_fold_step *steps =
        dgi_grown(cut->steps, &cut->step_capacity, cut->step_count, sizeof *steps);
    if (!steps)
        return false;
    cut->steps = steps;
    steps[cut->step_count++] = (dgi_fold_step){cell, boxes};
    return true;
}

/* Takes the next cell, and all at its depth that hide at least half as many values for each box
 * that is added: what is alike is opened together. They go to the end of the heap's array. Returns
 * how many they are, and how many boxes they add. */
static size_t pop_batch(queue *q, uint32_t *batch, size_t *more)
{
    size_t count = 0, kept = 0;
    const dgi_fold_tree *tree = q->tree;
    const dgi_cell *first = &tree->cells[batch[count++] = pop(q)];
    size_t waiting = q->count;
    for (size_t i = 0; i < waiting; i++) {
        uint32_t cell = q->cells[i];
        const dgi_cell *c = &tree->cells[cell];
        if (depth_of(tree, c) == depth_of(tree, first) && c->kind == first->kind &&
            2 * values_by(c, first) >= values_by(first, c))
            batch[count++] = cell;
        else
            q->cells[kept++] = cell;
    }
    q->count = 0;
    for (size_t i = 0; i < kept; i++) /* what is read stands behind what is written */
        push(q, q->cells[i]);
    *more = 0;
    for (size_t i = 0; i < count; i++)
        *more += added(&tree->cells[batch[i]]);
    return count;
}

/* Whether a cell hides less than half as many values for each box that is added as the boxes of a
 * full picture do in the mean. To show these few would only make the picture larger. */
static bool hides_little(const dgi_fold_tree *tree, const dgi_cell *c, size_t limit)
{
    double boxes = 2.0 * (double)limit;
    return (double)c->values * boxes < (double)added(c) * (double)tree->cells[0].values;
}

static bool open_batches(queue *q, uint32_t *batch, dgi_cut *cut, size_t limit)
{
    size_t boxes = q->tree->cells[0].items, more;
    open_cell(q, 0);
    while (q->count > 0) {
        size_t count = pop_batch(q, batch, &more);
        bool little = hides_little(q->tree, &q->tree->cells[batch[0]], limit);
        if (boxes + more > limit || little) {
            cut->refused = batch[0];
            cut->refused_little = little;
            cut->refused_count = count;
            cut->refused_boxes = boxes + more;
            return true;
        }
        for (size_t i = 0; i < count; i++) {
            boxes += added(&q->tree->cells[batch[i]]);
            open_cell(q, batch[i]);
            if (!record_step(cut, batch[i], boxes))
                return false;
        }
    }
    return true;
}

/* The order in which cells are opened does not depend on the limit. So a lower limit, which stops
 * earlier, only folds more. */
static bool cut_automatically(const dgi_fold_tree *tree, dgi_cut *cut, size_t limit)
{
    queue q = {.tree = tree, .cells = malloc(tree->cell_count * sizeof *q.cells)};
    uint32_t *batch = malloc(tree->cell_count * sizeof *batch);
    bool done = q.cells && batch && open_batches(&q, batch, cut, limit);
    free(q.cells);
    free(batch);
    return done;
}

/* ---- Names ---------------------------------------------------------------------------------- */

/* Whether the name is the end of a path, of whole names. */
static bool ends_with(const char *path, size_t size, const char *name, size_t name_size)
{
    return name_size <= size && memcmp(path + size - name_size, name, name_size) == 0 &&
           (name_size == size || path[size - name_size - 1] == '/');
}

/* Whether a group is called so, or one that has disappeared since it was the only child. */
static bool is_called(const dgi_fold_tree *tree, const dgi_cell *c, const char *name, size_t size)
{
    const dgi_group *g = &tree->scopes.groups[c->group];
    for (size_t end = tree->scopes.groups[g->parent].size + 1; end <= g->size; end++)
        if ((end == g->size || g->path[end] == '/') && ends_with(g->path, end, name, size))
            return true;
    return false;
}

/* Whether a range is called so: "GROUP/1-100", with any dash and with or without "of 400". */
static bool is_called_range(const dgi_fold_tree *tree, const dgi_cell *c, const char *name,
                            size_t size)
{
    char range[64];
    const dgi_group *g = &tree->scopes.groups[c->group];
    for (int form = 0; form < 4; form++) {
        int length =
            snprintf(range, sizeof range, "%u%s%u", c->from, form & 1 ? "-" : "\u2013", c->to);
        if (form & 2)
            length += snprintf(range + length, sizeof range - (size_t)length, " of %u", c->of);
        size_t n = (size_t)length;
        if (n > size || memcmp(name + size - n, range, n) != 0)
            continue;
        if (n == size)
            return true;
        if (name[size - n - 1] == '/' && ends_with(g->path, g->size, name, size - n - 1))
            return true;
    }
    return false;
}

static bool matches(const dgi_fold_tree *tree, const dgi_cell *c, const char *name, size_t size)
{
    return c->kind == DGI_CELL_GROUP   ? is_called(tree, c, name, size)
           : c->kind == DGI_CELL_RANGE ? is_called_range(tree, c, name, size)
                                       : false;
}

static dg_status unknown_name(const dgi_fold_tree *tree, const char *name, size_t size,
                              dg_error *error)
{
    dgi_suggestion s = dgi_suggest_for(name, size);
    dgi_buf texts = DGI_BUF_INIT;
    for (size_t i = 1; i < tree->scopes.count; i++)
        if (tree->scopes.groups[i].into == i) {
            dgi_buf_put(&texts, tree->scopes.groups[i].path, tree->scopes.groups[i].size);
            dgi_buf_put(&texts, "", 1);
        }
    for (size_t at = 0; !texts.failed && at < texts.size; at += strlen(texts.data + at) + 1)
        dgi_suggest(&s, texts.data + at);
    dg_status status =
        s.best ? dgi_error(error, DG_INVALID, "there is no group '%.*s'; did you mean '%s'?",
                           (int)size, name, s.best)
               : dgi_error(error, DG_INVALID, "there is no group '%.*s'", (int)size, name);
    dgi_buf_free(&texts);
    return status;
}

/* What a cell that was named becomes. */
typedef void dgi_cell_action(dgi_fold_tree *tree, uint32_t cell);

/* Applies it to all cells that the list names. */
static dg_status for_names(dgi_fold_tree *tree, const char *list, dgi_cell_action *apply,
                           dg_error *error)
{
    for (const char *name = list; *name;) {
        size_t size = strcspn(name, ","), found = 0;
        for (uint32_t i = 1; i < tree->cell_count && size > 0; i++)
            if (matches(tree, &tree->cells[i], name, size)) {
                apply(tree, i);
                found++;
            }
        if (size > 0 && !found)
            return unknown_name(tree, name, size, error);
        name += size;
        name += *name == ',';
    }
    return DG_OK;
}

static void fold_named(dgi_fold_tree *tree, uint32_t cell)
{
    tree->cells[cell].open = false;
}

/* Opens a cell and all in it. The depth of cells is limited: DG_FOLD_DEPTH_MAX, and ranges. */
static void open_whole(dgi_fold_tree *tree, uint32_t cell)
{
    dgi_cell *c = &tree->cells[cell];
    c->open = true;
    for (uint32_t i = 0; i < c->child_count; i++)
        if (tree->children[c->first_child + i] & DGI_CHILD_CELL)
            open_whole(tree, tree->children[c->first_child + i] & ~DGI_CHILD_CELL);
}

static void open_named(dgi_fold_tree *tree, uint32_t cell)
{
    if (tree->cells[cell].values <= DG_FOLD_CHILDREN_MAX)
        open_whole(tree, cell);
    for (uint32_t i = cell; i != 0; i = tree->cells[i].parent)
        tree->cells[i].open = true;
}

/* ---- The cut -------------------------------------------------------------------------------- */

static void open_all(const dgi_fold_tree *tree)
{
    for (size_t i = 0; i < tree->cell_count; i++)
        tree->cells[i].open = true;
}

/* Groups of this depth are folded; ranges are, too. */
static void cut_at(const dgi_fold_tree *tree, size_t depth)
{
    for (size_t i = 0; i < tree->cell_count; i++) {
        dgi_cell *c = &tree->cells[i];
        c->open = c->kind != DGI_CELL_RANGE && tree->scopes.groups[c->group].depth < depth;
    }
    tree->cells[0].open = true;
}

/* A number without a sign; false for another text. */
static bool read_depth(const char *text, size_t *depth)
{
    *depth = 0;
    if (!*text)
        return false;
    for (; *text >= '0' && *text <= '9'; text++)
        *depth = *depth > DG_FOLD_DEPTH_MAX ? *depth : *depth * 10 + (size_t)(*text - '0');
    return *text == '\0';
}

dg_status dgi_fold_cut(dgi_fold_tree *tree, dgi_cut *cut, const dg_fold_options *options,
                       dg_error *error)
{
    const char *fold = options->fold ? options->fold : "none";
    size_t depth;
    dg_status status = DG_OK;
    *cut = (dgi_cut){.refused = DGI_NO_CELL};
    if (strcmp(fold, "auto") == 0) {
        if (!cut_automatically(tree, cut, options->boxes ? options->boxes : DG_FOLD_BOXES))
            status = dgi_error(error, DG_NOMEM, "out of memory");
    } else if (read_depth(fold, &depth)) {
        if (depth == 0)
            return dgi_error(error, DG_INVALID, "the depth of groups is counted from 1");
        cut_at(tree, depth);
    } else {
        open_all(tree);
        if (strcmp(fold, "none") != 0)
            status = for_names(tree, fold, fold_named, error);
    }
    if (status == DG_OK && options->open)
        status = for_names(tree, options->open, open_named, error);
    return status;
}
