/* The functions that are built in, beside the ops: their parameters and their arguments. */
#include "lang/interpreter.h"

#include <string.h>

static bool needs_value(dgi_interpreter *in, const char *name, dgi_operand *operand)
{
    if (operand->kind == DGI_OPERAND_VALUE || operand->kind == DGI_OPERAND_NUMERIC)
        return true;
    if (operand->kind == DGI_OPERAND_LIST && dgi_is_tensor(operand->as.list))
        return dgi_to_value(in, operand);
    return dgi_report(&in->diagnose, operand->begin, operand->end, NULL,
                      "'%s' needs a value, not %s", name, dgi_kind_name(operand->kind));
}

bool dgi_passed(dgi_interpreter *in, dg_status status, dgi_operand *result)
{
    dgi_operand about = *result;
    result->kind = DGI_OPERAND_NOTHING;
    if (status == DG_NOMEM)
        in->out_of_memory = true;
    return status == DG_OK || (status != DG_NOMEM && dgi_fail_graph(in, &about));
}

static bool backward(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (!needs_value(in, "backward", args[0]))
        return false;
    dg_value *root = args[0]->as.value;
    /* As much again as was computed so far, for either operand of a product. */
    if (!dgi_work(in, result, 2.0 * in->products + in->numbers) ||
        !dgi_passed(in, dg_backward(root), result))
        return false;
    in->backed = root;
    return true;
}

static bool zero_grad(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[0]->kind == DGI_OPERAND_NETWORK)
        return dgi_passed(in, dg_module_zero_grad(args[0]->as.network->module), result);
    return needs_value(in, "zero_grad", args[0]) &&
           dgi_passed(in, dg_zero_grad(args[0]->as.value), result);
}

static bool draw_dot(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    /* Who draws a list wants to see it as the tensor that it can be. */
    bool tensor = args[0]->kind == DGI_OPERAND_LIST && args[0]->as.list->form != DGI_FORM_NONE;
    if (!(tensor ? dgi_to_value(in, args[0]) : needs_value(in, "draw_dot", args[0])))
        return false;
    in->drawn = args[0]->as.value;
    return dgi_passed(in, DG_OK, result);
}

#define NUMBER(NAME)                                                                               \
    {                                                                                              \
        NAME, "'" NAME "' must be a number", false                                                 \
    }
#define NUMBERS(NAME, WHAT)                                                                        \
    {                                                                                              \
        NAME, WHAT, true                                                                           \
    }
#define ANY(NAME)                                                                                  \
    {                                                                                              \
        .name = NAME                                                                               \
    }
#define LOSS(NAME)                                                                                 \
    {                                                                                              \
        .name = #NAME, .call = dgi_##NAME, .required = 2, .count = 3,                              \
        .usage = "a loss takes a network, rows and targets, or predictions and targets"            \
    }

#define METHOD(NAME) .name = #NAME, .call = dgi_whole_##NAME, .value_method = true

/* Value and its other names. */
#define TENSOR(NAME)                                                                               \
    {                                                                                              \
        .name = NAME, .call = dgi_whole_tensor, .count = 4, .parameters = {                        \
            NUMBERS("data", "the data of a value must be a number"),                               \
            ANY("label"),                                                                          \
            ANY("requires_grad"),                                                                  \
            ANY("dtype")                                                                           \
        }                                                                                          \
    }
#define CONCAT(NAME)                                                                               \
    {                                                                                              \
        .name = NAME, .call = dgi_whole_concat, .required = 1, .count = 2, .parameters = {         \
            ANY(NULL),                                                                             \
            NUMBER("dim")                                                                          \
        }                                                                                          \
    }
#define SIZE "a size must be a number"

static const dgi_function functions[] = {
    TENSOR("Value"),
    TENSOR("Tensor"),
    TENSOR("tensor"),
    {.name = "backward", .call = backward, .value_method = true, .required = 1, .count = 1},
    {.name = "zero_grad",
     .call = zero_grad,
     .value_method = true,
     .network_method = true,
     .required = 1,
     .count = 1},
    {.name = "draw_dot", .call = draw_dot, .required = 1, .count = 1},
    {.name = "len", .call = dgi_len, .required = 1, .count = 1},
    {METHOD(sum), .required = 1, .count = 4,
     .parameters = {ANY(NULL), ANY("start"), ANY("keepdim"), NUMBER("dim")}},
    {METHOD(mean), .required = 1, .count = 3,
     .parameters = {ANY(NULL), NUMBER("dim"), ANY("keepdim")}},
    {METHOD(max), .required = 1, .count = 4,
     .parameters = {ANY(NULL), ANY(NULL), NUMBER("dim"), ANY("keepdim")},
     .usage = "'max' takes a tensor and a dimension, or two operands"},
    {METHOD(matmul), .required = 2, .count = 2},
    {METHOD(reshape), .required = 2, .count = 9,
     .parameters = {ANY(NULL),
                    NUMBERS("shape", SIZE),
                    {NULL, SIZE, false},
                    {NULL, SIZE, false},
                    {NULL, SIZE, false},
                    {NULL, SIZE, false},
                    {NULL, SIZE, false},
                    {NULL, SIZE, false},
                    {NULL, SIZE, false}}},
    {METHOD(transpose), .required = 3, .count = 3,
     .parameters = {ANY(NULL), NUMBER("dim0"), NUMBER("dim1")}},
    {METHOD(select), .required = 2, .count = 2, .parameters = {ANY(NULL), NUMBER("i")}},
    CONCAT("concat"),
    CONCAT("cat"),
    {.name = "stack", .call = dgi_whole_stack, .required = 1, .count = 1},
    {METHOD(softmax), .required = 1, .count = 2, .parameters = {ANY(NULL), NUMBER("dim")}},
    {METHOD(log_softmax), .required = 1, .count = 2, .parameters = {ANY(NULL), NUMBER("dim")}},
    {METHOD(cross_entropy), .required = 2, .count = 2},
    {METHOD(item), .only_method = true, .required = 1, .count = 1},
    {METHOD(double), .only_method = true, .required = 1, .count = 1},
    {.name = "MLP",
     .call = dgi_mlp,
     .required = 2,
     .count = 4,
     .parameters = {NUMBER("nin"), ANY("nouts"), ANY("activation"), NUMBER("seed")}},
    {.name = "Layer",
     .call = dgi_layer,
     .required = 2,
     .count = 4,
     .parameters = {NUMBER("nin"), NUMBER("nout"), ANY("activation"), NUMBER("seed")}},
    {.name = "Neuron",
     .call = dgi_neuron,
     .required = 1,
     .count = 3,
     .parameters = {NUMBER("nin"), ANY("activation"), NUMBER("seed")}},
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
     .parameters = {ANY(NULL), NUMBER("alpha")}},
    {.name = "fit",
     .call = dgi_fit,
     .required = 3,
     .count = 9,
     .parameters = {ANY("n"), ANY("xs"), ANY("ys"), NUMBER("steps"), NUMBER("lr"), ANY("loss"),
                    ANY("optimizer"), NUMBER("momentum"), NUMBER("weight_decay")}},
    {.name = "train",
     .call = dgi_feed,
     .required = 4,
     .count = 9,
     .parameters = {ANY("loss"), ANY("parameters"), ANY("inputs"), ANY("examples"),
                    NUMBER("epochs"), NUMBER("lr"), ANY("optimizer"), NUMBER("momentum"),
                    NUMBER("weight_decay")}},
    {.name = "step",
     .call = dgi_step,
     .required = 2,
     .count = 2,
     .parameters = {ANY("n"), NUMBER("lr")}},
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

bool dgi_builtin(const char *name, size_t size, bool method, dgi_callee *callee)
{
    *callee = (dgi_callee){.kind = DGI_CALLEE_NONE};
    for (size_t i = 0; i < OTHERS; i++)
        if (same(name, size, others[i].name))
            *callee = others[i];
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (same(name, size, functions[i].name) && (method || !functions[i].only_method))
            *callee = callee_of(&functions[i]);
    for (size_t i = 0; i < dg_op_count() && callee->kind == DGI_CALLEE_NONE; i++) {
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
    case DGI_OPERAND_LIST:
    case DGI_OPERAND_ARRAY:
        return function->value_method;
    case DGI_OPERAND_NUMBER:
        return function->only_method;
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
           receiver->kind == DGI_OPERAND_LIST || receiver->kind == DGI_OPERAND_ARRAY ||
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
        if (!functions[i].only_method)
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
    for (size_t i = 0; callee->function && i < callee->function->count; i++)
        if (callee->function->parameters[i].name)
            dgi_search_offer(&search, callee->function->parameters[i].name);
    return dgi_report(&in->diagnose, name->begin, name->end, dgi_suggestion(in, &search),
                      "'%s' has no argument named '%.*s'", callee->name,
                      dgi_shown_length(text, size), text);
}

/* Takes the name for the argument that follows; false where it is given already. */
static bool take_name(const dgi_interpreter *in, dgi_frame *frame, size_t place)
{
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
    frame->named = frame->any_named = true;
    if (frame->callee.function)
        place = named_parameter(frame->callee.function, text, size);
    if (place != SIZE_MAX) {
        if (!take_name(in, frame, place))
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
        if (in->operands[i].kind != DGI_OPERAND_NONE || in->operands[i].argument < f->required)
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

const dgi_frame *dgi_call_frame(const dgi_interpreter *in)
{
    return &in->frames[in->n_frames - 1];
}
