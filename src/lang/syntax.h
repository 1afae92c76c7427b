/* The syntax tree of one statement: what the parser makes and the evaluator walks. A statement with
 * a block is one tree with all that is in it.
 *
 * Nodes live in an array that is emptied after each statement, so a long program needs little
 * memory. A node's children are a list in the order of the text. Positions are bytes of the
 * program.
 *
 *   ASSIGN     the targets, each marked as such, then what is assigned; without targets it is a
 *              statement that is an expression
 *   AUGMENT    a target, then the right-hand side; op is the operator's token
 *   NOTHING    a statement that does nothing
 *   WITH       what is in force, then the BLOCK in which it is
 *   BLOCK      statements
 *   NAME       a name; NUMBER, STRING, CONSTANT: what they say
 *   GROUP      an expression in brackets
 *   LIST       the elements
 *   UNARY      the operand; BINARY: both operands; op is the operator's token
 *   INDEX      what is indexed, then the index
 *   ATTRIBUTE  what has it; `name` says which
 *   CALL       what is called, then the arguments; `name` is the bracket
 *   ARGUMENT   the argument with the name `name`, a child of CALL
 *   BROKEN     an expression that is complete, before an ERROR in its place
 *   ERROR      the syntax error of the tree, which has one at most: nothing follows it
 *
 * A statement with a syntax error is evaluated up to the error, so that of several things that are
 * wrong the first one is reported. If it is in a block, the tree ends there; the statements behind
 * it are trees of their own.
 *
 * Room for more of Python: another statement with a block (for, if, def) is a node whose children
 * are its head and a BLOCK; statements.c walks blocks, and can do so more than once.
 * Comprehensions, slices, tuples, comparisons and f-strings are expressions with
 * children like any other. The evaluator walks by node, so it can walk a body more than once. */
#ifndef DGI_SYNTAX_H
#define DGI_SYNTAX_H

#include "base/buf.h"
#include "lang/lexer.h"

typedef enum dgi_node_kind {
    DGI_NODE_ASSIGN,
    DGI_NODE_AUGMENT,
    DGI_NODE_NOTHING,
    DGI_NODE_WITH,
    DGI_NODE_BLOCK,
    DGI_NODE_NAME,
    DGI_NODE_NUMBER,
    DGI_NODE_STRING,
    DGI_NODE_CONSTANT,
    DGI_NODE_GROUP,
    DGI_NODE_LIST,
    DGI_NODE_UNARY,
    DGI_NODE_BINARY,
    DGI_NODE_INDEX,
    DGI_NODE_ATTRIBUTE,
    DGI_NODE_CALL,
    DGI_NODE_ARGUMENT,
    DGI_NODE_BROKEN,
    DGI_NODE_ERROR
} dgi_node_kind;

/* Where a node stands. */
enum {
    DGI_NODE_TARGET = 1,    /* it is assigned to */
    DGI_NODE_BRACKETED = 2, /* in brackets, */
    DGI_NODE_IN_CALL = 4    /* the innermost of which are those of a call */
};

/* A node's place in the tree's array; 0: none. */
typedef uint32_t dgi_node_id;

typedef struct dgi_node {
    uint8_t kind;  /* dgi_node_kind */
    uint8_t op;    /* UNARY, BINARY, AUGMENT: dgi_token_kind of the operator */
    uint8_t flags; /* where it stands */
    dgi_span span;
    dgi_node_id child, next; /* the first child; the next child of the same node */
    union {
        dgi_span name; /* also the place of an operator or an opening bracket */
        dgi_span text; /* STRING: in the tree's texts */
        double number; /* NUMBER */
        char constant; /* CONSTANT: the first letter of True, False, None */
    } as;
} dgi_node;

/* What is wrong with the syntax of a statement. */
typedef struct dgi_syntax_error {
    dgi_span span;
    char message[192], hint[192];
    bool is_index;  /* a comma in an index: the hint depends on what is indexed */
    bool unclosed;  /* the token begins the next statement */
    dgi_span loop;  /* the `for` of a comprehension, */
    uint32_t after; /* in which names from there on stand; loop.end is 0 where there is none */
    char loop_hint[192];
} dgi_syntax_error;

typedef struct dgi_tree {
    dgi_node *nodes; /* the first is no node */
    size_t count, capacity;
    dgi_buf texts; /* of strings */
    dgi_node_id root;
    bool wrong;                  /* there is an ERROR, */
    dgi_node_id wrong_statement; /* in this statement */
    dgi_syntax_error error;
} dgi_tree;

static inline dgi_node *dgi_node_at(const dgi_tree *tree, dgi_node_id id)
{
    return &tree->nodes[id];
}

#endif
