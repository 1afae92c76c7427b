/* Program text to tokens. */
#ifndef DGI_LEXER_H
#define DGI_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef enum dgi_token_kind {
    DGI_TOKEN_END,
    DGI_TOKEN_NEWLINE, /* outside brackets only: inside it is white space */
    DGI_TOKEN_NAME,    /* keywords too */
    DGI_TOKEN_NUMBER,
    DGI_TOKEN_STRING,
    DGI_TOKEN_UNSUPPORTED, /* Python's, but not this language's: brackets of dictionaries,
                              comparisons, … */
    DGI_TOKEN_ERROR,       /* not Python's either */
    DGI_TOKEN_PLUS,        /* the texts of these, in the same order, are in lexer.c */
    DGI_TOKEN_MINUS,
    DGI_TOKEN_TIMES,
    DGI_TOKEN_DIVIDE,
    DGI_TOKEN_POWER,
    DGI_TOKEN_MATMUL,
    DGI_TOKEN_ASSIGN,
    DGI_TOKEN_PLUS_ASSIGN, /* the augmented ones stand in the order of their operators */
    DGI_TOKEN_MINUS_ASSIGN,
    DGI_TOKEN_TIMES_ASSIGN,
    DGI_TOKEN_DIVIDE_ASSIGN,
    DGI_TOKEN_POWER_ASSIGN,
    DGI_TOKEN_MATMUL_ASSIGN,
    DGI_TOKEN_COMMA,
    DGI_TOKEN_DOT,
    DGI_TOKEN_OPEN,
    DGI_TOKEN_CLOSE,
    DGI_TOKEN_OPEN_LIST,
    DGI_TOKEN_CLOSE_LIST,
    DGI_TOKEN_SEMICOLON,
    DGI_TOKEN_COLON /* supported in few places: it has a message, too */
} dgi_token_kind;

/* A part of a program, in bytes from its start: it has at most DG_PROGRAM_MAX of them. */
typedef struct dgi_span {
    uint32_t begin, end;
} dgi_span;

typedef struct dgi_token {
    dgi_token_kind kind;
    dgi_span span;
    uint32_t depth;   /* brackets that are open behind it */
    bool starts_line; /* the first of its line */
    bool indented;    /* and further to the right than the block that is open */
    uint32_t column;  /* of the first of a line: where it stands, a tab going to a multiple of 8, */
    uint32_t space;   /* and the bytes before it */
    const char *message; /* ERROR: what is wrong; UNSUPPORTED, and of a NAME that is a keyword: why
                            it is not supported; else NULL. Static, as the hint is */
    const char *hint;    /* ERROR: what may mend it, or NULL */
} dgi_token;

typedef struct dgi_lexer {
    const char *text; /* UTF-8 without NUL bytes: program.c has seen to that */
    uint32_t size;
    uint32_t at;
    uint32_t line;   /* where the current line begins */
    uint32_t depth;  /* open brackets */
    uint32_t margin; /* the column of the block that is open */
    bool fresh;      /* no token of this line yet */
} dgi_lexer;

void dgi_lexer_init(dgi_lexer *lexer, const char *text, size_t size);

/* The next token. The brackets it passes change the lexer's depth. */
dgi_token dgi_lexer_next(dgi_lexer *lexer);

/* Whether a part of the text is nothing but a name. */
bool dgi_is_name(const char *text, dgi_span span);

/* Whether a part of the text is the word. */
static inline bool dgi_spells(const char *text, dgi_span span, const char *word)
{
    size_t size = span.end - span.begin;
    return strncmp(text + span.begin, word, size) == 0 && word[size] == '\0';
}

static inline bool dgi_is_assignment(dgi_token_kind kind)
{
    return kind >= DGI_TOKEN_ASSIGN && kind <= DGI_TOKEN_MATMUL_ASSIGN;
}

static inline bool dgi_ends_statement(const dgi_token *token)
{
    return token->kind == DGI_TOKEN_NEWLINE || token->kind == DGI_TOKEN_SEMICOLON ||
           token->kind == DGI_TOKEN_END;
}

/* Whether a token is the first of its line and not indented, in the block that is open: a statement
 * may begin there even within brackets that were never closed. */
static inline bool dgi_begins_line(const dgi_token *token)
{
    return token->starts_line && !token->indented;
}

/* ---- Characters ---- */

/* The length of the quote that opens a string at `at`: 1 or 3. */
static inline uint32_t dgi_quote_length(const char *text, size_t size, size_t at)
{
    return size - at >= 3 && text[at + 1] == text[at] && text[at + 2] == text[at] ? 3 : 1;
}

#endif
