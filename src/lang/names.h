/* The names of a program and what they stand for; and which of them is near another. */
#ifndef DGI_NAMES_H
#define DGI_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strmap.h"
#include "lang/operand.h"

typedef enum dgi_binding_kind {
    DGI_UNBOUND, /* the target of an assignment that has not come to its end */
    DGI_BOUND,   /* a value */
    DGI_NUMERIC, /* a leaf made of a number: it may stand where a number is needed */
    DGI_NAMED_LIST,
    DGI_NAMED_NETWORK,
    DGI_POISONED /* what it would be was wrong, which has been said: no more errors about it */
} dgi_binding_kind;

typedef struct dgi_binding {
    const char *name; /* the map's */
    dgi_binding_kind kind;
    union {
        dg_value *value; /* BOUND or NUMERIC */
        dgi_list *list;  /* this and the next are gone when the program has run */
        const dgi_network *network;
    } as;
} dgi_binding;

typedef struct dgi_bindings {
    dgi_strmap map; /* to places in `bindings` */
    dgi_binding *bindings;
    size_t count, room;
} dgi_bindings;

void dgi_bindings_free(dgi_bindings *names);

/* The value that a binding stands for, or NULL where it stands for none. */
dg_value *dgi_binding_value(const dgi_binding *binding);

/* The binding, or NULL where the name is not bound. */
const dgi_binding *dgi_bindings_find(const dgi_bindings *names, const char *name, size_t size);

/* The place of the name's binding, which is made where there is none; SIZE_MAX when out of memory.
 */
size_t dgi_bindings_add(dgi_bindings *names, const char *name, size_t size);

/* A search for the candidate with the smallest edit distance. */
typedef struct dgi_search {
    const char *name;
    size_t size;
    const char *best; /* NULL: none is near */
    size_t distance;  /* of the best */
} dgi_search;

dgi_search dgi_search_for(const char *name, size_t size);
void dgi_search_offer(dgi_search *search, const char *candidate);
void dgi_search_offer_names(dgi_search *search, const dgi_bindings *names, bool values_only);

#endif
