/* The order in which data flows: a depth-first search with a stack of its own. */
#include "inspect/summary.h"

#include <stdlib.h>

typedef struct search {
    const dg_trace *trace;
    uint32_t *order;
    size_t count;
    uint8_t *seen;
    uint32_t *stack; /* nodes from a root down, each an operand of the one before */
    uint32_t *next;  /* of each node on the stack: the operand that is next */
} search;

static void enter(search *s, size_t *depth, uint32_t node)
{
    s->seen[node] = 1;
    s->stack[*depth] = node;
    s->next[*depth] = 0;
    ++*depth;
}

static void visit(search *s, size_t from)
{
    size_t depth = 0;
    if (s->seen[from])
        return;
    enter(s, &depth, (uint32_t)from);
    while (depth > 0) {
        const dgi_trace_node *n = &s->trace->nodes[s->stack[depth - 1]];
        uint32_t *next = &s->next[depth - 1];
        if (*next == n->n_operands) {
            s->order[s->count++] = s->stack[--depth];
            continue;
        }
        uint32_t operand = dgi_trace_node_operands(n)[(*next)++];
        if (!s->seen[operand])
            enter(s, &depth, operand);
    }
}

static void visit_all(search *s)
{
    for (size_t i = 0; i < dg_trace_root_count(s->trace); i++)
        visit(s, dg_trace_root_at(s->trace, i));
    for (size_t i = 0; i < s->trace->n_nodes; i++)
        visit(s, i);
}

uint32_t *dgi_flow_order(const dg_trace *t)
{
    size_t n = t->n_nodes ? t->n_nodes : 1;
    search s = {.trace = t,
                .order = calloc(n, sizeof *s.order),
                .seen = calloc(n, sizeof *s.seen),
                .stack = calloc(n, sizeof *s.stack),
                .next = calloc(n, sizeof *s.next)};
    if (s.order && s.seen && s.stack && s.next) {
        visit_all(&s);
    } else {
        free(s.order);
        s.order = NULL;
    }
    free(s.seen);
    free(s.stack);
    free(s.next);
    return s.order;
}
