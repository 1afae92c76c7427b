/* Colour refinement: nodes start with a colour for their level; in each round, nodes keep the same
 * colour only if their neighbours had the same colours before. After a few rounds, nodes of one
 * colour have the same surroundings.
 *
 * Merging them gives a smaller linear program. Grohe, Kersting, Mladenov and Selman, "Dimension
 * reduction via colour refinement" (2014), show that its optimum is that of the whole if refinement
 * goes on until the colours are stable. Here it stops after some rounds, so the result is only
 * close to optimal, and network simplex continues from there. */
#include "layout/colour_refinement.h"

enum { ROUNDS = 5 };

typedef struct refinement {
    dgi_simplex_problem *s;
    const uint32_t *sorted;
    const dgi_adjacency *out;
    uint32_t *level; /* per node: the length of the longest path to it */
    uint64_t *colour, *next;
    uint32_t *merged; /* per node: the node of the reduced problem */
    uint32_t *first;  /* per node of the reduced problem: one of its nodes */
    uint32_t n_merged;
    uint32_t
        *table; /* a hash table with open addressing, of merged nodes, then of merged constraints */
    size_t mask;
    dgi_constraint *constraints; /* of the reduced problem, as those below */
    uint32_t n_constraints;
    int64_t *at;
} refinement;

/* A bijective hash of 64 bits. */
static uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

static void measure_levels(const refinement *r)
{
    const dgi_simplex_problem *s = r->s;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t v = r->sorted[i];
        for (uint32_t j = r->out->start[v]; j < r->out->start[v + 1]; j++) {
            uint32_t head = s->constraints[r->out->items[j]].head;
            if (r->level[head] <= r->level[v])
                r->level[head] = r->level[v] + 1;
        }
    }
}

static void colour(refinement *r)
{
    const dgi_simplex_problem *s = r->s;
    for (uint32_t v = 0; v < s->n; v++)
        r->colour[v] = mix(r->level[v] + 1);
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t v = 0; v < s->n; v++)
            r->next[v] = r->colour[v];
        for (uint32_t i = 0; i < s->m; i++) {
            const dgi_constraint *k = &s->constraints[i];
            uint64_t own = (uint64_t)k->length * 1000003u + (uint64_t)k->weight;
            r->next[k->tail] += mix(r->colour[k->head] + own);
            r->next[k->head] += mix(r->colour[k->tail] ^ ~own);
        }
        for (uint32_t v = 0; v < s->n; v++)
            r->colour[v] = mix(r->next[v]);
    }
}

/* Numbers the colours. False if there are more than half as many as nodes; or if nodes of different
 * levels have the same colour by a collision, since the reduced graph might then have cycles. */
static bool number_colours(refinement *r)
{
    const dgi_simplex_problem *s = r->s;
    for (size_t i = 0; i <= r->mask; i++)
        r->table[i] = DGI_NONE;
    for (uint32_t v = 0; v < s->n; v++) {
        size_t i = r->colour[v] & r->mask;
        while (r->table[i] != DGI_NONE && r->colour[r->first[r->table[i]]] != r->colour[v])
            i = (i + 1) & r->mask;
        if (r->table[i] == DGI_NONE) {
            r->first[r->n_merged] = v;
            r->table[i] = r->n_merged++;
        }
        r->merged[v] = r->table[i];
        if (r->level[r->first[r->merged[v]]] != r->level[v])
            return false;
    }
    return r->n_merged <= s->n / 2;
}

static void merge_constraints(refinement *r)
{
    const dgi_simplex_problem *s = r->s;
    for (size_t i = 0; i <= r->mask; i++)
        r->table[i] = DGI_NONE;
    for (uint32_t j = 0; j < s->m; j++) {
        dgi_constraint k = s->constraints[j];
        k.tail = r->merged[k.tail];
        k.head = r->merged[k.head];
        size_t i = mix((uint64_t)k.tail << 32 | k.head) & r->mask;
        while (r->table[i] != DGI_NONE && (r->constraints[r->table[i]].tail != k.tail ||
                                           r->constraints[r->table[i]].head != k.head))
            i = (i + 1) & r->mask;
        if (r->table[i] == DGI_NONE) {
            r->constraints[r->n_constraints] = k;
            r->table[i] = r->n_constraints++;
            continue;
        }
        dgi_constraint *same = &r->constraints[r->table[i]];
        same->weight += k.weight;
        same->length = k.length > same->length ? k.length : same->length;
    }
}

static bool solve(refinement *r)
{
    dgi_simplex_problem reduced = {
        .n = r->n_merged, .m = r->n_constraints, .constraints = r->constraints, .at = r->at};
    reduced.budget = 10000000 + 100 * ((uint64_t)reduced.n + reduced.m);
    return dgi_network_simplex(&reduced);
}

/* The initial positions of the reduced problem: the greatest of the merged nodes, or as far right
 * as the merged constraints require. */
static void initial_positions(refinement *r)
{
    const dgi_simplex_problem *s = r->s;
    for (uint32_t i = 0; i < r->n_merged; i++)
        r->at[i] = INT64_MIN;
    for (uint32_t v = 0; v < s->n; v++)
        if (s->at[v] > r->at[r->merged[v]])
            r->at[r->merged[v]] = s->at[v];
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = r->out->start[r->sorted[i]]; j < r->out->start[r->sorted[i] + 1]; j++) {
            const dgi_constraint *k = &s->constraints[r->out->items[j]];
            int64_t least = r->at[r->merged[k->tail]] + k->length;
            if (r->at[r->merged[k->head]] < least)
                r->at[r->merged[k->head]] = least;
        }
}

static bool allocate(refinement *r)
{
    const dgi_simplex_problem *s = r->s;
    size_t most = s->n > s->m ? s->n : s->m;
    r->mask = 1;
    while (r->mask < 2 * most)
        r->mask *= 2;
    r->mask--;
    r->level = dgi_zeroed(s->n, sizeof *r->level);
    r->colour = dgi_zeroed(s->n, sizeof *r->colour);
    r->next = dgi_zeroed(s->n, sizeof *r->next);
    r->merged = dgi_zeroed(s->n, sizeof *r->merged);
    r->first = dgi_zeroed(s->n, sizeof *r->first);
    r->table = dgi_zeroed(r->mask + 1, sizeof *r->table);
    return r->level && r->colour && r->next && r->merged && r->first && r->table;
}

static bool solve_reduced(refinement *r, bool *reduced)
{
    const dgi_simplex_problem *s = r->s;
    r->constraints = dgi_zeroed(s->m, sizeof *r->constraints);
    r->at = dgi_zeroed(r->n_merged, sizeof *r->at);
    if (!r->constraints || !r->at)
        return false;
    merge_constraints(r);
    initial_positions(r);
    if (!solve(r))
        return false;
    for (uint32_t v = 0; v < s->n; v++)
        s->at[v] = r->at[r->merged[v]];
    *reduced = true;
    return true;
}

bool dgi_solve_by_colours(dgi_simplex_problem *s, const uint32_t *sorted, const dgi_adjacency *out,
                          bool *reduced)
{
    refinement r = {.s = s, .sorted = sorted, .out = out};
    *reduced = false;
    bool done = allocate(&r);
    if (done) {
        measure_levels(&r);
        colour(&r);
        if (number_colours(&r))
            done = solve_reduced(&r, reduced);
    }
    free(r.level);
    free(r.colour);
    free(r.next);
    free(r.merged);
    free(r.first);
    free(r.table);
    free(r.constraints);
    free(r.at);
    return done;
}
