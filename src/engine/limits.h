/* The limits of a graph on memory and work, and what has been charged. Memory is counted in
 * elements of tensors (data and gradients), work in multiplications. Each function that charges
 * returns false with the graph's error, DG_LIMIT, where a limit would be exceeded. */
#ifndef DGI_LIMITS_H
#define DGI_LIMITS_H

#include <dotgrad/engine.h>

#include <stdbool.h>

/* Charges the memory of that many elements. */
bool dgi_charge_numbers(dg_graph *g, size_t numbers);
/* Takes the charge back. */
void dgi_refund_numbers(dg_graph *g, size_t numbers);

/* Charges work. */
bool dgi_charge_work(dg_graph *g, double multiplications);
/* Charges a matrix product, and records it for the passes, which compute it again. Also DG_NOMEM.
 */
bool dgi_charge_product(dg_graph *g, double multiplications);
/* Drops the records of products of values from index `mark` on. */
void dgi_products_rewind(dg_graph *g, size_t mark);

/* Charges a backward pass over the whole graph. */
bool dgi_charge_backward(dg_graph *g);
/* Charges that many updates of a training. */
bool dgi_charge_training(dg_graph *g, double updates);

/* Temporary limits for what comes in addition to what is in the graph: the limits to restore. */
typedef struct dgi_budget {
    dg_limits limits;
    double work;
} dgi_budget;

/* Limits the graph to `more` than it has now, and to its own limits. Returns what dgi_budget_end()
 * takes. */
dgi_budget dgi_budget_begin(dg_graph *g, const dg_limits *more);
void dgi_budget_end(dg_graph *g, const dgi_budget *before);

#endif
