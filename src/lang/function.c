/* The functions that are built in, beside the ops: their parameters and their arguments. */
#include "lang/interpreter.h"

#include <string.h>

static bool needs_value(dgi_interpreter *in, const char *name, const dgi_operand *operand)
{
    if (operand->kind == DGI_OPERAND_VALUE || operand->kind == DGI_OPERAND_NUMERIC)
        return true;
    return dgi_report(&in->diagnose, operand->begin, operand->end, NULL,
                      "'%s' needs a value, not %s", name, dgi_kind_name(operand->kind));
}

/* What a pass over sound values returns. */
static bool passed(dgi_interpreter *in, dg_status status, dgi_operand *result)
{
    result->kind = DGI_OPERAND_NOTHING;
    in->out_of_memory = in->out_of_memory || status != DG_OK;
    return status == DG_OK;
}

static bool backward(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (!needs_value(in, "backward", args[0]))
        return false;
    in->backed = args[0]->as.value;
    return passed(in, dg_backward(in->backed), result);
}

static bool zero_grad(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[0]->kind == DGI_OPERAND_NETWORK)
        return passed(in, dg_module_zero_grad(args[0]->as.network->module), result);
    return needs_value(in, "zero_grad", args[0]) &&
           passed(in, dg_zero_grad(args[0]->as.value), result);
}

static bool draw_dot(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (!needs_value(in, "draw_dot", args[0]))
        return false;
    in->drawn = args[0]->as.value;
    return passed(in, DG_OK, result);
}

#define NUMBER(NAME)                                                                               \
    {                                                                                              \
        NAME, "'" NAME "' must be a number"                                                        \
    }
#define LOSS(NAME)                                                                                 \
    {                                                                                              \
        .name = #NAME, .call = dgi_##NAME, .required = 2, .count = 3,                              \
        .usage = "a loss takes a network, rows and targets, or predictions and targets"            \
    }

static const dgi_function functions[] = {
    {.name = "backward", .call = backward, .value_method = true, .required = 1, .count = 1},
    {.name = "zero_grad",
     .call = zero_grad,
     .value_method = true,
     .network_method = true,
     .required = 1,
     .count = 1},
    {.name = "draw_dot", .call = draw_dot, .required = 1, .count = 1},
    {.name = "len", .call = dgi_len, .required = 1, .count = 1},
    {.name = "sum",
     .call = dgi_sum,
     .required = 1,
     .count = 2,
     .parameters = {{NULL, NULL}, {"start", NULL}}},
    {.name = "MLP",
     .call = dgi_mlp,
     .required = 2,
     .count = 4,
     .parameters = {NUMBER("nin"), {"nouts", NULL}, {"activation", NULL}, NUMBER("seed")}},
    {.name = "Layer",
     .call = dgi_layer,
     .required = 2,
     .count = 4,
     .parameters = {NUMBER("nin"), NUMBER("nout"), {"activation", NULL}, NUMBER("seed")}},
    {.name = "Neuron",
     .call = dgi_neuron,
     .required = 1,
     .count = 3,
     .parameters = {NUMBER("nin"), {"activation", NULL}, NUMBER("seed")}},
    {.name = "parameters",
     .call = dgi_parameters,
     .network_method = true,
     .required = 1,
     .count = 1},
    LOSS(sse),
    LOSS(mse),
    LOSS(bce),
    LOSS(hinge),
    {.name = "l2",
     .call = dgi_l2,
     .required = 2,
     .count = 2,
     .parameters = {{NULL, NULL}, NUMBER("alpha")}},
    {.name = "fit",
     .call = dgi_fit,
     .required = 3,
     .count = 9,
     .parameters = {{"n", NULL},
                    {"xs", NULL},
                    {"ys", NULL},
                    NUMBER("steps"),
                    NUMBER("lr"),
                    {"loss", NULL},
                    {"optimizer", NULL},
                    NUMBER("momentum"),
                    NUMBER("weight_decay")}},
    {.name = "step",
     .call = dgi_step,
     .required = 2,
     .count = 2,
     .parameters = {{"n", NULL}, NUMBER("lr")}},
};

enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const dgi_function network_call = {
    .name = "n",
    .call = dgi_call_network,
    .required = 2,
    .count = 2,
    .usage = "a network takes one argument, a list",
};

/* Calls that are no dgi_function. */
static const dgi_callee others[] = {
    {.kind = DGI_CALLEE_VALUE, .name = "Value"},
    {.kind = DGI_CALLEE_FLOAT, .name = "float"},
};

enum { OTHERS = sizeof others / sizeof *others };

static bool same(const char *name, size_t size, const char *text)
{
    return strlen(text) == size && memcmp(name, text, size) == 0;
}

static dgi_callee callee_of(const dgi_function *function)
{
    return (dgi_callee){.kind = DGI_CALLEE_FUNCTION, .name = function->name, .function = function};
}

dgi_callee dgi_network_callee(void)
{
    dgi_callee callee = callee_of(&network_call);
    callee.method = true;
    return callee;
}

bool dgi_builtin(const char *name, size_t size, dgi_callee *callee)
{
    *callee = (dgi_callee){.kind = DGI_CALLEE_NONE};
    for (size_t i = 0; i < OTHERS; i++)
        if (same(name, size, others[i].name))
            *callee = others[i];
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (same(name, size, functions[i].name))
            *callee = callee_of(&functions[i]);
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        if (same(name, size, op->name))
            *callee = (dgi_callee){.kind = DGI_CALLEE_OP, .name = op->name, .op = op};
    }
    return callee->kind != DGI_CALLEE_NONE;
}

static bool is_method_of(const dgi_function *function, const dgi_operand *receiver)
{
    switch ((dgi_operand_kind)receiver->kind) {
    case DGI_OPERAND_VALUE:
    case DGI_OPERAND_NUMERIC:
        return function->value_method;
    case DGI_OPERAND_NETWORK:
        return function->network_method;
    case DGI_OPERAND_POISON:
        return function->value_method || function->network_method;
    default:
        return false;
    }
}

static bool has_ops(const dgi_operand *receiver)
{
    return receiver->kind == DGI_OPERAND_VALUE || receiver->kind == DGI_OPERAND_NUMERIC ||
           receiver->kind == DGI_OPERAND_POISON;
}

bool dgi_is_method(const dgi_callee *callee, const dgi_operand *receiver)
{
    if (callee->kind == DGI_CALLEE_FUNCTION)
        return is_method_of(callee->function, receiver);
    return callee->kind == DGI_CALLEE_OP && has_ops(receiver);
}

void dgi_offer_functions(dgi_search *search)
{
    for (size_t i = 0; i < OTHERS; i++)
        dgi_search_offer(search, others[i].name);
    for (size_t i = 0; i < FUNCTIONS; i++)
        dgi_search_offer(search, functions[i].name);
    for (size_t i = 0; i < dg_op_count(); i++)
        dgi_search_offer(search, dg_op_at(i)->name);
}

void dgi_offer_methods(dgi_search *search, const dgi_operand *receiver)
{
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (is_method_of(&functions[i], receiver))
            dgi_search_offer(search, functions[i].name);
    for (size_t i = 0; i < dg_op_count() && has_ops(receiver); i++)
        dgi_search_offer(search, dg_op_at(i)->name);
}

const char *dgi_suggestion(dgi_interpreter *in, const dgi_search *search)
{
    if (!search->best)
        return NULL;
    in->scratch.size = 0;
    dgi_buf_printf(&in->scratch, "did you mean '%s'?", search->best);
    if (in->scratch.failed)
        in->out_of_memory = true;
    return in->scratch.failed ? NULL : in->scratch.data;
}

const char *dgi_number_argument(const dgi_callee *callee, size_t count)
{
    switch (callee->kind) {
    case DGI_CALLEE_OP:
        return callee->op->has_constant && count == (size_t)callee->op->operands
                   ? "the exponent of 'pow' must be a number"
                   : NULL;
    case DGI_CALLEE_FUNCTION:
        return count < callee->function->count ? callee->function->parameters[count].number : NULL;
    case DGI_CALLEE_INDEX:
        return "an index must be a number";
    case DGI_CALLEE_VALUE:
        return "the data of a value must be a number";
    case DGI_CALLEE_FLOAT:
        return "the argument of 'float' must be a number";
    default:
        return NULL;
    }
}

/* The place of the parameter that the name at the current token names; SIZE_MAX where there is
 * none. */
static size_t named_parameter(const dgi_function *f, const char *text, size_t size)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->parameters[i].name && same(text, size, f->parameters[i].name))
            return i;
    return SIZE_MAX;
}

static bool is_given(const dgi_interpreter *in, const dgi_frame *frame, size_t place)
{
    for (size_t i = frame->operands; i < in->n_operands; i++)
        if (in->operands[i].argument == place)
            return true;
    return false;
}

static bool fail_keyword(dgi_interpreter *in, const dgi_callee *callee, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    if (callee->function == &network_call)
        return dgi_report(&in->diagnose, name->begin, name->end, NULL, "%s", network_call.usage);
    dgi_search search = dgi_search_for(text, size);
    if (callee->kind == DGI_CALLEE_VALUE) {
        dgi_search_offer(&search, "label");
        dgi_search_offer(&search, "data");
    }
    for (size_t i = 0; callee->function && i < callee->function->count; i++)
        if (callee->function->parameters[i].name)
            dgi_search_offer(&search, callee->function->parameters[i].name);
    return dgi_report(&in->diagnose, name->begin, name->end, dgi_suggestion(in, &search),
                      "'%s' has no argument named '%.*s'", callee->name,
                      dgi_shown_length(text, size), text);
}

/* Takes the name for the argument that follows; false where it is given already. */
static bool take_name(const dgi_interpreter *in, dgi_frame *frame, size_t place, bool label)
{
    if (frame->callee.kind == DGI_CALLEE_VALUE) {
        frame->in_label = label;
        frame->needs_numbers = !label;
        return !(label ? frame->has_label : frame->has_data);
    }
    frame->argument = (uint8_t)place;
    frame->needs_numbers = dgi_number_argument(&frame->callee, place) != NULL;
    return !is_given(in, frame, place);
}

bool dgi_keyword(dgi_interpreter *in)
{
    dgi_frame *frame = &in->frames[in->n_frames - 1];
    dgi_token name = in->token;
    const char *text = in->lexer.text + name.begin;
    size_t size = name.end - name.begin, place = SIZE_MAX;
    bool label = same(text, size, "label");
    frame->named = frame->any_named = true;
    if (frame->callee.function)
        place = named_parameter(frame->callee.function, text, size);
    if (place != SIZE_MAX ||
        (frame->callee.kind == DGI_CALLEE_VALUE && (label || same(text, size, "data")))) {
        if (!take_name(in, frame, place, label))
            return dgi_report(&in->diagnose, name.begin, name.end, NULL, "'%.*s' is given twice",
                              (int)size, text);
    } else if (frame->callee.kind != DGI_CALLEE_POISON) {
        return fail_keyword(in, &frame->callee, &name);
    }
    dgi_advance(in); /* the name */
    dgi_advance(in); /* = */
    return true;
}

bool dgi_check_count(dgi_interpreter *in, const dgi_frame *frame, uint32_t end)
{
    const dgi_callee *callee = &frame->callee;
    const dgi_function *f = callee->function;
    size_t hidden = callee->method ? 1 : 0;
    size_t least = 1;
    if (callee->kind == DGI_CALLEE_OP)
        least = (size_t)callee->op->operands + (callee->op->has_constant ? 1 : 0);
    if (f)
        least = f->required;
    size_t most = f ? f->count : least;
    size_t count = in->n_operands - frame->operands;
    if (count >= least && count <= most)
        return true;
    if (f && f->usage)
        return dgi_report(&in->diagnose, frame->begin, end, NULL, "%s", f->usage);
    if (least != most)
        return dgi_report(&in->diagnose, frame->begin, end, NULL,
                          "'%s' takes %zu to %zu arguments, not %zu", callee->name, least - hidden,
                          most - hidden, count - hidden);
    return dgi_report(&in->diagnose, frame->begin, end, NULL, "'%s' takes %zu argument%s, not %zu",
                      callee->name, least - hidden, least - hidden == 1 ? "" : "s", count - hidden);
}

bool dgi_call_function(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    const dgi_function *f = frame->callee.function;
    dgi_arguments args = {NULL};
    for (size_t i = frame->operands; i < in->n_operands; i++)
        args[in->operands[i].argument] = &in->operands[i];
    for (size_t i = 0; i < f->required; i++) {
        const char *name = f->parameters[i].name;
        if (!args[i])
            return dgi_report(&in->diagnose, result->begin, result->end, NULL,
                              "'%s' needs an argument %s%s%s", f->name, name ? "'" : "",
                              name ? name : "without a name", name ? "'" : "");
    }
    return f->call(in, args, result);
}
