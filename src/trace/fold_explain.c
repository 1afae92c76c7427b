/* What was done, and why, in words. */
#include "trace/fold.h"

static const dgi_group *group_of(const dg_fold *f, uint32_t group)
{
    return &f->tree.scopes.groups[group];
}

/* "layer 0/attention (part 1 of 2)", "parameters, 1–100 of 400" */
static void put_cell(const dg_fold *f, dgi_buf *b, uint32_t cell)
{
    const dgi_cell *c = &f->tree.cells[cell];
    const dgi_group *g = group_of(f, c->group);
    dgi_buf_put(b, g->path, g->size);
    if (c->kind == DGI_CELL_RANGE)
        dgi_buf_printf(b, "%s%u\u2013%u of %u", g->size ? ", " : "", c->from, c->to, c->of);
    if (c->parts > 1)
        dgi_buf_printf(b, " (part %u of %u)", c->part + 1, c->parts);
}

static void put_header(const dg_fold *f, dgi_buf *b)
{
    dgi_buf_printf(b, "fold %s", f->mode);
    if (f->cut.step_count > 0 || f->cut.refused != DGI_NO_CELL)
        dgi_buf_printf(b, ", at most %zu boxes", f->limit);
    dgi_buf_printf(b, ": %zu values in %zu box%s, %zu edges in %zu\n", f->tree.trace->n_nodes,
                   f->box_count, f->box_count == 1 ? "" : "es", f->tree.trace->n_edges,
                   f->edge_count);
    size_t removed = f->tree.scopes.removed;
    if (removed)
        dgi_buf_printf(b, "%zu group%s with one child disappeared\n", removed,
                       removed == 1 ? "" : "s");
}

static void put_splits(const dg_fold *f, dgi_buf *b)
{
    for (uint32_t i = 0; i < f->tree.cell_count; i++) {
        const dgi_cell *c = &f->tree.cells[i];
        if (c->parts < 2 || c->part != 0)
            continue;
        const dgi_group *g = group_of(f, c->group);
        dgi_buf_puts(b, "split: ");
        dgi_buf_put(b, g->path, g->size);
        dgi_buf_printf(b, " into %u parts: as one box it would be in a cycle with ", c->parts);
        if (c->cause & DGI_CHILD_CELL) {
            const dgi_group *other = group_of(f, c->cause & ~DGI_CHILD_CELL);
            dgi_buf_put(b, other->path, other->size);
        } else {
            const dgi_trace_node *n = &f->tree.trace->nodes[c->cause];
            dgi_buf_printf(b, "value %u, '%s'", c->cause, *n->label ? n->label : n->op);
        }
        dgi_buf_putc(b, '\n');
    }
}

static void put_steps(const dg_fold *f, dgi_buf *b)
{
    for (size_t i = 0; i < f->cut.step_count; i++) {
        const dgi_fold_step *s = &f->cut.steps[i];
        dgi_buf_puts(b, "open: ");
        put_cell(f, b, s->cell);
        dgi_buf_printf(b, " (%u values): %zu boxes\n", f->tree.cells[s->cell].values, s->boxes);
    }
    if (f->cut.refused != DGI_NO_CELL) {
        dgi_buf_puts(b, "next would be: ");
        put_cell(f, b, f->cut.refused);
        if (f->cut.refused_count > 1)
            dgi_buf_printf(b, " and %zu like it", f->cut.refused_count - 1);
        dgi_buf_printf(b, " (%u values): %zu boxes, ", f->tree.cells[f->cut.refused].values,
                       f->cut.refused_boxes);
        if (f->cut.refused_little)
            dgi_buf_puts(b, "many for so few values\n");
        else
            dgi_buf_printf(b, "more than %zu\n", f->limit);
    }
}

static void put_box(const dg_fold *f, dgi_buf *b, const dgi_fold_box *x)
{
    const dg_box *c = &x->counts;
    if (c->kind == DG_BOX_REPEAT) {
        dgi_buf_puts(b, "repeat: ");
        put_cell(f, b, x->cell);
        dgi_buf_printf(b,
                       c->shared ? " \u00D7%zu: of one shape, sharing their parameters"
                                 : " +%zu more: of one shape, each with parameters of its own",
                       c->shared ? c->repeats : c->repeats - 1);
    } else {
        dgi_buf_puts(b, "folded: ");
        put_cell(f, b, x->cell);
    }
    dgi_buf_printf(b, " (%zu values", c->values);
    if (c->parameters)
        dgi_buf_printf(b, ", %zu parameters", c->parameters);
    dgi_buf_puts(b, ")\n");
}

static void put_boxes(const dg_fold *f, dgi_buf *b)
{
    for (size_t i = 0; i < f->box_count; i++) {
        const dgi_fold_box *x = &f->boxes[i];
        if (x->cell != DGI_NO_CELL)
            put_box(f, b, x);
    }
    for (size_t i = 0; i < f->box_count; i++) {
        const dgi_fold_box *x = &f->boxes[i];
        if (!x->counts.stub)
            continue;
        dgi_buf_puts(b, "stubs: ");
        if (x->cell != DGI_NO_CELL)
            put_cell(f, b, x->cell);
        else
            dgi_buf_printf(b, "'%s'", x->name);
        dgi_buf_printf(b, " at its %u uses: of all boxes few are used by more than %zu\n",
                       x->degree, f->stub_degree);
    }
}

char *dg_fold_explanation(const dg_fold *f)
{
    if (!f)
        return NULL;
    dgi_buf b = DGI_BUF_INIT;
    put_header(f, &b);
    put_splits(f, &b);
    put_steps(f, &b);
    put_boxes(f, &b);
    return dgi_buf_take(&b, NULL);
}
