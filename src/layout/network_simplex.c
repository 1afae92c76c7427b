/* Network simplex, after Gansner et al., section 2.3.
 *
 * The pivots are theirs; the data structures differ. The tree has links between parents and
 * children and subtree sizes instead of their low and lim numbers, so that a pivot visits the
 * smaller side of the cut and the cycle, but never the whole tree. Tree edges with a negative cut
 * value are in a queue, so that none has to be searched for; of its first ones the best is chosen.
 */
#include "layout/network_simplex.h"

#include "layout/feasible_tree.h"

enum { CANDIDATES = 30 };

/* All that a pivot reads of a node is in one place, since large trees do not fit into the cache. */
typedef struct tree_node {
    uint32_t up, parent; /* the constraint to its parent, and the parent; DGI_NONE: a root */
    uint32_t child;      /* the first of its children */
    uint32_t next, prev; /* its siblings */
    uint32_t size;       /* of its subtree */
    uint32_t root;
    uint32_t stamp; /* the value of tree.now when it was last visited */
} tree_node;

typedef struct tree {
    const dgi_simplex_problem *s;
    dgi_adjacency out, in; /* per node: constraints */
    bool *in_tree;         /* per constraint */
    int64_t *cut;          /* per constraint in the tree: its cut value */
    tree_node *nodes;
    uint32_t *side;  /* the nodes on the smaller side of the cut */
    uint32_t *queue; /* a ring buffer of constraints with a negative cut value */
    bool *queued;    /* per constraint */
    uint32_t first, n_queued;
    uint32_t now;
    uint64_t work;
} tree;

static uint32_t other_end(const tree *t, uint32_t constraint, uint32_t node)
{
    const dgi_constraint *k = &t->s->constraints[constraint];
    return k->tail == node ? k->head : k->tail;
}

static int64_t slack(const tree *t, uint32_t constraint)
{
    const dgi_constraint *k = &t->s->constraints[constraint];
    return t->s->at[k->head] - t->s->at[k->tail] - k->length;
}

static void attach(tree *t, uint32_t v, uint32_t to, uint32_t constraint)
{
    tree_node *n = &t->nodes[v];
    n->up = constraint;
    n->parent = to;
    n->prev = DGI_NONE;
    n->next = t->nodes[to].child;
    if (n->next != DGI_NONE)
        t->nodes[n->next].prev = v;
    t->nodes[to].child = v;
}

static void detach(tree *t, uint32_t v)
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

static void enqueue_if_negative(tree *t, uint32_t constraint)
{
    if (t->cut[constraint] >= 0 || t->queued[constraint])
        return;
    uint32_t at = t->first + t->n_queued;
    t->queue[at >= t->s->m ? at - t->s->m : at] = constraint;
    t->n_queued++;
    t->queued[constraint] = true;
}

static uint32_t dequeue(tree *t)
{
    uint32_t constraint = t->queue[t->first];
    t->first = t->first + 1 == t->s->m ? 0 : t->first + 1;
    t->n_queued--;
    t->queued[constraint] = false;
    return constraint;
}

/* ---- The initial tree ---------------------------------------------------------------------- */

/* Builds the tree of each component from the constraints in it, breadth first. Afterwards `side`
 * has the nodes in that order. */
static void build_tree(tree *t)
{
    const dgi_simplex_problem *s = t->s;
    uint32_t done = 0;
    for (uint32_t v = 0; v < s->n; v++)
        t->nodes[v].root = t->nodes[v].child = t->nodes[v].up = t->nodes[v].parent = DGI_NONE;
    for (uint32_t start = 0; start < s->n; start++) {
        if (t->nodes[start].root != DGI_NONE)
            continue;
        uint32_t end = done;
        t->side[end++] = start;
        t->nodes[start].root = start;
        for (; done < end; done++) {
            uint32_t v = t->side[done];
            for (int way = 0; way < 2; way++) {
                const dgi_adjacency *constraints = way ? &t->in : &t->out;
                for (uint32_t i = constraints->start[v]; i < constraints->start[v + 1]; i++) {
                    uint32_t constraint = constraints->items[i];
                    uint32_t w = other_end(t, constraint, v);
                    if (!t->in_tree[constraint] || t->nodes[w].root != DGI_NONE)
                        continue;
                    t->nodes[w].root = start;
                    attach(t, w, v, constraint);
                    t->side[end++] = w;
                }
            }
        }
    }
}

/* Computes the cut values. That of a constraint is the weight of the constraints across its cut in
 * its direction, less that of the others; so it is the sum, over the nodes on its tail's side, of
 * the weights out less the weights in. */
static void compute_cut_values(tree *t, int64_t *excess)
{
    const dgi_simplex_problem *s = t->s;
    for (uint32_t i = 0; i < s->m; i++) {
        excess[s->constraints[i].tail] += s->constraints[i].weight;
        excess[s->constraints[i].head] -= s->constraints[i].weight;
    }
    for (uint32_t v = 0; v < s->n; v++)
        t->nodes[v].size = 1;
    for (uint32_t i = s->n; i-- > 0;) {
        uint32_t v = t->side[i];
        uint32_t constraint = t->nodes[v].up;
        if (constraint == DGI_NONE)
            continue;
        uint32_t p = t->nodes[v].parent;
        t->cut[constraint] = s->constraints[constraint].tail == v ? excess[v] : -excess[v];
        excess[p] += excess[v];
        t->nodes[p].size += t->nodes[v].size;
    }
    for (uint32_t i = 0; i < s->n; i++)
        if (t->nodes[t->side[i]].up != DGI_NONE)
            enqueue_if_negative(t, t->nodes[t->side[i]].up);
}

/* ---- Pivots -------------------------------------------------------------------------------- */

/* Stamps the nodes in the subtree of `top`, without that of `without`, and lists them in side. */
static uint32_t collect_subtree(tree *t, uint32_t top, uint32_t without)
{
    uint32_t count = 0;
    uint32_t v = top;
    for (;;) {
        t->work++;
        t->nodes[v].stamp = t->now;
        t->side[count++] = v;
        uint32_t to = t->nodes[v].child;
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

/* The constraint with the least slack from the head's side of the cut to the tail's. */
static uint32_t entering(tree *t, uint32_t count, bool tail_side)
{
    const dgi_adjacency *lists = tail_side ? &t->in : &t->out;
    uint32_t best = DGI_NONE;
    int64_t least = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = t->side[i];
        uint32_t end = lists->start[v + 1];
        t->work += end - lists->start[v];
        for (uint32_t j = lists->start[v]; j < end; j++) {
            uint32_t constraint = lists->items[j];
            const dgi_constraint *k = &t->s->constraints[constraint];
            if (t->nodes[tail_side ? k->tail : k->head].stamp == t->now)
                continue;
            int64_t free = slack(t, constraint);
            if (best == DGI_NONE || free < least) {
                best = constraint;
                least = free;
                if (free == 0)
                    return best;
            }
        }
    }
    return best;
}

/* The lowest common ancestor of two nodes. */
static uint32_t common_ancestor(tree *t, uint32_t a, uint32_t b)
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

/* Updates the cut values on the path from `node` up to `end`, part of the cycle. */
static void update_cut_values(tree *t, uint32_t node, uint32_t end, int64_t cut, bool from_tail)
{
    while (node != end) {
        uint32_t constraint = t->nodes[node].up;
        bool points_up = t->s->constraints[constraint].tail == node;
        t->cut[constraint] += points_up == from_tail ? cut : -cut;
        enqueue_if_negative(t, constraint);
        node = t->nodes[node].parent;
        t->work++;
    }
}

/* Makes `node` the root of the subtree of `top`, which contains it. */
static void reroot(tree *t, uint32_t node, uint32_t top)
{
    uint32_t total = t->nodes[top].size;
    uint32_t below =
        DGI_NONE; /* the previous node, which becomes the parent, and the constraint to it */
    uint32_t constraint = DGI_NONE;
    uint32_t lost = 0;
    for (;;) {
        uint32_t up = t->nodes[node].up;
        uint32_t p = node == top ? DGI_NONE : t->nodes[node].parent;
        uint32_t size = t->nodes[node].size;
        if (p != DGI_NONE)
            detach(t, node);
        t->nodes[node].size = below == DGI_NONE ? total : total - lost;
        if (below != DGI_NONE)
            attach(t, node, below, constraint);
        if (p == DGI_NONE)
            return;
        lost = size;
        below = node;
        constraint = up;
        node = p;
    }
}

static void exchange(tree *t, uint32_t leaving_constraint, uint32_t entering_constraint,
                     uint32_t child, uint32_t inside)
{
    uint32_t outside = other_end(t, entering_constraint, inside);
    uint32_t old_parent = t->nodes[child].parent;
    uint32_t meet = common_ancestor(t, inside, outside);
    int64_t cut = t->cut[leaving_constraint];
    bool inside_is_tail = t->s->constraints[entering_constraint].tail == inside;
    update_cut_values(t, inside, meet, cut, inside_is_tail);
    update_cut_values(t, outside, meet, cut, !inside_is_tail);
    t->cut[leaving_constraint] = 0;
    t->cut[entering_constraint] = -cut;
    t->in_tree[leaving_constraint] = false;
    t->in_tree[entering_constraint] = true;
    uint32_t moved = t->nodes[child].size;
    for (uint32_t v = old_parent; v != meet; v = t->nodes[v].parent)
        t->nodes[v].size -= moved;
    for (uint32_t v = outside; v != meet; v = t->nodes[v].parent)
        t->nodes[v].size += moved;
    detach(t, child);
    reroot(t, inside, child);
    attach(t, inside, outside, entering_constraint);
}

static void pivot(tree *t, uint32_t leaving_constraint)
{
    const dgi_simplex_problem *s = t->s;
    const dgi_constraint *k = &s->constraints[leaving_constraint];
    bool child_is_tail = t->nodes[k->tail].up == leaving_constraint;
    uint32_t child = child_is_tail ? k->tail : k->head;
    uint32_t root = t->nodes[child].root;
    bool below = t->nodes[child].size <= t->nodes[root].size / 2;
    t->now++;
    uint32_t count = below ? collect_subtree(t, child, DGI_NONE) : collect_subtree(t, root, child);
    bool tail_side = child_is_tail == below;
    uint32_t constraint = entering(t, count, tail_side);
    if (constraint ==
        DGI_NONE) /* no other constraint crosses the cut: moving a side changes no cost */
        return;
    int64_t by = slack(t, constraint);
    if (tail_side)
        by = -by;
    for (uint32_t i = 0; by != 0 && i < count; i++)
        s->at[t->side[i]] += by;
    /* The entering constraint points from the head's side to the tail's. */
    exchange(t, leaving_constraint, constraint, child,
             child_is_tail ? s->constraints[constraint].head : s->constraints[constraint].tail);
}

/* Of the first constraints in the queue, the one with the most negative cut value in relation to
 * the number of nodes on the smaller side, which its pivot has to move. DGI_NONE: none is negative
 * any more. */
static uint32_t leaving(tree *t)
{
    uint32_t best = DGI_NONE;
    double most = 0.0;
    for (uint32_t i = t->n_queued < CANDIDATES ? t->n_queued : CANDIDATES; i > 0; i--) {
        uint32_t constraint = dequeue(t);
        if (!t->in_tree[constraint] || t->cut[constraint] >= 0)
            continue;
        const dgi_constraint *k = &t->s->constraints[constraint];
        uint32_t child = t->nodes[k->tail].up == constraint ? k->tail : k->head;
        uint32_t below = t->nodes[child].size;
        uint32_t above = t->nodes[t->nodes[child].root].size - below;
        double gain = -(double)t->cut[constraint] / (below < above ? below : above);
        if (gain > most) {
            uint32_t other = best;
            best = constraint;
            most = gain;
            constraint = other;
        }
        if (constraint != DGI_NONE)
            enqueue_if_negative(t, constraint);
    }
    return best;
}

/* ---- Solving ------------------------------------------------------------------------------- */

static bool allocate(tree *t)
{
    const dgi_simplex_problem *s = t->s;
    size_t n = s->n, m = s->m;
    t->in_tree = dgi_zeroed(m, sizeof *t->in_tree);
    t->queued = dgi_zeroed(m, sizeof *t->queued);
    t->cut = dgi_zeroed(m, sizeof *t->cut);
    t->queue = dgi_zeroed(m, sizeof *t->queue);
    t->nodes = dgi_zeroed(n, sizeof *t->nodes);
    t->side = dgi_zeroed(n, sizeof *t->side);
    return t->in_tree && t->queued && t->cut && t->queue && t->nodes && t->side;
}

static void release(tree *t)
{
    void *all[] = {t->in_tree, t->queued, t->cut, t->queue, t->nodes, t->side};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    dgi_adjacency_free(&t->out);
    dgi_adjacency_free(&t->in);
}

bool dgi_network_simplex(dgi_simplex_problem *s)
{
    tree t = {.s = s};
    if (s->n == 0 || s->m == 0)
        return true;
    int64_t *excess = dgi_zeroed(s->n, sizeof *excess);
    bool done = excess && allocate(&t) && dgi_constraints_out(&t.out, s->n, s->m, s->constraints) &&
                dgi_constraints_in(&t.in, s->n, s->m, s->constraints) &&
                dgi_feasible_tree(s, &t.out, &t.in, t.in_tree);
    if (done) {
        build_tree(&t);
        compute_cut_values(&t, excess);
        while (t.n_queued > 0 && t.work < s->budget && t.now < UINT32_MAX - 4) {
            uint32_t constraint = leaving(&t);
            if (constraint != DGI_NONE)
                pivot(&t, constraint);
        }
    }
    free(excess);
    release(&t);
    return done;
}
