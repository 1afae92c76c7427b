/* Mathematics in labels: a small subset of TeX, from text to a tree, and from the tree to pieces of
 * text with positions, or to words. */
#ifndef DGI_DRAW_MATH_H
#define DGI_DRAW_MATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Groups and arguments nest so deep at most; parsing, layout and words recurse no deeper. */
enum { DGI_MATH_DEPTH_MAX = 16 };

/* The bytes between two dollar signs. */
enum { DGI_MATH_SIZE_MAX = 4096 };

/* ---- Symbols -------------------------------------------------------------------------------- */

/* What the space around a symbol depends on, as in TeX. */
typedef enum dgi_math_class {
    DGI_MATH_ORDINARY,
    DGI_MATH_OPERATOR, /* sums, functions */
    DGI_MATH_BINARY,
    DGI_MATH_RELATION,
    DGI_MATH_OPENING,
    DGI_MATH_CLOSING,
    DGI_MATH_PUNCTUATION
} dgi_math_class;

/* What a command does. */
typedef enum dgi_math_action {
    DGI_MATH_SET_SYMBOL,
    DGI_MATH_SET_SPACE,
    DGI_MATH_SET_FRACTION, /* two arguments */
    DGI_MATH_SET_ROOT,     /* one argument, as those below */
    DGI_MATH_SET_ACCENT,
    DGI_MATH_SET_UPRIGHT,
    DGI_MATH_SET_BOLD,        /* upright */
    DGI_MATH_SET_BOLD_SYMBOL, /* as it is otherwise */
    DGI_MATH_SET_ITALIC,
    DGI_MATH_SET_SCRIPT,
    DGI_MATH_SET_BLACKBOARD,
    DGI_MATH_SET_TEXT, /* one argument that is text, with its spaces */
    DGI_MATH_SET_NAME, /* the same as the name of a function */
    DGI_MATH_IGNORE
} dgi_math_action;

/* A command: \name. */
typedef struct dgi_math_command {
    const char *name;
    const char *text;  /* of a symbol or accent, in UTF-8 */
    const char *words; /* NULL: the name */
    uint8_t action;    /* dgi_math_action */
    uint8_t class;     /* dgi_math_class, of a symbol */
    bool italic;       /* a symbol that is a letter */
    int8_t space;      /* in eighteenths of the font size */
} dgi_math_command;

/* The command of that name, or NULL. */
const dgi_math_command *dgi_math_find_command(const char *name, size_t size);

/* The character that stands for a letter in \mathcal or \mathbb, in UTF-8; NULL: most fonts have
 * none. */
const char *dgi_math_script_letter(char letter);
const char *dgi_math_blackboard_letter(char letter);

/* ---- The tree ------------------------------------------------------------------------------- */

typedef enum dgi_math_kind {
    DGI_MATH_SYMBOL,
    DGI_MATH_ROW,      /* first: the first of its elements, which are linked by `next` */
    DGI_MATH_SCRIPTS,  /* first: the base; second: the subscript; third: the superscript */
    DGI_MATH_FRACTION, /* first over second */
    DGI_MATH_ROOT,     /* of first */
    DGI_MATH_ACCENT,   /* text over first; "": a bar */
    DGI_MATH_SPACE
} dgi_math_kind;

typedef struct dgi_math_node {
    uint8_t kind;  /* dgi_math_kind */
    uint8_t class; /* dgi_math_class */
    bool italic, bold;
    uint8_t primes;    /* of scripts: how many come before the superscript */
    const char *text;  /* of a symbol or accent; borrowed from the source, or static */
    size_t size;       /* of the text */
    const char *words; /* NULL: the text */
    double space;      /* in units of the font size */
    uint32_t first, second, third, next; /* 0: none */

    /* Layout: sizes in points. */
    double font_size;
    double before; /* free space on its left */
    double width, ascent, descent;
    bool flat; /* of a fraction: written on a line */
} dgi_math_node;

/* What is wrong with a formula. All but an unknown command make it be shown as it was typed. */
typedef enum dgi_math_problem {
    DGI_MATH_FINE,
    DGI_MATH_UNKNOWN_COMMAND,
    DGI_MATH_MISSING_BRACE,
    DGI_MATH_EXTRA_BRACE,
    DGI_MATH_MISSING_ARGUMENT,
    DGI_MATH_DOUBLE_SCRIPT,
    DGI_MATH_TOO_DEEP,
    DGI_MATH_TOO_LONG
} dgi_math_problem;

typedef struct dgi_math {
    dgi_math_node *nodes; /* owned; node 0 is none */
    size_t n, capacity;
    uint32_t root;
    bool no_memory;
    dgi_math_problem problem; /* the first one */
    const char *where;        /* the unknown command, from its backslash on */
    size_t where_size;
} dgi_math;

/* Parses a formula, without its dollar signs; the text is borrowed. dgi_math_free() afterwards in
 * any case. */
void dgi_math_parse(dgi_math *m, const char *text, size_t size);
void dgi_math_free(dgi_math *m);

/* Whether there is a tree that can be set. */
static inline bool dgi_math_is_set(const dgi_math *m)
{
    return !m->no_memory && m->problem <= DGI_MATH_UNKNOWN_COMMAND;
}

/* Whether a node is, or begins, several elements of which one is a sign between others: a + b. */
bool dgi_math_is_compound(const dgi_math *m, uint32_t node);

/* Whether a fraction or root written on a line needs brackets around the node. */
bool dgi_math_needs_brackets(const dgi_math *m, uint32_t node, bool below);

/* ---- Layout and words ----------------------------------------------------------------------- */

/* A piece of a formula that is set: a text, or a bar (size 0) that is `thickness` high. */
typedef struct dgi_math_piece {
    const char *text;
    size_t size;
    bool italic, bold;
    bool rare; /* dgi_is_rare_symbol() */
    double font_size;
    double left, width; /* from the left end of the formula */
    double rise;        /* of its baseline, or of the bar's middle, above that of the line */
    double thickness;
} dgi_math_piece;

typedef void dgi_math_put(void *context, const dgi_math_piece *piece);

/* Measures the tree. Fractions are stacked, or all written on a line. */
void dgi_math_measure(dgi_math *m, double font_size, bool stacked);

/* The pieces of a tree that was measured, in the order in which they are read. */
void dgi_math_place(const dgi_math *m, dgi_math_put *put, void *context);

/* The formula in words, "partial L/partial w sub 1". */
void dgi_math_put_words(dgi_buf *b, const dgi_math *m);

#endif
