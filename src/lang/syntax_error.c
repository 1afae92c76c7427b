/* What is said about tokens that cannot stand where they do. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lang/diagnose.h"
#include "lang/parser.h"

/* ---- Errors ---- */

bool dgi_wrong(dgi_parser *p, dgi_span about, const char *hint, const char *format, ...)
{
    dgi_syntax_error *e = &p->tree.error;
    *e = (dgi_syntax_error){.span = about};
    va_list args;
    va_start(args, format);
    vsnprintf(e->message, sizeof e->message, format, args);
    va_end(args);
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

/* `*` or `**` where an operand is to come. */
static bool fail_star(dgi_parser *p)
{
    dgi_node_kind within = dgi_innermost_kind(p);
    bool stars = p->token.kind == DGI_TOKEN_TIMES || p->token.kind == DGI_TOKEN_POWER;
    if (!stars || p->operand ||
        (within != DGI_NODE_CALL && within != DGI_NODE_PARAMETERS && within != DGI_NODE_LIST &&
         within != DGI_NODE_TUPLE && within != DGI_NODE_ASSIGN))
        return true;
    if (within == DGI_NODE_ASSIGN && dgi_innermost_open(p)->last)
        return true;
    p->unordered = true;
    return dgi_wrong(p, p->token.span, NULL,
                     "'%.*s' does not unpack here: arguments and elements are written one by one",
                     DGI_SHOWN(p->lexer.text, p->token.span));
}

bool dgi_unexpected(dgi_parser *p)
{
    const dgi_token *t = &p->token;
    dgi_span span = t->span;
    bool bracketed = dgi_innermost_open(p)->bracket > 0;
    bool formatted = bracketed && dgi_innermost_bracket(p)->kind == DGI_NODE_FORMAT;
    bool closing = t->kind == DGI_TOKEN_CLOSE || t->kind == DGI_TOKEN_CLOSE_LIST;
    bool at_end = t->kind == DGI_TOKEN_END || t->kind == DGI_TOKEN_NEWLINE;
    if (t->kind == DGI_TOKEN_ERROR)
        return dgi_wrong(p, span, t->hint, "%s", t->message);
    if (t->kind == DGI_TOKEN_UNSUPPORTED)
        return dgi_unsupported(p, t);
    if (formatted && at_end)
        return dgi_wrong(p, dgi_innermost_bracket(p)->as.name, NULL,
                         "an expression is needed between '{' and '}'");
    if (bracketed && !formatted && (dgi_ends_statement(t) || (dgi_begins_line(t) && !closing)))
        return dgi_never_closed(p);
    if (t->message)
        return dgi_unsupported(p, t);
    if (!fail_star(p))
        return false;
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
