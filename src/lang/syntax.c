#include "lang/syntax.h"

#include <stdlib.h>

#include "base/grow.h"

void dgi_tree_free(dgi_tree *tree)
{
    free(tree->nodes);
    dgi_buf_free(&tree->texts);
    *tree = (dgi_tree){0};
}

void dgi_tree_reset(dgi_tree *tree)
{
    tree->count = 0;
    tree->root = 0;
    tree->texts.size = 0;
    tree->wrong = false;
}

static bool add(dgi_tree *tree, dgi_node node)
{
    if (tree->count >= tree->capacity) {
        dgi_node *nodes = tree->count < UINT32_MAX ? dgi_grown(tree->nodes, &tree->capacity,
                                                               tree->count, sizeof *tree->nodes)
                                                   : NULL;
        if (!nodes)
            return false;
        tree->nodes = nodes;
    }
    tree->nodes[tree->count++] = node;
    return true;
}

dgi_node_id dgi_tree_add(dgi_tree *tree, dgi_node_kind kind, dgi_span span)
{
    if (tree->count == 0 && !add(tree, (dgi_node){0}))
        return 0;
    size_t id = tree->count;
    return add(tree, (dgi_node){.kind = (uint8_t)kind, .span = span}) ? (dgi_node_id)id : 0;
}
