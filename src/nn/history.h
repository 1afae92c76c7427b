/* Recording a training: see dg_history in nn.h.
 *
 *   history.c        the rows, and which steps have some
 *   history_groups.c groups of parameters, by scope
 *   history_run.c    the numbers of a step
 *   history_text.c   as a table and as JSON */
#ifndef DGI_HISTORY_H
#define DGI_HISTORY_H

#include <stdint.h>

#include "base/strmap.h"
#include "nn/training.h"

/* ---- The rows ---- */

/* A row; of which step it is stands beside it. */
typedef struct dgi_history_entry {
    size_t sample; /* number of the step among those of all trainings */
    size_t run, step;
    double loss;
    size_t group; /* number of its name */
    size_t size;
    double grad, grad_std, data_std, update_std;
} dgi_history_entry;

struct dg_history {
    size_t every;  /* as it was asked for; 0: thinned */
    size_t stride; /* steps from one that is recorded to the next */
    size_t samples, runs;
    size_t steps; /* that have entries */
    dgi_history_entry *entries;
    size_t n_entries, capacity;
    const char **names; /* of groups, each once; the map's */
    size_t n_names, names_capacity;
    dgi_strmap name_numbers;
};

/* Counts the next step. Whether it is recorded, for which room is made; the last one of a training
 * is. */
bool dgi_history_wants(dg_history *h, size_t step, bool last);

/* The number of the name; SIZE_MAX when out of memory. */
size_t dgi_history_name(dg_history *h, const char *name, size_t size);

/* Adds the entry of a step that is recorded; false when out of memory. */
bool dgi_history_add(dg_history *h, const dgi_history_entry *entry);

/* ---- Groups ---- */

enum { DGI_NO_GROUP = 255 };
_Static_assert((int)DGI_NO_GROUP > DG_HISTORY_GROUPS_MAX, "a group's number is a byte");

typedef struct dgi_history_group {
    size_t name; /* its number */
    size_t size; /* elements */
} dgi_history_group;

typedef struct dgi_history_groups {
    size_t count;
    dgi_history_group groups[DG_HISTORY_GROUPS_MAX];
    uint8_t *of; /* of each parameter; owned */
} dgi_history_groups;

/* Groups the parameters; false when out of memory. Free g->of in any case. */
bool dgi_history_group_parameters(dgi_history_groups *g, dg_history *h, dg_value *const *parameters,
                                  size_t n);

/* ---- A training that is recorded ---- */

/* What is known of a group in a step: sums over updates. */
typedef struct dgi_history_sums {
    double grad, grad_variance, data_variance, update_variance;
} dgi_history_sums;

typedef struct dgi_history_run {
    dg_history *history; /* NULL: nothing is recorded */
    dg_graph *graph;     /* has the error */
    dg_value *const *parameters;
    size_t n_parameters;
    size_t number; /* of the training */
    dgi_history_groups groups;
    dgi_history_sums sums[DG_HISTORY_GROUPS_MAX];
    double *before;                /* the data before the update, of all groups; owned */
    bool recording;                /* this step */
    size_t updates_begun, updates; /* in this step */
} dgi_history_run;

/* Begins a training; dgi_history_end() afterwards in any case. */
dg_status dgi_history_begin(dgi_history_run *r, const dgi_training *t);
void dgi_history_end(dgi_history_run *r);

void dgi_history_begin_step(dgi_history_run *r, size_t step, bool last);
/* Training ends in this step, which is recorded in any case. */
void dgi_history_end_early(dgi_history_run *r);
/* Gradients are computed; the update is next. */
void dgi_history_before_update(dgi_history_run *r);
void dgi_history_after_update(dgi_history_run *r);
/* The step is complete, or training ends in it. */
dg_status dgi_history_end_step(dgi_history_run *r, size_t step, double loss);

#endif
