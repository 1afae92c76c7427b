/* Statements. */
#include <stdlib.h>

#include "lang/parser.h"

void dgi_parser_init(dgi_parser *p, const char *text, size_t size)
{
    dgi_lexer_init(&p->lexer, text, size);
    dgi_advance(p);
}

void dgi_parser_free(dgi_parser *p)
{
    dgi_tree_free(&p->tree);
    free(p->operands);
    free(p->operators);
    dgi_buf_free(&p->scratch);
}

/* Appends a child to the statement; false where nothing more is to be read. */
static bool add(dgi_parser *p, dgi_bracket *statement, dgi_node_id child)
{
    p->out_of_memory = p->out_of_memory || !child;
    if (child)
        dgi_append_node(p, statement, child);
    return child && !p->tree.wrong;
}

/* The same with an error that has been reported. */
static bool add_error(dgi_parser *p, dgi_bracket *statement)
{
    return add(p, statement, dgi_new_node(p, DGI_NODE_ERROR, p->tree.error.span));
}

static bool ends(const dgi_token *token)
{
    return token->kind == DGI_TOKEN_NEWLINE || token->kind == DGI_TOKEN_SEMICOLON ||
           token->kind == DGI_TOKEN_END;
}

/* The current token is a name that is to be assigned. */
static bool add_name(dgi_parser *p, dgi_bracket *statement)
{
    if (dgi_keyword_reason(p->lexer.text + p->token.begin, p->token.end - p->token.begin)) {
        dgi_wrong_keyword(p, &p->token);
        return add_error(p, statement);
    }
    dgi_node_id name = dgi_new_node(p, DGI_NODE_NAME, dgi_token_span(&p->token));
    if (name)
        dgi_parser_node(p, name)->flags = DGI_NODE_TARGET;
    p->flag_target = false;
    dgi_advance(p);
    return add(p, statement, name);
}

static void mark_target(dgi_parser *p, dgi_node_id target)
{
    dgi_node *node = dgi_parser_node(p, target);
    dgi_token name = {
        .kind = DGI_TOKEN_NAME, .begin = node->as.name.begin, .end = node->as.name.end};
    node->flags |= DGI_NODE_TARGET;
    p->flag_target = node->kind == DGI_NODE_ATTRIBUTE && dgi_spells(p, &name, "requires_grad");
}

/* The target is there and the current token is `+=` or its like. */
static void read_augmented(dgi_parser *p, dgi_bracket *statement)
{
    dgi_node *node = dgi_parser_node(p, statement->node);
    node->kind = DGI_NODE_AUGMENT;
    node->op = (uint8_t)(DGI_TOKEN_PLUS + (p->token.kind - DGI_TOKEN_PLUS_ASSIGN));
    node->as.name = dgi_token_span(&p->token);
    dgi_advance(p);
    if (!add(p, statement, dgi_parse_expression(p)) || ends(&p->token))
        return;
    dgi_unexpected(p);
    add_error(p, statement);
}

/* `a = b.data = ` and so on, and what is assigned. */
static void read_assignment(dgi_parser *p, dgi_bracket *statement)
{
    for (;;) {
        if (p->token.kind == DGI_TOKEN_NAME && dgi_peek(p)->kind == DGI_TOKEN_ASSIGN) {
            if (!add_name(p, statement))
                return;
            dgi_advance(p);
            continue;
        }
        bool first = !statement->last;
        dgi_node_id e = dgi_parse_expression(p);
        bool target = e && !p->tree.wrong &&
                      (p->token.kind == DGI_TOKEN_ASSIGN ||
                       (dgi_is_assignment(p->token.kind) &&
                        (first || dgi_parser_node(p, e)->kind == DGI_NODE_ATTRIBUTE)));
        if (target)
            mark_target(p, e);
        if (!add(p, statement, e))
            return;
        if (p->token.kind == DGI_TOKEN_ASSIGN) {
            dgi_advance(p);
            continue;
        }
        if (target && first) {
            read_augmented(p, statement);
        } else if (!ends(&p->token)) {
            dgi_unexpected(p);
            add_error(p, statement);
        }
        return;
    }
}

/* `import torch`, which does nothing: what begins with `torch.` is known anyway. */
static bool read_import(dgi_parser *p, dgi_bracket *statement)
{
    dgi_token import = p->token;
    dgi_advance(p);
    if (ends(dgi_peek(p))) {
        dgi_parser_node(p, statement->node)->kind = DGI_NODE_NOTHING;
        dgi_advance(p);
        return true;
    }
    dgi_wrong_keyword(p, &import);
    return add_error(p, statement);
}

static void read_statement(dgi_parser *p, dgi_bracket *statement)
{
    if (p->token.kind == DGI_TOKEN_NAME) {
        const dgi_token *next = dgi_peek(p);
        if (dgi_spells(p, &p->token, "import") && dgi_spells(p, next, "torch")) {
            read_import(p, statement);
            return;
        }
        if (dgi_is_assignment(next->kind) && next->kind != DGI_TOKEN_ASSIGN) {
            if (add_name(p, statement))
                read_augmented(p, statement);
            return;
        }
        if (next->kind == DGI_TOKEN_COMMA) {
            dgi_advance(p);
            dgi_wrong(p, p->token.begin, p->token.end, NULL,
                      "tuples are not supported: assign one name at a time");
            add_error(p, statement);
            return;
        }
    }
    read_assignment(p, statement);
}

bool dgi_parse_statement(dgi_parser *p)
{
    dgi_tree_reset(&p->tree);
    p->n_brackets = 0;
    p->flag_target = false;
    p->line_argument.end = 0;
    dgi_bracket statement = {.node = dgi_new_node(p, DGI_NODE_ASSIGN, dgi_token_span(&p->token))};
    p->tree.root = statement.node;
    if (statement.node)
        read_statement(p, &statement);
    return !p->out_of_memory;
}
