/* The loop that dg_fit() and dg_fit_graph() share. */
#include "nn/training.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

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
                    dg_shape_text(dgi_ndim(loss), dgi_shape(loss), shape));
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

/* ---- What is not finite -------------------------------------------------------------------- */

enum { DESCRIBED = 2 * DGI_QUOTED + DG_OP_TEXT_MAX + 64, MOMENT = 80 };

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

/* A leaf without a label, by its part in the training. */
static void describe_leaf(char *text, size_t room, const dg_value *v, const dgi_training *t)
{
    for (size_t i = 0; i < t->n_feeds; i++)
        if (t->feeds[i].leaf == v) {
            snprintf(text, room, "feed %zu", i);
            return;
        }
    for (size_t i = 0; i < t->n_parameters; i++)
        if (t->parameters[i] == v) {
            snprintf(text, room, "parameter %zu", i);
            return;
        }
    snprintf(text, room, "%s", t->examples ? "a target" : "a leaf");
}

/* How an error calls a value: by its label, else by what it is and where it belongs. */
static void describe(char *text, size_t room, const dg_value *v, const dgi_training *t)
{
    char label[DGI_QUOTED + 1], scope[DGI_QUOTED + 1], op[DG_OP_TEXT_MAX], example[48] = "";
    dgi_quote_line(label, dg_label(v));
    dgi_quote_line(scope, dg_scope(v));
    const dgi_fit_examples *e = t->examples;
    size_t place = dgi_index_of(v), of = SIZE_MAX;
    if (e && place >= e->first && (place - e->first) / e->values < e->n)
        of = (place - e->first) / e->values;
    if (of != SIZE_MAX)
        snprintf(example, sizeof example, " of example %zu", of);
    if (*label)
        snprintf(text, room, "'%s'%s", label, example);
    else if (dg_operand_count(v) != 0)
        snprintf(text, room, "a %s%s%s%s", dg_op_text(v, op), *scope ? " in " : "", scope, example);
    else if (of != SIZE_MAX)
        snprintf(text, room, "input %zu%s", (place - e->first) % e->values, example);
    else
        describe_leaf(text, room, v, t);
}

/* Where a training is: within an epoch at an example, or after it. */
typedef struct moment {
    size_t epoch, example;
    bool after;
} moment;

static void describe_moment(char text[MOMENT], moment now, const dgi_training *t)
{
    const char *when = now.after ? "after" : "in";
    if (t->examples)
        snprintf(text, MOMENT, "%s step %zu", when, now.epoch);
    else
        snprintf(text, MOMENT, "%s epoch %zu, example %zu", when, now.epoch, now.example);
}

static double loss_of(const dgi_training *t)
{
    return *dgi_data_const(t->loss);
}

/* Whether the loss is; tells the result where it is not. */
static bool is_finite(const dgi_training *t, moment now)
{
    if (isfinite(loss_of(t)))
        return true;
    char when[MOMENT], where[DESCRIBED];
    describe_moment(when, now, t);
    t->result->nonfinite = dg_find_nonfinite(t->loss);
    describe(where, sizeof where, t->result->nonfinite, t);
    dgi_error(&t->result->error, DG_INVALID,
              "the loss is %s %s; the first value that is not finite is %s",
              isnan(loss_of(t)) ? "nan" : "infinite", when, where);
    return false;
}

/* How many are not finite: written so that the compiler vectorises it. */
static size_t count_nonfinite(const double *x, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += fabs(x[i]) <= DBL_MAX ? 0 : 1;
    return count;
}

/* The first number of the gradient that is not finite; NULL where all are. */
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

/* Whether all gradients that an update would use are. */
static bool are_finite(const dgi_training *t, moment now)
{
    for (size_t i = 0; i < t->n_parameters; i++) {
        dg_value *p = t->parameters[i];
        const double *bad = nonfinite_gradient(p);
        if (!bad)
            continue;
        char when[MOMENT], which[DESCRIBED];
        describe_moment(when, now, t);
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

static dg_status feed(const dgi_training *t, size_t example)
{
    dg_status status = DG_OK;
    for (size_t i = 0; i < t->n_feeds && status == DG_OK; i++) {
        size_t size = dgi_size(t->feeds[i].leaf);
        if (size != 0)
            status = dg_set_data_array(t->feeds[i].leaf, t->feeds[i].rows + example * size, size);
    }
    return status;
}

/* One pass with the parameters as they are. */
static dg_status differentiate(dg_value *loss)
{
    dg_zero_grad(loss);
    return dgi_backward(loss);
}

static void descend(const dgi_training *t)
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

/* Adds the loss to the epoch's losses, of which result->last is the mean so far. */
static void note_loss(const dgi_training *t, moment now, double *sum)
{
    *sum = now.example == 0 ? loss_of(t) : *sum + loss_of(t);
    t->result->last = *sum / (double)(now.example + 1);
    if (now.epoch == 0)
        t->result->first = t->result->last;
}

static dg_status update(const dgi_training *t, moment now, double *sum)
{
    /* What dg_fit() has just made needs no replay. */
    bool replayed = !t->examples || now.epoch > 0;
    dg_status status = feed(t, now.example);
    if (status == DG_OK && replayed)
        status = dg_forward(t->loss);
    if (status != DG_OK)
        return status;
    note_loss(t, now, sum);
    if (!is_finite(t, now))
        return DG_INVALID;
    status = differentiate(t->loss);
    if (status != DG_OK)
        return status;
    if (!are_finite(t, now))
        return DG_INVALID;
    descend(t);
    return DG_OK;
}

/* All numbers of the graph shall belong to the trained parameters. */
static dg_status finish(const dgi_training *t)
{
    dg_status status = feed(t, 0);
    if (status == DG_OK)
        status = dg_forward(t->loss);
    if (status != DG_OK)
        return status;
    if (t->examples)
        t->result->last = loss_of(t);
    if (!is_finite(t, (moment){.epoch = t->result->steps - 1, .after = true}))
        return DG_INVALID;
    return differentiate(t->loss);
}

dg_status dgi_train(const dgi_training *t)
{
    dg_fit_result *r = t->result;
    const dg_fit_options *o = &t->options;
    bool stopped = false;
    for (size_t epoch = 0; epoch < o->steps && !stopped; epoch++) {
        double sum = 0.0;
        for (size_t example = 0; example < t->n; example++) {
            dg_status status = update(t, (moment){epoch, example, false}, &sum);
            if (status != DG_OK)
                return status;
        }
        r->steps++;
        stopped = o->progress && o->progress(o->context, epoch, r->last) != 0;
    }
    return finish(t);
}
