/* Operator precedence with one stack, of nodes that wait for their next child. */
#include "lang/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "lang/literal.h"

/* How tightly operators bind; brackets and statements, which none of them passes, have 0. */
enum {
    BINDS_ARGUMENT = 1, /* NAME= */
    BINDS_SUM,
    BINDS_PRODUCT,
    BINDS_SIGN,
    BINDS_POWER,
    BINDS_ATTRIBUTE
};

static const uint8_t bindings[] = {
    [DGI_TOKEN_PLUS] = BINDS_SUM,       [DGI_TOKEN_MINUS] = BINDS_SUM,
    [DGI_TOKEN_TIMES] = BINDS_PRODUCT,  [DGI_TOKEN_DIVIDE] = BINDS_PRODUCT,
    [DGI_TOKEN_MATMUL] = BINDS_PRODUCT, [DGI_TOKEN_POWER] = BINDS_POWER,
    [DGI_TOKEN_SEMICOLON] = 0,
};

/* ---- Tokens ---- */

void dgi_parser_init(dgi_parser *p, const char *text, size_t size)
{
    dgi_lexer_init(&p->lexer, text, size);
    dgi_advance(p);
}

void dgi_parser_free(dgi_parser *p)
{
    dgi_tree_free(&p->tree);
    free(p->open);
    dgi_buf_free(&p->scratch);
}

void dgi_advance(dgi_parser *p)
{
    p->token = p->has_next ? p->next : dgi_lexer_next(&p->lexer);
    p->has_next = false;
    if (dgi_begins_line(&p->token))
        p->line_start = p->token.begin;
}

const dgi_token *dgi_peek(dgi_parser *p)
{
    if (!p->has_next)
        p->next = dgi_lexer_next(&p->lexer);
    p->has_next = true;
    return &p->next;
}

void dgi_resume(dgi_parser *p, dgi_token token)
{
    p->lexer.at = p->lexer.line = token.begin;
    p->lexer.depth = 0;
    p->lexer.fresh = true;
    p->has_next = false;
    dgi_advance(p);
}

bool dgi_spells(const dgi_parser *p, dgi_span span, const char *word)
{
    size_t size = strlen(word);
    return span.end - span.begin == size && memcmp(p->lexer.text + span.begin, word, size) == 0;
}

bool dgi_begins_assignment(dgi_parser *p)
{
    return p->token.depth > 0 && dgi_begins_line(&p->token) && p->token.kind == DGI_TOKEN_NAME &&
           dgi_is_assignment(dgi_peek(p)->kind);
}

/* ---- Nodes ---- */

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

static dgi_node_kind kind_at(const dgi_parser *p, dgi_node_id id)
{
    return (dgi_node_kind)node_at(p, id)->kind;
}

/* A new node becomes the operand; NULL when out of memory. */
static dgi_node *new_operand(dgi_parser *p, dgi_node_kind kind, dgi_span span)
{
    p->operand = dgi_tree_add(&p->tree, kind, span);
    p->out_of_memory = p->out_of_memory || !p->operand;
    return p->operand ? node_at(p, p->operand) : NULL;
}

/* The current token opens a node. The operand, if there is one, is its first child. */
static dgi_node *open_node(dgi_parser *p, dgi_node_kind kind, uint8_t binding)
{
    dgi_node_id first = p->operand;
    dgi_span span = dgi_token_span(&p->token);
    if (first)
        span.begin = node_at(p, first)->span.begin;
    dgi_node *node = new_operand(p, kind, span);
    dgi_open_node *open = dgi_grown(p->open, &p->open_capacity, p->open_count, sizeof *open);
    p->out_of_memory = p->out_of_memory || !open;
    if (open)
        p->open = open;
    if (p->out_of_memory)
        return NULL;
    node->op = (uint8_t)p->token.kind;
    node->as.name = dgi_token_span(&p->token);
    node->child = first;
    uint32_t bracket = binding ? dgi_innermost_open(p)->bracket : (uint32_t)p->open_count;
    p->open[p->open_count++] = (dgi_open_node){p->operand, first, bracket, binding};
    p->operand = 0;
    return node;
}

/* The same of an operator or a bracket, which the token is. */
static bool open(dgi_parser *p, dgi_node_kind kind, uint8_t binding)
{
    if (!open_node(p, kind, binding))
        return false;
    if (!binding && p->token.depth > DG_NESTING_MAX)
        return dgi_wrong(p, dgi_token_span(&p->token), NULL, "brackets nested more than %d deep",
                         DG_NESTING_MAX);
    dgi_advance(p);
    return true;
}

/* The operand becomes the last child of the innermost open node. */
static void append(dgi_parser *p)
{
    dgi_open_node *open = &p->open[p->open_count - 1];
    if (open->last)
        node_at(p, open->last)->next = p->operand;
    else
        node_at(p, open->node)->child = p->operand;
    open->last = p->operand;
    p->operand = 0;
}

/* The innermost open node ends: it becomes the operand, and the operand that there was its child.
 */
static void close(dgi_parser *p, uint32_t end)
{
    if (p->operand)
        append(p);
    p->operand = p->open[--p->open_count].node;
    node_at(p, p->operand)->span.end = end;
}

/* The operand is the last one of all innermost operators that bind at least as tightly as `least`.
 */
static void reduce(dgi_parser *p, int least)
{
    while (dgi_innermost_open(p)->binding >= least)
        close(p, node_at(p, p->operand)->span.end);
}

/* ---- Operands ---- */

/* Where an operand or an attribute stands. */
static uint8_t flags_here(const dgi_parser *p)
{
    if (dgi_innermost_open(p)->bracket == 0)
        return 0;
    return dgi_innermost_bracket(p)->kind == DGI_NODE_CALL ? DGI_NODE_BRACKETED | DGI_NODE_IN_CALL
                                                           : DGI_NODE_BRACKETED;
}

static bool read_number(dgi_parser *p)
{
    double number;
    dgi_span span = dgi_token_span(&p->token);
    const char *text = p->lexer.text + span.begin;
    const char *wrong = dgi_number_read(text, span.end - span.begin, &p->scratch, &number);
    if (wrong)
        return dgi_wrong(p, span, NULL, "%s", wrong);
    p->out_of_memory = p->scratch.failed;
    dgi_node *node = new_operand(p, DGI_NODE_NUMBER, span);
    if (p->out_of_memory)
        return false;
    node->as.number = number;
    dgi_advance(p);
    return true;
}

/* Strings that stand side by side are one. */
static bool read_strings(dgi_parser *p)
{
    dgi_span span = dgi_token_span(&p->token);
    dgi_buf *texts = &p->tree.texts;
    uint32_t from = (uint32_t)texts->size;
    for (; p->token.kind == DGI_TOKEN_STRING; dgi_advance(p)) {
        size_t begin, end;
        const char *wrong = dgi_string_read(p->lexer.text + p->token.begin,
                                            p->token.end - p->token.begin, texts, &begin, &end);
        if (wrong) {
            dgi_span about = {(uint32_t)(p->token.begin + begin), (uint32_t)(p->token.begin + end)};
            return dgi_wrong(p, about, NULL, "%s", wrong);
        }
        span.end = p->token.end;
    }
    dgi_buf_put(texts, "", 0); /* so that the empty string has bytes too */
    p->out_of_memory = texts->failed;
    dgi_node *node = new_operand(p, DGI_NODE_STRING, span);
    if (p->out_of_memory)
        return false;
    node->as.text = (dgi_span){from, (uint32_t)texts->size};
    return true;
}

/* f(NAME=... */
static bool read_argument_name(dgi_parser *p)
{
    if (!open_node(p, DGI_NODE_ARGUMENT, BINDS_ARGUMENT))
        return false;
    if (dgi_begins_line(&p->token) && !p->line_argument.end)
        p->line_argument = p->token;
    dgi_advance(p); /* the name */
    dgi_advance(p); /* = */
    return true;
}

static bool refuse_tuple(dgi_parser *p)
{
    return dgi_wrong(p, dgi_token_span(&p->token), NULL,
                     "tuples are not supported: assign one name at a time");
}

/* Whether the current name, behind which `next` stands, is True, False or None, where these are
 * supported. */
static bool is_constant(const dgi_parser *p, dgi_token_kind next)
{
    bool flag_target = p->flag_target && dgi_innermost_open(p)->bracket == 0 &&
                       (p->open_count > 1 || next != DGI_TOKEN_ASSIGN);
    const char *initials = flags_here(p) & DGI_NODE_IN_CALL ? "TFN" : flag_target ? "TF" : "";
    return p->token.message && next != DGI_TOKEN_OPEN &&
           strchr(initials, p->lexer.text[p->token.begin]);
}

static bool read_name(dgi_parser *p)
{
    dgi_token_kind next = dgi_peek(p)->kind;
    const dgi_open_node *within = dgi_innermost_open(p);
    if (next == DGI_TOKEN_ASSIGN && kind_at(p, within->node) == DGI_NODE_CALL)
        return read_argument_name(p);
    if (dgi_begins_assignment(p))
        return dgi_never_closed(p);
    if (next == DGI_TOKEN_COMMA && p->open_count == 1 && !within->last) {
        dgi_advance(p);
        return refuse_tuple(p);
    }
    bool constant = is_constant(p, next);
    if (p->token.message && !constant)
        return dgi_unsupported(p, &p->token);
    dgi_node *node =
        new_operand(p, constant ? DGI_NODE_CONSTANT : DGI_NODE_NAME, dgi_token_span(&p->token));
    if (!node)
        return false;
    node->flags = flags_here(p);
    if (constant)
        node->as.constant = p->lexer.text[p->token.begin];
    dgi_advance(p);
    return true;
}

/* Whether the current token closes the innermost bracket. */
static bool closes_bracket(const dgi_parser *p)
{
    bool square = p->lexer.text[dgi_innermost_bracket(p)->as.name.begin] == '[';
    return p->token.kind == (square ? DGI_TOKEN_CLOSE_LIST : DGI_TOKEN_CLOSE);
}

static bool close_bracket(dgi_parser *p)
{
    close(p, p->token.end);
    dgi_advance(p);
    return true;
}

/* Each of the following returns whether reading goes on. */

static bool read_operand(dgi_parser *p)
{
    dgi_node_kind within = kind_at(p, dgi_innermost_open(p)->node);
    switch (p->token.kind) {
    case DGI_TOKEN_NUMBER:
        return read_number(p);
    case DGI_TOKEN_STRING:
        return read_strings(p);
    case DGI_TOKEN_NAME:
        return read_name(p);
    case DGI_TOKEN_OPEN:
        return open(p, DGI_NODE_GROUP, 0);
    case DGI_TOKEN_OPEN_LIST:
        return open(p, DGI_NODE_LIST, 0);
    case DGI_TOKEN_PLUS:
    case DGI_TOKEN_MINUS:
        return open(p, DGI_NODE_UNARY, BINDS_SIGN);
    case DGI_TOKEN_CLOSE:
    case DGI_TOKEN_CLOSE_LIST:
        if ((within == DGI_NODE_LIST || within == DGI_NODE_CALL) && closes_bracket(p))
            return close_bracket(p);
        break;
    default:
        break;
    }
    return dgi_unexpected(p);
}

/* ---- What follows an operand ---- */

static bool read_attribute(dgi_parser *p)
{
    dgi_node *node = open_node(p, DGI_NODE_ATTRIBUTE, BINDS_ATTRIBUTE);
    if (!node)
        return false;
    node->flags = flags_here(p);
    dgi_advance(p);
    if (dgi_begins_assignment(p))
        return dgi_never_closed(p);
    if (p->token.kind != DGI_TOKEN_NAME)
        return dgi_unexpected(p);
    node->as.name = dgi_token_span(&p->token);
    close(p, p->token.end);
    dgi_advance(p);
    return true;
}

static bool read_comma(dgi_parser *p)
{
    dgi_node_kind kind = (dgi_node_kind)dgi_innermost_bracket(p)->kind;
    if (kind == DGI_NODE_INDEX) {
        dgi_wrong(p, dgi_token_span(&p->token), "write x[i][j]", "an index is one number");
        p->tree.error.is_index = true;
        return false;
    }
    if (kind != DGI_NODE_LIST && kind != DGI_NODE_CALL)
        return refuse_tuple(p);
    reduce(p, BINDS_ARGUMENT);
    append(p);
    dgi_advance(p);
    return true;
}

static bool read_closing(dgi_parser *p)
{
    dgi_span span = dgi_token_span(&p->token);
    const char *text = p->lexer.text;
    if (dgi_innermost_open(p)->bracket == 0)
        return dgi_wrong(p, span, NULL, "unmatched '%c'", text[span.begin]);
    if (!closes_bracket(p))
        return dgi_wrong(p, span, NULL, "'%c' does not match '%c'", text[span.begin],
                         text[dgi_innermost_bracket(p)->as.name.begin]);
    reduce(p, BINDS_ARGUMENT);
    return close_bracket(p);
}

/* `=`, or `+=` and its like, behind an expression of the statement. */
static bool read_assignment(dgi_parser *p)
{
    dgi_node *statement = node_at(p, p->open->node), *target = node_at(p, p->operand);
    bool plain = p->token.kind == DGI_TOKEN_ASSIGN, first = !p->open->last;
    bool attribute = target->kind == DGI_NODE_ATTRIBUTE;
    if (statement->kind == DGI_NODE_AUGMENT || !(plain || first || attribute))
        return dgi_unexpected(p);
    target->flags |= DGI_NODE_TARGET;
    p->flag_target = attribute && dgi_spells(p, target->as.name, "requires_grad");
    append(p);
    if (!plain && !first)
        return dgi_unexpected(p);
    if (!plain) {
        statement->kind = DGI_NODE_AUGMENT;
        statement->op = (uint8_t)(DGI_TOKEN_PLUS + (p->token.kind - DGI_TOKEN_PLUS_ASSIGN));
        statement->as.name = dgi_token_span(&p->token);
    }
    dgi_advance(p);
    return true;
}

static bool read_after_operand(dgi_parser *p)
{
    uint8_t binding = bindings[p->token.kind];
    if (binding) {
        /* Of equals the left comes first, but for the power the right. */
        reduce(p, binding + (p->token.kind == DGI_TOKEN_POWER));
        return open(p, DGI_NODE_BINARY, binding);
    }
    switch (p->token.kind) {
    case DGI_TOKEN_DOT:
        return read_attribute(p);
    case DGI_TOKEN_COMMA:
        return read_comma(p);
    case DGI_TOKEN_CLOSE:
    case DGI_TOKEN_CLOSE_LIST:
        return read_closing(p);
    case DGI_TOKEN_OPEN:
        return open(p, DGI_NODE_CALL, 0);
    case DGI_TOKEN_OPEN_LIST:
        return open(p, DGI_NODE_INDEX, 0);
    default:
        break;
    }
    if (dgi_innermost_open(p)->bracket > 0)
        return dgi_unexpected(p);
    reduce(p, BINDS_ARGUMENT);
    if (dgi_is_assignment(p->token.kind))
        return read_assignment(p);
    if (!dgi_ends_statement(&p->token))
        return dgi_unexpected(p);
    append(p);
    return false;
}

/* ---- Statements ---- */

/* The error comes next in the innermost open node, behind what has been read of the operand. So no
 * operator whose right operand is wrong will be applied. */
static void add_error(dgi_parser *p)
{
    dgi_node_id before = p->operand;
    dgi_node *node = new_operand(p, DGI_NODE_ERROR, p->tree.error.span);
    if (before && node) {
        node_at(p, before)->next = p->operand;
        node = new_operand(p, DGI_NODE_BROKEN, node_at(p, before)->span);
        if (node)
            node->child = before;
    }
    while (node && p->open_count > 0)
        close(p, node_at(p, p->operand)->span.end);
}

/* `import torch`, which does nothing: what begins with `torch.` is known anyway. */
static void read_import(dgi_parser *p, dgi_node *statement)
{
    dgi_token import = p->token;
    dgi_advance(p);
    if (dgi_ends_statement(dgi_peek(p))) {
        statement->kind = DGI_NODE_NOTHING;
        dgi_advance(p);
    } else {
        dgi_unsupported(p, &import);
    }
}

bool dgi_parse_statement(dgi_parser *p)
{
    dgi_tree_reset(&p->tree);
    p->open_count = 0;
    p->operand = 0;
    p->flag_target = false;
    p->line_argument.end = 0;
    dgi_node *statement = open_node(p, DGI_NODE_ASSIGN, 0);
    if (!statement)
        return false;
    p->tree.root = p->open->node;
    if (dgi_spells(p, dgi_token_span(&p->token), "import") &&
        dgi_spells(p, dgi_token_span(dgi_peek(p)), "torch"))
        read_import(p, statement);
    else
        while (p->operand ? read_after_operand(p) : read_operand(p))
            continue;
    if (p->tree.wrong)
        add_error(p);
    return !p->out_of_memory;
}
