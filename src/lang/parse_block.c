/* Statements with their blocks. */
#include "lang/parser.h"
#include "lang/resolve.h"

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

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
    dgi_begin_reading(p);
    dgi_open_node_here(p, DGI_NODE_ASSIGN, 0);
    if (p->out_of_memory)
        return 0;
    dgi_node_id statement = p->open->node;
    dgi_add_error(p);
    return statement;
}

/* The block behind the head of a statement, whose last child so far is given: false where there is
 * none, or too many are open. */
static bool open_block(dgi_parser *p, dgi_node_id statement, dgi_node_id last, size_t outside)
{
    bool in_line = p->token.kind != DGI_TOKEN_NEWLINE && p->token.kind != DGI_TOKEN_END;
    dgi_span keyword = p->first.span;
    dgi_begin_reading(p);
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
    dgi_begin_reading(p);
    p->first = p->token;
    dgi_open_node_here(p, DGI_NODE_IF, 0); /* in whose place the statement is completed */
    if (p->out_of_memory)
        return false;
    p->open->node = statement;
    p->open->last = last;
    dgi_advance(p);
    bool more = elif || dgi_read_colon(p);
    while (more && !p->out_of_memory)
        more = p->operand ? dgi_read_after_operand(p) : dgi_read_operand(p);
    if (p->out_of_memory)
        return false;
    if (p->tree.wrong) {
        dgi_add_error(p);
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
        dgi_node_id statement = dgi_read_statement(p);
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
