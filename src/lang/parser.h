/* The parser: tokens to the tree of one statement after the other. It has a stack of its own
 * instead of recursion, and knows nothing of what names stand for. */
#ifndef DGI_PARSER_H
#define DGI_PARSER_H

#include <dotgrad/lang.h>

#include "lang/syntax.h"

/* A node that waits for its next child. */
typedef struct dgi_open_node {
    dgi_node_id node, last; /* its last child so far, or 0 */
    uint32_t bracket;       /* where on the stack the innermost bracket around its next child is,
                               which it may be itself; 0: there is none but the statement */
    uint8_t binding;        /* of an operator; 0: a bracket or the statement */
} dgi_open_node;

/* A block whose statements are being read. */
typedef struct dgi_open_block {
    dgi_node_id node, last; /* its last statement so far, or 0 */
    uint32_t margin, space; /* those around it */
    bool in_line;           /* its statements stand behind the colon */
} dgi_open_block;

enum { DGI_BLOCKS_MAX = 100 }; /* as in Python */

typedef struct dgi_parser {
    dgi_lexer lexer;
    dgi_token token; /* the current one */
    dgi_token next;  /* the one behind it, if has_next: no token is lexed twice */
    bool has_next;
    uint32_t line_start;     /* the last token so far that begins a line without indentation */
    dgi_token line_argument; /* the first argument of the statement whose name begins a line, which
                                may be an assignment; span.end is 0 where there is none */
    uint32_t space;          /* bytes before the lines of the block that is open */
    dgi_token first;         /* of the statement */
    dgi_open_block blocks[DGI_BLOCKS_MAX]; /* the innermost last; they stay open behind an error */
    size_t block_count;
    dgi_tree tree;
    dgi_node_id operand; /* the operand that is complete; 0: one is to come */
    dgi_open_node *open; /* a stack: the statement first, the innermost node last */
    size_t open_count, open_capacity;
    dgi_buf scratch;
    dgi_node no_node;   /* what is written to when out of memory */
    bool out_of_memory; /* nothing more is read */
} dgi_parser;

/* Starts at the first token. */
void dgi_parser_init(dgi_parser *p, const char *text, size_t size);
void dgi_parser_free(dgi_parser *p);

/* Reads a statement into the tree, with its block, up to its end or to the token that is wrong;
 * false when out of memory. In a block it also ends before a line whose indentation is wrong. */
bool dgi_parse_statement(dgi_parser *p);

/* Closes the blocks that have ended where the current token begins a line, or the program ends. */
void dgi_close_blocks(dgi_parser *p);

/* Whether the indentation of the current token, which begins a line, is that of the block that is
 * open. */
bool dgi_is_aligned(const dgi_parser *p);

/* ---- Tokens ---- */

/* Returns true: reading goes on. */
bool dgi_advance(dgi_parser *p);
/* The token behind the current one. */
const dgi_token *dgi_peek(dgi_parser *p);
/* The token becomes the current one and begins a statement, whatever brackets are open. */
void dgi_resume(dgi_parser *p, dgi_token token);
/* Whether the current token begins an assignment, which ends the brackets it stands in. */
bool dgi_begins_assignment(dgi_parser *p);

/* ---- Nodes ---- */

/* A new node becomes the operand. */
dgi_node *dgi_new_operand(dgi_parser *p, dgi_node_kind kind, dgi_span span);

/* The current token, a number, or those that follow too, strings, become an operand (literal.c).
 * Both return whether reading goes on. */
bool dgi_read_number_token(dgi_parser *p);
bool dgi_read_string_tokens(dgi_parser *p);

static inline const dgi_open_node *dgi_innermost_open(const dgi_parser *p)
{
    return &p->open[p->open_count - 1];
}

/* The innermost open bracket, or the statement. */
static inline const dgi_node *dgi_innermost_bracket(const dgi_parser *p)
{
    return dgi_node_at(&p->tree, p->open[dgi_innermost_open(p)->bracket].node);
}

/* ---- What is wrong with syntax (syntax_error.c): each returns false ---- */

bool dgi_wrong(dgi_parser *p, dgi_span about, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The token is a keyword or an operator of Python's. */
bool dgi_unsupported(dgi_parser *p, const dgi_token *token);
/* The innermost bracket was never closed: the current token begins the next statement. */
bool dgi_never_closed(dgi_parser *p);
/* The current token cannot stand where it does. */
bool dgi_unexpected(dgi_parser *p);

#endif
