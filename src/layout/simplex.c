/* The pivots are those of the paper. What differs is how the tree is kept: by links between parents
 * and children, and subtree sizes, in place of low and lim numbers. A pivot then touches the
 * smaller side of the cut and the cycle, never the whole tree; and the edges with negative cut
 * values wait in a queue, so that none has to be looked for. */
#include "layout/simplex.h"

#include "layout/tight.h"

enum { CANDIDATES = 30 };

/* What a pivot reads of a node, together, since trees of large graphs are far larger than a cache.
 */
typedef struct tree_node {
    dgi_id up, parent; /* the tie to its parent, DGI_NONE for a root; and the parent */
    dgi_id child;      /* the first of its children */
    dgi_id next, prev; /* its siblings */
    dgi_id size;       /* of its subtree */
    dgi_id root;
    dgi_id stamp; /* the last pivot that saw it */
} tree_node;

typedef struct tree {
    const dgi_simplex *s;
    dgi_lists out, in; /* per node: ties */
    bool *in_tree;     /* per tie */
    int64_t *cut;      /* per tie of the tree */
    tree_node *nodes;
    dgi_id *side;  /* nodes of the smaller side */
    dgi_id *queue; /* a ring of ties */
    bool *queued;  /* per tie */
    dgi_id first, waiting;
    dgi_id now;
    uint64_t work;
} tree;

static dgi_id other_end(const tree *t, dgi_id tie, dgi_id node)
{
    const dgi_tie *k = &t->s->ties[tie];
    return k->tail == node ? k->head : k->tail;
}

static int64_t slack(const tree *t, dgi_id tie)
{
    const dgi_tie *k = &t->s->ties[tie];
    return t->s->at[k->head] - t->s->at[k->tail] - k->length;
}

static void attach(tree *t, dgi_id v, dgi_id to, dgi_id tie)
{
    tree_node *n = &t->nodes[v];
    n->up = tie;
    n->parent = to;
    n->prev = DGI_NONE;
    n->next = t->nodes[to].child;
    if (n->next != DGI_NONE)
        t->nodes[n->next].prev = v;
    t->nodes[to].child = v;
}

static void detach(tree *t, dgi_id v)
{
    tree_node *n = &t->nodes[v];
    if (n->prev != DGI_NONE)
        t->nodes[n->prev].next = n->next;
    else
        t->nodes[n->parent].child = n->next;
    if (n->next != DGI_NONE)
        t->nodes[n->next].prev = n->prev;
    n->up = n->parent = DGI_NONE;
}

static void wait_if_negative(tree *t, dgi_id tie)
{
    if (t->cut[tie] >= 0 || t->queued[tie])
        return;
    dgi_id at = t->first + t->waiting;
    t->queue[at >= t->s->m ? at - t->s->m : at] = tie;
    t->waiting++;
    t->queued[tie] = true;
}

static dgi_id take_waiting(tree *t)
{
    dgi_id tie = t->queue[t->first];
    t->first = t->first + 1 == t->s->m ? 0 : t->first + 1;
    t->waiting--;
    t->queued[tie] = false;
    return tie;
}

/* ---- The first tree ------------------------------------------------------------------------ */

/* Hangs the ties of the tree below one node of every component, breadth first; `side` has the nodes
 * in that order afterwards. */
static void hang(tree *t)
{
    const dgi_simplex *s = t->s;
    dgi_id done = 0;
    for (dgi_id v = 0; v < s->n; v++)
        t->nodes[v].root = t->nodes[v].child = t->nodes[v].up = t->nodes[v].parent = DGI_NONE;
    for (dgi_id start = 0; start < s->n; start++) {
        if (t->nodes[start].root != DGI_NONE)
            continue;
        dgi_id end = done;
        t->side[end++] = start;
        t->nodes[start].root = start;
        for (; done < end; done++) {
            dgi_id v = t->side[done];
            for (int way = 0; way < 2; way++) {
                const dgi_lists *ties = way ? &t->in : &t->out;
                for (dgi_id i = ties->start[v]; i < ties->start[v + 1]; i++) {
                    dgi_id tie = ties->all[i];
                    dgi_id w = other_end(t, tie, v);
                    if (!t->in_tree[tie] || t->nodes[w].root != DGI_NONE)
                        continue;
                    t->nodes[w].root = start;
                    attach(t, w, v, tie);
                    t->side[end++] = w;
                }
            }
        }
    }
}

/* The cut value of a tie is the weight that crosses it rightwards, less what crosses leftwards: the
 * sum, over the nodes on its tail's side, of weights out less weights in. */
static void weigh(tree *t, int64_t *excess)
{
    const dgi_simplex *s = t->s;
    for (dgi_id i = 0; i < s->m; i++) {
        excess[s->ties[i].tail] += s->ties[i].weight;
        excess[s->ties[i].head] -= s->ties[i].weight;
    }
    for (dgi_id v = 0; v < s->n; v++)
        t->nodes[v].size = 1;
    for (dgi_id i = s->n; i-- > 0;) {
        dgi_id v = t->side[i];
        dgi_id tie = t->nodes[v].up;
        if (tie == DGI_NONE)
            continue;
        dgi_id p = t->nodes[v].parent;
        t->cut[tie] = s->ties[tie].tail == v ? excess[v] : -excess[v];
        excess[p] += excess[v];
        t->nodes[p].size += t->nodes[v].size;
    }
    for (dgi_id i = 0; i < s->n; i++)
        if (t->nodes[t->side[i]].up != DGI_NONE)
            wait_if_negative(t, t->nodes[t->side[i]].up);
}

/* ---- A pivot ------------------------------------------------------------------------------- */

/* The nodes below `top` but not below `without`, stamped, into side. */
static dgi_id gather(tree *t, dgi_id top, dgi_id without)
{
    dgi_id count = 0;
    dgi_id v = top;
    for (;;) {
        t->work++;
        t->nodes[v].stamp = t->now;
        t->side[count++] = v;
        dgi_id to = t->nodes[v].child;
        if (to == without && to != DGI_NONE)
            to = t->nodes[to].next;
        while (to == DGI_NONE) {
            if (v == top)
                return count;
            to = t->nodes[v].next;
            if (to == without && to != DGI_NONE)
                to = t->nodes[to].next;
            v = t->nodes[v].parent;
        }
        v = to;
    }
}

/* The tie of least slack that crosses from the head's side to the tail's. */
static dgi_id entering(tree *t, dgi_id count, bool tail_side)
{
    const dgi_lists *lists = tail_side ? &t->in : &t->out;
    dgi_id best = DGI_NONE;
    int64_t least = 0;
    for (dgi_id i = 0; i < count; i++) {
        dgi_id v = t->side[i];
        dgi_id end = lists->start[v + 1];
        t->work += end - lists->start[v];
        for (dgi_id j = lists->start[v]; j < end; j++) {
            dgi_id tie = lists->all[j];
            const dgi_tie *k = &t->s->ties[tie];
            if (t->nodes[tail_side ? k->tail : k->head].stamp == t->now)
                continue;
            int64_t free = slack(t, tie);
            if (best == DGI_NONE || free < least) {
                best = tie;
                least = free;
                if (free == 0)
                    return best;
            }
        }
    }
    return best;
}

/* Where the ways from two nodes to the root meet. */
static dgi_id meeting(tree *t, dgi_id a, dgi_id b)
{
    t->now++;
    for (;;) {
        if (a != DGI_NONE) {
            if (t->nodes[a].stamp == t->now)
                return a;
            t->nodes[a].stamp = t->now;
            a = t->nodes[a].parent;
        }
        if (b != DGI_NONE) {
            if (t->nodes[b].stamp == t->now)
                return b;
            t->nodes[b].stamp = t->now;
            b = t->nodes[b].parent;
        }
        t->work += 2;
    }
}

/* Sends the cut value that goes around the cycle along the way from `node` up to `end`. */
static void carry(tree *t, dgi_id node, dgi_id end, int64_t cut, bool from_tail)
{
    while (node != end) {
        dgi_id tie = t->nodes[node].up;
        bool points_up = t->s->ties[tie].tail == node;
        t->cut[tie] += points_up == from_tail ? cut : -cut;
        wait_if_negative(t, tie);
        node = t->nodes[node].parent;
        t->work++;
    }
}

/* Turns the subtree of `top` over so that `node`, in it, is its root. */
static void turn(tree *t, dgi_id node, dgi_id top)
{
    dgi_id total = t->nodes[top].size;
    dgi_id below = DGI_NONE; /* the node before, which `node` is to hang under, and its tie */
    dgi_id tie = DGI_NONE;
    dgi_id lost = 0;
    for (;;) {
        dgi_id up = t->nodes[node].up;
        dgi_id p = node == top ? DGI_NONE : t->nodes[node].parent;
        dgi_id size = t->nodes[node].size;
        if (p != DGI_NONE)
            detach(t, node);
        t->nodes[node].size = below == DGI_NONE ? total : total - lost;
        if (below != DGI_NONE)
            attach(t, node, below, tie);
        if (p == DGI_NONE)
            return;
        lost = size;
        below = node;
        tie = up;
        node = p;
    }
}

static void exchange(tree *t, dgi_id leaving_tie, dgi_id entering_tie, dgi_id child, dgi_id inside)
{
    dgi_id outside = other_end(t, entering_tie, inside);
    dgi_id old_parent = t->nodes[child].parent;
    dgi_id meet = meeting(t, inside, outside);
    int64_t cut = t->cut[leaving_tie];
    bool inside_is_tail = t->s->ties[entering_tie].tail == inside;
    carry(t, inside, meet, cut, inside_is_tail);
    carry(t, outside, meet, cut, !inside_is_tail);
    t->cut[leaving_tie] = 0;
    t->cut[entering_tie] = -cut;
    t->in_tree[leaving_tie] = false;
    t->in_tree[entering_tie] = true;
    dgi_id moved = t->nodes[child].size;
    for (dgi_id v = old_parent; v != meet; v = t->nodes[v].parent)
        t->nodes[v].size -= moved;
    for (dgi_id v = outside; v != meet; v = t->nodes[v].parent)
        t->nodes[v].size += moved;
    detach(t, child);
    turn(t, inside, child);
    attach(t, inside, outside, entering_tie);
}

static void pivot(tree *t, dgi_id leaving_tie)
{
    const dgi_simplex *s = t->s;
    const dgi_tie *k = &s->ties[leaving_tie];
    bool child_is_tail = t->nodes[k->tail].up == leaving_tie;
    dgi_id child = child_is_tail ? k->tail : k->head;
    dgi_id root = t->nodes[child].root;
    bool below = t->nodes[child].size <= t->nodes[root].size / 2;
    t->now++;
    dgi_id count = below ? gather(t, child, DGI_NONE) : gather(t, root, child);
    bool tail_side = child_is_tail == below;
    dgi_id tie = entering(t, count, tail_side);
    if (tie == DGI_NONE) /* nothing holds the two sides together: no cost either */
        return;
    int64_t by = slack(t, tie);
    if (tail_side)
        by = -by;
    for (dgi_id i = 0; by != 0 && i < count; i++)
        s->at[t->side[i]] += by;
    /* The entering tie points from the head's side to the tail's. */
    exchange(t, leaving_tie, tie, child, child_is_tail ? s->ties[tie].head : s->ties[tie].tail);
}

/* Of the first that wait, the tie that promises most for what its pivot costs: the more negative
 * its cut value and the fewer nodes on the smaller side, the better. DGI_NONE: none of them counts.
 */
static dgi_id leaving(tree *t)
{
    dgi_id best = DGI_NONE;
    double most = 0.0;
    for (dgi_id i = t->waiting < CANDIDATES ? t->waiting : CANDIDATES; i > 0; i--) {
        dgi_id tie = take_waiting(t);
        if (!t->in_tree[tie] || t->cut[tie] >= 0)
            continue;
        const dgi_tie *k = &t->s->ties[tie];
        dgi_id child = t->nodes[k->tail].up == tie ? k->tail : k->head;
        dgi_id below = t->nodes[child].size;
        dgi_id above = t->nodes[t->nodes[child].root].size - below;
        double promise = -(double)t->cut[tie] / (below < above ? below : above);
        if (promise > most) {
            dgi_id other = best;
            best = tie;
            most = promise;
            tie = other;
        }
        if (tie != DGI_NONE)
            wait_if_negative(t, tie);
    }
    return best;
}

/* ---- All of it ----------------------------------------------------------------------------- */

static bool allocate(tree *t)
{
    const dgi_simplex *s = t->s;
    size_t n = s->n, m = s->m;
    t->in_tree = dgi_array(m, sizeof *t->in_tree);
    t->queued = dgi_array(m, sizeof *t->queued);
    t->cut = dgi_array(m, sizeof *t->cut);
    t->queue = dgi_array(m, sizeof *t->queue);
    t->nodes = dgi_array(n, sizeof *t->nodes);
    t->side = dgi_array(n, sizeof *t->side);
    return t->in_tree && t->queued && t->cut && t->queue && t->nodes && t->side;
}

static void release(tree *t)
{
    void *all[] = {t->in_tree, t->queued, t->cut, t->queue, t->nodes, t->side};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    dgi_lists_free(&t->out);
    dgi_lists_free(&t->in);
}

static bool make_lists(tree *t)
{
    const dgi_simplex *s = t->s;
    dgi_id *tails = dgi_array(s->m, sizeof *tails);
    dgi_id *heads = dgi_array(s->m, sizeof *heads);
    for (dgi_id i = 0; tails && heads && i < s->m; i++) {
        tails[i] = s->ties[i].tail;
        heads[i] = s->ties[i].head;
    }
    bool done = tails && heads && dgi_lists_of(&t->out, s->n, s->m, tails, NULL) &&
                dgi_lists_of(&t->in, s->n, s->m, heads, NULL);
    free(tails);
    free(heads);
    return done;
}

bool dgi_simplex_run(dgi_simplex *s)
{
    tree t = {.s = s};
    if (s->n == 0 || s->m == 0)
        return true;
    int64_t *excess = dgi_array(s->n, sizeof *excess);
    bool done =
        excess && allocate(&t) && make_lists(&t) && dgi_tight_tree(s, &t.out, &t.in, t.in_tree);
    if (done) {
        hang(&t);
        weigh(&t, excess);
        while (t.waiting > 0 && t.work < s->budget && t.now < UINT32_MAX - 4) {
            dgi_id tie = leaving(&t);
            if (tie != DGI_NONE)
                pivot(&t, tie);
        }
    }
    free(excess);
    release(&t);
    return done;
}
