/* Any bytes as a graph with scopes and a way to fold it: each value must lie in one box, each edge
 * be counted once, and no box use itself through others. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fold_support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

/* The scope of a byte: up to three of four names. */
static void scope_of(uint8_t byte, char scope[16])
{
    size_t length = 0, depth = byte >> 6;
    for (size_t i = 0; i < depth; i++) {
        if (i)
            scope[length++] = '/';
        scope[length++] = (char)('a' + ((byte >> (2 * i)) & 3));
    }
    scope[length] = '\0';
}

/* Three bytes a node: its scope, and how far before it its operands are. */
static dg_trace *make_trace(const uint8_t *data, size_t size)
{
    dg_trace *t = dg_trace_new();
    for (size_t i = 0; 3 * i + 2 < size && i < 4000; i++) {
        const uint8_t *bytes = data + 3 * i;
        char scope[16];
        int leaf = i == 0 || bytes[1] == 0;
        scope_of(bytes[0], scope);
        dg_trace_add_node(t, leaf ? "w" : "", leaf ? "" : bytes[2] & 1 ? "+" : "*", 1.0);
        dg_trace_set_scope(t, i, scope);
        for (int k = 1; k < 3 && !leaf; k++)
            dg_trace_add_edge(t, i - 1 - bytes[k] % i, i);
        dg_trace_set_root(t, i);
    }
    return t;
}

static void check_values(const dg_trace *t, const dg_fold *f)
{
    size_t values = 0, edges = 0, count;
    for (size_t b = 0; b < dg_fold_box_count(f); b++) {
        dg_box box;
        must(dg_fold_box(f, b, &box) == DG_OK && box.values > 0);
        for (size_t i = 0; i < box.values; i++)
            must(dg_fold_box_of(f, dg_fold_box_node(f, b, i)) == b);
        must(box.frame == DG_NO_BOX || box.frame < dg_fold_frame_count(f));
        must(strlen(dg_fold_box_name(f, b)) < 100 && strlen(dg_fold_box_scope(f, b)) < 100);
        values += box.values;
        edges += box.edges;
    }
    for (size_t i = 0; i < dg_fold_edge_count(f); i++) {
        dg_fold_edge(f, i, NULL, NULL, &count);
        edges += count;
    }
    must(values == dg_trace_node_count(t) && edges == dg_trace_edge_count(t));
}

static void check_edges(const dg_fold *f)
{
    size_t from, to;
    for (size_t i = 0; i < dg_fold_edge_count(f); i++) {
        dg_fold_edge(f, i, &from, &to, NULL);
        must(from != to);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const folds[] = {"none", "auto", "1", "2", "3", "a", "b,c/a", "a/a"};
    if (size < 4)
        return 0;
    dg_trace *t = make_trace(data + 1, size - 1);
    dg_fold_options o = {
        .fold = folds[data[0] & 7], .boxes = data[0] >> 4, .open = data[0] & 8 ? "a/b,c" : NULL};
    dg_error error;
    dg_fold *f = dg_fold_new(t, &o, &error);
    must((f != NULL) == (error.status == DG_OK));
    must(f || error.status == DG_INVALID); /* a name that is not there */
    if (f) {
        check_values(t, f);
        check_edges(f);
        must(count_removable_boxes(f) == dg_fold_box_count(f));
        char *text = dg_fold_explanation(f);
        must(text != NULL);
        dg_free(text);
    }
    dg_fold_free(f);
    dg_trace_free(t);
    return 0;
}
