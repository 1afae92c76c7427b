/* Loops and comprehensions. */
#include "base/grow.h"
#include "lang/evaluator.h"

/* ---- What is gone through ---- */

/* How many elements the operand has; false where it has none to go through. */
static bool count_elements(dgi_evaluator *e, dgi_operand *x, size_t *count)
{
    const dgi_object *o = &x->object;
    if (dgi_is_error(o))
        return false;
    if (dgi_is_list(o))
        *count = o->as.list->count;
    else if (o->kind == DGI_OBJECT_SERIES)
        *count = o->as.series->count;
    else if ((o->kind == DGI_OBJECT_VALUE || o->kind == DGI_OBJECT_ARRAY) && dg_ndim(o->as.value))
        *count = dg_shape(o->as.value)[0];
    else if (o->kind == DGI_OBJECT_NOTHING)
        return dgi_fail(e->rt, x->span, "this call makes no value");
    else
        return dgi_fail_kind(e->rt, x,
                             "a loop goes through a range, a list or the rows of a tensor");
    return true;
}

static bool begin_loop(dgi_evaluator *e, dgi_frame *f)
{
    size_t count = 0;
    if (!count_elements(e, dgi_top(e), &count))
        return false;
    dgi_loop *grown = dgi_grown(e->loops, &e->loops_capacity, e->n_loops, sizeof *grown);
    if (!grown)
        return dgi_no_memory(e->rt);
    e->loops = grown;
    e->loops[e->n_loops++] = (dgi_loop){.count = count, .around = e->mark};
    f->state = 1;
    if (f->kind == DGI_NODE_FOR)
        e->mark = dgi_runtime_mark(e->rt);
    return true;
}

/* Element i, where the loop's operand is; what a statement of the loop makes of it may be kept. */
static bool bind_element(dgi_evaluator *e, const dgi_frame *f, dgi_node_id target, size_t i)
{
    dgi_operand of = e->operands[f->operands], x = {.span = of.span};
    if (of.object.kind == DGI_OBJECT_SERIES)
        return dgi_bind_from_series(e, target, of.object.as.series, i, of.span);
    if (!dgi_fetch(e->rt, &of, i, &x) || !dgi_keep_bound(e->rt, x.span, &x.object))
        return false;
    return dgi_bind(e, target, &x);
}

/* ---- Comprehensions ---- */

/* The list that the comprehension of a clause makes. */
static dgi_operand *list_of(const dgi_evaluator *e, const dgi_frame *clause)
{
    return &e->operands[e->frames[clause->begin].operands];
}

/* What a clause does for each element: the clause behind it, or the comprehension's element. */
static bool enter_inner(dgi_evaluator *e, dgi_frame *f)
{
    size_t comprehension = f->begin;
    const dgi_node *node = dgi_eval_node(e, e->frames[comprehension].node);
    dgi_node_id next = dgi_eval_node(e, f->node)->next;
    f->resolved = !next;
    if (!next)
        return dgi_enter(e, node->child, false);
    if (!dgi_push_frame(e, next, false))
        return false;
    dgi_innermost(e)->begin = (uint32_t)comprehension;
    return true;
}

/* The element on top, if there is one, becomes the list's last. */
static bool take_element(dgi_evaluator *e, dgi_frame *f)
{
    if (!f->resolved)
        return true;
    dgi_operand *x = dgi_top(e);
    dgi_object object = x->object;
    const dgi_frame at_end = {.operands = (uint32_t)e->n_operands - 1};
    f->resolved = false;
    if (dgi_is_error(&object) || !dgi_check_element(e, &at_end) ||
        !dgi_keep_object(e->rt, x->span, &object) ||
        !dgi_append_element(e->rt, x->span, list_of(e, f)->object.as.list, &object))
        return false;
    e->n_operands--;
    return true;
}

/* The variables of a comprehension that functions in it use have cells of their own each time. */
static bool renew_cells(dgi_evaluator *e, const dgi_node *node)
{
    const dgi_scope_info *scope = &e->tree->scopes[node->as.scope];
    for (size_t i = 0; i < scope->n_cells; i++) {
        dgi_cell *cell = dgi_new_cell(e->rt, node->span, (dgi_object){.kind = DGI_OBJECT_NOTHING});
        if (!cell)
            return false;
        e->locals[e->base + scope->cells[i]] =
            (dgi_object){.as.cell = cell, .kind = DGI_OBJECT_CELL};
    }
    return true;
}

bool dgi_step_comprehension(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    size_t self = e->n_frames - 1;
    if (f->state) {
        e->n_frames--;
        dgi_top(e)->object = dgi_finish_list(dgi_top(e)->object.as.list);
        return true;
    }
    f->state = 1;
    dgi_list *list = renew_cells(e, node) ? dgi_new_list(e->rt, node->span, 0) : NULL;
    if (!list || !dgi_push_object(e, node->span, dgi_list_object(list)) ||
        !dgi_push_frame(e, dgi_eval_node(e, node->child)->next, false))
        return false;
    dgi_innermost(e)->begin = (uint32_t)self;
    return true;
}

bool dgi_step_if_clause(dgi_evaluator *e, dgi_frame *f)
{
    bool truth;
    if (!f->done)
        return dgi_enter_child(e, f, f->next, false);
    if (!f->state) {
        f->state = 1;
        if (!dgi_truth(e->rt, dgi_top(e), &truth))
            return false;
        e->n_operands--;
        if (truth)
            return enter_inner(e, f);
    }
    if (!take_element(e, f))
        return false;
    e->n_frames--;
    return true;
}

/* ---- for, in statements and comprehensions ---- */

bool dgi_step_for(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    bool clause = f->kind == DGI_NODE_FOR_CLAUSE;
    dgi_node_id target = node->child, over = dgi_eval_node(e, target)->next;
    if (!f->done) {
        f->done = over;
        return dgi_enter(e, over, false);
    }
    if (!f->state && !begin_loop(e, f))
        return false;
    if (clause && !take_element(e, f))
        return false;
    dgi_loop *loop = &e->loops[e->n_loops - 1];
    if (loop->i == loop->count) {
        dgi_unwind(e, e->n_frames - 1);
        return true;
    }
    if (!bind_element(e, f, target, loop->i++))
        return false;
    return clause ? enter_inner(e, f) : dgi_enter(e, dgi_eval_node(e, over)->next, false);
}
