/* What a graph may take, and what it has taken: memory for the numbers of its tensors, and work. */
#ifndef DGI_LIMITS_H
#define DGI_LIMITS_H

#include <dotgrad/engine.h>

#include <stdbool.h>

/* Whether there is room for so many numbers more; else false, with the graph's error. */
bool dgi_charge_numbers(dg_graph *g, size_t numbers);
/* They are given back. */
void dgi_refund_numbers(dg_graph *g, size_t numbers);

/* Whether so many multiplications may be done; else false, with the graph's error. */
bool dgi_charge_work(dg_graph *g, double multiplications);
/* The same for a product of matrices, which the passes over the graph will do again. */
bool dgi_charge_product(dg_graph *g, double multiplications);
/* Products of values from `mark` on are forgotten. */
void dgi_products_rewind(dg_graph *g, size_t mark);

/* A backward pass over everything that the graph holds. */
bool dgi_charge_backward(dg_graph *g);
/* So many updates of a training. */
bool dgi_charge_training(dg_graph *g, double updates);

/* Limits that hold for a while: what the graph holds already is not counted. */
typedef struct dgi_budget {
    dg_limits limits;
    double work;
} dgi_budget;

/* Lets the graph take at most `more` from now on, and no more than its own limits. Returns these,
 * for dgi_budget_end(). */
dgi_budget dgi_budget_begin(dg_graph *g, const dg_limits *more);
void dgi_budget_end(dg_graph *g, const dgi_budget *before);

#endif
