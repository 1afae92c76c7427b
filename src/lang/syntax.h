/* The syntax tree of one statement: what the parser makes, names are resolved in, and the evaluator
 * walks. A statement with a block is one tree with all that is in it.
 *
 * Nodes live in an array that is emptied after each statement, so a long program needs little
 * memory; the tree of a statement that defines functions is kept. A node's children are a list in
 * the order of the text. Positions are bytes of the program.
 *
 *   ASSIGN     the targets, each marked as such, then what is assigned; without targets it is a
 *              statement that is an expression
 *   AUGMENT    a target, then the right-hand side; op is the operator's token
 *   NOTHING    a statement that does nothing
 *   WITH       what is in force, then the BLOCK in which it is
 *   FOR        the target, what is iterated over, the BLOCK
 *   IF         conditions, each with its BLOCK behind it, and at the end the BLOCK of an else
 *   DEF        the name, PARAMETERS, the BLOCK
 *   RETURN     what is returned, or nothing; BREAK, CONTINUE
 *   ASSERT     the condition, and what is said, if anything
 *   IMPORT     IMPORTED: each with the name that is bound; `name` is the path of a module, in an
 *              IMPORTED behind `from` the member, and op is 1 there
 *   BLOCK      statements
 *   NAME       a name; NUMBER, STRING, CONSTANT: what they say
 *   FSTRING    STRINGs, and FORMATs: an expression, then the STRING of its format
 *   GROUP      an expression in brackets, or nothing: the empty tuple
 *   LIST       the elements, or one COMPREHENSION; TUPLE: the elements
 *   COMPREHENSION  the element, then its clauses: FOR_CLAUSE, a target and what is iterated over;
 *              IF_CLAUSE, a condition
 *   UNARY      the operand; BINARY: both operands; op is the operator's token
 *   NOT, AND, OR
 *   COMPARE    an operand, then OPERATORs with operands between them; op is the operator's token
 *   CONDITIONAL    in the order of the text: what it is, the condition, what it is otherwise
 *   LAMBDA     PARAMETERS, the result; PARAMETERS: PARAMETERs, each with its default, if any
 *   INDEX      what is indexed, then the index; SLICE: three expressions, None where missing
 *   ATTRIBUTE  what has it; `name` says which
 *   CALL       what is called, then the arguments; `name` is the bracket
 *   ARGUMENT   the argument with the name `name`, a child of CALL
 *   BROKEN     an expression that is complete, before an ERROR in its place
 *   ERROR      the syntax error of the tree, which has one at most: nothing follows it
 *
 * A statement with a syntax error is evaluated up to the error, so that of several things that are
 * wrong the first one is reported; but where evaluation does not follow the order of the text the
 * error alone is. If it is in a block, the tree ends there; the statements behind it are trees of
 * their own. */
#ifndef DGI_SYNTAX_H
#define DGI_SYNTAX_H

#include "base/buf.h"
#include "lang/lexer.h"

typedef enum dgi_node_kind {
    DGI_NODE_ASSIGN,
    DGI_NODE_AUGMENT,
    DGI_NODE_NOTHING,
    DGI_NODE_WITH,
    DGI_NODE_FOR,
    DGI_NODE_IF,
    DGI_NODE_DEF,
    DGI_NODE_RETURN,
    DGI_NODE_BREAK,
    DGI_NODE_CONTINUE,
    DGI_NODE_ASSERT,
    DGI_NODE_IMPORT,
    DGI_NODE_IMPORTED,
    DGI_NODE_BLOCK,
    DGI_NODE_NAME,
    DGI_NODE_NUMBER,
    DGI_NODE_STRING,
    DGI_NODE_CONSTANT,
    DGI_NODE_FSTRING,
    DGI_NODE_FORMAT,
    DGI_NODE_GROUP,
    DGI_NODE_LIST,
    DGI_NODE_TUPLE,
    DGI_NODE_COMPREHENSION,
    DGI_NODE_FOR_CLAUSE,
    DGI_NODE_IF_CLAUSE,
    DGI_NODE_UNARY,
    DGI_NODE_BINARY,
    DGI_NODE_NOT,
    DGI_NODE_AND,
    DGI_NODE_OR,
    DGI_NODE_COMPARE,
    DGI_NODE_OPERATOR,
    DGI_NODE_CONDITIONAL,
    DGI_NODE_LAMBDA,
    DGI_NODE_PARAMETERS,
    DGI_NODE_PARAMETER,
    DGI_NODE_INDEX,
    DGI_NODE_SLICE,
    DGI_NODE_ATTRIBUTE,
    DGI_NODE_CALL,
    DGI_NODE_ARGUMENT,
    DGI_NODE_BROKEN,
    DGI_NODE_ERROR
} dgi_node_kind;

/* Where a node stands, and what resolving its name came to. */
enum {
    DGI_NODE_TARGET = 1, /* it is assigned to */
    DGI_NODE_LOCAL = 2,  /* the name is in a slot of the call */
    DGI_NODE_INTEGER = 4 /* the number is written without a point or exponent */
};

/* A node's place in the tree's array; 0: none. */
typedef uint32_t dgi_node_id;

typedef struct dgi_node {
    uint8_t kind;  /* dgi_node_kind */
    uint8_t op;    /* UNARY, BINARY, AUGMENT, OPERATOR: dgi_token_kind of the operator */
    uint8_t flags; /* where it stands */
    dgi_span span;
    dgi_node_id child, next; /* the first child; the next child of the same node */
    uint32_t symbol; /* NAME, PARAMETER, ATTRIBUTE, ARGUMENT: the number of the name's symbol */
    union {
        dgi_span name;  /* also the place of an operator or an opening bracket */
        dgi_span text;  /* STRING: in the tree's texts */
        double number;  /* NUMBER */
        char constant;  /* CONSTANT: the first letter of True, False, None */
        uint32_t slot;  /* NAME that is local, PARAMETER */
        uint32_t scope; /* DEF, LAMBDA, COMPREHENSION: of the tree */
    } as;
} dgi_node;

/* What is wrong with the syntax of a statement. */
typedef struct dgi_syntax_error {
    dgi_span span;
    char message[256], hint[192];
    bool unclosed; /* the token begins the next statement */
} dgi_syntax_error;

/* A function of a tree, or a comprehension, whose names are visible in it only (resolve.c). */
typedef struct dgi_scope_info dgi_scope_info;

typedef struct dgi_tree {
    dgi_node *nodes; /* the first is no node */
    size_t count, capacity;
    dgi_buf texts; /* of strings */
    dgi_node_id root;
    dgi_scope_info *scopes; /* owned; the first is the statement itself */
    size_t n_scopes;
    bool wrong;                  /* there is an ERROR, */
    dgi_node_id wrong_statement; /* in this statement */
    bool skips_wrong;            /* which is not evaluated */
    bool nests;                  /* it has names of its own: functions, comprehensions */
    bool defines;                /* it has functions */
    dgi_syntax_error error;
} dgi_tree;

static inline dgi_node *dgi_node_at(const dgi_tree *tree, dgi_node_id id)
{
    return &tree->nodes[id];
}

#endif
