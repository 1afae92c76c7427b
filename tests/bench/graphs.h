/* The graphs of the benchmarks, made through the public API. */
#ifndef BENCH_GRAPHS_H
#define BENCH_GRAPHS_H

#include <dotgrad/dotgrad.h>

/* The trace of a graph, after a backward pass; the same on every run. NULL for an unknown kind or
 * when out of memory. mlp      the loss of an MLP(3, [16, 16, 1]) over `size` examples mlp-small
 * the same of an MLP(3, [4, 4, 1]) chain    `size` values, each computed from the one before fan
 * one value computed from `size` leaves random   `size` values or some more, each of the two values
 * picked among the 40 before it */
dg_trace *bench_trace(const char *kind, size_t size);

/* MLP(3, [16, 16, 1]) over `examples` examples: the data. x has 3 numbers for each, y one. */
void bench_examples(size_t examples, double *x, double *y);

/* The sum of squared errors of the net over the examples, as values. */
dg_value *bench_loss(dg_graph *g, const dg_module *net, size_t examples, const double *x,
                     const double *y);

/* The net itself, its parameters in g. */
dg_module *bench_net(dg_graph *g, size_t hidden);

#endif
