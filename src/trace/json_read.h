/* The state that the parts of the JSON reader share. Nodes and edges are read as they come;
 * dgi_json_reader_link() then resolves the ids. */
#ifndef DGI_JSON_READ_H
#define DGI_JSON_READ_H

#include "trace/json_arrays.h"
#include "trace/trace.h"

/* An edge as read. Its ends are indices into dgi_json_reader.ids, since a file may list edges
 * before nodes. */
typedef struct dgi_json_edge {
    uint32_t from, to;
    uint32_t operand;
} dgi_json_edge;

/* What few edges have. */
typedef struct dgi_json_edge_note {
    size_t edge;
    const char *name; /* interned; NULL where there is none */
    bool has_local;
    double local;
} dgi_json_edge_note;

/* An id that occurred in the file. */
typedef struct dgi_json_id {
    const char *text; /* owned by the map; NULL for `v` and the number */
    uint32_t number;
    uint32_t node; /* DGI_NO_NODE as long as no node with this id was read */
} dgi_json_id;

/* A node that is result `k` of the op of the node that is called `of`, an index into ids. */
typedef struct dgi_json_result {
    uint32_t node, of, k;
} dgi_json_result;

enum { DGI_DATA, DGI_GRAD };

typedef struct dgi_json_reader {
    dgi_json_scanner scan;
    dg_trace *t;
    int version;           /* 1 or 2 */
    dgi_strmap id_indices; /* from an id's text to its index in ids */
    uint32_t *numbered;    /* the same from the number of ids `v0`, `v1`, …; DGI_NO_NODE: none */
    size_t n_numbered;
    dgi_json_id *ids;
    size_t n_ids, id_capacity;
    dgi_json_edge *edges;
    size_t n_edges, edge_capacity;
    dgi_json_edge_note *notes;
    size_t n_notes, note_capacity;
    dgi_json_result *results;
    size_t n_results, result_capacity;
    uint32_t root;   /* an index into ids, as those of `roots`; DGI_NO_NODE: none was read */
    uint32_t *roots; /* owned */
    size_t n_roots, root_capacity;
    dgi_strmap members;       /* of the top-level object, as far as read */
    dgi_json_array arrays[2]; /* of the current node, by DGI_DATA and DGI_GRAD */
    size_t n_numbers;         /* in the data of all tensors so far */
} dgi_json_reader;

/* Whether a value can be an id: a string, and since version 2 a number. */
bool dgi_json_is_id(const dgi_json_reader *r, const dgi_json_value *value);

/* What to say of one that cannot. */
const char *dgi_json_not_id(const dgi_json_reader *r);

/* The index of the id that a value is, which is added if it is new; a number is the same id as its
 * text. DGI_NO_NODE when out of memory, with the error set. */
uint32_t dgi_json_reader_id(dgi_json_reader *r, const dgi_json_value *value);

/* The text of an id of that index, in `text` (DGI_DEFAULT_ID_SIZE bytes) or owned by the map. */
const char *dgi_json_id_text(const dgi_json_reader *r, uint32_t id, char *text);

/* The trace's copy of a string. NULL when out of memory, with the error set, and if the string is
 * longer than DG_TRACE_STRING_MAX: then *too_long is set instead. */
const char *dgi_json_intern(dgi_json_reader *r, const dgi_json_value *string, bool *too_long);

/* Reads a node into the trace, or an edge into the reader, element i of its array. */
bool dgi_json_read_node(dgi_json_reader *r, size_t i);
bool dgi_json_read_edge(dgi_json_reader *r, size_t i);

/* Sets the error to that and returns false. */
bool dgi_json_too_many_roots(dgi_json_reader *r);

/* Resolves ids to nodes, and sets the operands and the roots of the trace. */
bool dgi_json_reader_link(dgi_json_reader *r);

/* Frees all but the trace. */
void dgi_json_reader_free(dgi_json_reader *r);

#endif
