/* The tokens that the parser looks at. */
#include <string.h>

#include "lang/parser.h"

bool dgi_advance(dgi_parser *p)
{
    p->token = p->has_next ? p->next : dgi_lexer_next(&p->lexer);
    p->has_next = false;
    if (dgi_begins_line(&p->token))
        p->line_start = p->token.span.begin;
    return true;
}

const dgi_token *dgi_peek(dgi_parser *p)
{
    if (!p->has_next)
        p->next = dgi_lexer_next(&p->lexer);
    p->has_next = true;
    return &p->next;
}

void dgi_resume(dgi_parser *p, dgi_token token)
{
    p->lexer.at = p->lexer.line = token.span.begin;
    p->lexer.depth = 0;
    p->lexer.fresh = true;
    p->has_next = false;
    dgi_advance(p);
}

bool dgi_spells(const dgi_parser *p, dgi_span span, const char *word)
{
    size_t size = strlen(word);
    return span.end - span.begin == size && memcmp(p->lexer.text + span.begin, word, size) == 0;
}

bool dgi_begins_assignment(dgi_parser *p)
{
    return p->token.depth > 0 && dgi_begins_line(&p->token) && p->token.kind == DGI_TOKEN_NAME &&
           dgi_is_assignment(dgi_peek(p)->kind);
}
