/* A fold as the trace that is drawn, which has more nodes than dg_trace_from_fold(): one for each
 * use of what is drawn as stubs. */
#ifndef DGI_FOLD_VIEW_H
#define DGI_FOLD_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/fold.h>

typedef struct dgi_fold_view_node {
    uint32_t box;  /* of the fold */
    uint32_t stub; /* the number of its use, from 1, where the box is drawn at each of its uses;
                      else 0 */
} dgi_fold_view_node;

/* A box that is one value has that value's content and operands. Another one is a node whose op
 * says how many values it stands for; its data and its gradient are the worst in it; and it has one
 * operand for each box that it uses. */
typedef struct dgi_fold_view {
    dg_trace *trace;
    dgi_fold_view_node *nodes; /* of `trace` */
    uint32_t *node_of;         /* by box: its node, or the last of its stubs */
    uint32_t *counts; /* of each edge to a node that is no value, in the order of `trace`: how many
                         edges of the whole it stands for */
    size_t count;     /* of these */
} dgi_fold_view;

/* False when out of memory. dgi_fold_view_free() in any case. */
bool dgi_fold_view_init(dgi_fold_view *v, const dg_fold *f);
void dgi_fold_view_free(dgi_fold_view *v);

#endif
