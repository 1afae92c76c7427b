/* Numbers that are not finite: where they began, and why. */
#ifndef DGI_INSPECT_NONFINITE_H
#define DGI_INSPECT_NONFINITE_H

#include "inspect/inspection.h"

/* The node whose finding says where the data of a node that are not finite came from. */
size_t dgi_data_source(const dg_inspect *x, size_t node);

/* The exponent of a power, `**-1`; nan for other ops. */
double dgi_exponent(const dg_inspect *x, size_t node);

/* Whether the node is a quotient as dotgrad writes it, x * y**-1; then the nodes of x and y. */
bool dgi_is_quotient(const dg_inspect *x, size_t node, size_t *dividend, size_t *divisor);

/* Where the first element that is not finite is, and the elements of up to two operands that it was
 * computed from, for ops that compute element by element. */
typedef struct dgi_culprit_numbers {
    size_t element;
    double value;
    bool is_quotient;     /* x * y**-1: the operands are x and y */
    size_t operand_count; /* 0: it cannot be said */
    size_t nodes[2];
    double operands[2]; /* the numbers of these nodes */
} dgi_culprit_numbers;

dgi_culprit_numbers dgi_culprit_numbers_of(const dg_inspect *x, size_t node);

/* Why the op of a node made that of its operands; static. */
const char *dgi_nonfinite_cause(const dg_inspect *x, size_t node, const dgi_culprit_numbers *c);

/* By node, how many values have data, or gradients, that are not finite and began there, itself not
 * counted. The caller frees them; NULL when out of memory. */
uint32_t *dgi_source_counts(dg_inspect *x, bool of_gradients);

/* Gives the findings of a kind how many values they affect: the sum of the counts of their nodes.
 */
void dgi_count_affected_values(dg_inspect *x, dg_finding_kind kind, const uint32_t *counts);

/* The finding of the same kind, severity, cause and op, where there is one: what happens in every
 * example alike is one fault. NULL if there is none. */
dgi_finding *dgi_finding_like(dg_inspect *x, dg_finding_kind kind, dg_severity severity,
                              const char *cause, size_t node);

#endif
