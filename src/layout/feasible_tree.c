/* A feasible spanning tree for network simplex.
 *
 * Gansner et al., section 2.3, grow one tree from a node. Here all trees grow at once, as in
 * Boruvka's algorithm for minimum spanning trees (1926): each part, spanned by tight constraints,
 * is shifted by the least slack of a constraint to another part, if possible in the direction that
 * lowers the cost, and joins that part. In each round every part at least doubles, so there are at
 * most log n rounds. */
#include "layout/feasible_tree.h"

typedef struct parts {
    dgi_simplex_problem *s;
    const dgi_adjacency *out, *in;
    bool *in_tree;
    uint32_t *part;        /* per node: the node that names its part */
    uint32_t *next;        /* per node: the next of its part, DGI_NONE at the end */
    uint32_t *last, *size; /* per part */
    uint32_t *queue;       /* a ring buffer of parts, each in it at most once */
    uint32_t first, n_queued;
} parts;

static int64_t slack(const dgi_simplex_problem *s, uint32_t constraint)
{
    const dgi_constraint *k = &s->constraints[constraint];
    return s->at[k->head] - s->at[k->tail] - k->length;
}

static void push(parts *p, uint32_t part)
{
    uint32_t n = p->s->n;
    uint32_t at = p->first + p->n_queued;
    p->queue[at >= n ? at - n : at] = part;
    p->n_queued++;
}

static uint32_t pop(parts *p)
{
    uint32_t part = p->queue[p->first];
    p->first = p->first + 1 == p->s->n ? 0 : p->first + 1;
    p->n_queued--;
    return part;
}

/* Joins two parts by a constraint; the joined part is named after the larger one. */
static void join(parts *p, uint32_t a, uint32_t b, uint32_t constraint)
{
    if (p->size[a] < p->size[b]) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    for (uint32_t v = b; v != DGI_NONE; v = p->next[v])
        p->part[v] = a;
    p->next[p->last[a]] = b;
    p->last[a] = p->last[b];
    p->size[a] += p->size[b];
    p->size[b] = 0;
    p->in_tree[constraint] = true;
}

static void start(parts *p)
{
    const dgi_simplex_problem *s = p->s;
    for (uint32_t v = 0; v < s->n; v++) {
        p->part[v] = p->last[v] = v;
        p->next[v] = DGI_NONE;
        p->size[v] = 1;
    }
    for (uint32_t i = 0; i < s->m; i++) {
        uint32_t a = p->part[s->constraints[i].tail];
        uint32_t b = p->part[s->constraints[i].head];
        if (a != b && slack(s, i) == 0)
            join(p, a, b, i);
    }
    for (uint32_t v = 0; v < s->n; v++)
        if (p->part[v] == v)
            push(p, v);
}

/* The constraint with the least slack out of a part in one direction. */
typedef struct candidate {
    uint32_t constraint;
    int64_t least;
} candidate;

static int64_t least_slack(const parts *p, uint32_t part, const dgi_adjacency *lists, bool outwards,
                           candidate *found)
{
    const dgi_simplex_problem *s = p->s;
    int64_t weight = 0;
    found->constraint = DGI_NONE;
    found->least = 0;
    for (uint32_t v = part; v != DGI_NONE; v = p->next[v]) {
        for (uint32_t j = lists->start[v]; j < lists->start[v + 1]; j++) {
            const dgi_constraint *k = &s->constraints[lists->items[j]];
            if (p->part[outwards ? k->head : k->tail] == part)
                continue;
            weight += k->weight;
            int64_t free = slack(s, lists->items[j]);
            if (found->constraint == DGI_NONE || free < found->least) {
                found->constraint = lists->items[j];
                found->least = free;
            }
        }
    }
    return weight;
}

static void shift(const parts *p, uint32_t part, int64_t by)
{
    for (uint32_t v = part; v != DGI_NONE; v = p->next[v])
        p->s->at[v] += by;
}

/* Shifts the part in the direction of the greater weight, and joins the part that it meets. False
 * if it is a whole component. */
static bool grow(parts *p, uint32_t part)
{
    candidate right, left;
    int64_t pull = least_slack(p, part, p->out, true, &right);
    pull -= least_slack(p, part, p->in, false, &left);
    if (right.constraint == DGI_NONE && left.constraint == DGI_NONE)
        return false;
    bool rightwards =
        left.constraint == DGI_NONE ||
        (right.constraint != DGI_NONE && (pull > 0 || (pull == 0 && right.least < left.least)));
    uint32_t constraint = rightwards ? right.constraint : left.constraint;
    const dgi_constraint *k = &p->s->constraints[constraint];
    uint32_t with = p->part[rightwards ? k->head : k->tail];
    shift(p, part, rightwards ? right.least : -left.least);
    join(p, part, with, constraint);
    return true;
}

bool dgi_feasible_tree(dgi_simplex_problem *s, const dgi_adjacency *out, const dgi_adjacency *in,
                       bool *in_tree)
{
    parts p = {.s = s, .out = out, .in = in, .in_tree = in_tree};
    uint32_t **of_nodes[] = {&p.part, &p.next, &p.last, &p.size, &p.queue};
    bool all = true;
    for (size_t i = 0; i < sizeof of_nodes / sizeof *of_nodes; i++) {
        *of_nodes[i] = dgi_zeroed(s->n, sizeof **of_nodes[i]);
        all = all && *of_nodes[i];
    }
    if (all)
        start(&p);
    while (all && p.n_queued > 0) {
        uint32_t part = pop(&p);
        /* A part that was joined to a larger one is handled with that, which is in the queue, too.
         */
        if (p.part[part] == part && grow(&p, part) && p.part[part] == part)
            push(&p, part);
    }
    for (size_t i = 0; i < sizeof of_nodes / sizeof *of_nodes; i++)
        free(*of_nodes[i]);
    return all;
}
