/* Expressions: operator precedence with one stack. Each function returns whether reading goes on.
 */
#include <string.h>

#include "lang/parser.h"

/* The nodes that tokens open where an operand is to come, and behind one; 0: none. */
static const struct {
    uint8_t prefix, infix;
    uint8_t binding; /* of the infix */
} rules[DGI_TOKEN_KINDS] = {
    [DGI_TOKEN_PLUS] = {DGI_NODE_UNARY, DGI_NODE_BINARY, DGI_BINDS_SUM},
    [DGI_TOKEN_MINUS] = {DGI_NODE_UNARY, DGI_NODE_BINARY, DGI_BINDS_SUM},
    [DGI_TOKEN_TIMES] = {0, DGI_NODE_BINARY, DGI_BINDS_PRODUCT},
    [DGI_TOKEN_DIVIDE] = {0, DGI_NODE_BINARY, DGI_BINDS_PRODUCT},
    [DGI_TOKEN_FLOOR_DIVIDE] = {0, DGI_NODE_BINARY, DGI_BINDS_PRODUCT},
    [DGI_TOKEN_MODULO] = {0, DGI_NODE_BINARY, DGI_BINDS_PRODUCT},
    [DGI_TOKEN_MATMUL] = {0, DGI_NODE_BINARY, DGI_BINDS_PRODUCT},
    [DGI_TOKEN_POWER] = {0, DGI_NODE_BINARY, DGI_BINDS_POWER},
    [DGI_TOKEN_DOT] = {0, DGI_NODE_ATTRIBUTE, DGI_BINDS_ATTRIBUTE},
    [DGI_TOKEN_OPEN] = {DGI_NODE_GROUP, DGI_NODE_CALL, 0},
    [DGI_TOKEN_OPEN_LIST] = {DGI_NODE_LIST, DGI_NODE_INDEX, 0},
};

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

/* The current token opens a node, and the next one follows. */
bool dgi_open(dgi_parser *p, dgi_node_kind kind, uint8_t binding)
{
    dgi_open_node_here(p, kind, binding);
    if (!binding && p->token.depth > DG_NESTING_MAX)
        return dgi_wrong(p, p->token.span, NULL, "brackets nested more than %d deep",
                         DG_NESTING_MAX);
    return dgi_advance(p);
}

/* ---- Commas, slices ---- */

static void add_none(dgi_parser *p)
{
    dgi_span nothing = {p->token.span.begin, p->token.span.begin};
    dgi_new_operand(p, DGI_NODE_CONSTANT, nothing)->as.constant = 'N';
}

/* The last parts of a slice that ends with the current token. */
static void complete_slice(dgi_parser *p)
{
    size_t count = p->operand ? 1 : 0;
    for (dgi_node_id c = node_at(p, dgi_innermost_open(p)->node)->child; c; c = node_at(p, c)->next)
        count++;
    for (; count < 3 && !p->out_of_memory; count++) {
        dgi_append(p);
        add_none(p);
    }
    dgi_close(p, p->last_end);
}

static bool read_slice_colon(dgi_parser *p)
{
    if (!p->operand)
        add_none(p);
    dgi_reduce(p, DGI_BINDS_LAMBDA);
    if (dgi_innermost_open(p)->binding != DGI_BINDS_SLICE) {
        if (dgi_innermost_kind(p) != DGI_NODE_INDEX && dgi_innermost_kind(p) != DGI_NODE_TUPLE)
            return dgi_unexpected(p);
        return dgi_open(p, DGI_NODE_SLICE, DGI_BINDS_SLICE);
    }
    const dgi_open_node *slice = dgi_innermost_open(p);
    if (node_at(p, slice->node)->child != slice->last)
        return dgi_unexpected(p);
    dgi_append(p);
    return dgi_advance(p);
}

/* Whether the slice or tuple that is innermost, without an operand, ends with the current token. */
static bool ends_list(const dgi_parser *p)
{
    dgi_token_kind kind = p->token.kind;
    return kind == DGI_TOKEN_CLOSE || kind == DGI_TOKEN_CLOSE_LIST || kind == DGI_TOKEN_ASSIGN ||
           kind == DGI_TOKEN_COLON || kind == DGI_TOKEN_COMMA || dgi_ends_statement(&p->token);
}

static bool read_comma(dgi_parser *p)
{
    size_t parameters = dgi_parameters_around(p);
    bool taken = false;
    if (parameters) {
        dgi_close_parameter(p, parameters);
        dgi_append(p);
        return dgi_advance(p);
    }
    dgi_reduce(p, DGI_BINDS_LAMBDA);
    if (dgi_innermost_open(p)->binding == DGI_BINDS_SLICE)
        complete_slice(p);
    dgi_reduce(p, DGI_BINDS_ARGUMENT);
    switch (dgi_innermost_kind(p)) {
    case DGI_NODE_LIST:
    case DGI_NODE_CALL:
    case DGI_NODE_TUPLE:
        dgi_append(p);
        return dgi_advance(p);
    case DGI_NODE_FOR_CLAUSE:
    case DGI_NODE_IF_CLAUSE:
        return dgi_wrong(p, p->token.span, NULL,
                         "a generator beside other arguments needs brackets of its own");
    default:
        if (dgi_innermost_open(p)->bracket == 0 && !dgi_read_statement_comma(p, &taken))
            return false;
        return taken || dgi_open(p, DGI_NODE_TUPLE, DGI_BINDS_TUPLE);
    }
}

/* ---- Brackets ---- */

/* Whether the current token closes the innermost bracket. */
static bool is_closing(const dgi_parser *p)
{
    bool square = p->lexer.text[dgi_innermost_bracket(p)->as.name.begin] == '[';
    return p->token.kind == (square ? DGI_TOKEN_CLOSE_LIST : DGI_TOKEN_CLOSE);
}

bool dgi_read_closing(dgi_parser *p)
{
    const char *text = p->lexer.text;
    char closing = text[p->token.span.begin];
    if (dgi_innermost_open(p)->bracket == 0 || dgi_innermost_bracket(p)->kind == DGI_NODE_FORMAT)
        return dgi_wrong(p, p->token.span, NULL, "unmatched '%c'", closing);
    if (!is_closing(p))
        return dgi_wrong(p, p->token.span, NULL, "'%c' does not match '%c'", closing,
                         text[dgi_innermost_bracket(p)->as.name.begin]);
    dgi_reduce(p, DGI_BINDS_LAMBDA);
    if (dgi_innermost_open(p)->binding == DGI_BINDS_SLICE)
        complete_slice(p);
    dgi_reduce(p, DGI_BINDS_COMPREHENSION);
    dgi_close(p, p->token.span.end);
    return dgi_advance(p);
}

/* ---- Conditions ---- */

/* `if` behind an operand: a clause of a comprehension, or a conditional expression. */
static bool read_if(dgi_parser *p)
{
    dgi_reduce(p, DGI_BINDS_OR);
    if (dgi_innermost_open(p)->binding == DGI_BINDS_CLAUSE) {
        dgi_close(p, p->last_end);
        dgi_append(p);
        return dgi_read_clause(p);
    }
    if (dgi_innermost_kind(p) == DGI_NODE_CONDITIONAL && !dgi_innermost_open(p)->complete)
        return dgi_unexpected(p);
    p->unordered = true;
    return dgi_open(p, DGI_NODE_CONDITIONAL, DGI_BINDS_CONDITIONAL);
}

static bool read_else(dgi_parser *p)
{
    dgi_reduce(p, DGI_BINDS_OR);
    dgi_open_node *conditional = dgi_innermost_open(p);
    if (dgi_innermost_kind(p) != DGI_NODE_CONDITIONAL || conditional->complete)
        return dgi_unexpected(p);
    conditional->complete = true;
    dgi_append(p);
    return dgi_advance(p);
}

/* Which comparison the current token is, with the one behind it if it has two. */
static dgi_token_kind comparison(dgi_parser *p)
{
    const dgi_token *t = &p->token;
    if (t->kind >= DGI_TOKEN_EQUAL && t->kind <= DGI_TOKEN_GREATER_EQUAL)
        return t->kind;
    if (dgi_is_keyword(t, DGI_KEYWORD_IN))
        return DGI_TOKEN_IN;
    if (dgi_is_keyword(t, DGI_KEYWORD_IS))
        return dgi_is_keyword(dgi_peek(p), DGI_KEYWORD_NOT) ? DGI_TOKEN_IS_NOT : DGI_TOKEN_IS;
    if (dgi_is_keyword(t, DGI_KEYWORD_NOT) && dgi_is_keyword(dgi_peek(p), DGI_KEYWORD_IN))
        return DGI_TOKEN_NOT_IN;
    return DGI_TOKEN_END;
}

static bool read_comparison(dgi_parser *p, dgi_token_kind op)
{
    dgi_reduce(p, DGI_BINDS_COMPARISON + 1);
    if (dgi_innermost_kind(p) == DGI_NODE_COMPARE) {
        dgi_append(p);
        p->unordered = true; /* what follows is evaluated only if it is true so far */
    } else {
        dgi_open_node_here(p, DGI_NODE_COMPARE, DGI_BINDS_COMPARISON);
    }
    if (p->out_of_memory)
        return false;
    dgi_new_operand(p, DGI_NODE_OPERATOR, p->token.span)->op = (uint8_t)op;
    dgi_append(p);
    if (op == DGI_TOKEN_NOT_IN || op == DGI_TOKEN_IS_NOT)
        dgi_advance(p);
    return dgi_advance(p);
}

/* ---- Operands ---- */

static bool read_constant(dgi_parser *p)
{
    dgi_new_operand(p, DGI_NODE_CONSTANT, p->token.span)->as.constant =
        p->lexer.text[p->token.span.begin];
    return dgi_advance(p);
}

static bool read_keyword(dgi_parser *p)
{
    switch ((dgi_keyword)p->token.keyword) {
    case DGI_KEYWORD_CONSTANT:
        return read_constant(p);
    case DGI_KEYWORD_LAMBDA:
        return dgi_read_lambda(p);
    case DGI_KEYWORD_NOT:
        if (dgi_innermost_open(p)->binding > DGI_BINDS_NOT)
            return dgi_unexpected(p);
        return dgi_open(p, DGI_NODE_NOT, DGI_BINDS_NOT);
    default:
        return dgi_unexpected(p);
    }
}

static bool read_name(dgi_parser *p, dgi_node_kind within)
{
    dgi_token_kind next = dgi_peek(p)->kind;
    if (within == DGI_NODE_CALL && next == DGI_TOKEN_ASSIGN) {
        if (dgi_begins_line(&p->token) && !p->line_argument.span.end)
            p->line_argument = p->token;
        dgi_open(p, DGI_NODE_ARGUMENT, DGI_BINDS_ARGUMENT);
        return dgi_advance(p); /* = */
    }
    if (dgi_begins_assignment(p))
        return dgi_never_closed(p);
    if (within == DGI_NODE_ATTRIBUTE) {
        node_at(p, dgi_innermost_open(p)->node)->as.name = p->token.span;
        dgi_close(p, p->token.span.end);
        return dgi_advance(p);
    }
    if (p->token.keyword)
        return read_keyword(p);
    dgi_new_operand(p, DGI_NODE_NAME, p->token.span);
    return dgi_advance(p);
}

/* What ends a tuple behind a comma, or a slice. */
static bool read_list_end(dgi_parser *p, dgi_node_kind within)
{
    if (within == DGI_NODE_SLICE)
        complete_slice(p);
    else
        dgi_close(p, p->last_end);
    return true;
}

bool dgi_read_operand(dgi_parser *p)
{
    dgi_node_kind within = dgi_innermost_kind(p);
    dgi_node_kind prefix = (dgi_node_kind)rules[p->token.kind].prefix;
    bool closes = p->token.kind == DGI_TOKEN_CLOSE || p->token.kind == DGI_TOKEN_CLOSE_LIST;
    if (within == DGI_NODE_PARAMETERS && p->token.kind == DGI_TOKEN_NAME)
        return dgi_read_parameter(p);
    if (p->token.kind == DGI_TOKEN_NAME)
        return read_name(p, within);
    if (within == DGI_NODE_ATTRIBUTE ||
        (dgi_in_parameters(p) && !closes && p->token.kind != DGI_TOKEN_COLON))
        return dgi_unexpected(p);
    if (p->token.kind == DGI_TOKEN_NUMBER)
        return dgi_read_number_token(p);
    if (p->token.kind == DGI_TOKEN_STRING)
        return dgi_read_string_tokens(p);
    if (prefix)
        return dgi_open(p, prefix, prefix == DGI_NODE_UNARY ? DGI_BINDS_SIGN : 0);
    if (closes && is_closing(p) &&
        (within == DGI_NODE_LIST || within == DGI_NODE_CALL || within == DGI_NODE_GROUP ||
         (within == DGI_NODE_PARAMETERS && dgi_innermost_open(p)->binding == 0)))
        return dgi_read_closing(p);
    if (p->token.kind == DGI_TOKEN_COLON && dgi_in_parameters(p) && dgi_innermost_open(p)->binding)
        return dgi_read_lambda_colon(p, p->open_count - 1);
    if ((within == DGI_NODE_TUPLE || within == DGI_NODE_SLICE) && ends_list(p) &&
        !(p->token.kind == DGI_TOKEN_COLON && dgi_innermost_bracket(p)->kind == DGI_NODE_INDEX) &&
        !(p->token.kind == DGI_TOKEN_COMMA && within == DGI_NODE_TUPLE))
        return read_list_end(p, within);
    if (p->token.kind == DGI_TOKEN_COLON && dgi_innermost_bracket(p)->kind == DGI_NODE_INDEX)
        return read_slice_colon(p);
    return dgi_unexpected(p);
}

/* ---- Behind an operand ---- */

static bool read_keyword_after_operand(dgi_parser *p)
{
    switch ((dgi_keyword)p->token.keyword) {
    case DGI_KEYWORD_AND:
    case DGI_KEYWORD_OR: {
        bool and = dgi_is_keyword(&p->token, DGI_KEYWORD_AND);
        uint8_t binding = and? DGI_BINDS_AND : DGI_BINDS_OR;
        dgi_reduce(p, binding);
        p->unordered = true;
        return dgi_open(p, and? DGI_NODE_AND : DGI_NODE_OR, binding);
    }
    case DGI_KEYWORD_IF:
        return read_if(p);
    case DGI_KEYWORD_ELSE:
        return read_else(p);
    case DGI_KEYWORD_FOR:
        return dgi_read_for(p);
    default:
        return dgi_unexpected(p);
    }
}

/* Whether the current token, a keyword that begins a line, begins a statement though a bracket is
 * open. */
static bool begins_statement(const dgi_parser *p)
{
    uint8_t keyword = p->token.keyword;
    return keyword && dgi_innermost_open(p)->bracket > 0 && dgi_begins_line(&p->token) &&
           keyword != DGI_KEYWORD_AND && keyword != DGI_KEYWORD_OR && keyword != DGI_KEYWORD_ELSE &&
           keyword != DGI_KEYWORD_IN && keyword != DGI_KEYWORD_IS && keyword != DGI_KEYWORD_NOT;
}

/* Whether the operand is a parameter, or the parameters of a def: no expression. */
static bool is_parameter(const dgi_parser *p)
{
    dgi_node_kind kind = (dgi_node_kind)node_at(p, p->operand)->kind;
    return kind == DGI_NODE_PARAMETER || kind == DGI_NODE_PARAMETERS;
}

/* A comma, a bracket or a colon, or another token that is no operator. */
static bool read_delimiter(dgi_parser *p)
{
    dgi_token_kind kind = p->token.kind;
    size_t parameters = kind == DGI_TOKEN_COLON ? dgi_parameters_around(p) : 0;
    if (kind == DGI_TOKEN_COMMA)
        return read_comma(p);
    if (kind == DGI_TOKEN_CLOSE || kind == DGI_TOKEN_CLOSE_LIST)
        return dgi_read_closing(p);
    if (parameters && p->open[parameters].binding)
        return dgi_read_lambda_colon(p, parameters);
    if (kind == DGI_TOKEN_COLON && dgi_innermost_bracket(p)->kind == DGI_NODE_INDEX)
        return read_slice_colon(p);
    if (kind == DGI_TOKEN_END && dgi_innermost_bracket(p)->kind == DGI_NODE_FORMAT)
        return dgi_read_after_format(p);
    return dgi_innermost_open(p)->bracket > 0 ? dgi_unexpected(p) : dgi_read_after_expression(p);
}

bool dgi_read_after_operand(dgi_parser *p)
{
    dgi_token_kind kind = p->token.kind;
    uint8_t infix = rules[kind].infix, binding = rules[kind].binding;
    if (is_parameter(p))
        return read_delimiter(p);
    if (infix) {
        /* Of equals the left comes first, but for the power the right. */
        if (binding)
            dgi_reduce(p, binding + (kind == DGI_TOKEN_POWER));
        return dgi_open(p, (dgi_node_kind)infix, binding);
    }
    dgi_token_kind compared = comparison(p);
    if (compared != DGI_TOKEN_END)
        return read_comparison(p, compared);
    if (begins_statement(p) || dgi_begins_assignment(p))
        return dgi_unexpected(p);
    return p->token.keyword ? read_keyword_after_operand(p) : read_delimiter(p);
}
