/* The training loop, which dg_fit() and dg_fit_graph() share, and its errors. */
#ifndef DGI_TRAINING_H
#define DGI_TRAINING_H

#include <dotgrad/nn.h>

#include "engine/array.h"

/* Which values dg_fit() made for which example: the same number for each. */
typedef struct dgi_fit_examples {
    size_t first;  /* the index of the first value of the first example */
    size_t values; /* of each example: its inputs, then what the module computes from them */
    size_t n, nin;
} dgi_fit_examples;

/* The parameters of a training; nothing in it is owned. */
typedef struct dgi_training {
    dg_value *loss;
    dg_value *const *parameters;
    size_t n_parameters;
    const dg_feed *feeds;
    size_t n_feeds;
    size_t n; /* examples fed, and so updates, per epoch */
    const dgi_fit_examples
        *examples;          /* in dg_fit(), whose epochs are its steps; NULL in dg_fit_graph() */
    dg_fit_options options; /* with the defaults in place of zeros */
    dg_fit_result *result;  /* receives the results */
} dgi_training;

/* The options with the defaults in place of zeros; NULL: all defaults. */
dg_fit_options dgi_fit_options(const dg_fit_options *options);

/* Whether the loss has one element; false with the graph's error. */
bool dgi_check_scalar_loss(const dg_value *loss);

/* Trains, and sets the result except for result->loss. On failure the error is that of the result
 * or of the graph. */
dg_status dgi_train(const dgi_training *t);

/* Copies the error of a training that ended with the status from the result to the graph or the
 * other way, and restores the graph's older error, saved before the training. Returns the status.
 */
dg_status dgi_report_training(dg_graph *g, dg_status status, const dg_error *older,
                              dg_fit_result *result);

/* The scope of an example: "example 3". Returns the buffer. */
enum { DGI_EXAMPLE_NAME = 32 };
const char *dgi_example_name(char name[DGI_EXAMPLE_NAME], size_t i);

/* The most bytes of a label or scope in a message. */
enum { DGI_QUOTED = 60 };

/* The text with control characters replaced by '?', cut between characters. */
void dgi_quote_line(char quoted[DGI_QUOTED + 1], const char *text);

#endif
