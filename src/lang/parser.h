/* The parser: tokens to the tree of one statement after the other. It has a stack of its own
 * instead of recursion, and knows nothing of what names stand for. */
#ifndef DGI_PARSER_H
#define DGI_PARSER_H

#include <dotgrad/lang.h>

#include "lang/syntax.h"

/* How tightly what is open binds its next child. Brackets and the statement, which only their end
 * closes, have 0. */
enum {
    DGI_BINDS_NOT_AT_ALL,
    DGI_BINDS_COMPREHENSION,
    DGI_BINDS_CLAUSE,
    DGI_BINDS_TUPLE,
    DGI_BINDS_ARGUMENT, /* NAME= */
    DGI_BINDS_SLICE,
    DGI_BINDS_LAMBDA,
    DGI_BINDS_CONDITIONAL,
    DGI_BINDS_OR,
    DGI_BINDS_AND,
    DGI_BINDS_NOT,
    DGI_BINDS_COMPARISON,
    DGI_BINDS_SUM,
    DGI_BINDS_PRODUCT,
    DGI_BINDS_SIGN,
    DGI_BINDS_POWER,
    DGI_BINDS_ATTRIBUTE
};

/* A node that waits for its next child. */
typedef struct dgi_open_node {
    dgi_node_id node, last; /* its last child so far, or 0 */
    uint32_t bracket;       /* where on the stack the innermost bracket around its next child is,
                               which it may be itself; 0: there is none but the statement */
    uint8_t binding;
    bool complete; /* CONDITIONAL: its `else` was there */
} dgi_open_node;

/* A block whose statements are being read. */
typedef struct dgi_open_block {
    dgi_node_id node, last; /* its last statement so far, or 0 */
    dgi_node_id statement;  /* whose block it is, */
    uint8_t kind;           /* of that kind */
    uint32_t margin, space; /* those around it */
    bool in_line;           /* its statements stand behind the colon */
    bool is_else;           /* it is the last one of its statement */
} dgi_open_block;

/* An f-string whose expression is being read: the lexer is in it. */
typedef struct dgi_open_string {
    dgi_lexer around; /* the lexer behind the string */
    dgi_token token;
    uint32_t at, end; /* what follows the expression, and where the quote is */
    dgi_span format;  /* behind the colon of the expression */
} dgi_open_string;

enum {
    DGI_BLOCKS_MAX = 100, /* as in Python */
    DGI_STRINGS_MAX = 4,  /* f-strings in each other: there are four kinds of quotes */
    DGI_TARGETS_MAX = 20  /* brackets in each other around names that are unpacked to */
};

typedef struct dgi_parser {
    dgi_lexer lexer;
    dgi_token token; /* the current one */
    dgi_token next;  /* the one behind it, if has_next: no token is lexed twice */
    bool has_next;
    uint32_t last_end;       /* where the token before the current one ends */
    uint32_t line_start;     /* the last token so far that begins a line without indentation */
    dgi_token line_argument; /* the first argument of the statement whose name begins a line, which
                                may be an assignment; span.end is 0 where there is none */
    uint32_t space;          /* bytes before the lines of the block that is open */
    dgi_token first;         /* of the statement */
    dgi_open_block blocks[DGI_BLOCKS_MAX]; /* the innermost last; they stay open behind an error */
    size_t block_count;
    size_t outside;        /* blocks that were open before the tree; SIZE_MAX: none is read */
    dgi_open_block closed; /* the outermost of the blocks that were closed last */
    bool orphan;           /* the statement was such a one: it is not executed */
    bool any_else;         /* an `elif` or `else` may belong to a statement that was wrong */
    dgi_tree tree;
    dgi_node_id operand; /* the operand that is complete; 0: one is to come */
    dgi_open_node *open; /* a stack: the statement first, the innermost node last */
    size_t open_count, open_capacity;
    dgi_open_string strings[DGI_STRINGS_MAX];
    size_t string_count;
    bool unordered; /* the statement is not evaluated in the order of its text */
    dgi_buf scratch;
    dgi_node no_node;   /* what is written to when out of memory */
    bool out_of_memory; /* nothing more is read */
} dgi_parser;

/* Starts at the first token. */
void dgi_parser_init(dgi_parser *p, const char *text, size_t size);
void dgi_parser_free(dgi_parser *p);
void dgi_tree_free(dgi_tree *tree);

/* Reads a statement into the tree, with its block, up to its end or to the token that is wrong;
 * false when out of memory. In a block it also ends before a line whose indentation is wrong. */
bool dgi_parse_statement(dgi_parser *p);

/* Closes the blocks that have ended where the current token begins a line, or the program ends. */
void dgi_close_blocks(dgi_parser *p);

/* Whether the indentation of the current token, which begins a line, is that of the block that is
 * open. */
bool dgi_is_aligned(const dgi_parser *p);

/* Whether what comes next is in a block that is executed as a whole, and was wrong: it is read to
 * find what else is wrong, and not executed. */
bool dgi_is_in_wrong_block(const dgi_parser *p);

/* ---- Tokens ---- */

/* Returns true: reading goes on. */
bool dgi_advance(dgi_parser *p);
/* The token behind the current one. */
const dgi_token *dgi_peek(dgi_parser *p);
/* The token becomes the current one and begins a statement, whatever brackets are open. */
void dgi_resume(dgi_parser *p, dgi_token token);
/* Whether the current token begins an assignment, which ends the brackets it stands in. */
bool dgi_begins_assignment(dgi_parser *p);

static inline bool dgi_is_keyword(const dgi_token *token, dgi_keyword keyword)
{
    return token->keyword == keyword;
}

/* ---- Nodes ---- */

/* A new node becomes the operand. */
dgi_node *dgi_new_operand(dgi_parser *p, dgi_node_kind kind, dgi_span span);
/* The current token opens a node, whose first child is the operand, if there is one. */
dgi_node *dgi_open_node_here(dgi_parser *p, dgi_node_kind kind, uint8_t binding);
/* The operand, if there is one, becomes the last child of the innermost open node. */
void dgi_append(dgi_parser *p);
/* The innermost open node is complete with the operand, if there is one, and becomes the operand.
 */
void dgi_close(dgi_parser *p, uint32_t end);
/* The same of all that bind at least as tightly as `least`. */
void dgi_reduce(dgi_parser *p, int least);

static inline dgi_open_node *dgi_innermost_open(const dgi_parser *p)
{
    return &p->open[p->open_count - 1];
}

static inline dgi_node_kind dgi_innermost_kind(const dgi_parser *p)
{
    return (dgi_node_kind)dgi_node_at(&p->tree, dgi_innermost_open(p)->node)->kind;
}

/* The innermost open bracket, or the statement. */
static inline const dgi_node *dgi_innermost_bracket(const dgi_parser *p)
{
    return dgi_node_at(&p->tree, p->open[dgi_innermost_open(p)->bracket].node);
}

/* ---- Expressions (parse_expression.c): each function returns whether reading goes on ---- */

/* Reads an operand, or what follows one. */
bool dgi_read_operand(dgi_parser *p);
bool dgi_read_after_operand(dgi_parser *p);
/* What a `for` assigns to, up to its `in`; they become the operand. */
bool dgi_read_loop_targets(dgi_parser *p);
/* The names in the operand are assigned to. */
bool dgi_mark_targets(dgi_parser *p, dgi_node_id operand);

/* The current token opens a node, and the next one follows. */
bool dgi_open(dgi_parser *p, dgi_node_kind kind, uint8_t binding);
/* The current token closes the innermost bracket, or is wrong. */
bool dgi_read_closing(dgi_parser *p);

/* `for` behind an operand: the first clause of a comprehension, or another one; `for` or `if` of a
 * clause, before which all is complete (parse_comprehension.c). */
bool dgi_read_for(dgi_parser *p);
bool dgi_read_clause(dgi_parser *p);

/* ---- Parameters of functions (parse_parameters.c) ---- */

/* Where on the stack the parameters are in which the current token stands, behind an operand or
 * not; 0: it is not in such. */
size_t dgi_parameters_around(const dgi_parser *p);
bool dgi_in_parameters(const dgi_parser *p);
/* Closes what is open in the parameters. */
void dgi_close_parameter(dgi_parser *p, size_t parameters);
/* The name of a parameter, with what may follow it. */
bool dgi_read_parameter(dgi_parser *p);
/* `lambda`: its parameters follow. And its colon: its result follows. */
bool dgi_read_lambda(dgi_parser *p);
bool dgi_read_lambda_colon(dgi_parser *p, size_t parameters);

/* ---- Statements (parse_statement.c) ---- */

/* Reads a statement, or its head; then the tree is wrong or the current token is behind it. */
dgi_node_id dgi_read_statement(dgi_parser *p);
/* Nothing is open. */
void dgi_begin_reading(dgi_parser *p);
/* The error comes next in the innermost open node. */
void dgi_add_error(dgi_parser *p);
/* The colon behind the head of a block; false. */
bool dgi_read_colon(dgi_parser *p);
/* `import a, b as c`, `from a import b, c` (parse_import.c); false at its end. */
bool dgi_read_import(dgi_parser *p);

/* What may follow an expression in a statement, or ends it (parse_statement.c). */
bool dgi_read_after_expression(dgi_parser *p);
/* A comma behind an expression of a statement. */
bool dgi_read_statement_comma(dgi_parser *p, bool *taken);

/* ---- Literals (literal.c) ---- */

/* The current token, a number, or those that follow too, strings, become an operand. */
bool dgi_read_number_token(dgi_parser *p);
bool dgi_read_string_tokens(dgi_parser *p);
/* The expression in an f-string is complete: goes on behind it. */
bool dgi_read_after_format(dgi_parser *p);
/* An error is in an f-string: goes on behind all that are open. */
void dgi_leave_strings(dgi_parser *p);

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
