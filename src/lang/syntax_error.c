/* What is said about tokens that cannot stand where they do. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang/diagnose.h"
#include "lang/parser.h"

/* ---- Comprehensions ---- */

static bool same_text(const dgi_parser *p, dgi_span a, dgi_span b)
{
    const char *text = p->lexer.text;
    return a.end - a.begin == b.end - b.begin &&
           memcmp(text + a.begin, text + b.begin, a.end - a.begin) == 0;
}

/* Where `for x in xs]` follows `[f(x)`, f(xs) is what is meant. */
static void suggest_call(const dgi_parser *p, const dgi_token *x, const dgi_token *xs,
                         dgi_syntax_error *e)
{
    const dgi_open_node *open = dgi_innermost_open(p);
    const dgi_node *list = dgi_node_at(&p->tree, open->node);
    const dgi_node *call = dgi_node_at(&p->tree, p->operand);
    if (!p->operand || open->last || list->kind != DGI_NODE_LIST || call->kind != DGI_NODE_CALL)
        return;
    const dgi_node *f = dgi_node_at(&p->tree, call->child);
    const dgi_node *argument = dgi_node_at(&p->tree, f->next);
    if (f->kind != DGI_NODE_NAME || argument->kind != DGI_NODE_NAME || argument->next ||
        !same_text(p, argument->span, x->span))
        return;
    snprintf(e->loop_hint, sizeof e->loop_hint, "did you mean '%.*s(%.*s)'?",
             DGI_SHOWN(p->lexer.text, f->span), DGI_SHOWN(p->lexer.text, xs->span));
}

/* Looks for the `for` of a comprehension that the current token, which is wrong, stands in. */
static void find_loop(const dgi_parser *p, dgi_syntax_error *e)
{
    dgi_lexer ahead = {.text = p->lexer.text,
                       .size = p->lexer.size,
                       .at = p->token.span.end,
                       .depth = p->token.depth,
                       .margin = p->lexer.margin};
    dgi_token t = p->token;
    for (;; t = dgi_lexer_next(&ahead)) {
        if (dgi_ends_statement(&t) || dgi_begins_line(&t))
            return;
        if (dgi_spells(p->lexer.text, t.span, "for"))
            break;
    }
    e->loop = t.span;
    bool only_names = t.span.begin == p->token.span.begin;
    dgi_token names[3];
    size_t count = 0;
    for (;; count++) {
        t = dgi_lexer_next(&ahead);
        if (t.kind != DGI_TOKEN_NAME && t.kind != DGI_TOKEN_COMMA)
            break;
        if (dgi_spells(p->lexer.text, t.span, "zip")) {
            snprintf(e->loop_hint, sizeof e->loop_hint, "sse and its like take lists");
            return;
        }
        only_names = only_names && t.kind == DGI_TOKEN_NAME;
        if (count < 3)
            names[count] = t;
    }
    if (only_names && count == 3 && t.kind == DGI_TOKEN_CLOSE_LIST)
        suggest_call(p, &names[0], &names[2], e);
}

/* ---- Errors ---- */

bool dgi_wrong(dgi_parser *p, dgi_span about, const char *hint, const char *format, ...)
{
    dgi_syntax_error *e = &p->tree.error;
    *e = (dgi_syntax_error){.span = about, .after = p->line_start};
    va_list args;
    va_start(args, format);
    vsnprintf(e->message, sizeof e->message, format, args);
    va_end(args);
    find_loop(p, e);
    snprintf(e->hint, sizeof e->hint, "%s", hint ? hint : "");
    p->tree.wrong = true;
    return false;
}

bool dgi_unsupported(dgi_parser *p, const dgi_token *token)
{
    return dgi_wrong(p, token->span, NULL, "'%.*s' is not supported: %s",
                     DGI_SHOWN(p->lexer.text, token->span), token->message);
}

bool dgi_never_closed(dgi_parser *p)
{
    uint32_t opener = dgi_innermost_bracket(p)->as.name.begin;
    dgi_wrong(p, (dgi_span){opener, opener + 1}, NULL, "'%c' was never closed",
              p->lexer.text[opener]);
    p->tree.error.unclosed = true;
    return false;
}

bool dgi_unexpected(dgi_parser *p)
{
    const dgi_token *t = &p->token;
    dgi_span span = t->span;
    bool bracketed = dgi_innermost_open(p)->bracket > 0;
    bool closing = t->kind == DGI_TOKEN_CLOSE || t->kind == DGI_TOKEN_CLOSE_LIST;
    if (t->kind == DGI_TOKEN_ERROR)
        return dgi_wrong(p, span, t->hint, "%s", t->message);
    if (dgi_spells(p->lexer.text, span, ":") && dgi_innermost_bracket(p)->kind == DGI_NODE_INDEX)
        return dgi_wrong(p, span, NULL, "slices are not supported: an index is one number");
    if (t->kind == DGI_TOKEN_UNSUPPORTED || t->kind == DGI_TOKEN_COLON)
        return dgi_unsupported(p, t);
    if (bracketed && (dgi_ends_statement(t) || (dgi_begins_line(t) && !closing)))
        return dgi_never_closed(p);
    if (bracketed && dgi_spells(p->lexer.text, span, "for"))
        return dgi_wrong(p, span, p->tree.error.loop_hint, /* which will have been found */
                         "comprehensions are not supported: a dotgrad program is straight-line");
    if (t->message)
        return dgi_unsupported(p, t);
    bool at_end = t->kind == DGI_TOKEN_END || t->kind == DGI_TOKEN_NEWLINE;
    const char *what = at_end                        ? "end of line"
                       : t->kind == DGI_TOKEN_STRING ? "string"
                       : t->kind == DGI_TOKEN_NUMBER ? "number"
                                                     : NULL;
    if (at_end)
        span.end = span.begin;
    if (what)
        return dgi_wrong(p, span, NULL, "unexpected %s", what);
    return dgi_wrong(p, span, NULL, "unexpected '%.*s'", DGI_SHOWN(p->lexer.text, span));
}
