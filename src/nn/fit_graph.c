/* dg_fit_graph(): validates parameters and feeds; the loop is in training.c. */
#include "nn/training.h"

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "engine/limits.h"
#include "engine/traversal.h"

/* Three epochs, used to classify the values below the loss. */
typedef struct stamps {
    uint16_t below, parameter, fed; /* none of the other two; a parameter; the leaf of a feed */
} stamps;

/* Stamps every value below the loss with the first. */
static stamps stamp_reachable(dg_value *loss)
{
    dg_graph *g = dgi_graph_of(loss);
    uint16_t others = dgi_begin_epochs(g, dgi_index_of(loss), 2);
    dgi_traversal traversal = dgi_traversal_begin(loss);
    while (dgi_traversal_next(&traversal))
        ;
    return (stamps){traversal.epoch, others, (uint16_t)(others + DGI_EPOCH_STEP)};
}

/* "parameter 2" or "parameter 2, 'w1',". */
static bool fail(dg_graph *g, const char *part, size_t i, const dg_value *v, const char *why)
{
    char label[DGI_QUOTED + 1];
    dgi_quote_line(label, dg_label(v));
    if (*label)
        dgi_graph_failf(g, DG_INVALID, "%s %zu, '%s', %s", part, i, label, why);
    else
        dgi_graph_failf(g, DG_INVALID, "%s %zu %s", part, i, why);
    return false;
}

/* The checks that parameters and feeds share: a leaf below the loss, given once. */
static bool check_leaf(const stamps *m, dg_graph *g, const char *part, size_t i, const dg_value *v)
{
    if (!v)
        return fail(g, part, i, v, "is missing");
    if (dg_graph_of(v) != g)
        return fail(g, part, i, v, "belongs to another graph");
    if (dg_operand_count(v) != 0)
        return fail(g, part, i, v, "is not a leaf");
    uint16_t stamp = dgi_stamp(v) & (uint16_t)~DGI_HAS_GRAD;
    if (stamp == m->parameter)
        return fail(g, part, i, v, "is a parameter already");
    if (stamp == m->fed)
        return fail(g, part, i, v, "is fed already");
    return stamp == m->below || fail(g, part, i, v, "does not contribute to the loss");
}

static bool check_parameters(const dgi_training *t, const stamps *m, dg_graph *g)
{
    if (!t->parameters || t->n_parameters == 0)
        return dgi_graph_fail(g, DG_INVALID, "training needs parameters");
    for (size_t i = 0; i < t->n_parameters; i++) {
        dg_value *p = t->parameters[i];
        if (!check_leaf(m, g, "parameter", i, p))
            return false;
        if (!dgi_requires_grad(p))
            return fail(g, "parameter", i, p, "requires no gradient");
        dgi_set_stamp(dgi_chunk_of(p), dgi_slot_of(p), m->parameter);
    }
    return true;
}

static bool check_feeds(const dgi_training *t, const stamps *m, dg_graph *g)
{
    if (!t->feeds && t->n_feeds != 0)
        return dgi_graph_fail(g, DG_INVALID, "there are no feeds");
    for (size_t i = 0; i < t->n_feeds; i++) {
        dg_value *leaf = t->feeds[i].leaf;
        if (!check_leaf(m, g, "feed", i, leaf))
            return false;
        size_t size = dgi_size(leaf);
        if (size != 0 && !t->feeds[i].rows)
            return fail(g, "feed", i, leaf, "has no rows");
        if (size != 0 && t->n > SIZE_MAX / sizeof(double) / size)
            return dgi_graph_fail(g, DG_LIMIT, "there are too many examples");
        dgi_set_stamp(dgi_chunk_of(leaf), dgi_slot_of(leaf), m->fed);
    }
    return true;
}

static dg_status check_and_train(const dgi_training *t, dg_graph *g)
{
    if (t->n == 0)
        dgi_graph_fail(g, DG_INVALID, "training needs examples");
    if (t->n == 0 || !dgi_check_scalar_loss(t->loss))
        return g->error.status;
    stamps m = stamp_reachable(t->loss);
    if (!check_parameters(t, &m, g) || !check_feeds(t, &m, g))
        return g->error.status;
    if (!dgi_charge_training(g, (double)t->options.steps * (double)t->n))
        return g->error.status;
    return dgi_train(t);
}

dg_status dg_fit_graph(dg_value *loss, const dg_feed *feeds, size_t n_feeds, size_t n,
                       dg_value *const *parameters, size_t n_parameters,
                       const dg_fit_options *options, dg_fit_result *result)
{
    dg_fit_result own;
    dg_fit_result *r = result ? result : &own;
    *r = (dg_fit_result){.loss = loss};
    if (!loss)
        return dgi_error(&r->error, DG_INVALID, "there is no loss");
    dgi_training t = {.loss = loss,
                      .parameters = parameters,
                      .n_parameters = n_parameters,
                      .feeds = feeds,
                      .n_feeds = n_feeds,
                      .n = n,
                      .options = dgi_fit_options(options),
                      .result = r};
    dg_graph *g = dg_graph_of(loss);
    dg_error older = dgi_save_error(g);
    return dgi_report_training(g, check_and_train(&t, g), &older, r);
}
