/* Limits on memory and work. */
#include "engine/detached.h"

#include <stdlib.h>

#include "base/grow.h"
#include "engine/array.h"

static size_t numbers_max(const dg_graph *g)
{
    return g->limits.numbers ? g->limits.numbers : DG_NUMBERS_MAX;
}

dg_status dg_graph_set_limits(dg_graph *g, const dg_limits *limits)
{
    const dg_limits none = {0};
    const dg_limits *l = limits ? limits : &none;
    if (!g || l->numbers > DG_NUMBERS_MAX || !(l->work >= 0.0))
        return DG_INVALID;
    g->limits = *l;
    g->work = 0.0;
    return DG_OK;
}

dg_limits dg_graph_limits(const dg_graph *g)
{
    return g ? g->limits : (dg_limits){0};
}

dgi_budget dgi_budget_begin(dg_graph *g, const dg_limits *more)
{
    const dgi_budget before = {g->limits, g->work};
    size_t numbers = g->arena.count < DG_NUMBERS_MAX - more->numbers
                         ? g->arena.count + more->numbers
                         : DG_NUMBERS_MAX;
    double work = g->work + more->work;
    if (numbers < numbers_max(g))
        g->limits.numbers = numbers;
    if (g->limits.work == 0.0 || work < g->limits.work)
        g->limits.work = work;
    return before;
}

void dgi_budget_end(dg_graph *g, const dgi_budget *before)
{
    g->limits = before->limits;
}

/* ---- Memory ---- */

/* What is detached from a graph counts with it, and as if it had gradients: a pass over the graph
 * may keep as much. */
bool dgi_charge_numbers(dg_graph *g, size_t numbers)
{
    dg_graph *payer = g->parent ? g->parent : g;
    size_t charged = g->parent ? 2 * numbers : numbers;
    size_t most = numbers_max(payer);
    size_t used = payer->arena.count + payer->detached;
    if (used <= most && charged <= most - used) {
        g->arena.count += numbers;
        payer->detached += g->parent ? charged : 0;
        return true;
    }
    if (most == DG_NUMBERS_MAX)
        dgi_graph_fail(g, DG_LIMIT, "the tensors of the graph have too many numbers");
    else
        dgi_graph_failf(g, DG_LIMIT,
                        "the tensors have more than %zu numbers together, gradients counted", most);
    return false;
}

void dgi_refund_numbers(dg_graph *g, size_t numbers)
{
    g->arena.count -= numbers;
    if (g->parent)
        g->parent->detached -= 2 * numbers;
}

/* ---- Work ---- */

bool dgi_charge_work(dg_graph *g, double multiplications)
{
    dg_graph *payer = g->parent ? g->parent : g;
    if (payer->limits.work > 0.0 && payer->work + multiplications > payer->limits.work) {
        dgi_graph_failf(g, DG_LIMIT, "the tensors take more than %.0f multiplications together",
                        payer->limits.work);
        return false;
    }
    payer->work += multiplications;
    return true;
}

static double products_of(const dg_graph *g)
{
    return g->n_products ? g->products[g->n_products - 1].total : 0.0;
}

bool dgi_charge_product(dg_graph *g, double multiplications)
{
    dgi_product *grown = dgi_grown(g->products, &g->product_capacity, g->n_products, sizeof *grown);
    if (!grown) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    g->products = grown;
    if (!dgi_charge_work(g, multiplications))
        return false;
    double total = products_of(g) + multiplications;
    g->products[g->n_products++] = (dgi_product){g->n_values, total};
    return true;
}

void dgi_products_rewind(dg_graph *g, size_t mark)
{
    while (g->n_products > 0 && g->products[g->n_products - 1].owner >= mark)
        g->n_products--;
}

/* A product is computed for each of its operands; all elements are visited once. */
bool dgi_charge_backward(dg_graph *g)
{
    return dgi_charge_work(g, 2.0 * products_of(g) + (double)g->arena.count);
}

/* Each update may visit the whole graph, forward and backward. */
bool dgi_charge_training(dg_graph *g, double updates)
{
    double all = 3.0 * products_of(g) + (double)g->arena.count + (double)g->n_values;
    return dgi_charge_work(g, updates * all);
}

/* ---- Numbers outside a graph ---- */

dg_graph *dgi_detached_new(dg_graph *parent)
{
    dg_graph *g = dg_graph_new();
    if (g)
        g->parent = parent;
    return g;
}
