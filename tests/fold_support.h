/* What the suite of folds and their fuzzer share. */
#ifndef FOLD_SUPPORT_H
#define FOLD_SUPPORT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/fold.h>

/* How many boxes can be taken away one after the other, none before those that it uses: all, unless
 * there are cycles. */
static inline size_t count_removable_boxes(const dg_fold *f)
{
    size_t n = dg_fold_box_count(f), edges = dg_fold_edge_count(f), ready = 0, gone = 0;
    size_t *waiting = calloc(n, sizeof *waiting), *queue = malloc(n * sizeof *queue);
    size_t *last = malloc(n * sizeof *last), *before = malloc((edges + 1) * sizeof *before);
    size_t from, to;
    memset(last, 0xFF, n * sizeof *last);
    for (size_t i = 0; i < edges; i++) {
        dg_fold_edge(f, i, &from, &to, NULL);
        waiting[to]++;
        before[i] = last[from];
        last[from] = i;
    }
    for (size_t b = 0; b < n; b++)
        if (waiting[b] == 0)
            queue[ready++] = b;
    for (; gone < ready; gone++)
        for (size_t i = last[queue[gone]]; i != SIZE_MAX; i = before[i]) {
            dg_fold_edge(f, i, NULL, &to, NULL);
            if (--waiting[to] == 0)
                queue[ready++] = to;
        }
    free(waiting);
    free(queue);
    free(last);
    free(before);
    return gone;
}

#endif
