/* Statements, and the heads of those with blocks. */
#include "lang/parser.h"

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

static dgi_node *statement_of(const dgi_parser *p)
{
    return node_at(p, p->open->node);
}

/* ---- Behind an expression ---- */

/* `=`, or `+=` and its like, behind an expression of the statement. */
static bool read_assignment(dgi_parser *p)
{
    dgi_node *statement = statement_of(p), *target = node_at(p, p->operand);
    bool plain = p->token.kind == DGI_TOKEN_ASSIGN, first = !p->open->last;
    if (statement->kind != DGI_NODE_ASSIGN ||
        !(plain || first || target->kind == DGI_NODE_ATTRIBUTE))
        return dgi_unexpected(p);
    if (!dgi_mark_targets(p, p->operand))
        return false;
    if (!plain && target->kind == DGI_NODE_TUPLE)
        return dgi_wrong(p, target->span, NULL, "only one thing at a time can be augmented");
    dgi_append(p);
    if (!plain && !first)
        return dgi_unexpected(p);
    if (!plain) {
        statement->kind = DGI_NODE_AUGMENT;
        statement->op = (uint8_t)(DGI_TOKEN_PLUS + (p->token.kind - DGI_TOKEN_PLUS_ASSIGN));
        statement->as.name = p->token.span;
    }
    return dgi_advance(p);
}

/* What stands from the current colon or arrow up to `end`, a type, means nothing. */
static bool skip_type(dgi_parser *p, dgi_token_kind end)
{
    uint32_t depth = p->token.depth;
    dgi_advance(p);
    while (!dgi_ends_statement(&p->token) && !(p->token.kind == end && p->token.depth <= depth))
        dgi_advance(p);
    return p->token.kind == end || dgi_unexpected(p);
}

/* The colon behind the head of a block. */
bool dgi_read_colon(dgi_parser *p)
{
    if (dgi_ends_statement(&p->token))
        return dgi_wrong(p, (dgi_span){p->token.span.begin, p->token.span.begin}, NULL,
                         "expected ':'");
    if (p->token.kind != DGI_TOKEN_COLON)
        return dgi_unexpected(p);
    dgi_append(p);
    dgi_advance(p);
    return false;
}

bool dgi_read_statement_comma(dgi_parser *p, bool *taken)
{
    dgi_node_kind kind = (dgi_node_kind)statement_of(p)->kind;
    if (kind == DGI_NODE_WITH)
        return dgi_wrong(p, p->token.span, NULL, "'with' takes one scope: nest two blocks");
    if (kind == DGI_NODE_IF || kind == DGI_NODE_DEF || kind == DGI_NODE_AUGMENT)
        return dgi_unexpected(p);
    if (kind != DGI_NODE_ASSERT)
        return true;
    if (p->open->last)
        return dgi_unexpected(p);
    dgi_append(p);
    *taken = true;
    return dgi_advance(p);
}

bool dgi_read_after_expression(dgi_parser *p)
{
    dgi_reduce(p, DGI_BINDS_COMPREHENSION);
    dgi_node *statement = statement_of(p), *operand = node_at(p, p->operand);
    switch ((dgi_node_kind)statement->kind) {
    case DGI_NODE_DEF:
        if (p->token.kind == DGI_TOKEN_ARROW && !skip_type(p, DGI_TOKEN_COLON))
            return false;
        return dgi_read_colon(p);
    case DGI_NODE_WITH:
    case DGI_NODE_FOR:
    case DGI_NODE_IF:
        return dgi_read_colon(p);
    default:
        break;
    }
    if (dgi_is_assignment(p->token.kind))
        return read_assignment(p);
    bool declares = statement->kind == DGI_NODE_ASSIGN && !p->open->last &&
                    operand->kind == DGI_NODE_NAME && p->token.kind == DGI_TOKEN_COLON;
    if (declares)
        return skip_type(p, DGI_TOKEN_ASSIGN);
    if (!dgi_ends_statement(&p->token))
        return dgi_unexpected(p);
    dgi_append(p);
    return false;
}

/* ---- Errors ---- */

/* The error comes next in the innermost open node, behind what has been read of the operand. So no
 * operator whose right operand is wrong will be applied. */
void dgi_add_error(dgi_parser *p)
{
    dgi_leave_strings(p);
    dgi_node_id before = p->operand;
    dgi_new_operand(p, DGI_NODE_ERROR, p->tree.error.span);
    if (before) {
        node_at(p, before)->next = p->operand;
        dgi_new_operand(p, DGI_NODE_BROKEN, node_at(p, before)->span)->child = before;
    }
    while (p->open_count > 0)
        dgi_close(p, p->tree.error.span.end);
}

/* ---- Statements ---- */

/* `def NAME(`: the parameters follow. */
static bool read_def(dgi_parser *p)
{
    p->tree.nests = p->tree.defines = true;
    dgi_advance(p);
    if (p->token.kind != DGI_TOKEN_NAME || p->token.keyword)
        return dgi_unexpected(p);
    dgi_new_operand(p, DGI_NODE_NAME, p->token.span)->flags = DGI_NODE_TARGET;
    dgi_append(p);
    dgi_advance(p);
    if (p->token.kind != DGI_TOKEN_OPEN)
        return dgi_unexpected(p);
    dgi_open_node_here(p, DGI_NODE_PARAMETERS, 0);
    return dgi_advance(p);
}

/* Whether the statement stands in the body of a def, or between it and there in a loop. */
static bool is_inside(const dgi_parser *p, dgi_node_kind kind)
{
    for (size_t i = p->block_count; i-- > 0;) {
        if (p->blocks[i].kind == kind)
            return true;
        if (p->blocks[i].kind == DGI_NODE_DEF)
            return false;
    }
    return false;
}

static bool read_return(dgi_parser *p)
{
    if (!is_inside(p, DGI_NODE_DEF))
        return dgi_wrong(p, p->token.span, NULL, "'return' stands in functions only");
    dgi_advance(p);
    return !dgi_ends_statement(&p->token);
}

/* A statement that is its keyword alone. */
static bool read_single(dgi_parser *p)
{
    bool loop = !dgi_is_keyword(&p->token, DGI_KEYWORD_PASS);
    if (loop && !is_inside(p, DGI_NODE_FOR))
        return dgi_wrong(p, p->token.span, NULL, "'%.*s' stands in loops only",
                         (int)(p->token.span.end - p->token.span.begin),
                         p->lexer.text + p->token.span.begin);
    dgi_advance(p);
    return dgi_ends_statement(&p->token) ? false : dgi_unexpected(p);
}

static bool read_for_head(dgi_parser *p)
{
    dgi_advance(p);
    if (!dgi_read_loop_targets(p))
        return false;
    dgi_append(p);
    return dgi_advance(p); /* in */
}

/* `else:`, whose statement was wrong: as `if True:`. */
static bool read_orphan_else(dgi_parser *p)
{
    dgi_new_operand(p, DGI_NODE_CONSTANT, p->token.span)->as.constant = 'T';
    dgi_advance(p);
    return dgi_read_colon(p);
}

static const struct {
    uint8_t keyword, kind;
    bool has_block;
    bool (*read)(dgi_parser *p); /* up to the expression that follows; NULL: it is next */
} statements[] = {
    {DGI_KEYWORD_WITH, DGI_NODE_WITH, true, NULL},
    {DGI_KEYWORD_FOR, DGI_NODE_FOR, true, read_for_head},
    {DGI_KEYWORD_IF, DGI_NODE_IF, true, NULL},
    {DGI_KEYWORD_DEF, DGI_NODE_DEF, true, read_def},
    {DGI_KEYWORD_RETURN, DGI_NODE_RETURN, false, read_return},
    {DGI_KEYWORD_ASSERT, DGI_NODE_ASSERT, false, NULL},
    {DGI_KEYWORD_BREAK, DGI_NODE_BREAK, false, read_single},
    {DGI_KEYWORD_CONTINUE, DGI_NODE_CONTINUE, false, read_single},
    {DGI_KEYWORD_PASS, DGI_NODE_NOTHING, false, read_single},
    {DGI_KEYWORD_IMPORT, DGI_NODE_IMPORT, false, dgi_read_import},
    {DGI_KEYWORD_FROM, DGI_NODE_IMPORT, false, dgi_read_import},
};

/* Opens the statement, and reads what makes it one; whether an expression follows. */
static bool begin_statement(dgi_parser *p)
{
    bool in_line = !p->token.starts_line;
    bool orphan = p->any_else && !in_line &&
                  (dgi_is_keyword(&p->token, DGI_KEYWORD_ELIF) ||
                   dgi_is_keyword(&p->token, DGI_KEYWORD_ELSE));
    p->orphan = p->orphan || orphan;
    if (orphan) {
        bool elif = dgi_is_keyword(&p->token, DGI_KEYWORD_ELIF);
        dgi_open_node_here(p, DGI_NODE_IF, 0);
        return !p->out_of_memory && (elif ? dgi_advance(p) : read_orphan_else(p));
    }
    for (size_t i = 0; i < sizeof statements / sizeof *statements && p->token.keyword; i++) {
        if (p->token.keyword != statements[i].keyword || (in_line && statements[i].has_block))
            continue;
        dgi_open_node_here(p, (dgi_node_kind)statements[i].kind, 0);
        if (p->out_of_memory)
            return false;
        return statements[i].read ? statements[i].read(p) : dgi_advance(p);
    }
    dgi_open_node_here(p, DGI_NODE_ASSIGN, 0);
    return true;
}

void dgi_begin_reading(dgi_parser *p)
{
    p->line_argument.span.end = 0;
    p->operand = 0;
    p->open_count = p->string_count = 0;
    p->unordered = false;
}

/* A statement, or its head; then the tree is wrong or the current token is behind it. */
dgi_node_id dgi_read_statement(dgi_parser *p)
{
    dgi_begin_reading(p);
    p->first = p->token;
    bool more = begin_statement(p);
    if (p->out_of_memory)
        return 0;
    dgi_node_id statement = p->open->node;
    while (more && !p->out_of_memory)
        more = p->operand ? dgi_read_after_operand(p) : dgi_read_operand(p);
    if (p->tree.wrong && !p->out_of_memory)
        dgi_add_error(p);
    node_at(p, statement)->span.end = p->last_end;
    return statement;
}
