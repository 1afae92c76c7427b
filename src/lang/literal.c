/* Numbers and strings as they are written in a program. */

#include <string.h>

#include "base/literal.h"
#include "base/source.h"
#include "base/utf8.h"
#include "lang/parser.h"

/* Whether a number is written as one of Python's integers. */
static bool is_integer(const char *text, dgi_span span)
{
    bool prefixed = span.end - span.begin > 1 && text[span.begin] == '0' &&
                    strchr("xXoObB", text[span.begin + 1]);
    for (uint32_t i = span.begin; i < span.end && !prefixed; i++)
        if (strchr(".eE", text[i]))
            return false;
    return true;
}

bool dgi_read_number_token(dgi_parser *p)
{
    dgi_span span = p->token.span;
    double number = 0.0;
    const char *wrong =
        dgi_read_number(p->lexer.text + span.begin, span.end - span.begin, &p->scratch, &number);
    p->out_of_memory = p->scratch.failed;
    if (wrong)
        return dgi_wrong(p, span, NULL, "%s", wrong);
    dgi_node *node = dgi_new_operand(p, DGI_NODE_NUMBER, span);
    node->as.number = number;
    node->flags = is_integer(p->lexer.text, span) ? DGI_NODE_INTEGER : 0;
    return dgi_advance(p);
}

/* Reads what follows a backslash, at *at, and moves *at behind it. */
static const char *read_escape(const char *text, uint32_t end, uint32_t *at, dgi_buf *out)
{
    static const char names[] = "\\'\"abfnrtv", meant[] = "\\'\"\a\b\f\n\r\t\v";
    uint32_t line_end = dgi_line_end(text, end, *at), c = 0;
    char first = text[*at];
    const char *name = strchr(names, first);
    bool octal = first >= '0' && first <= '7';
    unsigned base = octal ? 8 : 16;
    int digits = octal ? 3 : first == 'x' ? 2 : first == 'u' ? 4 : first == 'U' ? 8 : 0;
    if (digits > 0) {
        for (*at += !octal; digits > 0 && *at < end && dgi_digit_value(text[*at]) < base; digits--)
            c = c * base + dgi_digit_value(text[(*at)++]);
        if (digits > 0 && !octal)
            return "this escape needs more hexadecimal digits";
        if (c == 0)
            return "a string cannot contain NUL";
        if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            return "there is no such character";
        dgi_utf8_put(out, c);
        return NULL;
    }
    if (line_end || name || first == 'N')
        *at += line_end ? line_end : 1;
    if (!line_end) /* any other backslash stands for itself */
        dgi_buf_putc(out, name ? meant[name - names] : '\\');
    return first == 'N' ? "characters by name are not supported" : NULL;
}

/* ---- Strings ---- */

/* Where the text of a string begins, behind its quote, and where it ends; what its prefix says. */
typedef struct string_parts {
    uint32_t begin, end;
    bool raw, formatted;
} string_parts;

static string_parts parts_of(const char *text, dgi_span span)
{
    string_parts parts = {.begin = span.begin};
    for (; text[parts.begin] != '\'' && text[parts.begin] != '"'; parts.begin++) {
        parts.raw = parts.raw || (text[parts.begin] | 0x20) == 'r';
        parts.formatted = parts.formatted || (text[parts.begin] | 0x20) == 'f';
    }
    uint32_t quote = dgi_quote_length(text, span.end, parts.begin);
    parts.begin += quote;
    parts.end = span.end - quote;
    return parts;
}

/* Appends what a string stands for to the texts of the tree, from *at on; of an f-string up to the
 * bracket of an expression, where *at is then. */
static bool read_text(dgi_parser *p, const string_parts *parts, uint32_t *at)
{
    const char *text = p->lexer.text, *message = NULL;
    dgi_buf *out = &p->tree.texts;
    uint32_t begin = *at;
    while (*at < parts->end && !message) {
        uint32_t line_end = dgi_line_end(text, parts->end, *at);
        char c = text[begin = *at];
        bool brace = parts->formatted && (c == '{' || c == '}');
        bool twice = brace && *at + 1 < parts->end && text[*at + 1] == c;
        if (brace && !twice && c == '{')
            return true;
        *at += line_end ? line_end : twice ? 2 : 1;
        if (brace && !twice)
            message = "a '}' in an f-string is written twice";
        else if (c == '\\' && !parts->raw)
            message = read_escape(text, parts->end, at, out);
        else
            dgi_buf_putc(out, line_end ? '\n' : c);
    }
    return !message || dgi_wrong(p, (dgi_span){begin, *at}, NULL, "%s", message);
}

/* The texts from `begin` on become an operand. */
static void add_text(dgi_parser *p, uint32_t begin, dgi_span span)
{
    dgi_buf *texts = &p->tree.texts;
    dgi_buf_put(texts, "", 0); /* so that the empty string has bytes too */
    p->out_of_memory = p->out_of_memory || texts->failed;
    dgi_new_operand(p, DGI_NODE_STRING, span)->as.text = (dgi_span){begin, (uint32_t)texts->size};
}

/* ---- Expressions in f-strings ---- */

/* The end of the expression that begins at `at`, where a colon, an exclamation mark, a bracket or
 * an `=` before one of these ends it; `limit` where nothing does. */
static uint32_t expression_end(const char *text, uint32_t at, uint32_t limit)
{
    int depth = 0;
    for (; at < limit; at++) {
        char c = text[at];
        if (c == '\'' || c == '"') {
            for (at++; at < limit && text[at] != c; at++)
                ;
        } else if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (depth > 0) {
            depth -= c == ')' || c == ']' || c == '}';
        } else if (c == '}' || c == ':' || (c == '!' && at + 1 < limit && text[at + 1] != '=')) {
            return at;
        }
    }
    return limit;
}

/* `{x=}`: the text before the sign comes first. Returns the end of the expression. */
static uint32_t read_equals_sign(dgi_parser *p, uint32_t begin, uint32_t end)
{
    const char *text = p->lexer.text;
    uint32_t last = end;
    while (last > begin && text[last - 1] == ' ')
        last--;
    if (last < begin + 2 || text[last - 1] != '=' || strchr("=!<>", text[last - 2]))
        return end;
    dgi_buf_put(&p->tree.texts, text + begin, end - begin);
    return last - 1;
}

/* What stands behind an expression: its format, up to the closing bracket; *at is behind that. */
static bool read_format(dgi_parser *p, dgi_open_string *s, uint32_t *at)
{
    const char *text = p->lexer.text;
    uint32_t begin = *at;
    while (*at < s->end && text[*at] != '}' && text[*at] != '{')
        ++*at;
    s->format = (dgi_span){begin, *at};
    if (*at == s->end)
        return dgi_wrong(p, (dgi_span){s->at, s->at + 1}, NULL, "'{' was never closed");
    if (text[*at] == '{')
        return dgi_wrong(p, (dgi_span){*at, *at + 1}, NULL,
                         "a format in an f-string is written out: it has no expressions");
    ++*at;
    return true;
}

/* The bracket at s->at opens an expression: the lexer goes into it. */
static bool begin_expression(dgi_parser *p, dgi_open_string *s, uint32_t text_begin)
{
    const char *text = p->lexer.text;
    uint32_t begin = s->at + 1, end = expression_end(text, begin, s->end), at = end;
    uint32_t last = read_equals_sign(p, begin, end);
    if (!read_format(p, s, &at))
        return false;
    if (p->tree.texts.size > text_begin) {
        add_text(p, text_begin, (dgi_span){s->at, s->at + 1});
        dgi_append(p);
    }
    p->token.span = (dgi_span){s->at, s->at + 1};
    s->at = at;
    dgi_open_node_here(p, DGI_NODE_FORMAT, 0);
    p->lexer.at = begin;
    p->lexer.size = last;
    p->lexer.depth = s->around.depth + 1;
    p->lexer.fresh = false;
    return dgi_advance(p);
}

/* Goes on in the innermost open f-string, up to an expression or to its end and behind it. */
static bool read_formatted(dgi_parser *p)
{
    while (!p->out_of_memory) {
        dgi_open_string *s = &p->strings[p->string_count - 1];
        uint32_t text_begin = (uint32_t)p->tree.texts.size;
        string_parts parts = parts_of(p->lexer.text, s->token.span);
        if (!read_text(p, &parts, &s->at))
            return false;
        if (s->at < parts.end)
            return begin_expression(p, s, text_begin);
        if (p->tree.texts.size > text_begin) {
            add_text(p, text_begin, s->token.span);
            dgi_append(p);
        }
        p->token = s->token;
        dgi_advance(p);
        if (p->token.kind != DGI_TOKEN_STRING) {
            p->string_count--;
            dgi_close(p, p->last_end);
            return true;
        }
        s->token = p->token;
        s->around = p->lexer;
        parts = parts_of(p->lexer.text, p->token.span);
        s->at = parts.begin;
        s->end = parts.end;
    }
    return false;
}

/* The current token, a string, is an f-string or stands before one: `begin` is where the texts of
 * those before it begin. */
static bool begin_formatted(dgi_parser *p, uint32_t begin, dgi_span before)
{
    if (p->string_count == DGI_STRINGS_MAX)
        return dgi_wrong(p, p->token.span, NULL, "f-strings nested more than %d deep",
                         DGI_STRINGS_MAX);
    p->unordered = true;
    string_parts parts = parts_of(p->lexer.text, p->token.span);
    dgi_open_node_here(p, DGI_NODE_FSTRING, DGI_BINDS_ATTRIBUTE);
    if (p->tree.texts.size > begin) {
        add_text(p, begin, before);
        dgi_append(p);
    }
    p->strings[p->string_count++] = (dgi_open_string){
        .around = p->lexer, .token = p->token, .at = parts.begin, .end = parts.end};
    return read_formatted(p);
}

bool dgi_read_after_format(dgi_parser *p)
{
    dgi_open_string *s = &p->strings[p->string_count - 1];
    uint32_t begin = (uint32_t)p->tree.texts.size;
    dgi_reduce(p, DGI_BINDS_COMPREHENSION);
    dgi_append(p);
    dgi_buf_put(&p->tree.texts, p->lexer.text + s->format.begin, s->format.end - s->format.begin);
    add_text(p, begin, s->format);
    dgi_close(p, s->at);
    dgi_append(p);
    p->lexer = s->around;
    p->has_next = false;
    return read_formatted(p);
}

void dgi_leave_strings(dgi_parser *p)
{
    if (p->string_count == 0)
        return;
    p->lexer = p->strings[0].around;
    p->token = p->strings[0].token;
    p->has_next = false;
    p->string_count = 0;
    p->tree.error.unclosed = false;
}

bool dgi_read_string_tokens(dgi_parser *p)
{
    dgi_span span = p->token.span;
    uint32_t begin = (uint32_t)p->tree.texts.size;
    for (; p->token.kind == DGI_TOKEN_STRING; dgi_advance(p)) {
        string_parts parts = parts_of(p->lexer.text, p->token.span);
        if (parts.formatted)
            return begin_formatted(p, begin, span);
        uint32_t at = parts.begin;
        if (!read_text(p, &parts, &at))
            return false;
        span.end = p->token.span.end;
    }
    add_text(p, begin, span);
    return true;
}
