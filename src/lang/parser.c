/* Operator precedence with one stack, of nodes that wait for their next child. */
#include "lang/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* How tightly what is open binds its next child; brackets and the statement, which only their end
 * closes, have 0. */
enum {
    BINDS_ARGUMENT = 1, /* NAME= */
    BINDS_SUM,
    BINDS_PRODUCT,
    BINDS_SIGN,
    BINDS_POWER,
    BINDS_ATTRIBUTE
};

/* The nodes that tokens open where an operand is to come, and behind one; 0: none. */
static const struct {
    uint8_t prefix, infix;
    uint8_t binding; /* of the infix */
} rules[DGI_TOKEN_COLON + 1] = {
    [DGI_TOKEN_PLUS] = {DGI_NODE_UNARY, DGI_NODE_BINARY, BINDS_SUM},
    [DGI_TOKEN_MINUS] = {DGI_NODE_UNARY, DGI_NODE_BINARY, BINDS_SUM},
    [DGI_TOKEN_TIMES] = {0, DGI_NODE_BINARY, BINDS_PRODUCT},
    [DGI_TOKEN_DIVIDE] = {0, DGI_NODE_BINARY, BINDS_PRODUCT},
    [DGI_TOKEN_MATMUL] = {0, DGI_NODE_BINARY, BINDS_PRODUCT},
    [DGI_TOKEN_POWER] = {0, DGI_NODE_BINARY, BINDS_POWER},
    [DGI_TOKEN_DOT] = {0, DGI_NODE_ATTRIBUTE, BINDS_ATTRIBUTE},
    [DGI_TOKEN_OPEN] = {DGI_NODE_GROUP, DGI_NODE_CALL, 0},
    [DGI_TOKEN_OPEN_LIST] = {DGI_NODE_LIST, DGI_NODE_INDEX, 0},
};

void dgi_parser_init(dgi_parser *p, const char *text, size_t size)
{
    dgi_lexer_init(&p->lexer, text, size);
    dgi_advance(p);
}

void dgi_parser_free(dgi_parser *p)
{
    free(p->tree.nodes);
    dgi_buf_free(&p->tree.texts);
    free(p->open);
    dgi_buf_free(&p->scratch);
}

/* ---- Tokens ---- */

bool dgi_advance(dgi_parser *p)
{
    p->token = p->has_next ? p->next : dgi_lexer_next(&p->lexer);
    p->has_next = false;
    if (dgi_begins_line(&p->token))
        p->line_start = p->token.span.begin;
    return true;
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
    p->lexer.at = token.span.begin;
    p->lexer.line = token.span.begin - token.space;
    p->lexer.depth = 0;
    p->lexer.fresh = true;
    p->has_next = false;
    dgi_advance(p);
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

dgi_node *dgi_new_operand(dgi_parser *p, dgi_node_kind kind, dgi_span span)
{
    dgi_tree *tree = &p->tree;
    /* A token makes two nodes at most, and DG_PROGRAM_MAX bytes of tokens far fewer than 2^32. */
    dgi_node *nodes = dgi_grown(tree->nodes, &tree->capacity, tree->count, sizeof *nodes);
    if (!nodes) {
        p->out_of_memory = true;
        return &p->no_node;
    }
    tree->nodes = nodes;
    nodes[0] = (dgi_node){0};
    p->operand = (dgi_node_id)tree->count++;
    dgi_node *node = &nodes[p->operand];
    *node = (dgi_node){.kind = (uint8_t)kind, .span = span};
    if (p->open_count > 0 && dgi_innermost_open(p)->bracket > 0)
        node->flags = DGI_NODE_BRACKETED |
                      (dgi_innermost_bracket(p)->kind == DGI_NODE_CALL ? DGI_NODE_IN_CALL : 0);
    return node;
}

/* The current token opens a node, whose first child is the operand, if there is one. */
static dgi_node *open_node(dgi_parser *p, dgi_node_kind kind, uint8_t binding)
{
    dgi_node_id first = p->operand;
    dgi_open_node *open = dgi_grown(p->open, &p->open_capacity, p->open_count, sizeof *open);
    if (!open) {
        p->out_of_memory = true;
        return &p->no_node;
    }
    p->open = open;
    dgi_node *node = dgi_new_operand(p, kind, p->token.span);
    node->op = (uint8_t)p->token.kind;
    node->as.name = p->token.span;
    node->child = first;
    if (first)
        node->span.begin = node_at(p, first)->span.begin;
    uint32_t bracket = binding ? dgi_innermost_open(p)->bracket : (uint32_t)p->open_count;
    p->open[p->open_count++] = (dgi_open_node){p->operand, first, bracket, binding};
    p->operand = 0;
    return node;
}

/* The same, and the next token follows. */
static bool open(dgi_parser *p, dgi_node_kind kind, uint8_t binding)
{
    open_node(p, kind, binding);
    if (!binding && p->token.depth > DG_NESTING_MAX)
        return dgi_wrong(p, p->token.span, NULL, "brackets nested more than %d deep",
                         DG_NESTING_MAX);
    return dgi_advance(p);
}

/* The operand becomes the last child of the innermost open node. */
static void append(dgi_parser *p)
{
    dgi_open_node *open = &p->open[p->open_count - 1];
    dgi_node_id *link = open->last ? &node_at(p, open->last)->next : &node_at(p, open->node)->child;
    *link = open->last = p->operand;
    p->operand = 0;
}

/* The innermost open node is complete with the operand, if there is one, and becomes the operand.
 */
static void close(dgi_parser *p, uint32_t end)
{
    if (p->operand)
        append(p);
    p->operand = p->open[--p->open_count].node;
    node_at(p, p->operand)->span.end = end;
}

/* The same of all that bind at least as tightly as `least`. */
static void reduce(dgi_parser *p, int least)
{
    while (dgi_innermost_open(p)->binding >= least)
        close(p, node_at(p, p->operand)->span.end);
}

/* ---- Reading: each function returns whether it goes on ---- */

static bool read_comma(dgi_parser *p)
{
    dgi_node_kind kind = (dgi_node_kind)dgi_innermost_bracket(p)->kind;
    if (kind == DGI_NODE_WITH)
        return dgi_wrong(p, p->token.span, NULL, "'with' takes one scope: nest two blocks");
    if (kind == DGI_NODE_INDEX) {
        dgi_wrong(p, p->token.span, "write x[i][j]", "an index is one number");
        p->tree.error.is_index = true;
        return false;
    }
    if (kind != DGI_NODE_LIST && kind != DGI_NODE_CALL)
        return dgi_wrong(p, p->token.span, NULL,
                         "tuples are not supported: assign one name at a time");
    reduce(p, BINDS_ARGUMENT);
    append(p);
    return dgi_advance(p);
}

/* Whether the current token closes the innermost bracket. */
static bool is_closing(const dgi_parser *p)
{
    bool square = p->lexer.text[dgi_innermost_bracket(p)->as.name.begin] == '[';
    return p->token.kind == (square ? DGI_TOKEN_CLOSE_LIST : DGI_TOKEN_CLOSE);
}

static bool read_closing(dgi_parser *p)
{
    const char *text = p->lexer.text;
    char closing = text[p->token.span.begin];
    if (dgi_innermost_open(p)->bracket == 0)
        return dgi_wrong(p, p->token.span, NULL, "unmatched '%c'", closing);
    if (!is_closing(p))
        return dgi_wrong(p, p->token.span, NULL, "'%c' does not match '%c'", closing,
                         text[dgi_innermost_bracket(p)->as.name.begin]);
    reduce(p, BINDS_ARGUMENT);
    close(p, p->token.span.end);
    return dgi_advance(p);
}

/* Whether the current token, before `next`, is True, False or None where these are supported: in
 * calls, and the first two where requires_grad is assigned. */
static bool is_constant(const dgi_parser *p, dgi_token_kind next)
{
    const dgi_node *target = node_at(p, p->open->last);
    bool flag = dgi_innermost_open(p)->bracket == 0 && target->kind == DGI_NODE_ATTRIBUTE &&
                dgi_spells(p->lexer.text, target->as.name, "requires_grad") &&
                (p->open_count > 1 || next != DGI_TOKEN_ASSIGN);
    const char *initials = flag ? "TF" : "";
    if (dgi_innermost_bracket(p)->kind == DGI_NODE_CALL)
        initials = "TFN";
    return p->token.message && next != DGI_TOKEN_OPEN &&
           strchr(initials, p->lexer.text[p->token.span.begin]);
}

static bool read_name(dgi_parser *p, dgi_node_kind within)
{
    dgi_token_kind next = dgi_peek(p)->kind;
    if (within == DGI_NODE_CALL && next == DGI_TOKEN_ASSIGN) {
        if (dgi_begins_line(&p->token) && !p->line_argument.span.end)
            p->line_argument = p->token;
        open(p, DGI_NODE_ARGUMENT, BINDS_ARGUMENT);
        return dgi_advance(p); /* = */
    }
    if (dgi_begins_assignment(p))
        return dgi_never_closed(p);
    if (within == DGI_NODE_ATTRIBUTE) {
        node_at(p, dgi_innermost_open(p)->node)->as.name = p->token.span;
        close(p, p->token.span.end);
        return dgi_advance(p);
    }
    if (within == DGI_NODE_ASSIGN && next == DGI_TOKEN_COMMA && !p->open->last) {
        dgi_advance(p);
        return read_comma(p);
    }
    bool constant = is_constant(p, next);
    if (p->token.message && !constant)
        return dgi_unsupported(p, &p->token);
    dgi_node *node =
        dgi_new_operand(p, constant ? DGI_NODE_CONSTANT : DGI_NODE_NAME, p->token.span);
    if (constant)
        node->as.constant = p->lexer.text[p->token.span.begin];
    return dgi_advance(p);
}

static bool read_operand(dgi_parser *p)
{
    dgi_node_kind within = (dgi_node_kind)node_at(p, dgi_innermost_open(p)->node)->kind;
    dgi_node_kind prefix = (dgi_node_kind)rules[p->token.kind].prefix;
    if (p->token.kind == DGI_TOKEN_NAME)
        return read_name(p, within);
    if (within == DGI_NODE_ATTRIBUTE)
        return dgi_unexpected(p);
    if (p->token.kind == DGI_TOKEN_NUMBER)
        return dgi_read_number_token(p);
    if (p->token.kind == DGI_TOKEN_STRING)
        return dgi_read_string_tokens(p);
    if (prefix)
        return open(p, prefix, prefix == DGI_NODE_UNARY ? BINDS_SIGN : 0);
    if ((within == DGI_NODE_LIST || within == DGI_NODE_CALL) && is_closing(p))
        return read_closing(p);
    return dgi_unexpected(p);
}

/* `=`, or `+=` and its like, behind an expression of the statement. */
static bool read_assignment(dgi_parser *p)
{
    dgi_node *statement = node_at(p, p->open->node), *target = node_at(p, p->operand);
    bool plain = p->token.kind == DGI_TOKEN_ASSIGN, first = !p->open->last;
    if (statement->kind == DGI_NODE_AUGMENT ||
        !(plain || first || target->kind == DGI_NODE_ATTRIBUTE))
        return dgi_unexpected(p);
    target->flags |= DGI_NODE_TARGET;
    append(p);
    if (!plain && !first)
        return dgi_unexpected(p);
    if (!plain) {
        statement->kind = DGI_NODE_AUGMENT;
        statement->op = (uint8_t)(DGI_TOKEN_PLUS + (p->token.kind - DGI_TOKEN_PLUS_ASSIGN));
        statement->as.name = p->token.span;
    }
    return dgi_advance(p);
}

/* The colon behind the head of a block. */
static bool read_colon(dgi_parser *p)
{
    if (dgi_ends_statement(&p->token))
        return dgi_wrong(p, (dgi_span){p->token.span.begin, p->token.span.begin}, NULL,
                         "expected ':'");
    if (p->token.kind != DGI_TOKEN_COLON)
        return dgi_unexpected(p);
    append(p);
    dgi_advance(p);
    return false;
}

static bool read_after_operand(dgi_parser *p)
{
    dgi_token_kind kind = p->token.kind;
    uint8_t infix = rules[kind].infix, binding = rules[kind].binding;
    if (infix) {
        /* Of equals the left comes first, but for the power the right. */
        if (binding)
            reduce(p, binding + (kind == DGI_TOKEN_POWER));
        return open(p, (dgi_node_kind)infix, binding);
    }
    if (kind == DGI_TOKEN_COMMA)
        return read_comma(p);
    if (kind == DGI_TOKEN_CLOSE || kind == DGI_TOKEN_CLOSE_LIST)
        return read_closing(p);
    if (dgi_innermost_open(p)->bracket > 0)
        return dgi_unexpected(p);
    reduce(p, BINDS_ARGUMENT);
    if (node_at(p, p->open->node)->kind == DGI_NODE_WITH)
        return read_colon(p);
    if (dgi_is_assignment(kind))
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
    dgi_new_operand(p, DGI_NODE_ERROR, p->tree.error.span);
    if (before) {
        node_at(p, before)->next = p->operand;
        dgi_new_operand(p, DGI_NODE_BROKEN, node_at(p, before)->span)->child = before;
    }
    while (p->open_count > 0)
        close(p, p->tree.error.span.end);
}

/* `import torch`, which does nothing: what begins with `torch.` is known anyway. */
static bool read_import(dgi_parser *p)
{
    dgi_token import = p->token;
    if (!dgi_spells(p->lexer.text, import.span, "import") ||
        !dgi_spells(p->lexer.text, dgi_peek(p)->span, "torch"))
        return false;
    dgi_advance(p);
    node_at(p, p->open->node)->kind = DGI_NODE_NOTHING;
    if (dgi_ends_statement(dgi_peek(p)))
        dgi_advance(p);
    else
        dgi_unsupported(p, &import);
    return true;
}

/* `with scope('name'):`, up to the colon. */
static bool begins_with(dgi_parser *p)
{
    return p->token.starts_line && dgi_spells(p->lexer.text, p->token.span, "with") &&
           dgi_spells(p->lexer.text, dgi_peek(p)->span, "scope");
}

/* A statement, or its head; then the tree is wrong or the current token is behind it. */
static dgi_node_id read_statement(dgi_parser *p)
{
    p->line_argument.span.end = 0;
    p->operand = 0;
    p->open_count = 0;
    p->first = p->token;
    bool with = begins_with(p), more = true;
    open_node(p, with ? DGI_NODE_WITH : DGI_NODE_ASSIGN, 0);
    if (p->out_of_memory)
        return 0;
    dgi_node_id statement = p->open->node;
    if (with)
        dgi_advance(p);
    else
        more = !read_import(p);
    while (more && !p->out_of_memory)
        more = p->operand ? read_after_operand(p) : read_operand(p);
    if (p->tree.wrong)
        add_error(p);
    return statement;
}

/* ---- Blocks ---- */

static dgi_open_block *innermost_block(dgi_parser *p)
{
    return &p->blocks[p->block_count - 1];
}

/* The statement is the next one of the innermost block, or the whole tree. */
static void add_statement(dgi_parser *p, dgi_node_id statement, bool nested)
{
    if (p->tree.wrong)
        p->tree.wrong_statement = statement;
    if (!nested) {
        p->tree.root = statement;
        return;
    }
    dgi_open_block *b = innermost_block(p);
    *(b->last ? &node_at(p, b->last)->next : &node_at(p, b->node)->child) = statement;
    b->last = statement;
}

static void set_margin(dgi_parser *p, uint32_t margin, uint32_t space)
{
    p->lexer.margin = margin;
    p->space = space;
    p->token.indented = p->token.starts_line && p->token.column > margin;
    if (p->has_next)
        p->next.indented = p->next.starts_line && p->next.column > margin;
    if (dgi_begins_line(&p->token))
        p->line_start = p->token.span.begin;
}

static void close_block(dgi_parser *p)
{
    const dgi_open_block *b = innermost_block(p);
    p->block_count--;
    set_margin(p, b->margin, b->space);
}

void dgi_close_blocks(dgi_parser *p)
{
    bool end = p->token.kind == DGI_TOKEN_END;
    while (p->block_count > 0 && (end || p->token.column <= innermost_block(p)->margin))
        close_block(p);
}

bool dgi_is_aligned(const dgi_parser *p)
{
    return p->token.column == p->lexer.margin && p->token.space == p->space;
}

static void skip_newlines(dgi_parser *p)
{
    while (p->token.kind == DGI_TOKEN_NEWLINE)
        dgi_advance(p);
}

/* A statement that is nothing but an error, which the tree has. */
static dgi_node_id read_error(dgi_parser *p)
{
    p->operand = 0;
    p->open_count = 0;
    open_node(p, DGI_NODE_ASSIGN, 0);
    if (p->out_of_memory)
        return 0;
    dgi_node_id statement = p->open->node;
    add_error(p);
    return statement;
}

/* The block behind the head of a statement: false where there is none, or too many are open. */
static bool open_block(dgi_parser *p, dgi_node_id statement)
{
    bool in_line = p->token.kind != DGI_TOKEN_NEWLINE && p->token.kind != DGI_TOKEN_END;
    dgi_span keyword = p->first.span;
    p->operand = 0;
    p->open_count = 0;
    dgi_new_operand(p, DGI_NODE_BLOCK, keyword);
    if (p->out_of_memory)
        return false;
    node_at(p, node_at(p, statement)->child)->next = p->operand;
    bool deep = p->block_count == DGI_BLOCKS_MAX;
    dgi_open_block block = {
        .node = p->operand, .margin = p->lexer.margin, .space = p->space, .in_line = in_line};
    skip_newlines(p);
    bool there = in_line || (p->token.kind != DGI_TOKEN_END && p->token.indented);
    if (there && !deep) {
        p->blocks[p->block_count++] = block;
        if (!in_line)
            set_margin(p, p->token.column, p->token.space);
        return true;
    }
    dgi_wrong(p, keyword, NULL,
              deep ? "blocks nested more than %d deep"
                   : "expected an indented block behind this line",
              DGI_BLOCKS_MAX);
    p->tree.error.unclosed = !there; /* the token begins the next statement */
    dgi_node_id error = read_error(p);
    if (error)
        node_at(p, block.node)->child = p->tree.wrong_statement = error;
    return false;
}

/* Goes to the next statement of a block that was opened behind the first `outside` ones; false
 * where there is none. */
static bool next_in_block(dgi_parser *p, size_t outside)
{
    if (p->token.kind == DGI_TOKEN_SEMICOLON) {
        dgi_advance(p);
        if (!dgi_ends_statement(&p->token))
            return true;
    }
    bool new_line = p->token.kind == DGI_TOKEN_NEWLINE;
    skip_newlines(p);
    if (p->token.kind == DGI_TOKEN_END || new_line || p->token.starts_line)
        dgi_close_blocks(p);
    return p->block_count > outside && p->token.kind != DGI_TOKEN_END && dgi_is_aligned(p);
}

bool dgi_parse_statement(dgi_parser *p)
{
    size_t outside = p->block_count;
    p->tree.count = 1;
    p->tree.texts.size = 0;
    p->tree.wrong = false;
    p->tree.wrong_statement = 0;
    for (bool more = true; more;) {
        dgi_node_id statement = read_statement(p);
        if (p->out_of_memory)
            return false;
        add_statement(p, statement, p->block_count > outside);
        if (p->tree.wrong)
            return true;
        if (node_at(p, statement)->kind == DGI_NODE_WITH)
            more = open_block(p, statement);
        else
            more = p->block_count > outside && next_in_block(p, outside);
    }
    return !p->out_of_memory;
}
