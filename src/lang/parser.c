/* The parser's tokens and its stack, of nodes that wait for their next child. */
#include "lang/parser.h"

#include <stdlib.h>

#include "base/grow.h"
#include "lang/resolve.h"

void dgi_parser_init(dgi_parser *p, const char *text, size_t size)
{
    dgi_lexer_init(&p->lexer, text, size);
    dgi_advance(p);
    p->space = p->token.space;
    p->outside = SIZE_MAX;
}

void dgi_tree_free(dgi_tree *tree)
{
    free(tree->nodes);
    dgi_buf_free(&tree->texts);
    dgi_resolution_free(tree);
    *tree = (dgi_tree){0};
}

void dgi_parser_free(dgi_parser *p)
{
    dgi_tree_free(&p->tree);
    free(p->open);
    dgi_buf_free(&p->scratch);
}

/* ---- Tokens ---- */

bool dgi_advance(dgi_parser *p)
{
    p->last_end = p->token.span.end;
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
    p->lexer.at = token.span.begin;
    p->lexer.line = token.span.begin - token.space;
    p->lexer.depth = 0;
    p->lexer.fresh = p->lexer.begun = true;
    p->has_next = false;
    dgi_advance(p);
}

bool dgi_begins_assignment(dgi_parser *p)
{
    return p->token.depth > 0 && dgi_begins_line(&p->token) && p->token.kind == DGI_TOKEN_NAME &&
           dgi_is_assignment(dgi_peek(p)->kind);
}

/* ---- Nodes ---- */

static dgi_node *node_at(const dgi_parser *p, dgi_node_id id)
{
    return dgi_node_at(&p->tree, id);
}

dgi_node *dgi_new_operand(dgi_parser *p, dgi_node_kind kind, dgi_span span)
{
    dgi_tree *tree = &p->tree;
    /* A token makes three nodes at most, and DG_PROGRAM_MAX bytes of tokens far fewer than 2^32. */
    dgi_node *nodes = dgi_grown(tree->nodes, &tree->capacity, tree->count, sizeof *nodes);
    if (!nodes) {
        p->out_of_memory = true;
        return &p->no_node;
    }
    tree->nodes = nodes;
    nodes[0] = (dgi_node){0};
    p->operand = (dgi_node_id)tree->count++;
    dgi_node *node = &nodes[p->operand];
    *node = (dgi_node){.kind = (uint8_t)kind, .span = span};
    return node;
}

dgi_node *dgi_open_node_here(dgi_parser *p, dgi_node_kind kind, uint8_t binding)
{
    dgi_node_id first = p->operand;
    dgi_open_node *open = dgi_grown(p->open, &p->open_capacity, p->open_count, sizeof *open);
    if (!open) {
        p->out_of_memory = true;
        return &p->no_node;
    }
    p->open = open;
    dgi_node *node = dgi_new_operand(p, kind, p->token.span);
    node->op = (uint8_t)p->token.kind;
    node->as.name = p->token.span;
    node->child = first;
    if (first)
        node->span.begin = node_at(p, first)->span.begin;
    uint32_t bracket = binding ? dgi_innermost_open(p)->bracket : (uint32_t)p->open_count;
    p->open[p->open_count++] = (dgi_open_node){p->operand, first, bracket, binding, false};
    p->operand = 0;
    return node;
}

void dgi_append(dgi_parser *p)
{
    if (!p->operand)
        return;
    dgi_open_node *open = &p->open[p->open_count - 1];
    dgi_node_id *link = open->last ? &node_at(p, open->last)->next : &node_at(p, open->node)->child;
    *link = open->last = p->operand;
    p->operand = 0;
}

void dgi_close(dgi_parser *p, uint32_t end)
{
    dgi_append(p);
    p->operand = p->open[--p->open_count].node;
    node_at(p, p->operand)->span.end = end;
}

void dgi_reduce(dgi_parser *p, int least)
{
    while (dgi_innermost_open(p)->binding >= least)
        dgi_close(p, p->operand ? node_at(p, p->operand)->span.end : p->last_end);
}
