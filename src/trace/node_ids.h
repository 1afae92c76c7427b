/* Ids of nodes: those that were set, and the defaults `v0`, `v1`, … */
#ifndef DGI_NODE_IDS_H
#define DGI_NODE_IDS_H

#include <stdbool.h>

#include "trace/trace.h"

/* The size of a buffer for any default id. */
enum { DGI_DEFAULT_ID_SIZE = 24 };

/* Writes `v` and the node's index; returns the text. */
const char *dgi_default_id(char *text, size_t node);

/* The node whose default id the text is; DG_NO_NODE for every other text. */
size_t dgi_node_from_default_id(const char *text);
size_t dgi_node_from_id(const char *text, size_t size);

/* An id for each node of a trace, all different even where the trace's own ids are not: a node
 * whose id belongs to an earlier node, or whose default id is another node's id, is called by its
 * id and its index. */
typedef struct dgi_unique_ids {
    dgi_strmap taken;
    const char **ids; /* NULL where no node has an explicit id; an entry NULL for the default id */
} dgi_unique_ids;

/* False when out of memory, with nothing to free. */
bool dgi_unique_ids_init(dgi_unique_ids *ids, const dg_trace *t);
void dgi_unique_ids_free(dgi_unique_ids *ids);

/* The id of a node, in `text` (DGI_DEFAULT_ID_SIZE bytes) or owned by `ids`. */
const char *dgi_unique_id(const dgi_unique_ids *ids, size_t node, char *text);

/* Two nodes with the same id. */
typedef struct dgi_id_conflict {
    size_t a, b; /* DG_NO_NODE: there are none */
} dgi_id_conflict;

/* Finds such a pair; false when out of memory. */
bool dgi_find_id_conflict(const dg_trace *t, dgi_id_conflict *conflict);

/* Writes the text in quotation marks, shortened if it is long, for use in a message. */
enum { DGI_QUOTE_SIZE = 64 };
const char *dgi_quote(char *quoted, const char *text);

/* The same of a node's id. */
const char *dgi_quote_id(char *quoted, const dg_trace *t, size_t node);

#endif
