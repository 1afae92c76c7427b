#include "lang/lexer.h"

#include <string.h>

#include "base/literal.h"
#include "base/source.h"
#include "base/utf8.h"

/* ---- Keywords, and what is Python's but not this language's ---- */

enum { WORD_MAX = 8 }; /* bytes of the longest of these */

static const struct {
    const char *reason; /* NULL: it is supported */
    char words[8][WORD_MAX + 1];
} unsupported[] = {
    {"a loop is a 'for' over a range or a list; " DGI_USE_PYTHON, {"while"}},
    {"there are functions and networks, but no classes; " DGI_USE_PYTHON, {"class"}},
    {"there are no exceptions; " DGI_USE_PYTHON, {"try", "except", "finally", "raise"}},
    {"functions return, and generators stand in calls; " DGI_USE_PYTHON, {"yield"}},
    {"a function reads the names around it, and returns what is new", {"global", "nonlocal"}},
    {"what has a name keeps it", {"del"}},
    {"everything is done in order", {"async", "await"}},
    {"there are no dictionaries or sets: use lists", {"{", "}"}},
    {"assign in a statement of its own", {":="}},
    {"the operators are + - * / // % ** @", {"<<", "<<=", ">>", ">>=", "&", "&=", "|", "|="}},
    {"the operators are + - * / // % ** @", {"^", "^=", "~"}},
};

static const struct {
    char word[WORD_MAX + 1];
    uint8_t keyword;
} keywords[] = {
    {"and", DGI_KEYWORD_AND},       {"as", DGI_KEYWORD_AS},
    {"assert", DGI_KEYWORD_ASSERT}, {"break", DGI_KEYWORD_BREAK},
    {"True", DGI_KEYWORD_CONSTANT}, {"False", DGI_KEYWORD_CONSTANT},
    {"None", DGI_KEYWORD_CONSTANT}, {"continue", DGI_KEYWORD_CONTINUE},
    {"def", DGI_KEYWORD_DEF},       {"elif", DGI_KEYWORD_ELIF},
    {"else", DGI_KEYWORD_ELSE},     {"for", DGI_KEYWORD_FOR},
    {"from", DGI_KEYWORD_FROM},     {"if", DGI_KEYWORD_IF},
    {"import", DGI_KEYWORD_IMPORT}, {"in", DGI_KEYWORD_IN},
    {"is", DGI_KEYWORD_IS},         {"lambda", DGI_KEYWORD_LAMBDA},
    {"not", DGI_KEYWORD_NOT},       {"or", DGI_KEYWORD_OR},
    {"pass", DGI_KEYWORD_PASS},     {"return", DGI_KEYWORD_RETURN},
    {"with", DGI_KEYWORD_WITH},
};

/* Why a word or an operator is not supported; NULL for what is none of Python's. */
static const char *reason_of(const char *text, size_t size)
{
    char word[WORD_MAX] = {0};
    if (size > WORD_MAX)
        return NULL;
    memcpy(word, text, size);
    for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
        for (size_t j = 0; j < 8 && *unsupported[i].words[j]; j++)
            if (memcmp(unsupported[i].words[j], word, WORD_MAX) == 0)
                return unsupported[i].reason;
    return NULL;
}

static void find_keyword(const char *text, size_t size, dgi_token *token)
{
    char word[WORD_MAX + 1] = {0};
    if (size < 2 || size > WORD_MAX)
        return;
    memcpy(word, text, size);
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (memcmp(keywords[i].word, word, WORD_MAX) == 0)
            token->keyword = keywords[i].keyword;
    token->message = token->keyword ? NULL : reason_of(text, size);
    if (token->message)
        token->keyword = DGI_KEYWORD_UNSUPPORTED;
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

static dgi_token_kind skip_line_end(dgi_lexer *lexer)
{
    lexer->line = lexer->at += line_end(lexer, 0);
    lexer->fresh = true;
    lexer->begun = false;
    return DGI_TOKEN_NEWLINE;
}

static void skip_to_line_end(dgi_lexer *lexer)
{
    while (lexer->at < lexer->size && !line_end(lexer, 0))
        lexer->at++;
}

/* The length of a prompt at the current place, with the space behind it; 0 where there is none. */
static uint32_t prompt(const dgi_lexer *lexer)
{
    char c = peek(lexer, 0);
    if ((c != '>' && c != '.') || peek(lexer, 1) != c || peek(lexer, 2) != c)
        return 0;
    if (peek(lexer, 3) == ' ')
        return 4;
    return line_end(lexer, 3) || lexer->size - lexer->at == 3 ? 3 : 0;
}

/* Where a line begins: steps over its prompt, or over all of it where it is no line of the program.
 */
static void begin_line(dgi_lexer *lexer)
{
    lexer->begun = true;
    if (lexer->prompts) {
        uint32_t length = prompt(lexer);
        if (length)
            lexer->line = lexer->at += length;
        else
            skip_to_line_end(lexer);
    }
    uint32_t begin = lexer->at;
    while (peek(lexer, 0) == ' ' || peek(lexer, 0) == '\t')
        lexer->at++;
    char c = peek(lexer, 0);
    if (!lexer->fresh || lexer->depth > 0 || (c != '%' && c != '!')) {
        lexer->at = begin;
        return;
    }
    begin = lexer->at;
    skip_to_line_end(lexer);
    if (lexer->magic.end == 0)
        lexer->magic = (dgi_span){begin, lexer->at};
}

/* Steps over white space, comments, continued lines, blank lines, and inside brackets over all line
 * ends. Stops at a token or at the end of a line that had one. */
static void skip_blanks(dgi_lexer *lexer)
{
    for (;;) {
        if (!lexer->begun && lexer->at == lexer->line)
            begin_line(lexer);
        char c = peek(lexer, 0);
        if (c == ' ' || c == '\t' || c == '\f') {
            lexer->at++;
        } else if (c == '#') {
            skip_to_line_end(lexer);
        } else if (c == '\\' && line_end(lexer, 1)) {
            lexer->at += 1 + line_end(lexer, 1);
        } else if ((lexer->fresh || lexer->depth > 0) && line_end(lexer, 0)) {
            skip_line_end(lexer);
        } else {
            return;
        }
    }
}

/* The length of the letter at the current place; 0 where there is none. */
static uint32_t letter(const dgi_lexer *lexer)
{
    char c = peek(lexer, 0);
    if ((unsigned char)c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const char *p = lexer->text + lexer->at;
    uint32_t character = dgi_utf8_next(&p, lexer->text + lexer->size, NULL);
    return dgi_is_letter(character) ? (uint32_t)(p - lexer->text) - lexer->at : 0;
}

static void skip_name(dgi_lexer *lexer)
{
    for (uint32_t step = 1; step; lexer->at += step)
        step = dgi_is_digit(peek(lexer, 0)) ? 1 : letter(lexer);
}

/* ---- Tokens: each function steps over one and returns its kind ---- */

static dgi_token_kind wrong(dgi_token *token, const char *message)
{
    token->message = message;
    return DGI_TOKEN_ERROR;
}

static dgi_token_kind lex_number(dgi_lexer *lexer, dgi_token *token)
{
    bool decimal;
    uint32_t end = lexer->at = dgi_number_end(lexer->text, lexer->size, lexer->at, &decimal);
    skip_name(lexer);
    if (lexer->at == end)
        return DGI_TOKEN_NUMBER;
    bool complex = decimal && lexer->at == end + 1 && (lexer->text[end] | 0x20) == 'j';
    return wrong(token, complex ? "complex numbers are not supported" : "this is not a number");
}

/* A backslash shields the next character, in raw strings too. */
static dgi_token_kind lex_string(dgi_lexer *lexer, dgi_token *token)
{
    char quote = peek(lexer, 0);
    uint32_t length = dgi_quote_length(lexer->text, lexer->size, lexer->at);
    for (lexer->at += length; lexer->at < lexer->size; lexer->at++) {
        char c = peek(lexer, 0);
        if (c == quote &&
            (length == 1 || dgi_quote_length(lexer->text, lexer->size, lexer->at) == length)) {
            lexer->at += length;
            return DGI_TOKEN_STRING;
        }
        if (length == 1 && line_end(lexer, 0))
            break;
        if (c == '\\')
            lexer->at += line_end(lexer, 1) ? line_end(lexer, 1) : peek(lexer, 1) != '\0';
    }
    return wrong(token, "this string is not closed");
}

/* From the quote on; the letters before it say how to read the string: r, f, u, or r and f. */
static dgi_token_kind lex_prefixed_string(dgi_lexer *lexer, dgi_token *token)
{
    uint32_t end = lexer->at;
    char first = (char)(lexer->text[token->span.begin] | 0x20);
    char last = (char)(lexer->text[end - 1] | 0x20);
    bool single = end - token->span.begin == 1;
    bool supported = single ? first == 'r' || first == 'u' || first == 'f'
                            : (first == 'r' && last == 'f') || (first == 'f' && last == 'r');
    dgi_token_kind kind = lex_string(lexer, token);
    if (supported || kind == DGI_TOKEN_ERROR)
        return kind;
    token->span.end = end;
    return wrong(token, first == 'b' || last == 'b' ? "bytes are not supported: use a plain string"
                                                    : "this prefix of a string is not supported");
}

static dgi_token_kind lex_name(dgi_lexer *lexer, dgi_token *token)
{
    skip_name(lexer);
    const char *name = lexer->text + token->span.begin;
    uint32_t size = lexer->at - token->span.begin;
    char c = peek(lexer, 0);
    if ((c == '\'' || c == '"') && size <= 2 && (unsigned char)*name < 0x80)
        return lex_prefixed_string(lexer, token);
    find_keyword(name, size, token);
    return DGI_TOKEN_NAME;
}

/* What a text that went through a word processor has in place of a character of the language. */
static const struct {
    const char *characters, *hint;
} lookalikes[] = {
    {"\u2018\u2019\u201C\u201D", "did you mean a straight quote?"},
    {"\u2010\u2011\u2012\u2013\u2212", "did you mean '-'?"},
    {"\u00B7\u00D7\u22C5", "did you mean '*'?"},
    {"\u00F7", "did you mean '/'?"},
    {"\u00A0", "this is a no-break space"},
};

static dgi_token_kind lex_stray(dgi_lexer *lexer, dgi_token *token)
{
    const char *begin = lexer->text + lexer->at, *p = begin;
    char character[5] = {0};
    dgi_utf8_next(&p, lexer->text + lexer->size, NULL);
    memcpy(character, begin, (size_t)(p - begin));
    lexer->at += (uint32_t)(p - begin);
    for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++)
        if (strstr(lookalikes[i].characters, character))
            token->hint = lookalikes[i].hint;
    return wrong(token, *begin == '\\' ? "only the end of a line may follow '\\'"
                                       : "this character has no meaning here");
}

/* The texts of the tokens from DGI_TOKEN_PLUS on. */
static const char punctuation[][4] = {
    "+",  "-", "*", "/", "**", "@", "//", "%", "=", "+=", "-=", "*=", "/=", "**=", "@=", "//=",
    "%=", ",", ".", "(", ")",  "[", "]",  ";", ":", "->", "==", "!=", "<",  ">",   "<=", ">="};
enum { PUNCTUATION_COUNT = DGI_TOKEN_GREATER_EQUAL - DGI_TOKEN_PLUS + 1 };
_Static_assert(sizeof punctuation / sizeof *punctuation == PUNCTUATION_COUNT, "a text for each");

/* The operators and brackets of Python, and what is none of Python's. */
static dgi_token_kind lex_punctuation(dgi_lexer *lexer, dgi_token *token)
{
    char c = peek(lexer, 0), text[4] = {0};
    uint32_t size = peek(lexer, 1) == c && strchr("*/<>", c) ? 2 : 1;
    if ((peek(lexer, size) == '=' && strchr("+-*/%&|^@=!<>:", c)) ||
        (c == '-' && peek(lexer, 1) == '>'))
        size++;
    memcpy(text, lexer->text + lexer->at, size);
    int i = 0;
    while (i < PUNCTUATION_COUNT && memcmp(punctuation[i], text, sizeof text) != 0)
        i++;
    if (i == PUNCTUATION_COUNT)
        token->message = reason_of(text, size);
    if (i == PUNCTUATION_COUNT && !token->message)
        return lex_stray(lexer, token);
    if (c == '(' || c == '[' || c == '{')
        lexer->depth++;
    else if ((c == ')' || c == ']' || c == '}') && lexer->depth > 0)
        lexer->depth--;
    lexer->at += size;
    return i < PUNCTUATION_COUNT ? (dgi_token_kind)(DGI_TOKEN_PLUS + i) : DGI_TOKEN_UNSUPPORTED;
}

/* Where the first token of a line stands. */
static void find_column(const dgi_lexer *lexer, dgi_token *token)
{
    for (uint32_t i = lexer->line; i < lexer->at; i++)
        token->column += lexer->text[i] == '\t' ? 8 - token->column % 8 : 1;
    token->space = lexer->at - lexer->line;
    token->indented = token->column > lexer->margin;
}

dgi_token dgi_lexer_next(dgi_lexer *lexer)
{
    skip_blanks(lexer);
    dgi_token token = {.span.begin = lexer->at, .starts_line = lexer->fresh};
    if (lexer->fresh)
        find_column(lexer, &token);
    char c = peek(lexer, 0);
    lexer->fresh = false;
    if (lexer->at == lexer->size)
        token.kind = DGI_TOKEN_END;
    else if (line_end(lexer, 0))
        token.kind = skip_line_end(lexer);
    else if (dgi_is_digit(c) || (c == '.' && dgi_is_digit(peek(lexer, 1))))
        token.kind = lex_number(lexer, &token);
    else if (c == '\'' || c == '"')
        token.kind = lex_string(lexer, &token);
    else if (letter(lexer))
        token.kind = lex_name(lexer, &token);
    else
        token.kind = lex_punctuation(lexer, &token);
    if (token.span.end == 0)
        token.span.end = lexer->at;
    token.depth = lexer->depth;
    return token;
}

void dgi_lexer_init(dgi_lexer *lexer, const char *text, size_t size)
{
    uint32_t mark = (uint32_t)dgi_utf8_mark(text, size);
    *lexer =
        (dgi_lexer){.text = text, .size = (uint32_t)size, .at = mark, .line = mark, .fresh = true};
    dgi_lexer ahead = *lexer;
    skip_blanks(&ahead);
    lexer->prompts = peek(&ahead, 0) == '>' && prompt(&ahead) && ahead.at == ahead.line;
    if (!lexer->prompts)
        lexer->margin = dgi_lexer_next(&ahead).column;
}

bool dgi_is_name(const char *text, dgi_span span)
{
    dgi_lexer lexer = {.text = text, .size = span.end, .at = span.begin};
    dgi_token token = dgi_lexer_next(&lexer);
    return token.kind == DGI_TOKEN_NAME && token.span.end == span.end;
}
