/* Statements and blocks. */
#include "lang/parser.h"
#include "lang/resolve.h"

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
static bool read_colon(dgi_parser *p)
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
        return read_colon(p);
    case DGI_NODE_WITH:
    case DGI_NODE_FOR:
    case DGI_NODE_IF:
        return read_colon(p);
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
static void add_error(dgi_parser *p)
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

/* ---- Imports ---- */

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
static bool read_import(dgi_parser *p)
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
    return read_colon(p);
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
    {DGI_KEYWORD_IMPORT, DGI_NODE_IMPORT, false, read_import},
    {DGI_KEYWORD_FROM, DGI_NODE_IMPORT, false, read_import},
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

static void begin_reading(dgi_parser *p)
{
    p->line_argument.span.end = 0;
    p->operand = 0;
    p->open_count = p->string_count = 0;
    p->unordered = false;
}

/* A statement, or its head; then the tree is wrong or the current token is behind it. */
static dgi_node_id read_statement(dgi_parser *p)
{
    begin_reading(p);
    p->first = p->token;
    bool more = begin_statement(p);
    if (p->out_of_memory)
        return 0;
    dgi_node_id statement = p->open->node;
    while (more && !p->out_of_memory)
        more = p->operand ? dgi_read_after_operand(p) : dgi_read_operand(p);
    if (p->tree.wrong && !p->out_of_memory)
        add_error(p);
    node_at(p, statement)->span.end = p->last_end;
    return statement;
}

/* ---- Blocks ---- */

static dgi_open_block *innermost_block(dgi_parser *p)
{
    return &p->blocks[p->block_count - 1];
}

bool dgi_is_in_wrong_block(const dgi_parser *p)
{
    for (size_t i = 0; i < p->block_count; i++)
        if (p->blocks[i].kind != DGI_NODE_WITH)
            return true;
    return false;
}

/* The statement is wrong. What is executed as a whole and has it in its block is, too. */
static void note_wrong(dgi_parser *p, dgi_node_id statement, size_t outside)
{
    uint8_t kind = node_at(p, statement)->kind;
    p->tree.wrong_statement = statement;
    p->tree.skips_wrong = p->unordered || (kind != DGI_NODE_ASSIGN && kind != DGI_NODE_AUGMENT &&
                                           kind != DGI_NODE_WITH);
    for (size_t i = outside; i < p->block_count; i++)
        if (p->blocks[i].kind != DGI_NODE_WITH) {
            p->tree.wrong_statement = p->blocks[i].statement;
            p->tree.skips_wrong = true;
            return;
        }
}

/* The statement is the next one of the innermost block, or the whole tree. */
static void add_statement(dgi_parser *p, dgi_node_id statement, size_t outside)
{
    if (p->tree.wrong)
        note_wrong(p, statement, outside);
    if (p->block_count <= outside) {
        p->tree.root = statement;
        return;
    }
    dgi_open_block *b = innermost_block(p);
    *(b->last ? &node_at(p, b->last)->next : &node_at(p, b->node)->child) = statement;
    b->last = statement;
}

static void set_margin(dgi_parser *p, uint32_t margin, uint32_t space)
{
    p->lexer.margin = margin;
    p->space = space;
    p->token.indented = p->token.starts_line && p->token.column > margin;
    if (p->has_next)
        p->next.indented = p->next.starts_line && p->next.column > margin;
    if (dgi_begins_line(&p->token))
        p->line_start = p->token.span.begin;
}

static void close_block(dgi_parser *p)
{
    p->closed = *innermost_block(p);
    p->block_count--;
    if (p->block_count >= p->outside)
        node_at(p, p->closed.statement)->span.end = p->last_end;
    set_margin(p, p->closed.margin, p->closed.space);
}

void dgi_close_blocks(dgi_parser *p)
{
    bool end = p->token.kind == DGI_TOKEN_END;
    while (p->block_count > 0 && (end || p->token.column <= innermost_block(p)->margin))
        close_block(p);
}

bool dgi_is_aligned(const dgi_parser *p)
{
    return p->token.column == p->lexer.margin && p->token.space == p->space;
}

static void skip_newlines(dgi_parser *p)
{
    while (p->token.kind == DGI_TOKEN_NEWLINE)
        dgi_advance(p);
}

/* A statement that is nothing but an error, which the tree has. */
static dgi_node_id read_error(dgi_parser *p)
{
    begin_reading(p);
    dgi_open_node_here(p, DGI_NODE_ASSIGN, 0);
    if (p->out_of_memory)
        return 0;
    dgi_node_id statement = p->open->node;
    add_error(p);
    return statement;
}

/* The block behind the head of a statement, whose last child so far is given: false where there is
 * none, or too many are open. */
static bool open_block(dgi_parser *p, dgi_node_id statement, dgi_node_id last, size_t outside)
{
    bool in_line = p->token.kind != DGI_TOKEN_NEWLINE && p->token.kind != DGI_TOKEN_END;
    dgi_span keyword = p->first.span;
    begin_reading(p);
    dgi_new_operand(p, DGI_NODE_BLOCK, keyword);
    if (p->out_of_memory)
        return false;
    node_at(p, last)->next = p->operand;
    bool deep = p->block_count == DGI_BLOCKS_MAX;
    dgi_open_block block = {.node = p->operand,
                            .statement = statement,
                            .kind = node_at(p, statement)->kind,
                            .margin = p->lexer.margin,
                            .space = p->space,
                            .in_line = in_line};
    skip_newlines(p);
    bool there = in_line || (p->token.kind != DGI_TOKEN_END && p->token.indented);
    if (there && !deep) {
        p->blocks[p->block_count++] = block;
        if (!in_line)
            set_margin(p, p->token.column, p->token.space);
        return true;
    }
    dgi_wrong(p, keyword, NULL,
              deep ? "blocks nested more than %d deep"
                   : "expected an indented block behind this line",
              DGI_BLOCKS_MAX);
    p->tree.error.unclosed = !there; /* the token begins the next statement */
    dgi_node_id error = read_error(p);
    if (!error)
        return false;
    node_at(p, block.node)->child = error;
    note_wrong(p, block.kind == DGI_NODE_WITH ? error : statement, outside);
    p->tree.skips_wrong = p->tree.skips_wrong || block.kind != DGI_NODE_WITH;
    return false;
}

/* `elif` or `else` behind the block of an `if`, which it belongs to: reads its block's head. */
static bool continue_if(dgi_parser *p, size_t outside)
{
    bool elif = dgi_is_keyword(&p->token, DGI_KEYWORD_ELIF);
    if ((!elif && !dgi_is_keyword(&p->token, DGI_KEYWORD_ELSE)) || !p->token.starts_line ||
        p->closed.kind != DGI_NODE_IF || p->closed.is_else || !p->closed.node || !dgi_is_aligned(p))
        return false;
    dgi_node_id statement = p->closed.statement, last = p->closed.node;
    p->closed.node = 0;
    begin_reading(p);
    p->first = p->token;
    dgi_open_node_here(p, DGI_NODE_IF, 0); /* in whose place the statement is completed */
    if (p->out_of_memory)
        return false;
    p->open->node = statement;
    p->open->last = last;
    dgi_advance(p);
    bool more = elif || read_colon(p);
    while (more && !p->out_of_memory)
        more = p->operand ? dgi_read_after_operand(p) : dgi_read_operand(p);
    if (p->out_of_memory)
        return false;
    if (p->tree.wrong) {
        add_error(p);
        note_wrong(p, statement, outside);
        p->tree.skips_wrong = true;
        return true;
    }
    if (open_block(p, statement, elif ? p->open->last : last, outside))
        innermost_block(p)->is_else = !elif;
    return true;
}

/* Goes to the next statement of a block that was opened behind the first `outside` ones, reading
 * heads of blocks on the way; false where there is none. */
static bool next_in_block(dgi_parser *p, size_t outside)
{
    if (p->token.kind == DGI_TOKEN_SEMICOLON) {
        dgi_advance(p);
        if (!dgi_ends_statement(&p->token))
            return true;
    }
    bool new_line = p->token.kind == DGI_TOKEN_NEWLINE;
    skip_newlines(p);
    p->closed.node = 0;
    if (p->token.kind == DGI_TOKEN_END || new_line || p->token.starts_line)
        dgi_close_blocks(p);
    if (p->closed.node && p->block_count >= outside && continue_if(p, outside))
        return !p->tree.wrong;
    return p->block_count > outside && p->token.kind != DGI_TOKEN_END && dgi_is_aligned(p);
}

static bool has_block(const dgi_node *statement)
{
    return statement->kind == DGI_NODE_WITH || statement->kind == DGI_NODE_FOR ||
           statement->kind == DGI_NODE_IF || statement->kind == DGI_NODE_DEF;
}

bool dgi_parse_statement(dgi_parser *p)
{
    size_t outside = p->outside = p->block_count;
    dgi_resolution_free(&p->tree);
    p->tree.count = 1;
    p->tree.texts.size = 0;
    p->tree.wrong = p->tree.skips_wrong = p->tree.nests = p->tree.defines = false;
    p->tree.wrong_statement = 0;
    for (bool more = true; more;) {
        dgi_node_id statement = read_statement(p);
        if (p->out_of_memory)
            break;
        add_statement(p, statement, outside);
        if (p->tree.wrong)
            break;
        if (has_block(node_at(p, statement)))
            more = open_block(p, statement, p->open->last, outside);
        else
            more = p->block_count > outside && next_in_block(p, outside);
        if (p->tree.wrong || p->out_of_memory)
            break;
    }
    p->outside = SIZE_MAX;
    return !p->out_of_memory;
}
