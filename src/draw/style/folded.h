/* A folded trace as it is drawn. */
#ifndef DGI_FOLDED_H
#define DGI_FOLDED_H

#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/fold.h>
#include <dotgrad/inspect.h>

#include "draw/style/edges.h"
#include "trace/fold_view.h"

typedef struct dgi_folded {
    const dg_trace *whole; /* borrowed */
    dg_fold *fold;
    dgi_fold_view view;
    dg_box_summary *summaries; /* of each box */
    uint8_t *is_output;        /* of each node of the whole: another box uses it */
    double least, most;        /* the range of the magnitudes of all gradients; 0: there are none */
} dgi_folded;

/* Whether these options fold anything, or make frames. */
bool dgi_is_folding(const dg_fold_options *options);

/* Folds a trace that dg_trace_check() accepts. dgi_folded_free() has to follow in any case. */
dg_status dgi_folded_init(dgi_folded *f, const dg_trace *whole, const dg_fold_options *options,
                          const dg_inspect_options *thresholds, dg_error *error);
void dgi_folded_free(dgi_folded *f);

/* What a node of the view's trace shows. */
dg_box dgi_folded_box(const dgi_folded *f, size_t node);

/* The value that such a node is, as a node of the whole; DG_NO_NODE where it stands for several. */
size_t dgi_folded_value(const dgi_folded *f, size_t node);

/* The node of the view's trace that shows a node of the whole; DG_NO_NODE for that. */
size_t dgi_folded_node_of(const dgi_folded *f, size_t node);

/* Sets the innermost frame that each node of the view's trace is in, or DG_NO_BOX. A stub stands
 * beside what uses it, the next node that is none. */
void dgi_folded_frames(const dgi_folded *f, size_t *frames);

/* Sets the marks of the view's nodes: a box has a mark where a value in it has one. False when out
 * of memory. */
bool dgi_folded_mark(const dgi_folded *f, bool *marks, const bool *of_whole);

/* Corrects how many operands the edges of the view's trace stand for. */
void dgi_folded_count(const dgi_folded *f, dgi_edges *edges);

/* How wide an edge is that stands for so many, in tenths of a point: the wider, the more there are,
 * by 0.6 points for each decade. 0 for one, which has the usual width. */
uint8_t dgi_edge_width(size_t count);

/* Of the id of a node's element what is behind the prefix: "v17" for node 17 of the whole, "g5" for
 * a group, "v17-use2" for the second of its stubs. It is the same whatever else is folded. */
enum { DGI_FOLDED_ID_SIZE = 64 };
void dgi_folded_id(char id[DGI_FOLDED_ID_SIZE], const dgi_folded *f, size_t node);

#endif
