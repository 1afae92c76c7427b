/* train: any graph, trained on examples that its inputs take one after the other. */
#include "lang/interpreter.h"

#include <stdlib.h>
#include <string.h>

enum { EPOCHS_MAX = 1000000 }; /* of one call of train */

/* What train is asked for. All arrays are its own. */
typedef struct feeding {
    dg_value *loss;
    dg_value **parameters;
    size_t n_parameters;
    dg_feed *feeds;
    double **rows; /* of each feed */
    size_t n_feeds;
    size_t n; /* examples */
    size_t epochs;
    dgi_update update;
} feeding;

static void free_feeding(feeding *f)
{
    for (size_t i = 0; i < f->n_feeds && f->rows; i++)
        free(f->rows[i]);
    free(f->rows);
    free(f->feeds);
    free(f->parameters);
}

/* An element that must be a leaf. `what` names such a one: "parameter". */
static dg_value *leaf_of(dgi_interpreter *in, const dgi_operand *about, const char *what, size_t i)
{
    const dgi_element *element = &about->as.list->elements[i];
    dg_value *v = NULL;
    if (element->kind == DGI_OPERAND_VALUE || element->kind == DGI_OPERAND_NUMERIC)
        v = element->as.value;
    else if (element->kind == DGI_OPERAND_LIST)
        v = element->as.list->tensor;
    if (v && dg_operand_count(v) == 0)
        return v;
    if (v || element->kind == DGI_OPERAND_LIST)
        dgi_report(&in->diagnose, about->begin, about->end, NULL, "%s %zu is %s", what, i,
                   v ? "no leaf" : "a list that has not become a tensor");
    else
        dgi_report(&in->diagnose, about->begin, about->end, NULL, "%s %zu is %s, not a leaf", what,
                   i, dgi_element_name(element));
    return NULL;
}

static bool is_list(dgi_interpreter *in, const dgi_operand *operand, const char *what)
{
    return operand->kind == DGI_OPERAND_LIST ||
           dgi_report(&in->diagnose, operand->begin, operand->end, NULL,
                      "'train' needs a list of %s, not %s", what, dgi_operand_name(operand));
}

static bool read_parameters(dgi_interpreter *in, const dgi_operand *parameters, feeding *f)
{
    if (!is_list(in, parameters, "parameters"))
        return false;
    f->n_parameters = parameters->as.list->count;
    f->parameters = malloc((f->n_parameters + 1) * sizeof(dg_value *));
    in->out_of_memory = in->out_of_memory || !f->parameters;
    for (size_t i = 0; i < f->n_parameters && f->parameters; i++) {
        f->parameters[i] = leaf_of(in, parameters, "parameter", i);
        if (!f->parameters[i])
            return false;
        if (!dg_requires_grad(f->parameters[i]))
            return dgi_report(&in->diagnose, parameters->begin, parameters->end, NULL,
                              "parameter %zu requires no gradient", i);
    }
    return f->parameters != NULL;
}

/* The shape of an input's examples: a list's, a tensor's or an array's; false where it has none. */
static bool shape_of(dgi_interpreter *in, const dgi_operand *about, size_t i, dgi_shape *shape)
{
    const dgi_element *element = &about->as.list->elements[i];
    shape->ndim = 0;
    if (element->kind == DGI_OPERAND_LIST) {
        if (element->as.list->form == DGI_FORM_NONE)
            return dgi_fail_form(in, about, element->as.list);
        *shape = dgi_list_shape(element->as.list);
    } else if (element->kind == DGI_OPERAND_VALUE || element->kind == DGI_OPERAND_ARRAY) {
        *shape = dgi_value_shape(element->as.value);
    }
    return shape->ndim > 0 ||
           dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "the examples of input %zu are %s, not a list", i, dgi_element_name(element));
}

/* Whether each row is what the leaf holds: of its shape, or one number for one number. */
static bool check_rows(dgi_interpreter *in, const dgi_operand *about, size_t i,
                       const dgi_shape *shape, const dg_value *leaf)
{
    dgi_shape row = {.ndim = shape->ndim - 1}, held = dgi_value_shape(leaf);
    memcpy(row.sizes, shape->sizes + 1, (size_t)row.ndim * sizeof row.sizes[0]);
    if (dgi_same_shape(&row, &held) || (row.ndim == 0 && dg_size(leaf) == 1))
        return true;
    char texts[2][DG_SHAPE_TEXT_MAX];
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "an example of input %zu has shape %s, the input itself %s", i,
                      dg_shape_text(row.ndim, row.sizes, texts[0]),
                      dg_shape_text(held.ndim, held.sizes, texts[1]));
}

/* A copy of the numbers of an input's examples. */
static double *copy_rows(dgi_interpreter *in, const dgi_operand *about, size_t i)
{
    const dgi_element *element = &about->as.list->elements[i];
    dgi_shape shape;
    double *rows = NULL;
    if (element->kind == DGI_OPERAND_LIST)
        return dgi_list_numbers(in, about, element->as.list, &shape, &rows) ? rows : NULL;
    size_t count = dg_size(element->as.value);
    if (!dgi_room(in, about, (double)count))
        return NULL;
    rows = malloc(count ? count * sizeof *rows : 1);
    in->out_of_memory = in->out_of_memory || !rows;
    if (rows && count)
        memcpy(rows, dg_data_array(element->as.value), count * sizeof *rows);
    return rows;
}

static bool read_feed(dgi_interpreter *in, const dgi_operand *inputs, const dgi_operand *examples,
                      size_t i, feeding *f)
{
    dgi_shape shape;
    dg_value *leaf = leaf_of(in, inputs, "input", i);
    if (!leaf || !shape_of(in, examples, i, &shape) || !check_rows(in, examples, i, &shape, leaf))
        return false;
    if (i == 0)
        f->n = shape.sizes[0];
    if (shape.sizes[0] != f->n)
        return dgi_report(&in->diagnose, examples->begin, examples->end, NULL,
                          "input %zu has %zu example%s, input 0 has %zu", i, shape.sizes[0],
                          shape.sizes[0] == 1 ? "" : "s", f->n);
    if (f->n == 0)
        return dgi_fail_operand(in, examples, "there are no examples");
    f->rows[i] = copy_rows(in, examples, i);
    f->feeds[i] = (dg_feed){.leaf = leaf, .rows = f->rows[i]};
    /* The copies are there together, so that they are counted together. */
    in->numbers_outside += 2.0 * dgi_count_shape(&shape);
    return f->rows[i] != NULL;
}

static bool read_feeds(dgi_interpreter *in, const dgi_operand *inputs, const dgi_operand *examples,
                       feeding *f)
{
    if (!is_list(in, inputs, "inputs") || !is_list(in, examples, "examples, one for each input"))
        return false;
    size_t n = inputs->as.list->count, m = examples->as.list->count;
    if (n != m)
        return dgi_report(&in->diagnose, examples->begin, examples->end, NULL,
                          "%zu input%s, but examples for %zu", n, n == 1 ? "" : "s", m);
    f->n = 1;
    f->feeds = malloc((n + 1) * sizeof *f->feeds);
    f->rows = calloc(n + 1, sizeof *f->rows);
    in->out_of_memory = in->out_of_memory || !f->feeds || !f->rows;
    if (!f->feeds || !f->rows)
        return false;
    f->n_feeds = n;
    for (size_t i = 0; i < n; i++)
        if (!read_feed(in, inputs, examples, i, f))
            return false;
    return true;
}

static bool read_feeding(dgi_interpreter *in, dgi_arguments args, feeding *f)
{
    dgi_operand *const update[] = {args[5], args[6], args[7], args[8]};
    double epochs = args[4] ? args[4]->as.number : 20.0;
    if (args[0]->kind != DGI_OPERAND_VALUE && args[0]->kind != DGI_OPERAND_NUMERIC)
        return dgi_fail_kind(in, args[0], "'train' needs a loss");
    f->loss = args[0]->as.value;
    if (args[4] && !dgi_check_whole(in, args[4], "the number of epochs", epochs, 1))
        return false;
    if (epochs > EPOCHS_MAX)
        return dgi_report(&in->diagnose, args[4]->begin, args[4]->end, NULL,
                          "at most %d epochs can be made at once", EPOCHS_MAX);
    f->epochs = (size_t)epochs;
    return dgi_read_update(in, update, &f->update) && read_parameters(in, args[1], f) &&
           read_feeds(in, args[2], args[3], f);
}

static bool train(dgi_interpreter *in, const feeding *f, dgi_operand *result)
{
    /* Each update may go through everything that there is, forward and backward. */
    double all = 3.0 * in->products + in->numbers + (double)dg_graph_size(in->graph);
    if (!dgi_work(in, result, (double)f->epochs * (double)f->n * all))
        return false;
    dg_optimizer *optimizer = dgi_new_optimizer(&f->update, f->parameters, f->n_parameters);
    in->out_of_memory = in->out_of_memory || !optimizer;
    if (!optimizer)
        return false;
    dg_fit_options options = {.steps = f->epochs, .optimizer = optimizer};
    dg_fit_result fit;
    dg_status status = dg_fit_graph(f->loss, f->feeds, f->n_feeds, f->n, f->parameters,
                                    f->n_parameters, &options, &fit);
    dg_optimizer_free(optimizer);
    return dgi_trained(in, status, &fit, result);
}

bool dgi_feed(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    feeding f = {.loss = NULL};
    bool done = read_feeding(in, args, &f) && train(in, &f, result);
    free_feeding(&f);
    return done;
}
