/* Splits groups whose contraction would make a cycle into convex parts.
 *
 * The cycles are in the strongly connected components of the level's graph (Tarjan, Depth-first
 * search and linear graph algorithms, SIAM J. Comput. 1(2), 1972). Within a component each node
 * gets the largest number of times that a path to it goes from one vertex to another. That number
 * does not fall along an edge, and rises where an edge leads to another vertex; so if each block is
 * split into parts of one number, no cycle is left. */
#include "trace/fold_levels.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

typedef struct frame {
    uint32_t vertex, member, operand; /* to look at next */
} frame;

typedef struct search {
    dgi_level *l;
    uint32_t *number;    /* of a vertex, in the order of the search; NONE: not reached yet. When all
                            are, of a component's name: another vertex of it */
    uint32_t *low;       /* the lowest number that it reaches */
    uint32_t *component; /* of a vertex: another vertex of it, NONE: still open or alone */
    uint32_t *stack;
    frame *frames;
    size_t stack_count, frame_count;
    uint32_t reached;
} search;

static void enter(search *s, uint32_t x)
{
    s->number[x] = s->low[x] = s->reached++;
    s->stack[s->stack_count++] = x;
    s->frames[s->frame_count++] = (frame){x, s->l->first_member[x], 0};
}

/* All on the stack from x on are a component; its name is x. */
static void close_component(search *s, uint32_t x)
{
    bool alone = s->stack[s->stack_count - 1] == x;
    for (uint32_t y = NONE; y != x;) {
        y = s->stack[--s->stack_count];
        s->component[y] = alone ? NONE : x;
        s->low[y] = NONE; /* it is on the stack no more */
    }
}

static void leave(search *s, uint32_t x)
{
    s->frame_count--;
    uint32_t low = s->low[x];
    if (low == s->number[x])
        close_component(s, x);
    if (s->frame_count > 0) {
        uint32_t before = s->frames[s->frame_count - 1].vertex;
        if (low < s->low[before])
            s->low[before] = low;
    }
}

/* Follows the next edge of the innermost vertex. */
static void step(search *s)
{
    dgi_level *l = s->l;
    frame *f = &s->frames[s->frame_count - 1];
    uint32_t x = f->vertex;
    if (f->member == l->first_member[x + 1]) {
        leave(s, x);
        return;
    }
    uint32_t to = l->by_vertex[f->member];
    const dgi_trace_node *n = &l->tree->trace->nodes[to];
    if (f->operand == n->n_operands) {
        f->member++;
        f->operand = 0;
        return;
    }
    uint32_t from = dgi_trace_node_operands(n)[f->operand++];
    if (!dgi_level_edge(l, from, to) || l->waiting[l->vertex[from]] == 0)
        return;
    uint32_t y = l->vertex[from];
    if (s->number[y] == NONE)
        enter(s, y);
    else if (s->low[y] != NONE && s->number[y] < s->low[x])
        s->low[x] = s->number[y];
}

static void find_components(search *s)
{
    size_t n = s->l->vertex_count;
    memset(s->number, 0xFF, n * sizeof *s->number);
    memset(s->component, 0xFF, n * sizeof *s->component);
    for (uint32_t x = 0; x < n; x++) {
        if (s->l->waiting[x] == 0 || s->number[x] != NONE)
            continue;
        enter(s, x);
        while (s->frame_count > 0)
            step(s);
    }
    /* Of a component's name: another one that is in it. */
    for (uint32_t x = 0; x < n; x++)
        if (s->component[x] != NONE && s->component[x] != x)
            s->number[s->component[x]] = x;
}

/* The number of each member that is in a component, by node. */
static void number_members(const search *s, uint32_t *crossings)
{
    const dgi_level *l = s->l;
    for (size_t i = 0; i < l->member_count; i++) {
        uint32_t to = l->members[i], component = s->component[l->vertex[to]];
        const dgi_trace_node *n = &l->tree->trace->nodes[to];
        uint32_t most = 0;
        for (uint32_t k = 0; k < n->n_operands && component != NONE; k++) {
            uint32_t from = dgi_trace_node_operands(n)[k];
            if (l->cell[from] != l->cell[to] || s->component[l->vertex[from]] != component)
                continue;
            uint32_t crossed = crossings[from] + (l->vertex[from] != l->vertex[to]);
            most = crossed > most ? crossed : most;
        }
        crossings[to] = most;
    }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Sorts the numbers and drops those that are there twice. */
static size_t distinct(uint32_t *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, compare);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || numbers[i] != numbers[kept - 1])
            numbers[kept++] = numbers[i];
    return kept;
}

static uint32_t rank_of(const uint32_t *numbers, size_t count, uint32_t number)
{
    size_t low = 0, high = count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle] <= number)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* Another vertex of the component: its group, or its node. */
static uint32_t cause_of(const search *s, uint32_t x)
{
    const dgi_level *l = s->l;
    uint32_t other = s->component[x] == x ? s->number[x] : s->component[x];
    return other < l->block_count ? DGI_CHILD_CELL | l->blocks[other].group
                                  : l->by_vertex[l->first_member[other]];
}

/* The new blocks, and the vertex of each member in them. `numbers` has room for all members. */
static size_t split_blocks(search *s, const uint32_t *crossings, dgi_block *split,
                           uint32_t *numbers)
{
    dgi_level *l = s->l;
    size_t count = 0;
    for (uint32_t x = 0; x < l->block_count; x++) {
        uint32_t begin = l->first_member[x], end = l->first_member[x + 1];
        size_t parts = 1;
        if (s->component[x] != NONE) {
            for (uint32_t i = begin; i < end; i++)
                numbers[i - begin] = crossings[l->by_vertex[i]];
            parts = distinct(numbers, end - begin);
        }
        uint32_t cause = parts > 1 ? cause_of(s, x) : NONE;
        for (uint32_t i = begin; i < end; i++) {
            uint32_t node = l->by_vertex[i];
            uint32_t part = parts > 1 ? rank_of(numbers, parts, crossings[node]) : 0;
            l->vertex[node] = (uint32_t)count + part;
        }
        for (uint32_t part = 0; part < parts; part++) {
            split[count] = l->blocks[x];
            split[count].part = part;
            split[count].parts = (uint32_t)parts;
            split[count++].cause = cause;
        }
    }
    return count;
}

/* Takes the new blocks over; the vertices of single members follow them. */
static void replace_blocks(dgi_level *l, dgi_block *split, size_t count)
{
    uint32_t begin = l->first_member[l->block_count];
    for (size_t i = begin; i < l->member_count; i++)
        l->vertex[l->by_vertex[i]] = (uint32_t)(count + (i - begin));
    free(l->blocks);
    l->blocks = split;
    l->vertex_count = count + (l->member_count - begin);
    l->block_count = count;
}

bool dgi_level_split(dgi_level *l)
{
    size_t n = l->member_count + 1, nodes = l->tree->trace->n_nodes;
    search s = {.l = l};
    s.number = malloc(n * sizeof *s.number);
    s.low = malloc(n * sizeof *s.low);
    s.component = malloc(n * sizeof *s.component);
    s.stack = malloc(n * sizeof *s.stack);
    s.frames = malloc(n * sizeof *s.frames);
    uint32_t *crossings = malloc(nodes * sizeof *crossings);
    dgi_block *split = malloc(n * sizeof *split);
    bool done = s.number && s.low && s.component && s.stack && s.frames && crossings && split;
    if (done) {
        find_components(&s);
        number_members(&s, crossings);
        replace_blocks(l, split, split_blocks(&s, crossings, split, s.stack));
        split = NULL;
    }
    free(s.number);
    free(s.low);
    free(s.component);
    free(s.stack);
    free(s.frames);
    free(crossings);
    free(split);
    return done;
}
