/* Expressions: operator precedence with an operand and an operator stack on the heap. */
#include "lang/interpreter.h"

#include "base/grow.h"
#include "lang/literal.h"

typedef enum step {
    STEP_FAIL,
    STEP_OPERAND,  /* an operand comes next */
    STEP_OPERATOR, /* an operand is complete: an operator or an end comes next */
    STEP_DONE
} step;

static dgi_frame *innermost(dgi_interpreter *in)
{
    return &in->frames[in->n_frames - 1];
}

bool dgi_push_operand(dgi_interpreter *in, dgi_operand operand)
{
    dgi_operand *operands =
        dgi_grown(in->operands, &in->room_operands, in->n_operands, sizeof *in->operands);
    if (!operands) {
        in->out_of_memory = true;
        return false;
    }
    in->operands = operands;
    in->operands[in->n_operands++] = operand;
    return true;
}

bool dgi_numbers_needed(const dgi_interpreter *in)
{
    const dgi_frame *frame = &in->frames[in->n_frames - 1];
    if (in->n_operators > frame->operators)
        return in->operators[in->n_operators - 1].right_number;
    return frame->needs_numbers;
}

static bool push_operator(dgi_interpreter *in, bool unary)
{
    dgi_operator *operators =
        dgi_grown(in->operators, &in->room_operators, in->n_operators, sizeof *in->operators);
    if (!operators) {
        in->out_of_memory = true;
        return false;
    }
    in->operators = operators;
    bool needs_numbers = dgi_numbers_needed(in);
    in->operators[in->n_operators++] = (dgi_operator){
        .begin = in->token.begin,
        .end = in->token.end,
        .kind = (uint8_t)in->token.kind,
        .unary = unary,
        .needs_numbers = needs_numbers,
        .right_number = needs_numbers || in->token.kind == DGI_TOKEN_POWER,
    };
    dgi_advance(in);
    return true;
}

bool dgi_push_frame(dgi_interpreter *in, dgi_callee callee, uint32_t begin, bool needs_numbers)
{
    if (in->n_frames > DG_NESTING_MAX)
        return dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL,
                          "brackets nested more than %d deep", DG_NESTING_MAX);
    bool result_number = in->n_frames ? dgi_numbers_needed(in) : needs_numbers;
    in->frames[in->n_frames++] = (dgi_frame){
        .callee = callee,
        .begin = begin,
        .opener = in->token.begin,
        .operands = in->n_operands - (callee.method ? 1 : 0),
        .operators = in->n_operators,
        .strings = in->strings.size,
        .needs_numbers = needs_numbers,
        .result_number = result_number,
        .argument_begins = callee.kind != DGI_CALLEE_NONE && callee.kind != DGI_CALLEE_INDEX,
    };
    return true;
}

static int precedence(const dgi_operator *o)
{
    switch ((dgi_token_kind)o->kind) {
    case DGI_TOKEN_POWER:
        return 4;
    case DGI_TOKEN_TIMES:
    case DGI_TOKEN_DIVIDE:
    case DGI_TOKEN_MATMUL:
        return 2;
    default:
        return o->unary ? 3 : 1;
    }
}

/* Applies the innermost frame's waiting operators that bind at least as tightly as `least`. */
static bool reduce(dgi_interpreter *in, int least)
{
    while (in->n_operators > innermost(in)->operators) {
        dgi_operator o = in->operators[in->n_operators - 1];
        if (precedence(&o) < least)
            break;
        in->n_operators--;
        dgi_operand *top = &in->operands[in->n_operands - 1];
        if (o.unary) {
            if (!dgi_apply_unary(in, &o, top))
                return false;
            continue;
        }
        if (!dgi_apply_binary(in, &o, top - 1, top))
            return false;
        in->n_operands--;
    }
    return true;
}

static bool fail_literal(dgi_interpreter *in, dgi_literal_status status,
                         const dgi_literal_error *error)
{
    if (status == DGI_LITERAL_NOMEM) {
        in->out_of_memory = true;
        return false;
    }
    return dgi_report(&in->diagnose, in->token.begin + error->begin, in->token.begin + error->end,
                      NULL, "%s", error->message);
}

static step push_number(dgi_interpreter *in)
{
    dgi_operand operand = {
        .kind = DGI_OPERAND_NUMBER, .begin = in->token.begin, .end = in->token.end};
    dgi_literal_error error;
    dgi_literal_status status =
        dgi_number_read(in->lexer.text + in->token.begin, in->token.end - in->token.begin,
                        &in->scratch, &operand.as.number, &error);
    if (status != DGI_LITERAL_OK) {
        fail_literal(in, status, &error);
        return STEP_FAIL;
    }
    dgi_advance(in);
    return dgi_push_operand(in, operand) ? STEP_OPERATOR : STEP_FAIL;
}

/* Strings that stand side by side are one. */
static step push_strings(dgi_interpreter *in)
{
    uint32_t begin = in->token.begin, end = in->token.end;
    size_t string_begin = in->strings.size;
    while (in->token.kind == DGI_TOKEN_STRING) {
        dgi_literal_error error;
        dgi_literal_status status =
            dgi_string_read(in->lexer.text + in->token.begin, in->token.end - in->token.begin,
                            &in->strings, &error);
        if (status != DGI_LITERAL_OK) {
            fail_literal(in, status, &error);
            return STEP_FAIL;
        }
        end = in->token.end;
        dgi_advance(in);
    }
    return dgi_push_string(in, string_begin, begin, end) ? STEP_OPERATOR : STEP_FAIL;
}

/* A name that begins a line and is assigned cannot belong to the brackets before it. */
static bool begins_statement(const dgi_interpreter *in, const dgi_token *name)
{
    return in->n_frames > 1 && name->starts_line && !name->indented &&
           dgi_is_assignment(in->token.kind);
}

static step read_name(dgi_interpreter *in)
{
    dgi_token name = in->token;
    dgi_advance(in);
    if (begins_statement(in, &name)) {
        dgi_never_closed(in, &name);
        return STEP_FAIL;
    }
    bool torch = dgi_is_torch(in, &name);
    if (torch && !dgi_skip_torch(in, &name))
        return STEP_FAIL;
    if (in->token.kind == DGI_TOKEN_OPEN)
        return dgi_open_call(in, &name, torch) ? STEP_OPERAND : STEP_FAIL;
    dgi_operand constant;
    if (dgi_find_constant(in, &name, torch, &constant))
        return dgi_push_operand(in, constant) ? STEP_OPERATOR : STEP_FAIL;
    return !torch && dgi_push_name(in, &name) ? STEP_OPERATOR : STEP_FAIL;
}

static step open_bracket(dgi_interpreter *in)
{
    dgi_callee none = {.kind = DGI_CALLEE_NONE};
    if (!dgi_push_frame(in, none, in->token.begin, dgi_numbers_needed(in)))
        return STEP_FAIL;
    dgi_advance(in);
    return STEP_OPERAND;
}

static step open_list(dgi_interpreter *in)
{
    dgi_callee list = {.kind = DGI_CALLEE_LIST};
    if (!dgi_push_frame(in, list, in->token.begin, dgi_numbers_needed(in)))
        return STEP_FAIL;
    dgi_advance(in);
    return STEP_OPERAND;
}

static step open_index(dgi_interpreter *in)
{
    dgi_callee index = {.kind = DGI_CALLEE_INDEX, .method = true};
    const dgi_operand *top = &in->operands[in->n_operands - 1];
    bool tensor = (top->kind == DGI_OPERAND_VALUE || top->kind == DGI_OPERAND_ARRAY) &&
                  dg_ndim(top->as.value) > 0;
    if (top->kind != DGI_OPERAND_LIST && top->kind != DGI_OPERAND_POISON && !tensor) {
        dgi_fail_kind(in, top, "only lists and tensors can be indexed");
        return STEP_FAIL;
    }
    if (!dgi_push_frame(in, index, top->begin, true))
        return STEP_FAIL;
    dgi_advance(in);
    return STEP_OPERAND;
}

/* Whether the innermost frame ends at the current token. */
static bool closes(dgi_interpreter *in)
{
    dgi_callee_kind kind = innermost(in)->callee.kind;
    bool list = kind == DGI_CALLEE_LIST || kind == DGI_CALLEE_INDEX;
    return in->n_frames > 1 && in->token.kind == (list ? DGI_TOKEN_CLOSE_LIST : DGI_TOKEN_CLOSE);
}

/* A call without arguments, or one that ends in a comma; or such a list. */
static step close_call(dgi_interpreter *in)
{
    uint32_t end = in->token.end;
    dgi_advance(in);
    return dgi_finish_call(in, end) ? STEP_OPERATOR : STEP_FAIL;
}

static step step_operand(dgi_interpreter *in)
{
    dgi_frame *frame = innermost(in);
    bool argument_begins = frame->argument_begins;
    frame->argument_begins = false;
    switch (in->token.kind) {
    case DGI_TOKEN_NUMBER:
        return push_number(in);
    case DGI_TOKEN_STRING:
        return push_strings(in);
    case DGI_TOKEN_NAME:
        if (argument_begins && frame->callee.kind != DGI_CALLEE_LIST &&
            dgi_peek(in).kind == DGI_TOKEN_ASSIGN)
            return dgi_keyword(in) ? STEP_OPERAND : STEP_FAIL;
        return read_name(in);
    case DGI_TOKEN_OPEN:
        return open_bracket(in);
    case DGI_TOKEN_OPEN_LIST:
        return open_list(in);
    case DGI_TOKEN_PLUS:
    case DGI_TOKEN_MINUS:
        return push_operator(in, true) ? STEP_OPERAND : STEP_FAIL;
    case DGI_TOKEN_CLOSE:
    case DGI_TOKEN_CLOSE_LIST:
        if (argument_begins && closes(in))
            return close_call(in);
        break;
    default:
        break;
    }
    dgi_unexpected(in);
    return STEP_FAIL;
}

static step read_operator(dgi_interpreter *in)
{
    dgi_operator next = {.kind = (uint8_t)in->token.kind};
    /* Of equals the left comes first, but for the power the right. */
    int least = precedence(&next) + (in->token.kind == DGI_TOKEN_POWER ? 1 : 0);
    return reduce(in, least) && push_operator(in, false) ? STEP_OPERAND : STEP_FAIL;
}

static step close_bracket(dgi_interpreter *in)
{
    dgi_frame *frame = innermost(in);
    char bracket = in->lexer.text[in->token.begin];
    if (in->n_frames == 1) {
        dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL, "unmatched '%c'", bracket);
        return STEP_FAIL;
    }
    if (!closes(in)) {
        dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL, "'%c' does not match '%c'",
                   bracket, in->lexer.text[frame->opener]);
        return STEP_FAIL;
    }
    if (!reduce(in, 0))
        return STEP_FAIL;
    if (frame->callee.kind != DGI_CALLEE_NONE)
        return dgi_finish_argument(in) ? close_call(in) : STEP_FAIL;
    dgi_operand *top = &in->operands[in->n_operands - 1];
    top->begin = frame->begin;
    top->end = in->token.end;
    top->bare_name = false;
    in->n_frames--;
    dgi_advance(in);
    return STEP_OPERATOR;
}

static step read_comma(dgi_interpreter *in)
{
    dgi_frame *frame = innermost(in);
    if (frame->callee.kind == DGI_CALLEE_NONE) {
        dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL,
                   "tuples are not supported: assign one name at a time");
        return STEP_FAIL;
    }
    if (frame->callee.kind == DGI_CALLEE_INDEX) {
        const dgi_operand *indexed = &in->operands[frame->operands];
        bool literal = indexed->kind == DGI_OPERAND_LIST && !indexed->bare_name;
        dgi_report(&in->diagnose, in->token.begin, in->token.end,
                   literal ? "is a comma missing before '['?" : "write x[i][j]",
                   "an index is one number");
        return STEP_FAIL;
    }
    if (!reduce(in, 0) || !dgi_finish_argument(in))
        return STEP_FAIL;
    frame->argument_begins = true;
    dgi_advance(in);
    return STEP_OPERAND;
}

/* An attribute is an operand; a method opens a bracket. */
static step read_postfix(dgi_interpreter *in)
{
    size_t frames = in->n_frames;
    if (!dgi_postfix(in))
        return STEP_FAIL;
    return in->n_frames > frames ? STEP_OPERAND : STEP_OPERATOR;
}

static step step_operator(dgi_interpreter *in)
{
    switch (in->token.kind) {
    case DGI_TOKEN_PLUS:
    case DGI_TOKEN_MINUS:
    case DGI_TOKEN_TIMES:
    case DGI_TOKEN_DIVIDE:
    case DGI_TOKEN_POWER:
    case DGI_TOKEN_MATMUL:
        return read_operator(in);
    case DGI_TOKEN_DOT:
        return read_postfix(in);
    case DGI_TOKEN_COMMA:
        return read_comma(in);
    case DGI_TOKEN_CLOSE:
    case DGI_TOKEN_CLOSE_LIST:
        return close_bracket(in);
    case DGI_TOKEN_OPEN:
        return dgi_call_operand(in) ? STEP_OPERAND : STEP_FAIL;
    case DGI_TOKEN_OPEN_LIST:
        return open_index(in);
    default:
        break;
    }
    /* What else may follow is the statement's business. */
    if (in->n_frames == 1)
        return reduce(in, 0) ? STEP_DONE : STEP_FAIL;
    dgi_unexpected(in);
    return STEP_FAIL;
}

bool dgi_expression(dgi_interpreter *in, bool needs_numbers, dgi_operand *result)
{
    in->n_operands = in->n_operators = in->n_frames = 0;
    dgi_callee none = {.kind = DGI_CALLEE_NONE};
    if (!dgi_push_frame(in, none, in->token.begin, needs_numbers))
        return false;
    step s = STEP_OPERAND;
    while (s == STEP_OPERAND || s == STEP_OPERATOR) {
        if (s == STEP_OPERAND)
            s = step_operand(in);
        else
            s = step_operator(in);
    }
    if (s == STEP_DONE)
        *result = in->operands[0];
    return s == STEP_DONE;
}
