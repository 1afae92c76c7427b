/* Makes and frees folds, and reads them. */
#include "trace/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static dg_status make(dg_fold *f, const dg_trace *t, const dg_fold_options *o, dg_error *error)
{
    dg_status status = dgi_fold_tree_init(&f->tree, t);
    if (status != DG_OK)
        return dgi_error(error, status, "%s",
                         status == DG_FORMAT ? "a value is computed from itself"
                                             : dg_status_text(status));
    f->limit = o->boxes ? o->boxes : DG_FOLD_BOXES;
    f->whole_leaves = o->whole_leaves != 0;
    const char *mode = o->fold && *o->fold ? o->fold : "none";
    dgi_strmap_slot *slot = dgi_strmap_add(&f->names, mode, strlen(mode));
    if (slot)
        f->mode = slot->key;
    status = dgi_fold_cut(&f->tree, &f->cut, o, error);
    if (status != DG_OK)
        return status;
    if (!slot || !dgi_fold_make_boxes(f) || !dgi_fold_make_edges(f))
        return dgi_error(error, DG_NOMEM, "out of memory");
    return DG_OK;
}

dg_fold *dg_fold_new(const dg_trace *t, const dg_fold_options *options, dg_error *error)
{
    dg_fold_options o = options ? *options : (dg_fold_options){0};
    if (error)
        *error = (dg_error){0};
    if (!t || t->n_nodes == 0) {
        dgi_error(error, t ? DG_FORMAT : DG_INVALID,
                  t ? "the trace has no nodes" : "there is no trace");
        return NULL;
    }
    dg_fold *f = calloc(1, sizeof *f);
    if (!f) {
        dgi_error(error, DG_NOMEM, "out of memory");
        return NULL;
    }
    if (make(f, t, &o, error) == DG_OK)
        return f;
    dg_fold_free(f);
    return NULL;
}

void dg_fold_free(dg_fold *f)
{
    if (!f)
        return;
    dgi_fold_tree_free(&f->tree);
    free(f->cut.steps);
    free(f->boxes);
    free(f->frames);
    free(f->edges);
    free(f->ops);
    free(f->nodes);
    free(f->box_of);
    dgi_strmap_free(&f->names);
    free(f);
}

/* ---- Accessors ------------------------------------------------------------------------------ */

static const dgi_fold_box *box_at(const dg_fold *f, size_t box)
{
    return f && box < f->box_count ? &f->boxes[box] : NULL;
}

size_t dg_fold_box_count(const dg_fold *f)
{
    return f ? f->box_count : 0;
}

dg_status dg_fold_box(const dg_fold *f, size_t box, dg_box *out)
{
    const dgi_fold_box *b = box_at(f, box);
    if (!b || !out)
        return DG_INVALID;
    *out = b->counts;
    return DG_OK;
}

const char *dg_fold_box_name(const dg_fold *f, size_t box)
{
    const dgi_fold_box *b = box_at(f, box);
    return b ? b->name : "";
}

const char *dg_fold_box_scope(const dg_fold *f, size_t box)
{
    const dgi_fold_box *b = box_at(f, box);
    return b ? b->scope : "";
}

size_t dg_fold_box_node(const dg_fold *f, size_t box, size_t i)
{
    const dgi_fold_box *b = box_at(f, box);
    return b && i < b->counts.values ? f->nodes[b->first_node + i] : DG_NO_NODE;
}

size_t dg_fold_box_of(const dg_fold *f, size_t node)
{
    return f && node < f->tree.trace->n_nodes ? f->box_of[node] : DG_NO_BOX;
}

const char *dg_fold_box_op(const dg_fold *f, size_t box, size_t i, size_t *count)
{
    const dgi_fold_box *b = box_at(f, box);
    const dgi_fold_op *op = b && i < b->counts.ops ? &f->ops[b->first_op + i] : NULL;
    if (count)
        *count = op ? op->count : 0;
    return op ? op->text : "";
}

size_t dg_fold_frame_count(const dg_fold *f)
{
    return f ? f->frame_count : 0;
}

static const dgi_fold_frame *frame_at(const dg_fold *f, size_t frame)
{
    return f && frame < f->frame_count ? &f->frames[frame] : NULL;
}

size_t dg_fold_frame_parent(const dg_fold *f, size_t frame)
{
    const dgi_fold_frame *x = frame_at(f, frame);
    return x && x->parent != UINT32_MAX ? x->parent : DG_NO_BOX;
}

const char *dg_fold_frame_name(const dg_fold *f, size_t frame)
{
    const dgi_fold_frame *x = frame_at(f, frame);
    return x ? x->name : "";
}

const char *dg_fold_frame_scope(const dg_fold *f, size_t frame)
{
    const dgi_fold_frame *x = frame_at(f, frame);
    return x ? x->scope : "";
}

size_t dg_fold_frame_group(const dg_fold *f, size_t frame)
{
    const dgi_fold_frame *x = frame_at(f, frame);
    return x ? x->cell : 0;
}

size_t dg_fold_edge_count(const dg_fold *f)
{
    return f ? f->edge_count : 0;
}

dg_status dg_fold_edge(const dg_fold *f, size_t i, size_t *from, size_t *to, size_t *count)
{
    if (!f || i >= f->edge_count)
        return DG_INVALID;
    const dgi_fold_edge *e = &f->edges[i];
    if (from)
        *from = e->from;
    if (to)
        *to = e->to;
    if (count)
        *count = e->count;
    return DG_OK;
}
