/* Executing a statement: its limits, and how it goes on behind an error. */
#include <time.h>

#include "lang/evaluator.h"

enum {
    FUEL = 1 << 14, /* steps after which the limits are looked at */
};
/* Steps of a program, of which each loop takes a few: some minutes. */
#define STEPS_MAX 0x1p35

/* ---- Limits ---- */

/* Some steps are over: whether there may be more. */
static bool refuel(dgi_evaluator *e)
{
    dgi_runtime *rt = e->rt;
    rt->steps += FUEL;
    e->fuel = FUEL;
    dgi_span about = dgi_eval_node(e, e->current)->span;
    if (rt->steps > STEPS_MAX) {
        rt->is_over = true;
        return dgi_fail(rt, about, "the program takes more than %.0f steps: it was ended here",
                        STEPS_MAX);
    }
    if (rt->seconds > 0.0 && (double)clock() / CLOCKS_PER_SEC - rt->began > rt->seconds) {
        rt->is_over = true;
        return dgi_fail(rt, about, "the program has taken all its time: it was ended here");
    }
    return true;
}

/* ---- Statements ---- */

void dgi_define_errors(dgi_runtime *rt, const dgi_tree *tree, dgi_node_id first, dgi_node_id end)
{
    for (dgi_node_id id = first; id < end; id++) {
        const dgi_node *node = dgi_node_at(tree, id);
        if (node->kind == DGI_NODE_NAME && node->flags & DGI_NODE_TARGET &&
            !(node->flags & DGI_NODE_LOCAL))
            rt->symbols.symbols[node->symbol].object.kind = DGI_OBJECT_ERROR;
    }
}

static bool enter_statement(dgi_evaluator *e, dgi_node_id id)
{
    e->reached_error = false;
    e->current = id;
    if (e->n_calls == 0 && e->tree->wrong && e->tree->skips_wrong && e->tree->wrong_statement == id)
        return dgi_report_syntax_error(e);
    return dgi_enter(e, id, false);
}

bool dgi_step_block(dgi_evaluator *e, dgi_frame *f)
{
    if (f->done) {
        e->n_operands = f->operands;
        dgi_runtime_rewind(e->rt, &e->mark);
    }
    if (!f->next) {
        e->n_frames--;
        return true;
    }
    f->done = f->next;
    f->next = dgi_eval_node(e, f->next)->next;
    return enter_statement(e, f->done);
}

/* Something went wrong. What is executed as a whole ends; of blocks of `with` the next statement
 * follows. */
static void recover(dgi_evaluator *e)
{
    const dgi_frame *top = e->n_frames > 0 ? dgi_innermost(e) : NULL;
    const dgi_node *at = top && top->kind != DGI_FRAME_FUNCTION
                             ? dgi_eval_node(e, top->done ? top->done : top->node)
                             : NULL;
    e->failed_at = at ? at->span.begin : 0;
    size_t kept = 0;
    dgi_node_id end = 0;
    for (size_t i = 0; i < e->n_frames && !e->rt->is_over; i++) {
        dgi_frame *f = &e->frames[i];
        bool in_head = f->kind == DGI_NODE_WITH && f->next;
        if (f->kind == DGI_NODE_BLOCK || in_head)
            kept = i + 1;
        if (in_head) /* its block is executed all the same */
            f->state = 3;
        if (in_head || (f->kind != DGI_NODE_BLOCK && f->kind != DGI_NODE_WITH))
            break;
    }
    for (size_t i = 0; i < e->n_calls; i++) /* they would go wrong again */
        e->calls[i].scope->failed = true;
    dgi_unwind(e, kept);
    for (size_t i = kept; i-- > 0 && !end;)
        end = e->frames[i].next;
    dgi_node_id failed = kept ? e->frames[kept - 1].done : e->tree->root;
    if (kept && e->frames[kept - 1].kind == DGI_NODE_WITH)
        return;
    dgi_define_errors(e->rt, e->tree, failed, end ? end : (dgi_node_id)e->tree->count);
}

/* The locals of the statement itself, in comprehensions. */
static bool begin_locals(dgi_evaluator *e, const dgi_tree *tree)
{
    size_t n = tree->n_scopes ? tree->scopes[0].n_slots : 0;
    e->base = 0;
    e->n_locals = 0;
    return dgi_reserve_locals(e, n);
}

bool dgi_execute(dgi_evaluator *e, const dgi_tree *tree)
{
    e->tree = tree;
    e->n_frames = e->n_operands = e->n_loops = e->n_calls = 0;
    e->mark = (dgi_mark){0};
    e->failed_at = 0;
    bool done = begin_locals(e, tree), going = done && enter_statement(e, tree->root);
    for (;;) {
        while (going && e->n_frames > 0)
            going = (e->fuel-- > 0 || refuel(e)) && dgi_step(e);
        if (going || e->rt->out_of_memory)
            break;
        done = false;
        recover(e);
        going = true;
    }
    dgi_unwind(e, 0);
    dgi_runtime_rewind(e->rt, &e->mark);
    return done && going;
}
