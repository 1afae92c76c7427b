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
    DGI_TOKEN_UNSUPPORTED, /* Python's, but not this language's: brackets of dictionaries, … */
    DGI_TOKEN_ERROR,       /* not Python's either */
    DGI_TOKEN_PLUS,        /* the texts of these, in the same order, are in lexer.c */
    DGI_TOKEN_MINUS,
    DGI_TOKEN_TIMES,
    DGI_TOKEN_DIVIDE,
    DGI_TOKEN_POWER,
    DGI_TOKEN_MATMUL,
    DGI_TOKEN_FLOOR_DIVIDE,
    DGI_TOKEN_MODULO,
    DGI_TOKEN_ASSIGN,
    DGI_TOKEN_PLUS_ASSIGN, /* the augmented ones stand in the order of their operators */
    DGI_TOKEN_MINUS_ASSIGN,
    DGI_TOKEN_TIMES_ASSIGN,
    DGI_TOKEN_DIVIDE_ASSIGN,
    DGI_TOKEN_POWER_ASSIGN,
    DGI_TOKEN_MATMUL_ASSIGN,
    DGI_TOKEN_FLOOR_DIVIDE_ASSIGN,
    DGI_TOKEN_MODULO_ASSIGN,
    DGI_TOKEN_COMMA,
    DGI_TOKEN_DOT,
    DGI_TOKEN_OPEN,
    DGI_TOKEN_CLOSE,
    DGI_TOKEN_OPEN_LIST,
    DGI_TOKEN_CLOSE_LIST,
    DGI_TOKEN_SEMICOLON,
    DGI_TOKEN_COLON,
    DGI_TOKEN_ARROW,
    DGI_TOKEN_EQUAL, /* comparisons, up to the last one */
    DGI_TOKEN_NOT_EQUAL,
    DGI_TOKEN_LESS,
    DGI_TOKEN_GREATER,
    DGI_TOKEN_LESS_EQUAL,
    DGI_TOKEN_GREATER_EQUAL,
    DGI_TOKEN_IN, /* of nodes only: these are written as names */
    DGI_TOKEN_NOT_IN,
    DGI_TOKEN_IS,
    DGI_TOKEN_IS_NOT,
    DGI_TOKEN_KINDS
} dgi_token_kind;

/* What a name is that Python keeps to itself. */
typedef enum dgi_keyword {
    DGI_KEYWORD_NONE,
    DGI_KEYWORD_UNSUPPORTED, /* the token's message says why */
    DGI_KEYWORD_AND,
    DGI_KEYWORD_AS,
    DGI_KEYWORD_ASSERT,
    DGI_KEYWORD_BREAK,
    DGI_KEYWORD_CONSTANT, /* True, False, None */
    DGI_KEYWORD_CONTINUE,
    DGI_KEYWORD_DEF,
    DGI_KEYWORD_ELIF,
    DGI_KEYWORD_ELSE,
    DGI_KEYWORD_FOR,
    DGI_KEYWORD_FROM,
    DGI_KEYWORD_IF,
    DGI_KEYWORD_IMPORT,
    DGI_KEYWORD_IN,
    DGI_KEYWORD_IS,
    DGI_KEYWORD_LAMBDA,
    DGI_KEYWORD_NOT,
    DGI_KEYWORD_OR,
    DGI_KEYWORD_PASS,
    DGI_KEYWORD_RETURN,
    DGI_KEYWORD_WITH
} dgi_keyword;

/* The end of a message about what the language has not. */
#define DGI_USE_PYTHON "for more there is the Python module (pip install dotgrad, doc/python.md)"

/* A part of a program, in bytes from its start: it has at most DG_PROGRAM_MAX of them. */
typedef struct dgi_span {
    uint32_t begin, end;
} dgi_span;

typedef struct dgi_token {
    dgi_token_kind kind;
    dgi_span span;
    uint32_t depth;   /* brackets that are open behind it */
    uint8_t keyword;  /* of a NAME: dgi_keyword */
    bool starts_line; /* the first of its line */
    bool indented;    /* and further to the right than the block that is open */
    uint32_t column;  /* of the first of a line: where it stands, a tab going to a multiple of 8, */
    uint32_t space;   /* and the bytes before it */
    const char *message; /* ERROR: what is wrong; UNSUPPORTED, and of a NAME that is such a keyword:
                            why it is not supported; else NULL. Static, as the hint is */
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
    bool begun;      /* what stands before the program's part of this line was looked at */
    bool prompts;    /* the text is a session: lines of the program begin with >>> or ... */
    dgi_span magic;  /* the first line so far that is for a notebook; end is 0: none */
} dgi_lexer;

/* Starts at the beginning of a text. A text whose first line is indented is indented as a whole;
 * one that begins with a prompt is a session, whose other lines are output. */
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
    return kind >= DGI_TOKEN_ASSIGN && kind <= DGI_TOKEN_MODULO_ASSIGN;
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
