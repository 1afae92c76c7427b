/* Boruvka's way: every part that tight ties hold together looks for the tie of least slack to
 * another part, is shifted by that slack and joins it; then the joined parts do the same. In each
 * round every part at least doubles, so there are at most log n rounds. */
#include "layout/tight.h"

typedef struct parts {
    dgi_simplex *s;
    const dgi_lists *out, *in;
    bool *in_tree;
    dgi_id *part;        /* per node: the node that names its part */
    dgi_id *next;        /* per node: the next of its part, DGI_NONE at the end */
    dgi_id *last, *size; /* per part */
    dgi_id *queue;       /* of parts, a ring: no part is in it twice */
    dgi_id first, waiting;
} parts;

static int64_t slack(const dgi_simplex *s, dgi_id tie)
{
    const dgi_tie *k = &s->ties[tie];
    return s->at[k->head] - s->at[k->tail] - k->length;
}

static void push(parts *p, dgi_id part)
{
    dgi_id n = p->s->n;
    dgi_id at = p->first + p->waiting;
    p->queue[at >= n ? at - n : at] = part;
    p->waiting++;
}

static dgi_id pop(parts *p)
{
    dgi_id part = p->queue[p->first];
    p->first = p->first + 1 == p->s->n ? 0 : p->first + 1;
    p->waiting--;
    return part;
}

/* Joins two parts by a tie; the name of the larger one stays. */
static void join(parts *p, dgi_id a, dgi_id b, dgi_id tie)
{
    if (p->size[a] < p->size[b]) {
        dgi_id swap = a;
        a = b;
        b = swap;
    }
    for (dgi_id v = b; v != DGI_NONE; v = p->next[v])
        p->part[v] = a;
    p->next[p->last[a]] = b;
    p->last[a] = p->last[b];
    p->size[a] += p->size[b];
    p->size[b] = 0;
    p->in_tree[tie] = true;
}

static void start(parts *p)
{
    const dgi_simplex *s = p->s;
    for (dgi_id v = 0; v < s->n; v++) {
        p->part[v] = p->last[v] = v;
        p->next[v] = DGI_NONE;
        p->size[v] = 1;
    }
    for (dgi_id i = 0; i < s->m; i++) {
        dgi_id a = p->part[s->ties[i].tail];
        dgi_id b = p->part[s->ties[i].head];
        if (a != b && slack(s, i) == 0)
            join(p, a, b, i);
    }
    for (dgi_id v = 0; v < s->n; v++)
        if (p->part[v] == v)
            push(p, v);
}

/* What a part sees of one direction: its least slack. */
typedef struct view {
    dgi_id tie;
    int64_t least;
} view;

static int64_t look(const parts *p, dgi_id part, const dgi_lists *lists, bool outwards, view *seen)
{
    const dgi_simplex *s = p->s;
    int64_t weight = 0;
    seen->tie = DGI_NONE;
    seen->least = 0;
    for (dgi_id v = part; v != DGI_NONE; v = p->next[v]) {
        for (dgi_id j = lists->start[v]; j < lists->start[v + 1]; j++) {
            const dgi_tie *k = &s->ties[lists->all[j]];
            if (p->part[outwards ? k->head : k->tail] == part)
                continue;
            weight += k->weight;
            int64_t free = slack(s, lists->all[j]);
            if (seen->tie == DGI_NONE || free < seen->least) {
                seen->tie = lists->all[j];
                seen->least = free;
            }
        }
    }
    return weight;
}

static void shift(const parts *p, dgi_id part, int64_t by)
{
    for (dgi_id v = part; v != DGI_NONE; v = p->next[v])
        p->s->at[v] += by;
}

/* Shifts the part the way its ties pull and joins what it meets. False: it is a whole component. */
static bool grow(parts *p, dgi_id part)
{
    view right, left;
    int64_t pull = look(p, part, p->out, true, &right);
    pull -= look(p, part, p->in, false, &left);
    if (right.tie == DGI_NONE && left.tie == DGI_NONE)
        return false;
    bool rightwards =
        left.tie == DGI_NONE ||
        (right.tie != DGI_NONE && (pull > 0 || (pull == 0 && right.least < left.least)));
    dgi_id tie = rightwards ? right.tie : left.tie;
    const dgi_tie *k = &p->s->ties[tie];
    dgi_id with = p->part[rightwards ? k->head : k->tail];
    shift(p, part, rightwards ? right.least : -left.least);
    join(p, part, with, tie);
    return true;
}

bool dgi_tight_tree(dgi_simplex *s, const dgi_lists *out, const dgi_lists *in, bool *in_tree)
{
    parts p = {.s = s, .out = out, .in = in, .in_tree = in_tree};
    dgi_id **of_nodes[] = {&p.part, &p.next, &p.last, &p.size, &p.queue};
    bool all = true;
    for (size_t i = 0; i < sizeof of_nodes / sizeof *of_nodes; i++) {
        *of_nodes[i] = dgi_array(s->n, sizeof **of_nodes[i]);
        all = all && *of_nodes[i];
    }
    if (all)
        start(&p);
    while (all && p.waiting > 0) {
        dgi_id part = pop(&p);
        /* A part that lost its name is seen to under the other, which waits too. */
        if (p.part[part] == part && grow(&p, part) && p.part[part] == part)
            push(&p, part);
    }
    for (size_t i = 0; i < sizeof of_nodes / sizeof *of_nodes; i++)
        free(*of_nodes[i]);
    return all;
}
