/* Imports. */
#include "lang/parser.h"

static dgi_node *statement_of(const dgi_parser *p)
{
    return dgi_node_at(&p->tree, p->open->node);
}

/* A dotted name; its span. */
static bool read_path(dgi_parser *p, dgi_span *path)
{
    *path = p->token.span;
    for (;;) {
        if (p->token.kind != DGI_TOKEN_NAME || p->token.keyword)
            return dgi_unexpected(p);
        path->end = p->token.span.end;
        dgi_advance(p);
        if (p->token.kind != DGI_TOKEN_DOT)
            return true;
        dgi_advance(p);
    }
}

/* One IMPORTED: what it is, and the name that it gets, which is its first part where none is given.
 */
static bool read_imported(dgi_parser *p, bool member)
{
    dgi_span path, name;
    if (!read_path(p, &path))
        return false;
    name = path;
    for (uint32_t i = path.begin; i < name.end; i++)
        if (p->lexer.text[i] == '.' || p->lexer.text[i] == ' ')
            name.end = i;
    bool renamed = dgi_is_keyword(&p->token, DGI_KEYWORD_AS);
    if (renamed) {
        dgi_advance(p);
        if (p->token.kind != DGI_TOKEN_NAME || p->token.keyword)
            return dgi_unexpected(p);
        name = p->token.span;
        dgi_advance(p);
    }
    dgi_new_operand(p, DGI_NODE_NAME, name)->flags = DGI_NODE_TARGET;
    dgi_node_id target = p->operand;
    dgi_node *imported = dgi_new_operand(p, DGI_NODE_IMPORTED, path);
    imported->as.name = path;
    imported->op = member ? 1 : renamed ? 2 : 0;
    imported->child = target;
    dgi_append(p);
    return true;
}

/* `import a, b as c`, `from a import b, c`; in brackets too. */
bool dgi_read_import(dgi_parser *p)
{
    dgi_node *import = statement_of(p);
    bool members = dgi_is_keyword(&p->token, DGI_KEYWORD_FROM);
    import->op = members;
    dgi_advance(p);
    if (members) {
        if (!read_path(p, &import->as.name))
            return false;
        if (!dgi_is_keyword(&p->token, DGI_KEYWORD_IMPORT))
            return dgi_unexpected(p);
        dgi_advance(p);
        if (p->token.kind == DGI_TOKEN_TIMES) { /* everything is there anyway */
            dgi_advance(p);
            return dgi_ends_statement(&p->token) ? false : dgi_unexpected(p);
        }
    }
    bool bracket = members && p->token.kind == DGI_TOKEN_OPEN;
    if (bracket)
        dgi_advance(p);
    for (bool more = true; more && !p->out_of_memory;) {
        if (!read_imported(p, members))
            return false;
        more = p->token.kind == DGI_TOKEN_COMMA;
        if (more)
            dgi_advance(p);
        more = more && !(bracket && p->token.kind == DGI_TOKEN_CLOSE);
    }
    if (bracket && p->token.kind != DGI_TOKEN_CLOSE)
        return dgi_unexpected(p);
    if (bracket)
        dgi_advance(p);
    return dgi_ends_statement(&p->token) ? false : dgi_unexpected(p);
}
