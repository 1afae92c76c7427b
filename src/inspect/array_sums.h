/* The contributions to gradients from ops on tensors, summed up by value. */
#ifndef DGI_INSPECT_ARRAY_SUMS_H
#define DGI_INSPECT_ARRAY_SUMS_H

#include "inspect/inspection.h"

/* What one value gets from such ops: as many numbers as it has. */
typedef struct dgi_array_sum {
    double *sum, *magnitude; /* of the contributions, and of their magnitudes; owned; NULL: none */
    bool unknown;            /* some are not known */
} dgi_array_sum;

/* By node, in backward order: the sums of a node are complete when all its uses were added. Zero it
 * first. */
typedef struct dgi_array_sums {
    dgi_array_sum *of; /* NULL: there are no tensors */
} dgi_array_sums;

bool dgi_array_sums_init(dgi_array_sums *s, const dg_inspect *x);

/* Adds the contributions of the op of a node, if it or an operand is a tensor, to its operands. */
bool dgi_array_sums_add(dgi_array_sums *s, const dg_inspect *x, size_t node);

/* The sums of a node, which stay until they are dropped; NULL if there are none. */
const dgi_array_sum *dgi_array_sum_of(const dgi_array_sums *s, size_t node);
void dgi_array_sum_drop(dgi_array_sums *s, size_t node);

void dgi_array_sums_free(dgi_array_sums *s, size_t node_count);

#endif
