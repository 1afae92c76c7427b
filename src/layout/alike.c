/* Colour refinement: nodes have the same colour when they are as far from the first ones, and when
 * what they are tied to had the same colours a round ago. After a few rounds, nodes of one colour
 * have the same surroundings. An optimum of the smaller graph is nearly one of the larger; it would
 * be one exactly if the rounds went on until nothing changed (Grohe, Kersting, Mladenov and Selman,
 * 2014). */
#include "layout/alike.h"

enum { ROUNDS = 5 };

typedef struct refinement {
    dgi_simplex *s;
    const dgi_id *sorted;
    const dgi_lists *out;
    dgi_id *level; /* per node: the most ties on a way to it */
    uint64_t *colour, *next;
    dgi_id *kind;  /* per node: which of the small graph's it is */
    dgi_id *first; /* per kind: a node of it */
    dgi_id n_kinds;
    dgi_id *table; /* of open addressing: kinds, then ties of the small graph */
    size_t mask;
    dgi_tie *ties; /* of the small graph */
    dgi_id n_ties;
    int64_t *at; /* of the small graph's nodes */
} refinement;

/* A permutation of 64-bit numbers that leaves no pattern. */
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
    const dgi_simplex *s = r->s;
    for (dgi_id i = 0; i < s->n; i++) {
        dgi_id v = r->sorted[i];
        for (dgi_id j = r->out->start[v]; j < r->out->start[v + 1]; j++) {
            dgi_id head = s->ties[r->out->all[j]].head;
            if (r->level[head] <= r->level[v])
                r->level[head] = r->level[v] + 1;
        }
    }
}

static void colour(refinement *r)
{
    const dgi_simplex *s = r->s;
    for (dgi_id v = 0; v < s->n; v++)
        r->colour[v] = mix(r->level[v] + 1);
    for (int round = 0; round < ROUNDS; round++) {
        for (dgi_id v = 0; v < s->n; v++)
            r->next[v] = r->colour[v];
        for (dgi_id i = 0; i < s->m; i++) {
            const dgi_tie *k = &s->ties[i];
            uint64_t own = (uint64_t)k->length * 1000003u + (uint64_t)k->weight;
            r->next[k->tail] += mix(r->colour[k->head] + own);
            r->next[k->head] += mix(r->colour[k->tail] ^ ~own);
        }
        for (dgi_id v = 0; v < s->n; v++)
            r->colour[v] = mix(r->next[v]);
    }
}

/* Whether few colours stand for many nodes. One colour has one level, or it would be no graph
 * without cycles. */
static bool number_kinds(refinement *r)
{
    const dgi_simplex *s = r->s;
    for (size_t i = 0; i <= r->mask; i++)
        r->table[i] = DGI_NONE;
    for (dgi_id v = 0; v < s->n; v++) {
        size_t i = r->colour[v] & r->mask;
        while (r->table[i] != DGI_NONE && r->colour[r->first[r->table[i]]] != r->colour[v])
            i = (i + 1) & r->mask;
        if (r->table[i] == DGI_NONE) {
            r->first[r->n_kinds] = v;
            r->table[i] = r->n_kinds++;
        }
        r->kind[v] = r->table[i];
        if (r->level[r->first[r->kind[v]]] != r->level[v])
            return false;
    }
    return r->n_kinds <= s->n / 2;
}

static void merge_ties(refinement *r)
{
    const dgi_simplex *s = r->s;
    for (size_t i = 0; i <= r->mask; i++)
        r->table[i] = DGI_NONE;
    for (dgi_id j = 0; j < s->m; j++) {
        dgi_tie k = s->ties[j];
        k.tail = r->kind[k.tail];
        k.head = r->kind[k.head];
        size_t i = mix((uint64_t)k.tail << 32 | k.head) & r->mask;
        while (r->table[i] != DGI_NONE &&
               (r->ties[r->table[i]].tail != k.tail || r->ties[r->table[i]].head != k.head))
            i = (i + 1) & r->mask;
        if (r->table[i] == DGI_NONE) {
            r->ties[r->n_ties] = k;
            r->table[i] = r->n_ties++;
            continue;
        }
        dgi_tie *same = &r->ties[r->table[i]];
        same->weight += k.weight;
        same->length = k.length > same->length ? k.length : same->length;
    }
}

static bool solve(refinement *r)
{
    dgi_simplex small = {.n = r->n_kinds, .m = r->n_ties, .ties = r->ties, .at = r->at};
    small.budget = 10000000 + 100 * ((uint64_t)small.n + small.m);
    return dgi_simplex_run(&small);
}

/* Of the positions of its nodes each kind takes the greatest, or what its ties then ask for. */
static void gather_positions(refinement *r)
{
    const dgi_simplex *s = r->s;
    for (dgi_id i = 0; i < r->n_kinds; i++)
        r->at[i] = INT64_MIN;
    for (dgi_id v = 0; v < s->n; v++)
        if (s->at[v] > r->at[r->kind[v]])
            r->at[r->kind[v]] = s->at[v];
    for (dgi_id i = 0; i < s->n; i++)
        for (dgi_id j = r->out->start[r->sorted[i]]; j < r->out->start[r->sorted[i] + 1]; j++) {
            const dgi_tie *k = &s->ties[r->out->all[j]];
            int64_t least = r->at[r->kind[k->tail]] + k->length;
            if (r->at[r->kind[k->head]] < least)
                r->at[r->kind[k->head]] = least;
        }
}

static bool allocate(refinement *r)
{
    const dgi_simplex *s = r->s;
    size_t most = s->n > s->m ? s->n : s->m;
    r->mask = 1;
    while (r->mask < 2 * most)
        r->mask *= 2;
    r->mask--;
    r->level = dgi_array(s->n, sizeof *r->level);
    r->colour = dgi_array(s->n, sizeof *r->colour);
    r->next = dgi_array(s->n, sizeof *r->next);
    r->kind = dgi_array(s->n, sizeof *r->kind);
    r->first = dgi_array(s->n, sizeof *r->first);
    r->table = dgi_array(r->mask + 1, sizeof *r->table);
    return r->level && r->colour && r->next && r->kind && r->first && r->table;
}

static bool solve_small(refinement *r, bool *much)
{
    const dgi_simplex *s = r->s;
    r->ties = dgi_array(s->m, sizeof *r->ties);
    r->at = dgi_array(r->n_kinds, sizeof *r->at);
    if (!r->ties || !r->at)
        return false;
    merge_ties(r);
    gather_positions(r);
    if (!solve(r))
        return false;
    for (dgi_id v = 0; v < s->n; v++)
        s->at[v] = r->at[r->kind[v]];
    *much = true;
    return true;
}

bool dgi_simplex_alike(dgi_simplex *s, const dgi_id *sorted, const dgi_lists *out, bool *much)
{
    refinement r = {.s = s, .sorted = sorted, .out = out};
    *much = false;
    bool done = allocate(&r);
    if (done) {
        measure_levels(&r);
        colour(&r);
        if (number_kinds(&r))
            done = solve_small(&r, much);
    }
    free(r.level);
    free(r.colour);
    free(r.next);
    free(r.kind);
    free(r.first);
    free(r.table);
    free(r.ties);
    free(r.at);
    return done;
}
