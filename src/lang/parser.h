/* The parser: tokens to the tree of one statement after the other. It has stacks of its own instead
 * of recursion, and knows nothing of what names stand for. */
#ifndef DGI_PARSER_H
#define DGI_PARSER_H

#include <dotgrad/lang.h>

#include "lang/lexer.h"
#include "lang/syntax.h"

/* An operator that waits for its right operand. */
typedef struct dgi_operator {
    dgi_span span;
    uint8_t op; /* the token's kind */
    bool unary;
} dgi_operator;

/* An open bracket; the outermost one stands for the expression itself. */
typedef struct dgi_bracket {
    dgi_node_id node, last; /* GROUP, LIST, INDEX or CALL, or 0; its last child */
    dgi_node_id argument;   /* whose value is read, or 0 */
    uint32_t opener;
    bool argument_begins;       /* a name for it or the closing bracket may come */
    size_t operands, operators; /* the stacks' heights below it */
} dgi_bracket;

typedef struct dgi_parser {
    dgi_lexer lexer;
    dgi_token token; /* the current one */
    dgi_token next;  /* the one behind it, if has_next: no token is lexed twice */
    bool has_next;
    uint32_t line_start;     /* the last token so far that begins a line without indentation */
    dgi_token line_argument; /* the first argument of the statement whose name begins a line, which
                                may be an assignment; end is 0 where there is none */
    dgi_tree tree;
    dgi_node_id partial; /* what the error is in, in place of an operand; 0: nothing */
    dgi_node_id *operands;
    size_t n_operands, operands_capacity;
    dgi_operator *operators;
    size_t n_operators, operators_capacity;
    dgi_bracket brackets[DG_NESTING_MAX + 1];
    size_t n_brackets;
    bool flag_target; /* what is read will be assigned to requires_grad */
    dgi_buf scratch;
    bool out_of_memory;
} dgi_parser;

/* Starts at the first token. */
void dgi_parser_init(dgi_parser *p, const char *text, size_t size);
void dgi_parser_free(dgi_parser *p);

/* Reads a statement into the tree, up to its end or to the token that is wrong; false when out of
 * memory. */
bool dgi_parse_statement(dgi_parser *p);

/* ---- Tokens (tokens.c) ---- */

void dgi_advance(dgi_parser *p);
/* The token behind the current one. */
const dgi_token *dgi_peek(dgi_parser *p);
/* The current token begins a statement, whatever brackets are open. */
void dgi_resume(dgi_parser *p);
/* Whether the token is the word. */
bool dgi_spells(const dgi_parser *p, const dgi_token *token, const char *word);

static inline dgi_span dgi_token_span(const dgi_token *token)
{
    return (dgi_span){token->begin, token->end};
}

/* ---- Expressions (parser.c), on which statements stand ---- */

static inline dgi_node *dgi_parser_node(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

/* A new node without children; 0 when out of memory. */
dgi_node_id dgi_new_node(dgi_parser *p, dgi_node_kind kind, dgi_span span);
/* Appends a child to the node of a bracket. */
void dgi_append_node(dgi_parser *p, dgi_bracket *b, dgi_node_id child);
/* An expression up to a token that cannot belong to it, or what there is of it before a syntax
 * error; 0 when out of memory. */
dgi_node_id dgi_parse_expression(dgi_parser *p);

/* ---- What is wrong with syntax (unsupported.c): each returns false ---- */

/* Why a Python keyword is not supported; NULL for a name that is none. */
const char *dgi_keyword_reason(const char *name, size_t size);
bool dgi_wrong(dgi_parser *p, uint32_t begin, uint32_t end, const char *hint, const char *format,
               ...) __attribute__((format(printf, 5, 6)));
bool dgi_wrong_keyword(dgi_parser *p, const dgi_token *name);
/* The innermost bracket was never closed: the current token begins the next statement. */
bool dgi_never_closed(dgi_parser *p);
/* The current token cannot stand where it does. */
bool dgi_unexpected(dgi_parser *p);

#endif
