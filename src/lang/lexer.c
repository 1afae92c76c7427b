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

void dgi_lexer_resume(dgi_lexer *lexer, const dgi_token *token)
{
    lexer->at = lexer->line = token->begin;
    lexer->depth = 0;
    lexer->fresh = true;
}

/* The byte `ahead` of the current one; NUL, which no program contains, past the end. */
static char peek(const dgi_lexer *lexer, uint32_t ahead)
{
    return lexer->size - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static void skip_comment(dgi_lexer *lexer)
{
    while (lexer->at < lexer->size && lexer->text[lexer->at] != '\n' &&
           lexer->text[lexer->at] != '\r')
        lexer->at++;
}

/* Steps over white space, comments, continued lines, blank lines, and inside brackets over all line
 * ends. Stops at a token or at the end of a line that had one. */
static void skip_blanks(dgi_lexer *lexer)
{
    for (;;) {
        char c = peek(lexer, 0);
        uint32_t line_end = dgi_line_end(lexer->text, lexer->size, lexer->at);
        if (c == ' ' || c == '\t' || c == '\f') {
            lexer->at++;
        } else if (c == '#') {
            skip_comment(lexer);
        } else if (line_end && (lexer->fresh || lexer->depth > 0)) {
            lexer->at += line_end;
            lexer->line = lexer->at;
            lexer->fresh = true;
        } else if (c == '\\' && dgi_line_end(lexer->text, lexer->size, lexer->at + 1)) {
            lexer->at += 1 + dgi_line_end(lexer->text, lexer->size, lexer->at + 1);
        } else {
            return;
        }
    }
}

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

typedef struct range {
    uint32_t first, last;
} range;

/* Characters outside ASCII that are no letters: controls, spaces, punctuation and symbols. Every
 * other one may stand in a name, so that no table of Unicode is needed. */
static const range not_letters[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
    {0xF7, 0xF7},     {0x1680, 0x1680}, {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2190, 0x2BFF},
    {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0xD800, 0xF8FF}, {0xFE00, 0xFE6F},
    {0xFEFF, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFFE0, 0xFFFF},
};

static bool is_wide_letter(uint32_t c)
{
    for (size_t i = 0; i < sizeof not_letters / sizeof *not_letters; i++)
        if (c >= not_letters[i].first && c <= not_letters[i].last)
            return false;
    return c < 0xF0000;
}

/* The length of the letter at the current place; 0 where there is none. */
static uint32_t letter(const dgi_lexer *lexer)
{
    char c = peek(lexer, 0);
    if ((unsigned char)c < 0x80)
        return is_ascii_letter(c);
    const char *p = lexer->text + lexer->at;
    uint32_t character = dgi_utf8_next(&p, lexer->text + lexer->size, NULL);
    return is_wide_letter(character) ? (uint32_t)(p - lexer->text) - lexer->at : 0;
}

static void skip_name(dgi_lexer *lexer)
{
    for (;;) {
        uint32_t step = dgi_is_digit(peek(lexer, 0)) ? 1 : letter(lexer);
        if (step == 0)
            return;
        lexer->at += step;
    }
}

static dgi_token wrong(const dgi_token *token, const char *message, const char *hint)
{
    dgi_token t = *token;
    t.kind = DGI_TOKEN_ERROR;
    t.message = message;
    t.hint = hint;
    return t;
}

static void lex_number(dgi_lexer *lexer, dgi_token *token)
{
    token->kind = DGI_TOKEN_NUMBER;
    bool decimal = true;
    lexer->at += dgi_number_length(lexer->text + lexer->at, lexer->size - lexer->at, &decimal);
    uint32_t end = lexer->at;
    skip_name(lexer);
    if (lexer->at == end)
        return;
    char c = lexer->text[end];
    if (decimal && lexer->at == end + 1 && (c == 'j' || c == 'J'))
        *token = wrong(token, "complex numbers are not supported", NULL);
    else
        *token = wrong(token, "this is not a number", NULL);
}

/* Steps over a string from its quote on. A backslash shields the next character, in raw strings
 * too. */
static void lex_string(dgi_lexer *lexer, dgi_token *token)
{
    const char *text = lexer->text;
    token->kind = DGI_TOKEN_STRING;
    char quote = text[lexer->at];
    uint32_t length = dgi_quote_length(text, lexer->size, lexer->at);
    if (length == 1 && peek(lexer, 1) == quote) {
        lexer->at += 2; /* an empty string */
        return;
    }
    lexer->at += length;
    while (lexer->at < lexer->size) {
        uint32_t line_end = dgi_line_end(text, lexer->size, lexer->at);
        if (text[lexer->at] == quote &&
            (length == 1 || dgi_quote_length(text, lexer->size, lexer->at) == 3)) {
            lexer->at += length;
            return;
        }
        if (line_end && length == 1)
            break;
        if (line_end) {
            lexer->at += line_end;
        } else if (text[lexer->at] == '\\' && lexer->at + 1 < lexer->size) {
            line_end = dgi_line_end(text, lexer->size, lexer->at + 1);
            lexer->at += 1 + (line_end ? line_end : 1);
        } else {
            lexer->at++;
        }
    }
    *token = wrong(token, "this string is not closed", NULL);
}

/* Letters before a quote say how to read the string. */
static void lex_prefixed_string(dgi_lexer *lexer, dgi_token *token)
{
    bool raw_or_unicode = true;
    const char *message = "this prefix of a string is not supported";
    for (uint32_t i = token->begin; i < lexer->at; i++) {
        char c = (char)(lexer->text[i] | 0x20);
        raw_or_unicode = raw_or_unicode && (c == 'r' || c == 'u') && lexer->at - token->begin == 1;
        if (c == 'f')
            message = "f-strings are not supported: a label is a plain string";
        else if (c == 'b')
            message = "bytes are not supported: a label is a plain string";
    }
    uint32_t prefix_end = lexer->at;
    lex_string(lexer, token);
    if (raw_or_unicode || token->kind == DGI_TOKEN_ERROR)
        return;
    *token = wrong(token, message, NULL);
    token->end = prefix_end;
}

static void lex_name(dgi_lexer *lexer, dgi_token *token)
{
    token->kind = DGI_TOKEN_NAME;
    skip_name(lexer);
    char c = peek(lexer, 0);
    uint32_t length = lexer->at - token->begin;
    if ((c == '\'' || c == '"') && length <= 2 && (unsigned char)lexer->text[token->begin] < 0x80)
        lex_prefixed_string(lexer, token);
}

typedef struct operator_text {
    char text[4];
    dgi_token_kind kind;
} operator_text;

/* The longer ones first, so that the first that fits is the right one. */
static const operator_text operators[] = {
    {"**=", DGI_TOKEN_POWER_ASSIGN}, {"//=", DGI_TOKEN_UNSUPPORTED},
    {">>=", DGI_TOKEN_UNSUPPORTED},  {"<<=", DGI_TOKEN_UNSUPPORTED},
    {"**", DGI_TOKEN_POWER},         {"+=", DGI_TOKEN_PLUS_ASSIGN},
    {"-=", DGI_TOKEN_MINUS_ASSIGN},  {"*=", DGI_TOKEN_TIMES_ASSIGN},
    {"/=", DGI_TOKEN_DIVIDE_ASSIGN}, {"==", DGI_TOKEN_UNSUPPORTED},
    {"!=", DGI_TOKEN_UNSUPPORTED},   {"<=", DGI_TOKEN_UNSUPPORTED},
    {">=", DGI_TOKEN_UNSUPPORTED},   {"<<", DGI_TOKEN_UNSUPPORTED},
    {">>", DGI_TOKEN_UNSUPPORTED},   {"//", DGI_TOKEN_UNSUPPORTED},
    {":=", DGI_TOKEN_UNSUPPORTED},   {"->", DGI_TOKEN_UNSUPPORTED},
    {"%=", DGI_TOKEN_UNSUPPORTED},   {"&=", DGI_TOKEN_UNSUPPORTED},
    {"|=", DGI_TOKEN_UNSUPPORTED},   {"^=", DGI_TOKEN_UNSUPPORTED},
    {"@=", DGI_TOKEN_MATMUL_ASSIGN}, {"+", DGI_TOKEN_PLUS},
    {"-", DGI_TOKEN_MINUS},          {"*", DGI_TOKEN_TIMES},
    {"/", DGI_TOKEN_DIVIDE},         {"=", DGI_TOKEN_ASSIGN},
    {",", DGI_TOKEN_COMMA},          {".", DGI_TOKEN_DOT},
    {"(", DGI_TOKEN_OPEN},           {")", DGI_TOKEN_CLOSE},
    {";", DGI_TOKEN_SEMICOLON},      {"[", DGI_TOKEN_OPEN_LIST},
    {"]", DGI_TOKEN_CLOSE_LIST},     {"{", DGI_TOKEN_UNSUPPORTED},
    {"}", DGI_TOKEN_UNSUPPORTED},    {":", DGI_TOKEN_UNSUPPORTED},
    {"<", DGI_TOKEN_UNSUPPORTED},    {">", DGI_TOKEN_UNSUPPORTED},
    {"%", DGI_TOKEN_UNSUPPORTED},    {"&", DGI_TOKEN_UNSUPPORTED},
    {"|", DGI_TOKEN_UNSUPPORTED},    {"^", DGI_TOKEN_UNSUPPORTED},
    {"~", DGI_TOKEN_UNSUPPORTED},    {"@", DGI_TOKEN_MATMUL},
};

static bool lex_operator(dgi_lexer *lexer, dgi_token *token)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (operators[i].text[0] != lexer->text[lexer->at])
            continue;
        size_t length = strlen(operators[i].text);
        if (lexer->size - lexer->at < length ||
            memcmp(lexer->text + lexer->at, operators[i].text, length) != 0)
            continue;
        token->kind = operators[i].kind;
        char c = operators[i].text[0];
        if (c == '(' || c == '[' || c == '{')
            lexer->depth++;
        else if ((c == ')' || c == ']' || c == '}') && lexer->depth > 0)
            lexer->depth--;
        lexer->at += (uint32_t)length;
        return true;
    }
    return false;
}

/* What a text that went through a word processor has in place of a character of the language. */
static const char *hint_for(uint32_t c)
{
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
        return "did you mean a straight quote?";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212:
        return "did you mean '-'?";
    case 0xB7:
    case 0xD7:
    case 0x22C5:
        return "did you mean '*'?";
    case 0xF7:
        return "did you mean '/'?";
    case 0xA0:
        return "this is a no-break space";
    default:
        return NULL;
    }
}

static void lex_stray(dgi_lexer *lexer, dgi_token *token)
{
    const char *p = lexer->text + lexer->at;
    uint32_t c = dgi_utf8_next(&p, lexer->text + lexer->size, NULL);
    lexer->at = (uint32_t)(p - lexer->text);
    if (c == '\\')
        *token = wrong(token, "only the end of a line may follow '\\'", NULL);
    else
        *token = wrong(token, "this character has no meaning here", hint_for(c));
}

dgi_token dgi_lexer_next(dgi_lexer *lexer)
{
    skip_blanks(lexer);
    dgi_token token = {.begin = lexer->at, .starts_line = lexer->fresh};
    token.indented = lexer->fresh && lexer->at != lexer->line;
    char c = peek(lexer, 0);
    uint32_t line_end = dgi_line_end(lexer->text, lexer->size, lexer->at);
    lexer->fresh = false;
    if (lexer->at == lexer->size) {
        token.kind = DGI_TOKEN_END;
    } else if (line_end) {
        token.kind = DGI_TOKEN_NEWLINE;
        lexer->at += line_end;
        lexer->line = lexer->at;
        lexer->fresh = true;
    } else if (dgi_is_digit(c) || (c == '.' && dgi_is_digit(peek(lexer, 1)))) {
        lex_number(lexer, &token);
    } else if (c == '\'' || c == '"') {
        lex_string(lexer, &token);
    } else if (letter(lexer)) {
        lex_name(lexer, &token);
    } else if (!lex_operator(lexer, &token)) {
        lex_stray(lexer, &token);
    }
    if (token.end == 0)
        token.end = lexer->at;
    token.depth = lexer->depth;
    return token;
}
