#include "draw/style/frames.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "draw/style/font_metrics.h"
#include "draw/style/node_text.h"

/* The frames before those of ops. */
enum { FRAMES_BEFORE_STEPS = 2 };

/* ---- The copy ------------------------------------------------------------------------------- */

static bool copy_node(dg_trace *to, const dg_trace *t, size_t node)
{
    size_t copy = dg_trace_add_node(to, dg_trace_label(t, node), dg_trace_op(t, node),
                                    dg_trace_data(t, node));
    if (copy != DG_NO_NODE && !dg_trace_has_data(t, node))
        dg_trace_clear_data(to, copy);
    return copy != DG_NO_NODE && dg_trace_set_scope(to, copy, dg_trace_scope(t, node)) == DG_OK &&
           dg_trace_set_id(to, copy, dg_trace_id(t, node)) == DG_OK;
}

/* Copies which result of its op a node is, and local gradients that cannot be computed. */
static bool copy_edges_of(dg_trace *to, const dg_trace *t, size_t node)
{
    double local;
    bool done = dg_trace_set_result_of(to, node, dg_trace_first_result(t, node),
                                       dg_trace_result_index(t, node)) == DG_OK;
    for (size_t k = 0; done && k < dg_trace_operand_count(t, node); k++)
        if (dg_trace_local_gradient(t, node, k, &local) == DG_OK &&
            dg_trace_local_gradient(to, node, k, NULL) != DG_OK)
            done = dg_trace_set_local_gradient(to, node, k, local) == DG_OK;
    return done;
}

/* A copy without gradients; NULL when out of memory. */
static dg_trace *copy_of(const dg_trace *t)
{
    dg_trace *to = dg_trace_new();
    bool done = to != NULL;
    for (size_t i = 0; done && i < dg_trace_node_count(t); i++)
        done = copy_node(to, t, i);
    for (size_t i = 0; done && i < dg_trace_node_count(t); i++)
        for (size_t k = 0; done && k < dg_trace_operand_count(t, i); k++)
            done = dg_trace_add_edge(to, dg_trace_operand(t, i, k), i) == DG_OK;
    for (size_t i = 0; done && i < dg_trace_node_count(t); i++)
        done = copy_edges_of(to, t, i);
    if (done && dg_trace_set_root(to, dg_trace_root(t)) == DG_OK)
        return to;
    dg_trace_free(to);
    return NULL;
}

/* ---- The order ------------------------------------------------------------------------------ */

/* A node on the way down from the root, and which of its operands is next. */
typedef struct visit {
    uint32_t node;
    uint32_t operand;
} visit;

/* The nodes below the root in postorder, each after its operands. Returns how many. */
static size_t put_postorder(uint32_t *order, visit *stack, uint8_t *seen, const dg_trace *t)
{
    size_t n = 0, depth = 0;
    stack[depth++] = (visit){(uint32_t)dg_trace_root(t), 0};
    seen[dg_trace_root(t)] = 1;
    while (depth > 0) {
        visit *v = &stack[depth - 1];
        if (v->operand == dg_trace_operand_count(t, v->node)) {
            order[n++] = v->node;
            depth--;
            continue;
        }
        size_t next = dg_trace_operand(t, v->node, v->operand++);
        if (!seen[next]) {
            seen[next] = 1;
            stack[depth++] = (visit){(uint32_t)next, 0};
        }
    }
    return n;
}

/* Where a pass has run, what it did not reach requires no gradient. Fills in the steps backwards
 * from the root; a step whose op or operands get nothing is none. */
static bool find_steps(dgi_frames *f, const dg_trace *t)
{
    size_t n = dg_trace_node_count(t);
    bool was_run = dg_trace_has_grad(t, dg_trace_root(t));
    uint32_t *order = calloc(n, sizeof *order);
    visit *stack = calloc(n, sizeof *stack);
    f->steps = calloc(n, sizeof *f->steps);
    f->accepts = calloc(n, sizeof *f->accepts);
    f->grad_widths = calloc(n, sizeof *f->grad_widths);
    bool done = order && stack && f->steps && f->accepts && f->grad_widths;
    if (done) {
        size_t reached = put_postorder(order, stack, f->accepts, t);
        for (size_t i = 0; i < n; i++)
            f->accepts[i] = f->accepts[i] && (!was_run || dg_trace_has_grad(t, i));
        f->count = FRAMES_BEFORE_STEPS;
        for (size_t i = reached; i-- > 0;)
            if (f->accepts[order[i]] && dg_trace_operand_count(t, order[i]) > 0)
                f->steps[f->count++ - FRAMES_BEFORE_STEPS] = order[i];
    }
    free(order);
    free(stack);
    return done;
}

/* ---- The steps ------------------------------------------------------------------------------ */

static dg_status report_unknown(const dg_trace *t, size_t node, dg_error *error)
{
    dgi_buf name = DGI_BUF_INIT;
    dgi_put_node_name(&name, t, node);
    bool tensor = dg_trace_ndim(t, node) > 0;
    for (size_t i = 0; i < dg_trace_operand_count(t, node); i++)
        tensor = tensor || dg_trace_ndim(t, dg_trace_operand(t, node, i)) > 0;
    dg_status status =
        name.failed ? DG_NOMEM
        : tensor
            ? dgi_error(error, DG_INVALID,
                        "frames are of graphs of scalars, and '%s' is or has a tensor", name.data)
            : dgi_error(
                  error, DG_INVALID,
                  "the step of '%s' is not known: what '%.40s' differentiates to, or its data "
                  "is another",
                  name.data, dg_trace_op(t, node));
    dgi_buf_free(&name);
    return status;
}

static dg_status check_steps(const dgi_frames *f, const dg_trace *t, dg_error *error)
{
    if (f->count > DG_FRAMES_MAX)
        return dgi_error(error, DG_LIMIT,
                         "the backward pass has %zu frames, more than %d; draw a part of the graph "
                         "with --root",
                         f->count, DG_FRAMES_MAX);
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        if (dg_trace_ndim(t, i) > 0)
            return report_unknown(t, i, error);
    for (size_t i = 0; i < f->count - FRAMES_BEFORE_STEPS; i++)
        for (size_t k = 0; k < dg_trace_operand_count(t, f->steps[i]); k++)
            if (dg_trace_local_gradient(t, f->steps[i], k, NULL) != DG_OK)
                return report_unknown(t, f->steps[i], error);
    return DG_OK;
}

/* What an op adds to its operand. */
static double contribution(const dg_trace *t, size_t node, size_t operand)
{
    double local = NAN;
    dg_trace_local_gradient(t, node, operand, &local);
    return local * dg_trace_grad(t, node);
}

static bool take_step(dgi_frames *f)
{
    dg_trace *t = f->trace;
    f->at++;
    if (f->at == FRAMES_BEFORE_STEPS)
        return dg_trace_set_grad(t, dg_trace_root(t), 1.0) == DG_OK;
    size_t node = f->steps[f->at - FRAMES_BEFORE_STEPS - 1];
    bool done = true;
    for (size_t k = 0; done && k < dg_trace_operand_count(t, node); k++) {
        size_t to = dg_trace_operand(t, node, k);
        if (f->accepts[to])
            done =
                dg_trace_set_grad(t, to, dg_trace_grad(t, to) + contribution(t, node, k)) == DG_OK;
    }
    return done;
}

bool dgi_frames_go(dgi_frames *f, size_t frame)
{
    while (f->at < frame)
        if (!take_step(f))
            return false;
    return true;
}

/* ---- Widths --------------------------------------------------------------------------------- */

static void widen(dgi_frames *f, size_t node, const dgi_number_format *numbers)
{
    char text[DGI_FIELD_TEXT_SIZE];
    size_t word = strlen("grad "), size = dgi_formatted_grad_text(text, f->trace, node, numbers);
    f->grad_widths[node] =
        fmax(f->grad_widths[node], dgi_text_width(text + word, size - word, DGI_FONT_SIZE, false));
}

/* Runs through all frames: every number that is ever shown has its space in all of them. */
static bool measure(dgi_frames *f, const dgi_number_format *numbers)
{
    while (f->at < f->count) {
        if (!take_step(f))
            return false;
        size_t node = f->at == FRAMES_BEFORE_STEPS ? dg_trace_root(f->trace)
                                                   : f->steps[f->at - FRAMES_BEFORE_STEPS - 1];
        if (f->at == FRAMES_BEFORE_STEPS)
            widen(f, node, numbers);
        for (size_t k = 0;
             f->at > FRAMES_BEFORE_STEPS && k < dg_trace_operand_count(f->trace, node); k++)
            widen(f, dg_trace_operand(f->trace, node, k), numbers);
    }
    return true;
}

dg_status dgi_frames_init(dgi_frames *f, const dg_trace *t, const dgi_number_format *numbers,
                          dg_error *error)
{
    *f = (dgi_frames){.trace = NULL};
    if (!find_steps(f, t))
        return DG_NOMEM;
    dg_status status = check_steps(f, t, error);
    if (status != DG_OK)
        return status;
    f->trace = copy_of(t);
    f->at = 1;
    if (!f->trace || !measure(f, numbers))
        return DG_NOMEM;
    f->finished = f->trace;
    f->trace = copy_of(t);
    f->at = 1;
    return f->trace ? DG_OK : DG_NOMEM;
}

void dgi_frames_free(dgi_frames *f)
{
    dg_trace_free(f->trace);
    dg_trace_free(f->finished);
    free(f->steps);
    free(f->accepts);
    free(f->grad_widths);
    *f = (dgi_frames){.trace = NULL};
}

size_t dg_frame_count(const dg_trace *t)
{
    dgi_frames f = {.trace = NULL};
    size_t count = 0;
    if (dg_trace_node_count(t) > 0 && dg_trace_check(t, NULL) == DG_OK && find_steps(&f, t) &&
        check_steps(&f, t, NULL) == DG_OK)
        count = f.count;
    dgi_frames_free(&f);
    return count;
}

/* ---- The picture of a frame ----------------------------------------------------------------- */

static void put_number(dgi_buf *b, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_buf_put(b, text, dgi_general(text, x, 6));
}

static void put_contributions(dgi_buf *b, const dgi_frames *f, size_t node)
{
    const dg_trace *t = f->trace;
    dgi_put_node_name(b, t, node);
    size_t put = 0;
    for (size_t k = 0; k < dg_trace_operand_count(t, node); k++) {
        size_t to = dg_trace_operand(t, node, k);
        if (!f->accepts[to])
            continue;
        dgi_buf_puts(b, put++ ? ", and " : " adds ");
        put_number(b, contribution(t, node, k));
        dgi_buf_puts(b, " to the gradient of ");
        dgi_put_node_name(b, t, to);
    }
    if (!put)
        dgi_buf_puts(b, " adds nothing");
}

void dgi_frames_put_words(dgi_buf *b, const dgi_frames *f)
{
    dgi_buf_printf(b, "Frame %zu of %zu: ", f->at, f->count);
    if (f->at < FRAMES_BEFORE_STEPS) {
        dgi_buf_puts(b, "before the backward pass");
    } else if (f->at == FRAMES_BEFORE_STEPS) {
        dgi_buf_puts(b, "the gradient of ");
        dgi_put_node_name(b, f->trace, dg_trace_root(f->trace));
        dgi_buf_puts(b, " is 1");
    } else {
        put_contributions(b, f, f->steps[f->at - FRAMES_BEFORE_STEPS - 1]);
    }
    dgi_buf_puts(b, ". ");
}

/* Whether a node gets something in the step of another. */
static bool receives(const dgi_frames *f, size_t node, size_t step)
{
    for (size_t k = 0; k < dg_trace_operand_count(f->trace, step); k++)
        if (dg_trace_operand(f->trace, step, k) == node)
            return f->accepts[node];
    return false;
}

void dgi_frames_mark_steps(const dgi_frames *f, bool *taken)
{
    for (size_t i = FRAMES_BEFORE_STEPS; i < f->at; i++)
        taken[f->steps[i - FRAMES_BEFORE_STEPS]] = true;
}

/* An op is marked with its box, or with its value's where it has none. */
void dgi_frames_mark(const dgi_frames *f, dgi_scene *s)
{
    bool in_step = f->at > FRAMES_BEFORE_STEPS, has_op_boxes = s->n_boxes > s->n_values;
    size_t step = in_step ? f->steps[f->at - FRAMES_BEFORE_STEPS - 1] : DG_NO_NODE;
    s->has_emphasis = true;
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        dgi_box *b = &s->boxes[i];
        bool is_op = b->kind == DGI_BOX_OP, on = false;
        if (in_step && b->node == step)
            on = is_op || !has_op_boxes;
        else if (in_step && !is_op)
            on = receives(f, b->node, step);
        else if (f->at == FRAMES_BEFORE_STEPS && !is_op)
            on = b->node == dg_trace_root(f->trace);
        b->emphasis = on ? DGI_HIGHLIGHTED : DGI_AS_USUAL;
        b->highlights_op = b->node == step;
    }
    for (uint32_t i = 0; i < s->n_edges; i++) {
        dgi_scene_edge *e = &s->edges[i];
        const dgi_box *from = &s->boxes[e->from], *to = &s->boxes[e->to];
        bool on = in_step &&
                  (from->kind == DGI_BOX_OP ? from->node == step
                                            : to->node == step && receives(f, from->node, step));
        e->emphasis = on ? DGI_HIGHLIGHTED : DGI_AS_USUAL;
    }
}
