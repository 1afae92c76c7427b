/* Groups of values that are counted together: layers. */
#ifndef DGI_INSPECT_SCOPE_GROUPS_H
#define DGI_INSPECT_SCOPE_GROUPS_H

#include "base/buf.h"
#include "base/strmap.h"

/* A group is all that has one scope, where the examples and the units of a layer count as one:
 * names that are "example" and a number are left out, and the last one if it is "neuron" and a
 * number. Zero it first. */
typedef struct dgi_scope_groups {
    bool by_unit;       /* the last name is not left out */
    dgi_buf name;       /* of the scope that was asked for last */
    dgi_strmap ids;     /* by name */
    const char **names; /* of each group; borrowed from `ids` */
    size_t count, capacity;
    const char *last_scope; /* the scope that was asked for last, and its group */
    size_t last_id;
    bool failed; /* out of memory: every group is 0 */
} dgi_scope_groups;

/* Whether a name of a scope is "example" and a number. */
bool dgi_is_example_scope(const char *name, size_t size);

/* The group of a scope from the trace; groups are numbered in the order in which they are asked
 * for. */
size_t dgi_scope_group_of(dgi_scope_groups *g, const char *scope);

/* Its name; "" when out of memory. */
const char *dgi_scope_group_name(dgi_scope_groups *g, const char *scope);

void dgi_scope_groups_free(dgi_scope_groups *g);

#endif
