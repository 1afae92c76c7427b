/* Sorts the members and vertices of a level. */
#include "trace/fold_levels.h"

#include <string.h>

void dgi_level_sort_members(dgi_level *l)
{
    uint32_t *first = l->first_member;
    memset(first, 0, (l->vertex_count + 1) * sizeof *first);
    for (size_t i = 0; i < l->member_count; i++)
        first[l->vertex[l->members[i]]]++;
    uint32_t sum = 0;
    for (size_t x = 0; x < l->vertex_count; x++) {
        uint32_t count = first[x];
        first[x] = sum;
        sum += count;
    }
    for (size_t i = 0; i < l->member_count; i++) {
        uint32_t node = l->members[i];
        l->by_vertex[first[l->vertex[node]]++] = node;
    }
    for (size_t x = l->vertex_count; x-- > 0;)
        first[x + 1] = first[x];
    first[0] = 0;
}

/* Whether the vertex x is to stand before y, if both may. */
static bool precedes(const dgi_level *l, uint32_t x, uint32_t y)
{
    bool x_block = x < l->block_count, y_block = y < l->block_count;
    if (x_block != y_block)
        return x_block;
    return l->position[l->by_vertex[l->first_member[x]]] <
           l->position[l->by_vertex[l->first_member[y]]];
}

static void push(dgi_level *l, size_t *count, uint32_t x)
{
    size_t i = (*count)++;
    for (; i > 0 && precedes(l, x, l->heap[(i - 1) / 2]); i = (i - 1) / 2)
        l->heap[i] = l->heap[(i - 1) / 2];
    l->heap[i] = x;
}

static uint32_t pop(dgi_level *l, size_t *count)
{
    uint32_t top = l->heap[0], x = l->heap[--*count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < *count; i = child) {
        if (child + 1 < *count && precedes(l, l->heap[child + 1], l->heap[child]))
            child++;
        if (!precedes(l, l->heap[child], x))
            break;
        l->heap[i] = l->heap[child];
    }
    l->heap[i] = x;
    return top;
}

static void count_waiting(dgi_level *l)
{
    const dg_trace *t = l->tree->trace;
    memset(l->waiting, 0, l->vertex_count * sizeof *l->waiting);
    for (size_t i = 0; i < l->member_count; i++) {
        uint32_t to = l->members[i];
        const dgi_trace_node *n = &t->nodes[to];
        for (uint32_t k = 0; k < n->n_operands; k++)
            l->waiting[l->vertex[to]] += dgi_level_edge(l, dgi_trace_node_operands(n)[k], to);
    }
}

/* Lets go of the vertices that use this one. */
static void release_users(dgi_level *l, uint32_t x, size_t *ready)
{
    for (uint32_t i = l->first_member[x]; i < l->first_member[x + 1]; i++) {
        uint32_t from = l->by_vertex[i];
        for (uint32_t k = l->first_use[from]; k < l->first_use[from + 1]; k++) {
            uint32_t to = l->users[k];
            if (dgi_level_edge(l, from, to) && --l->waiting[l->vertex[to]] == 0)
                push(l, ready, l->vertex[to]);
        }
    }
}

size_t dgi_level_sort_vertices(dgi_level *l)
{
    size_t ready = 0, count = 0;
    if (l->block_count == 0) { /* they are sorted */
        for (size_t i = 0; i < l->member_count; i++)
            l->sorted[i] = l->vertex[l->members[i]];
        return l->member_count;
    }
    count_waiting(l);
    for (uint32_t x = 0; x < l->vertex_count; x++)
        if (l->waiting[x] == 0)
            push(l, &ready, x);
    while (ready > 0) {
        uint32_t x = pop(l, &ready);
        l->sorted[count++] = x;
        release_users(l, x, &ready);
    }
    return count;
}
