/* Expressions: operator precedence with stacks of operands, operators and brackets. */
#include "lang/parser.h"

#include <stdlib.h>

#include "base/grow.h"
#include "lang/literal.h"

typedef enum step {
    STEP_FAIL,
    STEP_OPERAND,  /* an operand comes next */
    STEP_OPERATOR, /* an operand is complete: an operator or an end comes next */
    STEP_DONE
} step;

/* ---- Nodes and stacks ---- */

static bool no_memory(dgi_parser *p)
{
    p->out_of_memory = true;
    return false;
}

dgi_node_id dgi_new_node(dgi_parser *p, dgi_node_kind kind, dgi_span span)
{
    dgi_node_id id = dgi_tree_add(&p->tree, kind, span);
    p->out_of_memory = p->out_of_memory || !id;
    return id;
}

static dgi_bracket *innermost(dgi_parser *p)
{
    return &p->brackets[p->n_brackets - 1];
}

static bool push_operand(dgi_parser *p, dgi_node_id id)
{
    dgi_node_id *operands =
        id ? dgi_grown(p->operands, &p->operands_capacity, p->n_operands, sizeof *operands) : NULL;
    if (!operands)
        return no_memory(p);
    p->operands = operands;
    p->operands[p->n_operands++] = id;
    return true;
}

static bool push_operator(dgi_parser *p, bool unary)
{
    dgi_operator *operators =
        dgi_grown(p->operators, &p->operators_capacity, p->n_operators, sizeof *operators);
    if (!operators)
        return no_memory(p);
    p->operators = operators;
    p->operators[p->n_operators++] =
        (dgi_operator){dgi_token_span(&p->token), (uint8_t)p->token.kind, unary};
    dgi_advance(p);
    return true;
}

/* The node of the operator on top and its operands, `right` being the last. */
static dgi_node_id apply_operator(dgi_parser *p, dgi_node_id right)
{
    dgi_operator o = p->operators[--p->n_operators];
    dgi_node_id left = o.unary ? 0 : p->operands[--p->n_operands];
    dgi_span span = {left ? dgi_parser_node(p, left)->span.begin : o.span.begin,
                     dgi_parser_node(p, right)->span.end};
    dgi_node_id id = dgi_new_node(p, o.unary ? DGI_NODE_UNARY : DGI_NODE_BINARY, span);
    if (!id)
        return 0;
    dgi_parser_node(p, id)->op = o.op;
    dgi_parser_node(p, id)->as.name = o.span;
    dgi_parser_node(p, id)->child = left ? left : right;
    if (left)
        dgi_parser_node(p, left)->next = right;
    return id;
}

static int precedence(uint8_t op, bool unary)
{
    switch ((dgi_token_kind)op) {
    case DGI_TOKEN_POWER:
        return 4;
    case DGI_TOKEN_TIMES:
    case DGI_TOKEN_DIVIDE:
    case DGI_TOKEN_MATMUL:
        return 2;
    default:
        return unary ? 3 : 1;
    }
}

/* Gives the innermost bracket's waiting operators that bind at least as tightly as `least` their
 * operands. */
static bool reduce(dgi_parser *p, int least)
{
    while (p->n_operators > innermost(p)->operators) {
        const dgi_operator *o = &p->operators[p->n_operators - 1];
        if (precedence(o->op, o->unary) < least)
            break;
        dgi_node_id right = p->operands[--p->n_operands];
        if (!push_operand(p, apply_operator(p, right)))
            return false;
    }
    return true;
}

void dgi_append_node(dgi_parser *p, dgi_bracket *b, dgi_node_id child)
{
    if (b->argument) {
        dgi_parser_node(p, b->argument)->child = child;
        dgi_parser_node(p, b->argument)->span.end = dgi_parser_node(p, child)->span.end;
        child = b->argument;
        b->argument = 0;
    }
    if (b->last)
        dgi_parser_node(p, b->last)->next = child;
    else if (b->node)
        dgi_parser_node(p, b->node)->child = child;
    b->last = child;
}

/* The current token opens a bracket; `before` is the operand in front of it, or 0. */
static step open(dgi_parser *p, dgi_node_kind kind, dgi_node_id before)
{
    dgi_span span = dgi_token_span(&p->token);
    bool too_deep = p->n_brackets > DG_NESTING_MAX;
    dgi_node_id node = 0;
    if (before)
        span.begin = dgi_parser_node(p, before)->span.begin;
    if (before || !too_deep) {
        node = dgi_new_node(p, kind, span);
        if (!node)
            return STEP_FAIL;
        dgi_parser_node(p, node)->child = before;
        dgi_parser_node(p, node)->as.name = dgi_token_span(&p->token);
    }
    if (too_deep) {
        p->partial = node;
        dgi_wrong(p, p->token.begin, p->token.end, NULL, "brackets nested more than %d deep",
                  DG_NESTING_MAX);
        return STEP_FAIL;
    }
    p->brackets[p->n_brackets++] = (dgi_bracket){
        .node = node,
        .last = before,
        .opener = p->token.begin,
        .argument_begins = kind == DGI_NODE_LIST || kind == DGI_NODE_CALL,
        .operands = p->n_operands,
        .operators = p->n_operators,
    };
    dgi_advance(p);
    return STEP_OPERAND;
}

static dgi_node_kind kind_of(dgi_parser *p, const dgi_bracket *b)
{
    return b->node ? (dgi_node_kind)dgi_parser_node(p, b->node)->kind : DGI_NODE_GROUP;
}

static uint8_t flags_here(dgi_parser *p)
{
    uint8_t flags = p->n_brackets > 1 ? DGI_NODE_BRACKETED : 0;
    if (p->n_brackets > 1 && kind_of(p, innermost(p)) == DGI_NODE_CALL)
        flags |= DGI_NODE_IN_CALL;
    if (p->n_brackets == 1 && p->flag_target)
        flags |= DGI_NODE_FLAG_TARGET;
    return flags;
}

/* ---- Operands ---- */

static bool fail_literal(dgi_parser *p, dgi_literal_status status, const dgi_literal_error *e)
{
    if (status == DGI_LITERAL_NOMEM)
        return no_memory(p);
    return dgi_wrong(p, (uint32_t)(p->token.begin + e->begin), (uint32_t)(p->token.begin + e->end),
                     NULL, "%s", e->message);
}

static bool read_number(dgi_parser *p)
{
    double number = 0.0;
    dgi_literal_error error = {0};
    dgi_literal_status status =
        dgi_number_read(p->lexer.text + p->token.begin, p->token.end - p->token.begin, &p->scratch,
                        &number, &error);
    if (status != DGI_LITERAL_OK)
        return fail_literal(p, status, &error);
    dgi_node_id id = dgi_new_node(p, DGI_NODE_NUMBER, dgi_token_span(&p->token));
    if (id)
        dgi_parser_node(p, id)->as.number = number;
    dgi_advance(p);
    return push_operand(p, id);
}

/* Strings that stand side by side are one. */
static bool read_strings(dgi_parser *p)
{
    dgi_span span = dgi_token_span(&p->token);
    size_t begin = p->tree.texts.size;
    while (p->token.kind == DGI_TOKEN_STRING) {
        dgi_literal_error error = {0};
        dgi_literal_status status = dgi_string_read(
            p->lexer.text + p->token.begin, p->token.end - p->token.begin, &p->tree.texts, &error);
        if (status != DGI_LITERAL_OK)
            return fail_literal(p, status, &error);
        span.end = p->token.end;
        dgi_advance(p);
    }
    dgi_buf_put(&p->tree.texts, "", 0); /* so that the empty string has bytes too */
    dgi_node_id id = p->tree.texts.failed ? 0 : dgi_new_node(p, DGI_NODE_STRING, span);
    if (id)
        dgi_parser_node(p, id)->as.text = (dgi_span){(uint32_t)begin, (uint32_t)p->tree.texts.size};
    return push_operand(p, id);
}

/* True, False and None, where they may stand. */
static bool is_constant(dgi_parser *p)
{
    uint8_t flags = flags_here(p);
    bool flag = dgi_spells(p, &p->token, "True") || dgi_spells(p, &p->token, "False");
    return dgi_peek(p)->kind != DGI_TOKEN_OPEN &&
           ((flag && flags & (DGI_NODE_IN_CALL | DGI_NODE_FLAG_TARGET)) ||
            (dgi_spells(p, &p->token, "None") && flags & DGI_NODE_IN_CALL));
}

/* A name that begins a line and is assigned cannot belong to the brackets before it. */
static bool begins_assignment(dgi_parser *p)
{
    return p->n_brackets > 1 && p->token.kind == DGI_TOKEN_NAME && p->token.starts_line &&
           !p->token.indented && dgi_is_assignment(dgi_peek(p)->kind);
}

static bool read_name(dgi_parser *p)
{
    const char *text = p->lexer.text + p->token.begin;
    if (begins_assignment(p))
        return dgi_never_closed(p);
    bool keyword = dgi_keyword_reason(text, p->token.end - p->token.begin);
    if (keyword && !is_constant(p)) {
        dgi_wrong_keyword(p, &p->token);
        dgi_advance(p);
        return false;
    }
    dgi_node_id id =
        dgi_new_node(p, keyword ? DGI_NODE_CONSTANT : DGI_NODE_NAME, dgi_token_span(&p->token));
    if (!id)
        return false;
    dgi_parser_node(p, id)->flags = flags_here(p);
    if (keyword)
        dgi_parser_node(p, id)->as.constant = *text;
    dgi_advance(p);
    return push_operand(p, id);
}

/* f(NAME=... */
static bool read_argument_name(dgi_parser *p)
{
    dgi_node_id id = dgi_new_node(p, DGI_NODE_ARGUMENT, dgi_token_span(&p->token));
    if (!id)
        return false;
    dgi_parser_node(p, id)->as.name = dgi_token_span(&p->token);
    innermost(p)->argument = id;
    if (p->token.starts_line && !p->token.indented && !p->line_argument.end)
        p->line_argument = p->token;
    dgi_advance(p); /* the name */
    dgi_advance(p); /* = */
    return true;
}

/* Whether the innermost bracket ends at the current token. */
static bool closes(dgi_parser *p)
{
    dgi_node_kind kind = kind_of(p, innermost(p));
    bool square = kind == DGI_NODE_LIST || kind == DGI_NODE_INDEX;
    return p->n_brackets > 1 && p->token.kind == (square ? DGI_TOKEN_CLOSE_LIST : DGI_TOKEN_CLOSE);
}

static step close(dgi_parser *p)
{
    dgi_node_id node = innermost(p)->node;
    dgi_parser_node(p, node)->span.end = p->token.end;
    p->n_brackets--;
    dgi_advance(p);
    return push_operand(p, node) ? STEP_OPERATOR : STEP_FAIL;
}

static step step_operand(dgi_parser *p)
{
    dgi_bracket *b = innermost(p);
    bool argument_begins = b->argument_begins;
    b->argument_begins = false;
    switch (p->token.kind) {
    case DGI_TOKEN_NUMBER:
        return read_number(p) ? STEP_OPERATOR : STEP_FAIL;
    case DGI_TOKEN_STRING:
        return read_strings(p) ? STEP_OPERATOR : STEP_FAIL;
    case DGI_TOKEN_NAME:
        if (argument_begins && kind_of(p, b) == DGI_NODE_CALL &&
            dgi_peek(p)->kind == DGI_TOKEN_ASSIGN)
            return read_argument_name(p) ? STEP_OPERAND : STEP_FAIL;
        return read_name(p) ? STEP_OPERATOR : STEP_FAIL;
    case DGI_TOKEN_OPEN:
        return open(p, DGI_NODE_GROUP, 0);
    case DGI_TOKEN_OPEN_LIST:
        return open(p, DGI_NODE_LIST, 0);
    case DGI_TOKEN_PLUS:
    case DGI_TOKEN_MINUS:
        return push_operator(p, true) ? STEP_OPERAND : STEP_FAIL;
    case DGI_TOKEN_CLOSE:
    case DGI_TOKEN_CLOSE_LIST:
        if (argument_begins && closes(p))
            return close(p);
        break;
    default:
        break;
    }
    dgi_unexpected(p);
    return STEP_FAIL;
}

/* ---- What follows an operand ---- */

static step read_operator(dgi_parser *p)
{
    /* Of equals the left comes first, but for the power the right. */
    int least = precedence((uint8_t)p->token.kind, false) + (p->token.kind == DGI_TOKEN_POWER);
    return reduce(p, least) && push_operator(p, false) ? STEP_OPERAND : STEP_FAIL;
}

static step close_bracket(dgi_parser *p)
{
    char bracket = p->lexer.text[p->token.begin];
    if (p->n_brackets == 1)
        dgi_wrong(p, p->token.begin, p->token.end, NULL, "unmatched '%c'", bracket);
    else if (!closes(p))
        dgi_wrong(p, p->token.begin, p->token.end, NULL, "'%c' does not match '%c'", bracket,
                  p->lexer.text[innermost(p)->opener]);
    else if (reduce(p, 0)) {
        dgi_append_node(p, innermost(p), p->operands[--p->n_operands]);
        return close(p);
    }
    return STEP_FAIL;
}

static step read_comma(dgi_parser *p)
{
    dgi_bracket *b = innermost(p);
    dgi_node_kind kind = kind_of(p, b);
    if (kind == DGI_NODE_GROUP) {
        dgi_wrong(p, p->token.begin, p->token.end, NULL,
                  "tuples are not supported: assign one name at a time");
        return STEP_FAIL;
    }
    if (kind == DGI_NODE_INDEX) {
        dgi_wrong(p, p->token.begin, p->token.end, "write x[i][j]", "an index is one number");
        p->tree.error.is_index = true;
        return STEP_FAIL;
    }
    if (!reduce(p, 0))
        return STEP_FAIL;
    dgi_append_node(p, b, p->operands[--p->n_operands]);
    b->argument_begins = true;
    dgi_advance(p);
    return STEP_OPERAND;
}

static step read_attribute(dgi_parser *p)
{
    dgi_node_id of = p->operands[--p->n_operands];
    dgi_span span = dgi_parser_node(p, of)->span;
    dgi_advance(p);
    span.end = p->token.end;
    dgi_node_id id = dgi_new_node(p, DGI_NODE_ATTRIBUTE, span);
    if (!id)
        return STEP_FAIL;
    dgi_parser_node(p, id)->child = of;
    dgi_parser_node(p, id)->flags = flags_here(p);
    if (p->token.kind != DGI_TOKEN_NAME || begins_assignment(p)) {
        p->partial = id;
        if (p->token.kind == DGI_TOKEN_NAME)
            dgi_never_closed(p);
        else
            dgi_unexpected(p);
        return STEP_FAIL;
    }
    dgi_parser_node(p, id)->as.name = dgi_token_span(&p->token);
    dgi_advance(p);
    return push_operand(p, id) ? STEP_OPERATOR : STEP_FAIL;
}

static step step_operator(dgi_parser *p)
{
    switch (p->token.kind) {
    case DGI_TOKEN_PLUS:
    case DGI_TOKEN_MINUS:
    case DGI_TOKEN_TIMES:
    case DGI_TOKEN_DIVIDE:
    case DGI_TOKEN_POWER:
    case DGI_TOKEN_MATMUL:
        return read_operator(p);
    case DGI_TOKEN_DOT:
        return read_attribute(p);
    case DGI_TOKEN_COMMA:
        return read_comma(p);
    case DGI_TOKEN_CLOSE:
    case DGI_TOKEN_CLOSE_LIST:
        return close_bracket(p);
    case DGI_TOKEN_OPEN:
        return open(p, DGI_NODE_CALL, p->operands[--p->n_operands]);
    case DGI_TOKEN_OPEN_LIST:
        return open(p, DGI_NODE_INDEX, p->operands[--p->n_operands]);
    default:
        break;
    }
    /* What else may follow is the statement's business. */
    if (p->n_brackets == 1)
        return reduce(p, 0) ? STEP_DONE : STEP_FAIL;
    dgi_unexpected(p);
    return STEP_FAIL;
}

/* ---- Expressions ---- */

/* An ERROR, or what it is in; 0 when out of memory. */
static dgi_node_id error_node(dgi_parser *p)
{
    dgi_node_id id = dgi_new_node(p, DGI_NODE_ERROR, p->tree.error.span);
    if (!id || !p->partial)
        return id;
    dgi_parser_node(p, dgi_parser_node(p, p->partial)->child)->next = id;
    return p->partial;
}

/* The error and what stands before it in the innermost bracket, whose node it becomes part of. No
 * operator whose right operand is wrong will be applied. */
static dgi_node_id break_bracket(dgi_parser *p, dgi_node_id error)
{
    dgi_bracket *b = innermost(p);
    size_t operands = b->operands;
    for (size_t i = b->operators; i < p->n_operators; i++)
        operands += !p->operators[i].unary;
    if (p->n_operands > operands) {
        dgi_node_id before = p->operands[--p->n_operands];
        dgi_node_id id = dgi_new_node(p, DGI_NODE_BROKEN, dgi_parser_node(p, before)->span);
        if (!id)
            return 0;
        dgi_parser_node(p, id)->child = before;
        dgi_parser_node(p, before)->next = error;
        error = id;
    }
    while (error && p->n_operators > b->operators)
        error = apply_operator(p, error);
    if (!error || !b->node)
        return error;
    dgi_append_node(p, b, error);
    return b->node;
}

/* What has been read of an expression with a syntax error. */
static dgi_node_id broken(dgi_parser *p)
{
    dgi_node_id error = p->out_of_memory ? 0 : error_node(p);
    for (; error && p->n_brackets > 0; p->n_brackets--)
        error = break_bracket(p, error);
    return error;
}

dgi_node_id dgi_parse_expression(dgi_parser *p)
{
    p->n_operands = p->n_operators = 0;
    p->partial = 0;
    p->brackets[0] = (dgi_bracket){0};
    p->n_brackets = 1;
    step s = STEP_OPERAND;
    while (s == STEP_OPERAND || s == STEP_OPERATOR) {
        if (s == STEP_OPERAND)
            s = step_operand(p);
        else
            s = step_operator(p);
    }
    return s == STEP_DONE ? p->operands[0] : broken(p);
}
