/* Cycles are broken at the edges that close them in a depth-first search. */
#include "layout/flow.h"

typedef struct search {
    dgi_flow *f;
    dgi_lists out; /* per node: edges */
    dgi_id *at;    /* per node: the next of its edges */
    dgi_id *stack; /* the way from the start */
    char *state;   /* per node */
} search;

enum { UNSEEN, ON_WAY, DONE };

static void visit(search *s, dgi_id start)
{
    dgi_id depth = 0;
    s->stack[depth++] = start;
    s->state[start] = ON_WAY;
    while (depth > 0) {
        dgi_id v = s->stack[depth - 1];
        if (s->at[v] == s->out.start[v + 1]) {
            s->state[v] = DONE;
            depth--;
            continue;
        }
        dgi_id e = s->out.all[s->at[v]++];
        dgi_id w = (dgi_id)s->f->l->edges[e].to;
        if (s->state[w] == ON_WAY)
            s->f->back[e] = true;
        else if (s->state[w] == UNSEEN) {
            s->state[w] = ON_WAY;
            s->stack[depth++] = w;
        }
    }
}

/* From the nodes without edges in first: what they reach is then walked the way it is read. */
static void search_all(search *s)
{
    dgi_flow *f = s->f;
    char *entered = s->state; /* before the search begins */
    for (dgi_id e = 0; e < f->m; e++)
        entered[f->l->edges[e].to] = DONE;
    dgi_id n_starts = 0;
    for (dgi_id v = 0; v < f->n; v++) {
        s->at[v] = s->out.start[v];
        if (entered[v] == UNSEEN)
            s->stack[n_starts++] = v;
        entered[v] = UNSEEN;
    }
    /* The stack grows over starts that were used: a visit needs at most as many places as nodes
     * that are no starts, and one. So the starts are kept at its end. */
    for (dgi_id i = n_starts; i-- > 0;)
        s->stack[f->n + i] = s->stack[i];
    for (dgi_id i = 0; i < n_starts; i++)
        visit(s, s->stack[f->n + i]);
    for (dgi_id v = 0; v < f->n; v++)
        if (s->state[v] == UNSEEN)
            visit(s, v);
}

dg_status dgi_flow_acyclic(dgi_flow *f)
{
    search s = {.f = f};
    dgi_id *from = dgi_array(f->m, sizeof *from);
    f->back = dgi_array(f->m, sizeof *f->back);
    s.at = dgi_array(f->n, sizeof *s.at);
    s.stack = dgi_array((size_t)f->n * 2, sizeof *s.stack);
    s.state = dgi_array(f->n, sizeof *s.state);
    bool done = from && f->back && s.at && s.stack && s.state;
    for (dgi_id e = 0; done && e < f->m; e++)
        from[e] = (dgi_id)f->l->edges[e].from;
    done = done && dgi_lists_of(&s.out, f->n, f->m, from, NULL);
    if (done)
        search_all(&s);
    dgi_lists_free(&s.out);
    free(from);
    free(s.at);
    free(s.stack);
    free(s.state);
    return done ? DG_OK : DG_NOMEM;
}
