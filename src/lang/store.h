/* What a program makes beside values: lists, the strings in them, and networks. They live until the
 * program has run to its end; the parameters of a network belong to the graph. */
#ifndef DGI_STORE_H
#define DGI_STORE_H

#include "base/strmap.h"
#include "lang/operand.h"

typedef struct dgi_store {
    dgi_list *lists;
    dgi_network *networks;
    dgi_strmap texts; /* each distinct string once */
    size_t elements;  /* of all lists, each of which counts as one more */
} dgi_store;

void dgi_store_free(dgi_store *store);

/* A list of `count` elements for the caller to fill in; NULL when out of memory. */
dgi_list *dgi_store_list(dgi_store *store, size_t count);

/* The list `row` again, as that at `place` of `source`; NULL when out of memory. */
dgi_list *dgi_store_row(dgi_store *store, dgi_list *row, dgi_list *source, size_t place);

/* Takes the module over; NULL when out of memory, the module then being freed. */
const dgi_network *dgi_store_network(dgi_store *store, dg_module *module, const char *name);

/* The string, kept; NULL when out of memory. */
const char *dgi_store_text(dgi_store *store, const char *text, size_t size);

#endif
