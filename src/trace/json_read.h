/* The parts of reading a trace from JSON text: members, then what they mean together. */
#ifndef DGI_JSON_READ_H
#define DGI_JSON_READ_H

#include "trace/json_nested.h"
#include "trace/trace.h"

/* An edge as the file has it. Its ends are names, numbered as they appear: the file may list edges
 * before nodes. */
typedef struct dgi_raw_edge {
    uint32_t from, to;
    uint32_t operand;
} dgi_raw_edge;

/* A name that occurred. */
typedef struct dgi_name {
    const char *text; /* owned by the map */
    uint32_t node;    /* DGI_NO_NODE where no node was called so yet */
} dgi_name;

enum { DGI_DATA, DGI_GRAD };

typedef struct dgi_reader {
    dgi_scan scan;
    dg_trace *t;
    dgi_strmap numbers; /* of names */
    dgi_name *names;
    size_t n_names, room_names;
    dgi_raw_edge *edges;
    size_t n_edges, room_edges;
    uint32_t root;       /* a name */
    dgi_strmap keys;     /* members that occurred */
    dgi_nested lists[2]; /* of the node that is read, by DGI_DATA and DGI_GRAD */
    size_t n_numbers;    /* of data in tensors */
} dgi_reader;

/* The number of a name; DGI_NO_NODE when out of memory, with the error set. */
uint32_t dgi_reader_name(dgi_reader *r, const char *name, size_t size);

/* A node or edge of the file, the value of element i of its array. False with the error set. (Of a
 * node, lists in data and grad are empty: their numbers are in r->lists.) */
bool dgi_read_node(dgi_reader *r, json_t *element, size_t i);
bool dgi_read_edge(dgi_reader *r, json_t *element, size_t i);

/* Turns names into nodes: the trace gets its edges and its root. False with the error set. */
bool dgi_reader_connect(dgi_reader *r);

/* Sets the error to "out of memory" and returns false. */
bool dgi_reader_nomem(dgi_reader *r);

#endif
