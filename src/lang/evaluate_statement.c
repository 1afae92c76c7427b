/* Statements with blocks, and those that stand in them. */
#include <string.h>

#include "lang/evaluator.h"

/* ---- with ---- */

/* The head is complete: opens the scope, or makes what follows detached. */
static bool begin_with(dgi_evaluator *e, dgi_frame *f)
{
    dgi_runtime *rt = e->rt;
    const dgi_operand *head = dgi_top(e);
    if (dgi_is_error(&head->object))
        return false;
    if (head->object.kind == DGI_OBJECT_NO_GRAD) {
        f->state = 2;
        f->plain = rt->no_grad;
        rt->no_grad = head->object.as.number != 0.0;
        return true;
    }
    if (head->object.kind != DGI_OBJECT_SCOPE)
        return dgi_fail_kind(rt, head, "'with' needs a scope('name') or torch.no_grad()");
    rt->scratch.size = 0;
    dgi_buf_put(&rt->scratch, head->object.as.text, head->object.size);
    if (rt->scratch.failed)
        return dgi_no_memory(rt);
    if (dg_scope_begin(rt->graph, rt->scratch.data) != DG_OK)
        return dgi_fail_graph(rt, rt->graph, head->span);
    f->state = 1;
    return true;
}

bool dgi_step_with(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    if (!f->done)
        return dgi_enter_child(e, f, f->next, false);
    if (f->done == node->child && f->next) {
        dgi_node_id block = f->next;
        if (f->state != 3 && !begin_with(e, f))
            return false;
        e->n_operands = f->operands;
        return dgi_enter_child(e, f, block, false);
    }
    dgi_unwind(e, e->n_frames - 1);
    return true;
}

/* ---- if, assert ---- */

/* The children are conditions, each with its block behind it, and a block. */
bool dgi_step_if(dgi_evaluator *e, dgi_frame *f)
{
    dgi_node_id next = f->next;
    if (f->done) {
        bool truth;
        if (dgi_eval_node(e, f->done)->kind == DGI_NODE_BLOCK) {
            e->n_frames--;
            return true;
        }
        if (!dgi_truth(e->rt, dgi_top(e), &truth))
            return false;
        e->n_operands = f->operands;
        if (!truth)
            next = dgi_eval_node(e, next)->next;
    }
    if (!next) {
        e->n_frames--;
        return true;
    }
    return dgi_enter_child(e, f, next, false);
}

bool dgi_step_assert(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    const dgi_operand *x = f->done ? dgi_top(e) : NULL;
    dgi_span about = dgi_eval_node(e, node->child)->span;
    bool truth;
    if (!f->done)
        return dgi_enter_child(e, f, f->next, false);
    if (f->done != node->child) {
        if (x->object.kind == DGI_OBJECT_STRING)
            return dgi_fail(e->rt, about, "this is false: %.*s", (int)x->object.size,
                            x->object.as.text);
        return !dgi_is_error(&x->object) && dgi_fail(e->rt, about, "this is false");
    }
    if (!dgi_truth(e->rt, x, &truth))
        return false;
    e->n_operands = f->operands;
    if (truth)
        e->n_frames--;
    else if (f->next)
        return dgi_enter_child(e, f, f->next, false);
    return truth || dgi_fail(e->rt, about, "this is false");
}

/* ---- break, continue ---- */

bool dgi_leave_loop(dgi_evaluator *e, bool again)
{
    size_t i = e->n_frames;
    while (i > 0 && e->frames[i - 1].kind != DGI_NODE_FOR)
        i--;
    dgi_unwind(e, i);
    dgi_loop *loop = &e->loops[e->n_loops - 1];
    if (!again)
        loop->i = loop->count;
    return true;
}
