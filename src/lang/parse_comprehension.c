/* What loops assign to, and comprehensions. */
#include "lang/parser.h"

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

/* ---- Targets ---- */

static bool mark(dgi_parser *p, dgi_node_id id, int depth)
{
    dgi_node *node = node_at(p, id);
    if (node->kind == DGI_NODE_NAME)
        node->flags |= DGI_NODE_TARGET;
    bool nested =
        node->kind == DGI_NODE_TUPLE || node->kind == DGI_NODE_GROUP || node->kind == DGI_NODE_LIST;
    if (depth > DGI_TARGETS_MAX)
        return dgi_wrong(p, node->span, NULL, "names are unpacked to %d brackets deep at most",
                         DGI_TARGETS_MAX);
    if (!nested && node->kind != DGI_NODE_NAME)
        return dgi_wrong(p, node->span, NULL, "only names can be unpacked to");
    for (dgi_node_id c = nested ? node->child : 0; c; c = node_at(p, c)->next)
        if (!mark(p, c, depth + 1))
            return false;
    node_at(p, id)->flags |= DGI_NODE_TARGET;
    return true;
}

bool dgi_mark_targets(dgi_parser *p, dgi_node_id operand)
{
    dgi_node *node = node_at(p, operand);
    node->flags |= DGI_NODE_TARGET;
    bool unpacks = node->kind == DGI_NODE_TUPLE || (node->kind == DGI_NODE_LIST && node->child) ||
                   (node->kind == DGI_NODE_GROUP && node->child &&
                    node_at(p, node->child)->kind == DGI_NODE_TUPLE);
    return !unpacks || mark(p, operand, 0);
}

bool dgi_read_loop_targets(dgi_parser *p)
{
    size_t bottom = p->open_count;
    for (bool more = true; more;) {
        bool name = p->token.kind == DGI_TOKEN_NAME && !p->token.keyword;
        if (!p->operand && name) {
            dgi_new_operand(p, DGI_NODE_NAME, p->token.span);
            more = dgi_advance(p);
        } else if (!p->operand && p->token.kind == DGI_TOKEN_OPEN) {
            more = dgi_open(p, DGI_NODE_GROUP, 0);
        } else if (p->operand && p->token.kind == DGI_TOKEN_COMMA) {
            if (dgi_innermost_kind(p) == DGI_NODE_TUPLE && p->open_count > bottom)
                dgi_append(p);
            else
                dgi_open_node_here(p, DGI_NODE_TUPLE, DGI_BINDS_TUPLE);
            more = dgi_advance(p);
        } else if (p->operand && p->token.kind == DGI_TOKEN_CLOSE && p->open_count > bottom) {
            more = dgi_read_closing(p);
        } else if (dgi_is_keyword(&p->token, DGI_KEYWORD_IN) &&
                   (p->operand || dgi_innermost_kind(p) == DGI_NODE_TUPLE)) {
            while (p->open_count > bottom && dgi_innermost_open(p)->binding)
                dgi_close(p, p->last_end);
            if (p->open_count > bottom)
                return dgi_unexpected(p);
            return mark(p, p->operand, 0);
        } else if (name && p->operand) {
            return dgi_wrong(p, p->token.span, NULL, "expected 'in'");
        } else {
            return dgi_unexpected(p);
        }
        if (p->out_of_memory)
            return false;
    }
    return false;
}

/* ---- Comprehensions ---- */

/* The `for` or `if` of a clause; what stands before it is complete. */
bool dgi_read_clause(dgi_parser *p)
{
    bool loop = dgi_is_keyword(&p->token, DGI_KEYWORD_FOR);
    dgi_open_node_here(p, loop ? DGI_NODE_FOR_CLAUSE : DGI_NODE_IF_CLAUSE, DGI_BINDS_CLAUSE);
    dgi_advance(p);
    if (!loop || p->out_of_memory)
        return true;
    if (!dgi_read_loop_targets(p))
        return false;
    dgi_append(p);
    return dgi_advance(p); /* in */
}

/* `for` behind an operand: the first clause of a comprehension, or another one. */
bool dgi_read_for(dgi_parser *p)
{
    dgi_reduce(p, DGI_BINDS_SLICE);
    if (dgi_innermost_open(p)->binding == DGI_BINDS_CLAUSE) {
        dgi_close(p, p->last_end);
        dgi_append(p);
        return dgi_read_clause(p);
    }
    dgi_node_kind kind = dgi_innermost_kind(p);
    const dgi_open_node *bracket = dgi_innermost_open(p);
    bool first =
        kind == DGI_NODE_CALL ? bracket->last == node_at(p, bracket->node)->child : !bracket->last;
    p->unordered = true;
    if (kind == DGI_NODE_LIST && !first)
        return dgi_wrong(p, p->token.span, NULL,
                         "an element of a comprehension with several parts needs brackets: (x, y)");
    if ((kind != DGI_NODE_LIST && kind != DGI_NODE_CALL && kind != DGI_NODE_GROUP) || !first)
        return dgi_unexpected(p);
    p->tree.nests = true;
    dgi_open_node_here(p, DGI_NODE_COMPREHENSION, DGI_BINDS_COMPREHENSION);
    return dgi_read_clause(p);
}
