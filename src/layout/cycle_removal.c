/* Phase 1 of Sugiyama et al.: cycle removal, by depth-first search, as in Gansner et al.,
 * section 2.1.
 *
 * The edges to a node on the path of the search, which close a cycle, are reversed. The greedy
 * heuristic of Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set
 * problem" (1993), bounds the number of reversed edges, which this does not; but computation graphs
 * have no cycles, and in other graphs a search from the sources reverses the edges that a reader
 * expects to go back.
 *
 * What is searched are nodes, of a rank set the first, and clusters that edges join (clusters.h): a
 * cluster in place of what is in it. */
#include "layout/clusters.h"

typedef struct search {
    dgi_layering *f;
    uint32_t n;        /* of nodes and clusters */
    uint32_t *to;      /* per edge */
    dgi_adjacency out; /* per node: its edges */
    uint32_t *at;      /* per node: the next edge to visit, in out.items */
    uint32_t *stack;   /* the path from the start */
    char *state;       /* per node */
} search;

enum { UNVISITED, ON_PATH, DONE };

static void visit(search *s, uint32_t start)
{
    uint32_t depth = 0;
    s->stack[depth++] = start;
    s->state[start] = ON_PATH;
    while (depth > 0) {
        uint32_t v = s->stack[depth - 1];
        if (s->at[v] == s->out.start[v + 1]) {
            s->state[v] = DONE;
            depth--;
            continue;
        }
        uint32_t e = s->out.items[s->at[v]++];
        uint32_t w = s->to[e];
        if (s->state[w] == ON_PATH)
            s->f->back[e] = true;
        else if (s->state[w] == UNVISITED) {
            s->state[w] = ON_PATH;
            s->stack[depth++] = w;
        }
    }
}

/* Starts at the nodes without edges in, then at those not reached from them. */
static void search_all(search *s)
{
    dgi_layering *f = s->f;
    char *entered = s->state; /* before the search begins */
    for (uint32_t e = 0; e < f->m; e++)
        if (!f->l->edges[e].free)
            entered[s->to[e]] = DONE;
    uint32_t n_starts = 0;
    for (uint32_t v = 0; v < s->n; v++) {
        s->at[v] = s->out.start[v];
        if (entered[v] == UNVISITED)
            s->stack[n_starts++] = v;
        entered[v] = UNVISITED;
    }
    /* The starts are kept in the second half of the memory, since the stack may take all of the
     * first. */
    for (uint32_t i = n_starts; i-- > 0;)
        s->stack[s->n + i] = s->stack[i];
    for (uint32_t i = 0; i < n_starts; i++)
        visit(s, s->stack[s->n + i]);
    for (uint32_t v = 0; v < s->n; v++)
        if (s->state[v] == UNVISITED)
            visit(s, v);
}

/* Of a node, that of its rank set; clusters come after nodes. */
static uint32_t leader(const dgi_layering *f, uint32_t joined)
{
    return joined < f->n ? dgi_leader(f, joined) : joined;
}

dg_status dgi_remove_cycles(dgi_layering *f)
{
    search s = {.f = f, .n = f->n + (f->clusters ? f->clusters->n : 0)};
    uint32_t n_edges = 0;
    uint32_t *from = dgi_zeroed(f->m, sizeof *from);
    uint32_t *edges = dgi_zeroed(f->m, sizeof *edges);
    f->back = dgi_zeroed(f->m, sizeof *f->back);
    s.to = dgi_zeroed(f->m, sizeof *s.to);
    s.at = dgi_zeroed(s.n, sizeof *s.at);
    s.stack = dgi_zeroed((size_t)s.n * 2, sizeof *s.stack);
    s.state = dgi_zeroed(s.n, sizeof *s.state);
    bool done = from && edges && s.to && f->back && s.at && s.stack && s.state;
    for (uint32_t e = 0; done && e < f->m; e++) {
        dgi_joined joined = dgi_joined_by(f, e);
        s.to[e] = leader(f, joined.to);
        if (f->l->edges[e].free)
            continue;
        from[n_edges] = leader(f, joined.from);
        edges[n_edges++] = e;
    }
    done = done && dgi_adjacency_init(&s.out, s.n, n_edges, from, edges);
    if (done)
        search_all(&s);
    dgi_adjacency_free(&s.out);
    free(from);
    free(edges);
    free(s.to);
    free(s.at);
    free(s.stack);
    free(s.state);
    return done ? DG_OK : DG_NOMEM;
}
