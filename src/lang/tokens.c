/* The tokens that the parser looks at. */
#include <string.h>

#include "lang/parser.h"

void dgi_advance(dgi_parser *p)
{
    p->token = p->has_next ? p->next : dgi_lexer_next(&p->lexer);
    p->has_next = false;
    if (p->token.starts_line && !p->token.indented)
        p->line_start = p->token.begin;
}

const dgi_token *dgi_peek(dgi_parser *p)
{
    if (!p->has_next)
        p->next = dgi_lexer_next(&p->lexer);
    p->has_next = true;
    return &p->next;
}

void dgi_resume(dgi_parser *p)
{
    dgi_lexer_resume(&p->lexer, &p->token);
    p->has_next = false;
    dgi_advance(p);
}

bool dgi_spells(const dgi_parser *p, const dgi_token *token, const char *word)
{
    return token->kind == DGI_TOKEN_NAME && token->end - token->begin == strlen(word) &&
           memcmp(p->lexer.text + token->begin, word, strlen(word)) == 0;
}
