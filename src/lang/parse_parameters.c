/* The parameters of functions. */
#include "lang/parser.h"

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

/* Where on the stack the parameters are in which the current token stands, behind an operand or
 * not; 0: it is not in such. */
size_t dgi_parameters_around(const dgi_parser *p)
{
    for (size_t i = p->open_count; i-- > 0;) {
        dgi_node_kind kind = (dgi_node_kind)node_at(p, p->open[i].node)->kind;
        if (kind == DGI_NODE_PARAMETERS)
            return i;
        if (p->open[i].binding < DGI_BINDS_LAMBDA)
            break;
    }
    return 0;
}

bool dgi_in_parameters(const dgi_parser *p)
{
    return dgi_innermost_kind(p) == DGI_NODE_PARAMETERS;
}

/* Closes what is open in the parameters. */
void dgi_close_parameter(dgi_parser *p, size_t parameters)
{
    while (p->open_count > parameters + 1)
        dgi_close(p, p->last_end);
}

/* `x: float` in a def: what follows the colon means nothing. */
static void skip_annotation(dgi_parser *p)
{
    uint32_t depth = dgi_peek(p)->depth;
    do
        dgi_advance(p);
    while (!dgi_ends_statement(dgi_peek(p)) &&
           !(p->next.depth < depth ||
             (p->token.depth <= depth && p->next.depth <= depth &&
              (p->next.kind == DGI_TOKEN_COMMA || p->next.kind == DGI_TOKEN_ASSIGN))));
}

/* The name of a parameter, with what may follow it. */
bool dgi_read_parameter(dgi_parser *p)
{
    if (p->token.keyword)
        return dgi_unexpected(p);
    bool annotated = dgi_innermost_open(p)->binding == 0;
    if (dgi_peek(p)->kind == DGI_TOKEN_ASSIGN || (annotated && p->next.kind == DGI_TOKEN_COLON)) {
        dgi_open_node_here(p, DGI_NODE_PARAMETER, DGI_BINDS_LAMBDA);
        if (p->next.kind == DGI_TOKEN_COLON)
            skip_annotation(p);
        if (dgi_peek(p)->kind == DGI_TOKEN_ASSIGN) {
            dgi_advance(p);
            return dgi_advance(p);
        }
        dgi_close(p, p->token.span.end);
        return dgi_advance(p);
    }
    dgi_new_operand(p, DGI_NODE_PARAMETER, p->token.span)->as.name = p->token.span;
    return dgi_advance(p);
}

/* `lambda`: its parameters follow. */
bool dgi_read_lambda(dgi_parser *p)
{
    if (dgi_innermost_open(p)->binding > DGI_BINDS_CONDITIONAL)
        return dgi_unexpected(p);
    p->tree.nests = p->tree.defines = p->unordered = true;
    dgi_open_node_here(p, DGI_NODE_LAMBDA, DGI_BINDS_LAMBDA);
    dgi_open_node_here(p, DGI_NODE_PARAMETERS, DGI_BINDS_LAMBDA);
    return dgi_advance(p);
}

/* The colon of a lambda: its result follows. */
bool dgi_read_lambda_colon(dgi_parser *p, size_t parameters)
{
    dgi_close_parameter(p, parameters);
    dgi_close(p, p->last_end);
    dgi_append(p);
    return dgi_advance(p);
}
