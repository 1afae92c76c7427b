/* The loop of all training, and what it says where it ends early. */
#ifndef DGI_TRAINING_H
#define DGI_TRAINING_H

#include <dotgrad/nn.h>

#include "engine/array.h"

/* Which of the loss's values dg_fit() made for which example: for each as many as for the others.
 */
typedef struct dgi_fit_examples {
    size_t first;  /* the place of the first value of the first of them */
    size_t values; /* of each: its inputs, then what the module makes of them */
    size_t n, nin;
} dgi_fit_examples;

/* A training: nothing in it is owned. */
typedef struct dgi_training {
    dg_value *loss;
    dg_value *const *parameters;
    size_t n_parameters;
    const dg_feed *feeds;
    size_t n_feeds;
    size_t n; /* updates of an epoch: examples that are fed */
    const dgi_fit_examples
        *examples;          /* of dg_fit(), whose epochs are steps; NULL: dg_fit_graph() */
    dg_fit_options options; /* with the defaults in place of zeros */
    dg_fit_result *result;  /* error and nonfinite may be set */
} dgi_training;

/* The options with the defaults in place of zeros; NULL: all defaults. */
dg_fit_options dgi_fit_options(const dg_fit_options *options);

/* Whether the loss is one number; else its graph has the error. */
bool dgi_check_scalar_loss(const dg_value *loss);

/* Trains, and tells result; result->loss is the caller's to set. What fails is in the error of the
 * result or of the graph. */
dg_status dgi_train(const dgi_training *t);

/* Makes the error of a training that ended so one and the same in the graph, whose older error was
 * set aside before it, and in the result. Returns the status. */
dg_status dgi_report_training(dg_graph *g, dg_status status, const dg_error *older,
                              dg_fit_result *result);

/* Room for so much of a label or scope in a message. */
enum { DGI_QUOTED = 60 };

/* The text on one line, cut between characters. */
void dgi_quote_line(char quoted[DGI_QUOTED + 1], const char *text);

#endif
