#include "lang/lexer.h"

#include <string.h>

#include "base/utf8.h"
#include "lang/literal.h"

enum { BYTE_ORDER_MARK = 0xFEFF };

void dgi_lexer_init(dgi_lexer *lexer, const char *text, size_t size)
{
    *lexer = (dgi_lexer){.text = text, .size = (uint32_t)size, .fresh = true};
    const char *p = text;
    if (size && dgi_utf8_next(&p, text + size, NULL) == BYTE_ORDER_MARK)
        lexer->at = lexer->line = (uint32_t)(p - text);
}

/* ---- What is Python's, but not this language's ---- */

enum { WORD_MAX = 8 }; /* bytes of the longest of these */

static const struct {
    const char *reason;
    char words[28][WORD_MAX + 1];
} unsupported[] = {
    {"there are no truth values", {"and", "in", "is", "not", "or", "False", "None", "True"}},
    {"every function is built in", {"as", "from", "import"}},
    {"there are no functions to define", {"lambda"}},
    {"a dotgrad program is straight-line",
     {"assert", "async",  "await",   "break", "class",  "continue", "def",      "del",  "elif",
      "else",   "except", "finally", "for",   "global", "if",       "nonlocal", "pass", "raise",
      "return", "try",    "while",   "with",  "yield",  ":",        ":="}},
    {"there are no dictionaries", {"{", "}"}},
    {"there are no comparisons", {"==", "!=", "<", ">", "<=", ">="}},
    {"the operators are + - * / ** @",
     {"//", "//=", "<<", "<<=", ">>", ">>=", "->", "%", "%=", "&", "&=", "|", "|=", "^",
      "^=", "~"}},
};

/* Why a word or an operator is not supported; NULL for what is none of Python's. */
static const char *reason_of(const char *text, size_t size)
{
    char word[WORD_MAX] = {0};
    if (size > WORD_MAX)
        return NULL;
    memcpy(word, text, size);
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        for (size_t j = 0; *unsupported[i].words[j]; j++)
            if (memcmp(unsupported[i].words[j], word, WORD_MAX) == 0)
                return unsupported[i].reason;
    return NULL;
}

/* ---- Characters ---- */

/* The byte `ahead` of the current one; NUL, which no program contains, past the end. */
static char peek(const dgi_lexer *lexer, uint32_t ahead)
{
    return lexer->size - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static uint32_t line_end(const dgi_lexer *lexer, uint32_t ahead)
{
    return dgi_line_end(lexer->text, lexer->size, lexer->at + ahead);
}

/* Steps over white space, comments, continued lines, blank lines, and inside brackets over all line
 * ends. Stops at a token or at the end of a line that had one. */
static void skip_blanks(dgi_lexer *lexer)
{
    for (;;) {
        char c = peek(lexer, 0);
        if (c == ' ' || c == '\t' || c == '\f') {
            lexer->at++;
        } else if (c == '#') {
            while (lexer->at < lexer->size && !line_end(lexer, 0))
                lexer->at++;
        } else if (c == '\\' && line_end(lexer, 1)) {
            lexer->at += 1 + line_end(lexer, 1);
        } else if ((lexer->fresh || lexer->depth > 0) && line_end(lexer, 0)) {
            lexer->at += line_end(lexer, 0);
            lexer->line = lexer->at;
            lexer->fresh = true;
        } else {
            return;
        }
    }
}

typedef struct range {
    uint32_t first, last;
} range;

/* Characters outside ASCII that are no letters: controls, spaces, punctuation and symbols. Every
 * other one may stand in a name, so that no table of Unicode is needed. */
static const range not_letters[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},        {0xD7, 0xD7},
    {0xF7, 0xF7},     {0x1680, 0x1680}, {0x2000, 0x206F}, {0x20A0, 0x20CF},    {0x2190, 0x2BFF},
    {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0xD800, 0xF8FF},    {0xFE00, 0xFE6F},
    {0xFEFF, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFFE0, 0xFFFF}, {0xF0000, 0x10FFFF},
};

/* The length of the letter at the current place; 0 where there is none. */
static uint32_t letter(const dgi_lexer *lexer)
{
    char c = peek(lexer, 0);
    if ((unsigned char)c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const char *p = lexer->text + lexer->at;
    uint32_t character = dgi_utf8_next(&p, lexer->text + lexer->size, NULL);
    for (size_t i = 0; i < sizeof not_letters / sizeof *not_letters; i++)
        if (character >= not_letters[i].first && character <= not_letters[i].last)
            return 0;
    return (uint32_t)(p - lexer->text) - lexer->at;
}

static void skip_name(dgi_lexer *lexer)
{
    for (uint32_t step = 1; step; lexer->at += step)
        step = dgi_is_digit(peek(lexer, 0)) ? 1 : letter(lexer);
}

/* ---- Tokens ---- */

static void wrong(dgi_token *token, const char *message)
{
    token->kind = DGI_TOKEN_ERROR;
    token->message = message;
}

static void lex_number(dgi_lexer *lexer, dgi_token *token)
{
    token->kind = DGI_TOKEN_NUMBER;
    bool decimal = true;
    lexer->at += dgi_number_length(lexer->text + lexer->at, lexer->size - lexer->at, &decimal);
    uint32_t end = lexer->at;
    skip_name(lexer);
    bool complex = decimal && lexer->at == end + 1 && (lexer->text[end] | 0x20) == 'j';
    if (lexer->at > end)
        wrong(token, complex ? "complex numbers are not supported" : "this is not a number");
}

/* Steps over a string from its quote on. A backslash shields the next character, in raw strings
 * too. */
static void lex_string(dgi_lexer *lexer, dgi_token *token)
{
    token->kind = DGI_TOKEN_STRING;
    char quote = peek(lexer, 0);
    uint32_t length = dgi_quote_length(lexer->text, lexer->size, lexer->at);
    for (lexer->at += length; lexer->at < lexer->size; lexer->at++) {
        char c = peek(lexer, 0);
        if (c == quote &&
            (length == 1 || dgi_quote_length(lexer->text, lexer->size, lexer->at) == length)) {
            lexer->at += length;
            return;
        }
        if (length == 1 && line_end(lexer, 0))
            break;
        if (c == '\\')
            lexer->at += line_end(lexer, 1) ? line_end(lexer, 1) : peek(lexer, 1) != '\0';
    }
    wrong(token, "this string is not closed");
}

/* Letters before a quote say how to read the string. */
static void lex_prefixed_string(dgi_lexer *lexer, dgi_token *token)
{
    uint32_t end = lexer->at;
    char first = (char)(lexer->text[token->begin] | 0x20),
         last = (char)(lexer->text[end - 1] | 0x20);
    lex_string(lexer, token);
    bool supported = end - token->begin == 1 && (first == 'r' || first == 'u');
    if (supported || token->kind == DGI_TOKEN_ERROR)
        return;
    token->end = end;
    char c = last == 'f' || last == 'b' ? last : first;
    wrong(token, c == 'f'   ? "f-strings are not supported: a label is a plain string"
                 : c == 'b' ? "bytes are not supported: a label is a plain string"
                            : "this prefix of a string is not supported");
}

static void lex_name(dgi_lexer *lexer, dgi_token *token)
{
    token->kind = DGI_TOKEN_NAME;
    skip_name(lexer);
    const char *name = lexer->text + token->begin;
    uint32_t size = lexer->at - token->begin;
    char c = peek(lexer, 0);
    if ((c == '\'' || c == '"') && size <= 2 && (unsigned char)*name < 0x80)
        lex_prefixed_string(lexer, token);
    else
        token->message = reason_of(name, size);
}

/* The texts of the tokens from DGI_TOKEN_PLUS on. */
static const char punctuation[][4] = {"+",  "-",   "*",  "/", "**", "@", "=", "+=", "-=", "*=",
                                      "/=", "**=", "@=", ",", ".",  "(", ")", "[",  "]",  ";"};
enum { PUNCTUATION_COUNT = DGI_TOKEN_SEMICOLON - DGI_TOKEN_PLUS + 1 };
_Static_assert(sizeof punctuation / sizeof *punctuation == PUNCTUATION_COUNT, "a text for each");

/* Operators and brackets of Python; false where there is none. */
static bool lex_punctuation(dgi_lexer *lexer, dgi_token *token)
{
    char c = peek(lexer, 0);
    uint32_t size = peek(lexer, 1) == c && strchr("*/<>", c) ? 2 : 1;
    if ((peek(lexer, size) == '=' && strchr("+-*/%&|^@=!<>:", c)) ||
        (c == '-' && peek(lexer, 1) == '>'))
        size++;
    char text[4] = {0};
    memcpy(text, lexer->text + lexer->at, size);
    size_t kind = 0;
    while (kind < PUNCTUATION_COUNT && memcmp(punctuation[kind], text, sizeof text) != 0)
        kind++;
    token->kind = (dgi_token_kind)(DGI_TOKEN_PLUS + kind);
    if (kind == PUNCTUATION_COUNT) {
        token->kind = DGI_TOKEN_UNSUPPORTED;
        token->message = reason_of(text, size);
        if (!token->message)
            return false;
    }
    if (c == '(' || c == '[' || c == '{')
        lexer->depth++;
    else if ((c == ')' || c == ']' || c == '}') && lexer->depth > 0)
        lexer->depth--;
    lexer->at += size;
    return true;
}

/* What a text that went through a word processor has in place of a character of the language. */
static const struct {
    range characters;
    const char *hint;
} stray[] = {
    {{0x2018, 0x2019}, "did you mean a straight quote?"},
    {{0x201C, 0x201D}, "did you mean a straight quote?"},
    {{0x2010, 0x2013}, "did you mean '-'?"},
    {{0x2212, 0x2212}, "did you mean '-'?"},
    {{0xB7, 0xB7}, "did you mean '*'?"},
    {{0xD7, 0xD7}, "did you mean '*'?"},
    {{0x22C5, 0x22C5}, "did you mean '*'?"},
    {{0xF7, 0xF7}, "did you mean '/'?"},
    {{0xA0, 0xA0}, "this is a no-break space"},
};

static void lex_stray(dgi_lexer *lexer, dgi_token *token)
{
    const char *p = lexer->text + lexer->at;
    uint32_t c = dgi_utf8_next(&p, lexer->text + lexer->size, NULL);
    lexer->at = (uint32_t)(p - lexer->text);
    wrong(token, c == '\\' ? "only the end of a line may follow '\\'"
                           : "this character has no meaning here");
    for (size_t i = 0; i < sizeof stray / sizeof *stray; i++)
        if (c >= stray[i].characters.first && c <= stray[i].characters.last)
            token->hint = stray[i].hint;
}

dgi_token dgi_lexer_next(dgi_lexer *lexer)
{
    skip_blanks(lexer);
    dgi_token token = {.begin = lexer->at, .starts_line = lexer->fresh};
    token.indented = lexer->fresh && lexer->at != lexer->line;
    char c = peek(lexer, 0);
    lexer->fresh = false;
    if (lexer->at == lexer->size) {
        token.kind = DGI_TOKEN_END;
    } else if (line_end(lexer, 0)) {
        token.kind = DGI_TOKEN_NEWLINE;
        lexer->at += line_end(lexer, 0);
        lexer->line = lexer->at;
        lexer->fresh = true;
    } else if (dgi_is_digit(c) || (c == '.' && dgi_is_digit(peek(lexer, 1)))) {
        lex_number(lexer, &token);
    } else if (c == '\'' || c == '"') {
        lex_string(lexer, &token);
    } else if (letter(lexer)) {
        lex_name(lexer, &token);
    } else if (!lex_punctuation(lexer, &token)) {
        lex_stray(lexer, &token);
    }
    if (token.end == 0)
        token.end = lexer->at;
    token.depth = lexer->depth;
    return token;
}
