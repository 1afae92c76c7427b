/* The state that the parts of the JSON reader share. Nodes and edges are parsed as they come;
 * dgi_json_reader_link() then resolves the ids. */
#ifndef DGI_JSON_READ_H
#define DGI_JSON_READ_H

#include "trace/json_arrays.h"
#include "trace/trace.h"

/* An edge as parsed. Its ends are indices into dgi_json_reader.ids, since a file may list edges
 * before nodes. */
typedef struct dgi_json_edge {
    uint32_t from, to;
    uint32_t operand;
} dgi_json_edge;

/* An id that occurred in the file. */
typedef struct dgi_json_id {
    const char *text; /* owned by the map */
    uint32_t node;    /* DGI_NO_NODE as long as no node with this id was read */
} dgi_json_id;

enum { DGI_DATA, DGI_GRAD };

typedef struct dgi_json_reader {
    dgi_json_scanner scan;
    dg_trace *t;
    dgi_strmap id_indices; /* from an id's text to its index in ids */
    dgi_json_id *ids;
    size_t n_ids, id_capacity;
    dgi_json_edge *edges;
    size_t n_edges, edge_capacity;
    uint32_t root;            /* an index into ids */
    dgi_strmap members;       /* of the top-level object, as far as read */
    dgi_json_array arrays[2]; /* of the current node, by DGI_DATA and DGI_GRAD */
    size_t n_numbers;         /* in the data of all tensors so far */
} dgi_json_reader;

/* The index of an id, which is added if it is new; DGI_NO_NODE when out of memory, with the error
 * set. */
uint32_t dgi_json_reader_id(dgi_json_reader *r, const char *id, size_t size);

/* Adds a node to the trace, or an edge to the reader, from element i of its array. False with the
 * error set. (In a node's JSON value the arrays of data and grad are empty; their numbers are in
 * r->arrays.) */
bool dgi_json_read_node(dgi_json_reader *r, json_t *element, size_t i);
bool dgi_json_read_edge(dgi_json_reader *r, json_t *element, size_t i);

/* Resolves ids to nodes, and sets the operands and the root of the trace. False with the error set.
 */
bool dgi_json_reader_link(dgi_json_reader *r);

/* Sets the error to "out of memory" and returns false. */
bool dgi_json_reader_nomem(dgi_json_reader *r);

#endif
