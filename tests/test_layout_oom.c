/* The layout out of memory, one allocation at a time. */
#include "layout/layout.h"

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *memory);

static bool armed;
static long allocations, fails_at, failures, live;
static bool fails_on;

static bool fails(void)
{
    if (!armed)
        return false;
    long n = allocations++;
    bool now = fails_at >= 0 && (fails_on ? n >= fails_at : n == fails_at);
    failures += now;
    return now;
}

static void *count(void *memory)
{
    live += armed && memory;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    void *memory = __real_realloc(old, size);
    live += armed && memory && !old;
    return memory;
}

void __wrap_free(void *memory)
{
    live -= armed && memory;
    __real_free(memory);
}

static void arm(long at, bool on)
{
    fails_at = at;
    fails_on = on;
    allocations = failures = live = 0;
    armed = true;
}

/* ---- A graph that uses every phase --------------------------------------------------------- */

enum { NODES = 66, CHAIN = 10, ALIKE = 36, EDGES = 130 };

typedef struct graph {
    dgi_layout l;
    dgi_layout_node nodes[NODES];
    dgi_layout_edge edges[EDGES];
} graph;

/* A chain with a leaf at each node and an edge past all of it, and leaves that are alike. */
static void make_regular(graph *g)
{
    dgi_layout_edge *e = g->edges;
    for (size_t i = 0; i + 1 < CHAIN; i++) {
        *e++ = (dgi_layout_edge){.from = i, .to = i + 1, .weight = 1};
        *e++ = (dgi_layout_edge){.from = CHAIN + i, .to = i + 1, .weight = 1};
    }
    *e++ = (dgi_layout_edge){.from = 0, .to = CHAIN - 1, .weight = 1};
    for (size_t i = 0; i < ALIKE; i++) {
        *e++ = (dgi_layout_edge){.from = NODES - ALIKE + i, .to = CHAIN - 2, .weight = 1};
        *e++ = (dgi_layout_edge){.from = NODES - ALIKE + i, .to = CHAIN - 1, .weight = 1};
    }
}

static void make(graph *g)
{
    rng r = {7};
    memset(g, 0, sizeof *g);
    g->l = (dgi_layout){.nodes = g->nodes,
                        .n_nodes = NODES,
                        .edges = g->edges,
                        .n_edges = EDGES,
                        .node_gap = 16,
                        .rank_gap = 24,
                        .longest = 1,
                        .effort = 0.01};
    for (size_t i = 0; i < NODES; i++)
        g->nodes[i] = (dgi_layout_node){.width = 50 + (double)i, .height = 20};
    for (size_t i = 0; i < EDGES; i++) {
        g->edges[i].from = rng_below(&r, NODES - ALIKE);
        g->edges[i].to = rng_below(&r, NODES - ALIKE);
        g->edges[i].weight = i % 5 ? 1 : 10;
        g->edges[i].label_width = i % 7 ? 0 : 12;
        g->edges[i].label_height = i % 7 ? 0 : 9;
    }
    make_regular(g);
}

static void every_failure(bool on)
{
    graph g;
    make(&g);
    arm(-1, false);
    dg_status status = dgi_layout_run(&g.l);
    bool valid = status == DG_OK && dgi_layout_valid(&g.l, NULL);
    dgi_layout_free(&g.l);
    armed = false;
    long total = allocations;
    ck_assert(valid);
    ck_assert_int_eq(live, 0);
    ck_assert_int_gt(total, 50);
    for (long at = 0; at < total; at++) {
        const char *why = NULL;
        make(&g);
        arm(at, on);
        status = dgi_layout_run(&g.l);
        dgi_layout_point *points = g.l.points;
        valid = status == DG_OK && dgi_layout_valid(&g.l, &why);
        dgi_layout_free(&g.l);
        armed = false;
        ck_assert_msg(failures > 0, "allocation %ld of %ld was never made", at, total);
        ck_assert_msg(live == 0, "allocation %ld of %ld failed: %ld blocks leak", at, total, live);
        /* Builds that watch themselves may only have failed to check what they made. */
        if (SANITIZED && valid)
            continue;
        ck_assert_msg(status == DG_NOMEM || (why && strcmp(why, "out of memory") == 0),
                      "allocation %ld of %ld failed, and nothing said so", at, total);
        ck_assert(status == DG_OK || points == NULL);
        ck_assert(!valid);
    }
}

START_TEST(one_allocation_fails)
{
    every_failure(false);
}
END_TEST

START_TEST(all_allocations_fail_from_one_on)
{
    every_failure(true);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_allocation_fails, all_allocations_fail_from_one_on};
    return run_suite("layout, out of memory", tests, sizeof tests / sizeof *tests);
}
