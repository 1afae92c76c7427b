/* The walk through the statements of a tree, and what statements with a block do. */
#include <string.h>

#include "lang/evaluator.h"

/* A block whose statements are being executed. */
typedef struct level {
    dgi_node_id next; /* the statement to come, or 0 */
    bool in_scope;    /* a scope ends with it */
} level;

/* It went wrong: what it would have assigned is defined all the same. */
static void define_targets(const dgi_evaluator *e)
{
    for (size_t i = 0; i < e->n_operands; i++) {
        const dgi_object *o = &e->operands[i].object;
        if (o->kind == DGI_OBJECT_NAME)
            e->rt->symbols.symbols[o->as.symbol].object.kind = DGI_OBJECT_ERROR;
    }
}

/* The head of a `with`: opens the scope. */
static bool begin_scope(dgi_evaluator *e)
{
    dgi_runtime *rt = e->rt;
    const dgi_operand *head = dgi_top(e);
    if (dgi_is_error(&head->object))
        return false;
    if (head->object.kind != DGI_OBJECT_SCOPE)
        return dgi_fail_kind(rt, head, "'with' needs a scope('name')");
    rt->scratch.size = 0;
    dgi_buf_put(&rt->scratch, head->object.as.text, head->object.size);
    if (rt->scratch.failed)
        return dgi_no_memory(rt);
    return dg_scope_begin(rt->graph, rt->scratch.data) == DG_OK ||
           dgi_fail_graph(rt, rt->graph, head->span);
}

bool dgi_execute(dgi_evaluator *e, const dgi_tree *tree)
{
    /* The statement itself, the blocks in it, and one that is too many: it holds the error. */
    level levels[DGI_BLOCKS_MAX + 2] = {{.next = tree->root}};
    size_t count = 1;
    bool done = true;
    while (count > 0 && !e->rt->out_of_memory) {
        level *l = &levels[count - 1];
        dgi_node_id statement = l->next;
        if (!statement) {
            if (l->in_scope)
                dg_scope_end(e->rt->graph);
            count--;
            continue;
        }
        const dgi_node *node = dgi_node_at(tree, statement);
        bool with = node->kind == DGI_NODE_WITH, broken = tree->wrong_statement == statement;
        l->next = node->next;
        /* A head that is wrong is all that there is of its statement. */
        bool evaluated = dgi_evaluate(e, tree, with && !broken ? node->child : statement);
        if (!evaluated)
            define_targets(e);
        bool in_scope = evaluated && with && begin_scope(e);
        dgi_runtime_end_statement(e->rt);
        done = done && evaluated && (in_scope || !with);
        if (with && !broken)
            levels[count++] =
                (level){dgi_node_at(tree, dgi_node_at(tree, node->child)->next)->child, in_scope};
    }
    for (; count > 0; count--) /* out of memory */
        if (levels[count - 1].in_scope)
            dg_scope_end(e->rt->graph);
    return done;
}
