/* The loop that dg_fit() and dg_fit_graph() share. */
#include "nn/training.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "nn/history.h"

dg_fit_options dgi_fit_options(const dg_fit_options *options)
{
    dg_fit_options o = options ? *options : (dg_fit_options){0};
    if (o.steps == 0)
        o.steps = 20;
    if (o.lr == 0.0)
        o.lr = 0.05;
    if (!o.loss)
        o.loss = dg_loss_sse;
    return o;
}

bool dgi_check_scalar_loss(const dg_value *loss)
{
    char shape[DG_SHAPE_TEXT_MAX];
    if (dgi_size(loss) == 1)
        return true;
    dgi_graph_failf(dg_graph_of(loss), DG_INVALID,
                    "training needs a loss that is a single number, not a tensor of shape %s",
                    dg_shape_text(dgi_ndim(loss), dgi_shape_of(loss), shape));
    return false;
}

dg_status dgi_report_training(dg_graph *g, dg_status status, const dg_error *older,
                              dg_fit_result *result)
{
    if (status != DG_OK && result->error.status == DG_OK) {
        const char *text = dg_graph_error(g)->text;
        dgi_error(&result->error, status, "%s", *text ? text : dg_status_text(status));
    } else if (status != DG_OK) {
        dgi_graph_failf(g, status, "%s", result->error.text);
    }
    dgi_restore_error(g, older);
    return status;
}

/* ---- Numbers that are not finite ----------------------------------------------------------- */

enum { DESCRIPTION_SIZE = 2 * DGI_QUOTED + DG_OP_TEXT_MAX + 64, POSITION_SIZE = 80 };

void dgi_quote_line(char quoted[DGI_QUOTED + 1], const char *text)
{
    size_t size = 0;
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        const char *start = p;
        bool valid = true;
        uint32_t c = dgi_utf8_next(&p, end, &valid);
        size_t length = valid && c >= ' ' ? (size_t)(p - start) : 1;
        if (size + length > DGI_QUOTED)
            break;
        if (valid && c >= ' ')
            memcpy(quoted + size, start, length);
        else
            quoted[size] = '?';
        size += length;
    }
    quoted[size] = '\0';
}

const char *dgi_example_name(char name[DGI_EXAMPLE_NAME], size_t i)
{
    snprintf(name, DGI_EXAMPLE_NAME, "example %zu", i);
    return name;
}

/* The scope without that of the example, which is said otherwise. */
static const char *scope_in_example(const dg_value *v, size_t i)
{
    const char *scope = dg_scope(v);
    char name[DGI_EXAMPLE_NAME];
    size_t size = strlen(dgi_example_name(name, i));
    if (i == SIZE_MAX || strncmp(scope, name, size) != 0 || (scope[size] && scope[size] != '/'))
        return scope;
    return scope + size + (scope[size] == '/');
}

/* A leaf without a label, by its role in the training. */
static void describe_leaf(char *text, size_t size, const dg_value *v, const dgi_training *t)
{
    for (size_t i = 0; i < t->n_feeds; i++)
        if (t->feeds[i].leaf == v) {
            snprintf(text, size, "feed %zu", i);
            return;
        }
    for (size_t i = 0; i < t->n_parameters; i++)
        if (t->parameters[i] == v) {
            snprintf(text, size, "parameter %zu", i);
            return;
        }
    snprintf(text, size, "%s", t->examples ? "a target" : "a leaf");
}

/* What an error calls a value: its label, or else its op, scope, example or role. */
static void describe(char *text, size_t size, const dg_value *v, const dgi_training *t)
{
    char label[DGI_QUOTED + 1], scope[DGI_QUOTED + 1], op[DG_OP_TEXT_MAX], example[48] = "";
    dgi_quote_line(label, dg_label(v));
    const dgi_fit_examples *e = t->examples;
    size_t index = dgi_index_of(v), i = SIZE_MAX;
    if (e && index >= e->first && (index - e->first) / e->values < e->n)
        i = (index - e->first) / e->values;
    if (i != SIZE_MAX)
        snprintf(example, sizeof example, " of example %zu", i);
    dgi_quote_line(scope, scope_in_example(v, i));
    if (*label)
        snprintf(text, size, "'%s'%s", label, example);
    else if (dg_operand_count(v) != 0)
        snprintf(text, size, "a %s%s%s%s", dg_op_text(v, op), *scope ? " in " : "", scope, example);
    else if (i != SIZE_MAX)
        snprintf(text, size, "input %zu%s", (index - e->first) % e->values, example);
    else
        describe_leaf(text, size, v, t);
}

/* A position in the training: at an example of an epoch, or after the epoch. */
typedef struct position {
    size_t epoch, example;
    bool after;
} position;

static void describe_position(char text[POSITION_SIZE], position now, const dgi_training *t)
{
    const char *when = now.after ? "after" : "in";
    if (t->examples)
        snprintf(text, POSITION_SIZE, "%s step %zu", when, now.epoch);
    else
        snprintf(text, POSITION_SIZE, "%s epoch %zu, example %zu", when, now.epoch, now.example);
}

static double loss_of(const dgi_training *t)
{
    return *dgi_data_const(t->loss);
}

/* Whether the loss is finite; false with the error in the result. */
static bool check_loss(const dgi_training *t, position now)
{
    if (isfinite(loss_of(t)))
        return true;
    char when[POSITION_SIZE], where[DESCRIPTION_SIZE];
    describe_position(when, now, t);
    t->result->nonfinite = dg_find_nonfinite(t->loss);
    describe(where, sizeof where, t->result->nonfinite, t);
    dgi_error(&t->result->error, DG_INVALID,
              "the loss is %s %s; the first value that is not finite is %s",
              isnan(loss_of(t)) ? "nan" : "infinite", when, where);
    return false;
}

/* How many are not finite, in a form that the compiler vectorises. */
static size_t count_nonfinite(const double *x, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += fabs(x[i]) <= DBL_MAX ? 0 : 1;
    return count;
}

/* The first element of the gradient that is not finite; NULL where all are. */
static const double *nonfinite_gradient(dg_value *p)
{
    if (!dgi_requires_grad(p))
        return NULL;
    if (!dgi_is_array(p))
        return isfinite(dgi_scalar_grad(p)) ? NULL : dgi_grad_pointer(p);
    const double *g = dg_grad_array(p);
    if (count_nonfinite(g, p->array->size) == 0)
        return NULL;
    while (isfinite(*g))
        g++;
    return g;
}

/* Whether the gradients of all parameters are finite; false with the error in the result. */
static bool check_gradients(const dgi_training *t, position now)
{
    for (size_t i = 0; i < t->n_parameters; i++) {
        dg_value *p = t->parameters[i];
        const double *bad = nonfinite_gradient(p);
        if (!bad)
            continue;
        char when[POSITION_SIZE], which[DESCRIPTION_SIZE];
        describe_position(when, now, t);
        describe(which, sizeof which, p, t);
        dg_value *first = dg_find_nonfinite(t->loss);
        t->result->nonfinite = first ? first : p;
        dgi_error(&t->result->error, DG_INVALID, "the gradient of %s is %s %s", which,
                  isnan(*bad) ? "nan" : "infinite", when);
        return false;
    }
    return true;
}

/* ---- The loop ------------------------------------------------------------------------------ */

static dg_status set_feeds(const dgi_training *t, size_t example)
{
    dg_status status = DG_OK;
    for (size_t i = 0; i < t->n_feeds && status == DG_OK; i++) {
        size_t size = dgi_size(t->feeds[i].leaf);
        if (size != 0)
            status = dg_set_data_array(t->feeds[i].leaf, t->feeds[i].rows + example * size, size);
    }
    return status;
}

/* The gradients of this example alone. */
static dg_status compute_gradients(dg_value *loss)
{
    dg_zero_grad(loss);
    return dgi_backward(loss);
}

static void update_parameters(const dgi_training *t)
{
    if (t->options.optimizer) {
        dg_optimizer_step(t->options.optimizer);
        return;
    }
    double lr = t->options.lr;
    for (size_t i = 0; i < t->n_parameters; i++) {
        dg_value *p = t->parameters[i];
        if (dgi_is_array(p) && dgi_requires_grad(p))
            dg_add_to_data(p, -lr, dg_grad_array(p), p->array->size);
        else if (dgi_requires_grad(p))
            p->data -= lr * dgi_scalar_grad(p);
    }
}

/* Updates result->last, the mean of the losses of the epoch so far. */
static void record_loss(const dgi_training *t, position now, double *sum)
{
    *sum = now.example == 0 ? loss_of(t) : *sum + loss_of(t);
    t->result->last = *sum / (double)(now.example + 1);
    if (now.epoch == 0)
        t->result->first = t->result->last;
}

/* One update; the numbers around it go to the history. */
static dg_status train_example(const dgi_training *t, dgi_history_run *h, position now, double *sum)
{
    /* The graph that dg_fit() has just made needs no forward pass. */
    bool replayed = !t->examples || now.epoch > 0;
    dg_status status = set_feeds(t, now.example);
    if (status == DG_OK && replayed)
        status = dg_forward(t->loss);
    if (status != DG_OK)
        return status;
    record_loss(t, now, sum);
    if (!check_loss(t, now)) {
        dgi_history_end_early(h);
        return DG_INVALID;
    }
    status = compute_gradients(t->loss);
    if (status != DG_OK)
        return status;
    bool valid = check_gradients(t, now);
    if (!valid)
        dgi_history_end_early(h);
    dgi_history_before_update(h);
    if (!valid)
        return DG_INVALID;
    update_parameters(t);
    dgi_history_after_update(h);
    return DG_OK;
}

/* A step of dg_fit(), or an epoch of dg_fit_graph(). */
static dg_status train_step(const dgi_training *t, dgi_history_run *h, size_t epoch)
{
    double sum = 0.0;
    dg_status status = DG_OK;
    dgi_history_begin_step(h, epoch, epoch + 1 == t->options.steps);
    for (size_t example = 0; example < t->n && status == DG_OK; example++)
        status = train_example(t, h, (position){epoch, example, false}, &sum);
    if (status != DG_OK && status != DG_INVALID)
        return status;
    dg_status recorded = dgi_history_end_step(h, epoch, t->result->last);
    return status != DG_OK ? status : recorded;
}

/* Makes data and gradients of the graph those of the trained parameters. */
static dg_status final_pass(const dgi_training *t)
{
    dg_status status = set_feeds(t, 0);
    if (status == DG_OK)
        status = dg_forward(t->loss);
    if (status != DG_OK)
        return status;
    if (t->examples)
        t->result->last = loss_of(t);
    if (!check_loss(t, (position){.epoch = t->result->steps - 1, .after = true}))
        return DG_INVALID;
    return compute_gradients(t->loss);
}

static dg_status train_steps(const dgi_training *t, dgi_history_run *h)
{
    dg_fit_result *r = t->result;
    const dg_fit_options *o = &t->options;
    bool stopped = false;
    for (size_t epoch = 0; epoch < o->steps && !stopped; epoch++) {
        dg_status status = train_step(t, h, epoch);
        if (status != DG_OK)
            return status;
        r->steps++;
        stopped = o->progress && o->progress(o->context, epoch, r->last) != 0;
    }
    return DG_OK;
}

dg_status dgi_train(const dgi_training *t)
{
    dgi_history_run history;
    dg_status status = dgi_history_begin(&history, t);
    if (status == DG_OK)
        status = train_steps(t, &history);
    dgi_history_end(&history);
    return status == DG_OK ? final_pass(t) : status;
}
