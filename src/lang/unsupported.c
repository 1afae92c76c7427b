/* What is said about tokens that cannot stand where they do, and about Python that this language
 * has not. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang/diagnose.h"
#include "lang/parser.h"

#define STRAIGHT "a dotgrad program is straight-line"
#define ALONE "every function is built in"
#define NO_TRUTH "there are no truth values"
#define NO_FUNCTIONS "there are no functions to define"

static const struct {
    const char *name, *reason;
} keywords[] = {
    {"and", NO_TRUTH},        {"as", ALONE},          {"assert", STRAIGHT},
    {"async", STRAIGHT},      {"await", STRAIGHT},    {"break", STRAIGHT},
    {"class", STRAIGHT},      {"continue", STRAIGHT}, {"def", STRAIGHT},
    {"del", STRAIGHT},        {"elif", STRAIGHT},     {"else", STRAIGHT},
    {"except", STRAIGHT},     {"finally", STRAIGHT},  {"for", STRAIGHT},
    {"from", ALONE},          {"global", STRAIGHT},   {"if", STRAIGHT},
    {"import", ALONE},        {"in", NO_TRUTH},       {"is", NO_TRUTH},
    {"lambda", NO_FUNCTIONS}, {"nonlocal", STRAIGHT}, {"not", NO_TRUTH},
    {"or", NO_TRUTH},         {"pass", STRAIGHT},     {"raise", STRAIGHT},
    {"return", STRAIGHT},     {"try", STRAIGHT},      {"while", STRAIGHT},
    {"with", STRAIGHT},       {"yield", STRAIGHT},    {"False", NO_TRUTH},
    {"None", NO_TRUTH},       {"True", NO_TRUTH},
};

const char *dgi_keyword_reason(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (keywords[i].name[0] == name[0] && strlen(keywords[i].name) == size &&
            memcmp(keywords[i].name, name, size) == 0)
            return keywords[i].reason;
    return NULL;
}

/* ---- Comprehensions ---- */

static bool is_name(const dgi_parser *p, const dgi_node *node, const char *text, size_t size)
{
    return node->kind == DGI_NODE_NAME && node->span.end - node->span.begin == size &&
           memcmp(p->lexer.text + node->span.begin, text, size) == 0;
}

/* The call in `[f(x)`, where that is all that has been read of a list; else NULL. */
static const dgi_node *only_call(const dgi_parser *p)
{
    const dgi_bracket *b = p->n_brackets ? &p->brackets[p->n_brackets - 1] : NULL;
    if (!b || !b->node || b->last || dgi_node_at(&p->tree, b->node)->kind != DGI_NODE_LIST ||
        p->n_operands != b->operands + 1 || p->n_operators != b->operators)
        return NULL;
    const dgi_node *call = dgi_node_at(&p->tree, p->operands[b->operands]);
    return call->kind == DGI_NODE_CALL ? call : NULL;
}

/* Where `for x in xs]` follows `[f(x)`, f(xs) is what is meant. */
static bool applies_to_each(dgi_parser *p, dgi_lexer after, char *hint, size_t capacity)
{
    const char *text = p->lexer.text;
    dgi_token x = dgi_lexer_next(&after), in = dgi_lexer_next(&after);
    dgi_token xs = dgi_lexer_next(&after), end = dgi_lexer_next(&after);
    const dgi_node *call = only_call(p);
    if (!call || x.kind != DGI_TOKEN_NAME || in.kind != DGI_TOKEN_NAME ||
        xs.kind != DGI_TOKEN_NAME || end.kind != DGI_TOKEN_CLOSE_LIST)
        return false;
    const dgi_node *f = dgi_node_at(&p->tree, call->child);
    const dgi_node *argument = dgi_node_at(&p->tree, f->next);
    if (f->kind != DGI_NODE_NAME || !f->next || argument->next ||
        !is_name(p, argument, text + x.begin, x.end - x.begin))
        return false;
    snprintf(hint, capacity, "did you mean '%.*s(%.*s)'?",
             dgi_shown_length(text + f->span.begin, f->span.end - f->span.begin),
             text + f->span.begin, dgi_shown_length(text + xs.begin, xs.end - xs.begin),
             text + xs.begin);
    return true;
}

/* Looks for the `for` of a comprehension that the current token, which is wrong, stands in. */
static void find_loop(dgi_parser *p, dgi_syntax_error *e)
{
    dgi_lexer ahead = p->lexer;
    dgi_token t = p->token;
    bool has_next = p->has_next, first = true;
    e->loop = (dgi_span){0, 0};
    e->loop_hint[0] = '\0';
    e->after = p->line_start;
    while (t.kind != DGI_TOKEN_END && t.kind != DGI_TOKEN_SEMICOLON &&
           t.kind != DGI_TOKEN_NEWLINE && !(t.starts_line && !t.indented)) {
        if (dgi_spells(p, &t, "for")) {
            e->loop = (dgi_span){t.begin, t.end};
            break;
        }
        t = has_next ? p->next : dgi_lexer_next(&ahead);
        has_next = first = false;
    }
    if (!e->loop.end)
        return;
    dgi_lexer after = ahead;
    after.at = t.end;
    for (dgi_token n = dgi_lexer_next(&after);
         n.kind == DGI_TOKEN_NAME || n.kind == DGI_TOKEN_COMMA; n = dgi_lexer_next(&after)) {
        if (dgi_spells(p, &n, "zip")) {
            snprintf(e->loop_hint, sizeof e->loop_hint, "sse and its like take lists");
            return;
        }
    }
    ahead.at = t.end;
    if (first)
        applies_to_each(p, ahead, e->loop_hint, sizeof e->loop_hint);
}

/* ---- Errors ---- */

bool dgi_wrong(dgi_parser *p, uint32_t begin, uint32_t end, const char *hint, const char *format,
               ...)
{
    dgi_syntax_error *e = &p->tree.error;
    e->span = (dgi_span){begin, end};
    e->is_index = e->unclosed = false;
    va_list args;
    va_start(args, format);
    vsnprintf(e->message, sizeof e->message, format, args);
    va_end(args);
    snprintf(e->hint, sizeof e->hint, "%s", hint ? hint : "");
    find_loop(p, e);
    p->tree.wrong = true;
    return false;
}

bool dgi_wrong_keyword(dgi_parser *p, const dgi_token *name)
{
    const char *text = p->lexer.text + name->begin;
    int size = (int)(name->end - name->begin);
    return dgi_wrong(p, name->begin, name->end, NULL, "'%.*s' is not supported: %s", size, text,
                     dgi_keyword_reason(text, (size_t)size));
}

bool dgi_never_closed(dgi_parser *p)
{
    uint32_t opener = p->brackets[p->n_brackets - 1].opener;
    dgi_wrong(p, opener, opener + 1, NULL, "'%c' was never closed", p->lexer.text[opener]);
    p->tree.error.unclosed = true;
    return false;
}

static const char *reason_of(char first, char second)
{
    switch (first) {
    case '{':
    case '}':
        return "there are no dictionaries";
    case '=':
    case '!':
        return "there are no comparisons";
    case '<':
    case '>':
        return second == first ? "the operators are + - * / ** @" : "there are no comparisons";
    case ':':
        return STRAIGHT;
    default:
        return "the operators are + - * / ** @";
    }
}

/* A token that Python knows and this language does not. */
static bool unsupported(dgi_parser *p, const char *text, int shown)
{
    const dgi_token *t = &p->token;
    const dgi_bracket *b = p->n_brackets ? &p->brackets[p->n_brackets - 1] : NULL;
    if (*text == ':' && shown == 1 && b && b->node &&
        dgi_node_at(&p->tree, b->node)->kind == DGI_NODE_INDEX)
        return dgi_wrong(p, t->begin, t->end, NULL,
                         "slices are not supported: an index is one number");
    return dgi_wrong(p, t->begin, t->end, NULL, "'%.*s' is not supported: %s", shown, text,
                     reason_of(text[0], shown > 1 ? text[1] : '\0'));
}

bool dgi_unexpected(dgi_parser *p)
{
    const dgi_token *t = &p->token;
    const char *text = p->lexer.text + t->begin;
    int shown = dgi_shown_length(text, t->end - t->begin);
    if (t->kind == DGI_TOKEN_ERROR)
        return dgi_wrong(p, t->begin, t->end, t->hint, "%s", t->message);
    if (t->kind == DGI_TOKEN_UNSUPPORTED)
        return unsupported(p, text, shown);
    bool new_line = t->starts_line && !t->indented && t->kind != DGI_TOKEN_CLOSE &&
                    t->kind != DGI_TOKEN_CLOSE_LIST;
    if (p->n_brackets > 1 &&
        (new_line || t->kind == DGI_TOKEN_END || t->kind == DGI_TOKEN_SEMICOLON))
        return dgi_never_closed(p);
    if (p->n_brackets > 1 && dgi_spells(p, t, "for")) {
        dgi_wrong(p, t->begin, t->end, NULL, "comprehensions are not supported: " STRAIGHT);
        memcpy(p->tree.error.hint, p->tree.error.loop_hint, sizeof p->tree.error.hint);
        return false;
    }
    if (t->kind == DGI_TOKEN_NAME && dgi_keyword_reason(text, t->end - t->begin))
        return dgi_wrong_keyword(p, t);
    switch (t->kind) {
    case DGI_TOKEN_END:
    case DGI_TOKEN_NEWLINE:
        return dgi_wrong(p, t->begin, t->begin, NULL, "unexpected end of line");
    case DGI_TOKEN_STRING:
        return dgi_wrong(p, t->begin, t->end, NULL, "unexpected string");
    case DGI_TOKEN_NUMBER:
        return dgi_wrong(p, t->begin, t->end, NULL, "unexpected number");
    default:
        return dgi_wrong(p, t->begin, t->end, NULL, "unexpected '%.*s'", shown, text);
    }
}
