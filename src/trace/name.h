/* What nodes are called: their own ids, or `v` and their place. */
#ifndef DGI_NAME_H
#define DGI_NAME_H

#include <stdbool.h>

#include "trace/trace.h"

/* Room for `v` and the longest place. */
enum { DGI_PLACE_ROOM = 24 };

/* Writes `v` and the place; returns the text. */
const char *dgi_place_name(char *text, size_t place);

/* The N of a text that dgi_place_name() writes for N; DG_NO_NODE for every other. */
size_t dgi_place_named(const char *text);

/* Names that differ for all nodes of a trace, also where its own ids do not: a node whose id was
 * taken by an earlier one, or whose place is another node's id, is called by id and place. */
typedef struct dgi_names {
    dgi_strmap taken;
    const char *
        *names; /* NULL where no node has an id; an entry NULL where the place is the name */
} dgi_names;

/* False when out of memory, with nothing left to free. */
bool dgi_names_make(dgi_names *names, const dg_trace *t);
void dgi_names_free(dgi_names *names);

/* The name of a node, in `text` or in `names`. */
const char *dgi_name_of(const dgi_names *names, size_t node, char *text);

/* Two nodes that are called the same. */
typedef struct dgi_clash {
    size_t a, b; /* DG_NO_NODE: there are none */
} dgi_clash;

/* Finds such a pair; false when out of memory. */
bool dgi_find_clash(const dg_trace *t, dgi_clash *clash);

/* A text between quotes for a message, shortened. */
enum { DGI_QUOTE_ROOM = 64 };
const char *dgi_quote(char *quoted, const char *text);

#endif
