#include "trace/fold_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/annotations.h"
#include "trace/copy.h"
#include "trace/fold.h"
#include "trace/fold_numbers.h"

typedef struct maker {
    const dg_fold *f;
    dgi_fold_view *v;
    size_t edge;    /* of the fold: the first one to the box that is made next */
    uint32_t *uses; /* by box: how many of its stubs there are */
} maker;

static bool is_value(const dgi_fold_box *b)
{
    return b->cell == DGI_NO_CELL;
}

/* The scope of the group as its label: what else is said of a box is not part of its name. */
static bool append_group(const dgi_fold_box *b, const dg_fold *f, dg_trace *to)
{
    dgi_buf op = DGI_BUF_INIT;
    dgi_buf_printf(&op, "%zu values", b->counts.values);
    const char *text = dgi_trace_intern(to, b->name, strlen(b->name));
    const char *scope = dgi_trace_intern(to, b->scope, strlen(b->scope));
    const char *op_text = op.failed ? NULL : dgi_trace_intern(to, op.data, op.size);
    dgi_buf_free(&op);
    dgi_trace_node *n =
        text && scope && op_text ? dgi_trace_append_node(to, text, op_text, 0.0) : NULL;
    if (!n)
        return false;
    n->scope = scope;
    dgi_fold_numbers worst = dgi_fold_numbers_of(f, b);
    n->data = worst.data;
    n->grad = worst.grad;
    n->has_grad = worst.has_grad;
    return true;
}

/* What a value has beside its content: its id, and that it is a result of an op with several. */
static bool copy_rest(const maker *m, uint32_t node)
{
    const dg_trace *t = m->f->tree.trace;
    dg_trace *to = m->v->trace;
    size_t copy = to->n_nodes - 1, first = dg_trace_first_result(t, node);
    const char *id = dg_trace_id(t, node);
    if (*id && dg_trace_set_id(to, copy, id) == DG_NOMEM)
        return false;
    if (dgi_annotations_copy(to, copy, t, node) == DG_NOMEM)
        return false;
    uint32_t box = m->f->box_of[first];
    bool is_result = first != node && is_value(&m->f->boxes[box]) && !m->uses[box];
    return !is_result || dgi_trace_set_result(to, copy, m->v->node_of[box],
                                              dg_trace_result_index(t, node)) != DG_NOMEM;
}

static bool append(maker *m, uint32_t box)
{
    const dgi_fold_box *b = &m->f->boxes[box];
    dg_trace *to = m->v->trace;
    bool done = is_value(b) ? dgi_trace_copy_content(to, &m->f->tree.trace->nodes[b->node]) != NULL
                            : append_group(b, m->f, to);
    if (!done)
        return false;
    m->v->nodes[to->n_nodes - 1] = (dgi_fold_view_node){box, b->counts.stub ? ++m->uses[box] : 0};
    m->v->node_of[box] = (uint32_t)(to->n_nodes - 1);
    return true;
}

static bool append_stubs(maker *m, size_t end)
{
    for (size_t i = m->edge; i < end; i++)
        if (m->f->boxes[m->f->edges[i].from].counts.stub && !append(m, m->f->edges[i].from))
            return false;
    return true;
}

/* As often as the value uses them, in their order. */
static bool add_operands(maker *m, uint32_t node)
{
    const dgi_trace_node *n = &m->f->tree.trace->nodes[node];
    size_t to = m->v->trace->n_nodes - 1;
    for (uint32_t i = 0; i < n->n_operands; i++) {
        uint32_t box = m->f->box_of[dgi_trace_node_operands(n)[i]];
        if (dg_trace_add_edge(m->v->trace, m->v->node_of[box], to) != DG_OK)
            return false;
    }
    return true;
}

static bool add_boxes(maker *m, size_t end)
{
    size_t to = m->v->trace->n_nodes - 1;
    for (size_t i = m->edge; i < end; i++) {
        const dgi_fold_edge *e = &m->f->edges[i];
        if (dg_trace_add_edge(m->v->trace, m->v->node_of[e->from], to) != DG_OK)
            return false;
        m->v->counts[m->v->count++] = e->count;
    }
    return true;
}

/* A box after the stubs that it uses. Those that are drawn as stubs use nothing. */
static bool make_box(maker *m, uint32_t box)
{
    const dg_fold *f = m->f;
    const dgi_fold_box *b = &f->boxes[box];
    size_t end = m->edge;
    while (end < f->edge_count && f->edges[end].to == box)
        end++;
    if (b->counts.stub)
        return true;
    bool done =
        append_stubs(m, end) && append(m, box) &&
        (is_value(b) ? add_operands(m, b->node) && copy_rest(m, b->node) : add_boxes(m, end));
    m->edge = end;
    return done;
}

static bool set_roots(const maker *m)
{
    const dg_trace *t = m->f->tree.trace;
    dg_trace *to = m->v->trace;
    if (t->root < t->n_nodes &&
        dg_trace_set_root(to, m->v->node_of[m->f->box_of[t->root]]) != DG_OK)
        return false;
    for (size_t i = 1; i < dg_trace_root_count(t); i++)
        if (dg_trace_add_root(to, m->v->node_of[m->f->box_of[dg_trace_root_at(t, i)]]) == DG_NOMEM)
            return false;
    return true;
}

static size_t node_count(const dg_fold *f)
{
    size_t count = f->box_count;
    for (size_t i = 0; i < f->edge_count; i++)
        count += f->boxes[f->edges[i].from].counts.stub != 0;
    return count;
}

bool dgi_fold_view_init(dgi_fold_view *v, const dg_fold *f)
{
    maker m = {.f = f, .v = v, .uses = calloc(f->box_count + 1, sizeof *m.uses)};
    *v = (dgi_fold_view){.trace = dg_trace_new(),
                         .nodes = calloc(node_count(f), sizeof *v->nodes),
                         .node_of = calloc(f->box_count, sizeof *v->node_of),
                         .counts = calloc(f->edge_count + 1, sizeof *v->counts)};
    bool done = m.uses && v->trace && v->nodes && v->node_of && v->counts;
    for (uint32_t i = 0; i < f->box_count && done; i++)
        done = make_box(&m, i);
    done = done && set_roots(&m);
    free(m.uses);
    return done;
}

void dgi_fold_view_free(dgi_fold_view *v)
{
    dg_trace_free(v->trace);
    free(v->nodes);
    free(v->node_of);
    free(v->counts);
    *v = (dgi_fold_view){.trace = NULL};
}
