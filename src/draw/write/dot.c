/* Graphviz source of the picture that draw_dot of the micrograd lectures draws. */
#include "draw/write/formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/style/box_text.h"
#include "draw/style/edges.h"
#include "draw/style/folded.h"
#include "draw/style/group_text.h"
#include "draw/style/record_field.h"
#include "draw/style/tensor_text.h"
#include "draw/style/node_text.h"

/* What must be escaped in a text depends on where it is. */
typedef enum context { IN_RECORD, IN_LABEL } context;

/* Graphviz reads no quoted string longer than 16 kB; longer ones are written as "…" + "…". */
enum { STRING_PIECE = 8000 };

/* A quoted string under construction. */
typedef struct quoted {
    dgi_buf *b;
    size_t begun; /* where the current piece began */
} quoted;

static void quote_open(quoted *q, dgi_buf *b)
{
    *q = (quoted){b, b->size};
    dgi_buf_putc(b, '"');
}

/* Appends bytes that must be in one piece. */
static void quote_put(quoted *q, const char *bytes, size_t size)
{
    if (q->b->size - q->begun > STRING_PIECE) {
        dgi_buf_puts(q->b, "\" + ");
        q->begun = q->b->size;
        dgi_buf_putc(q->b, '"');
    }
    dgi_buf_put(q->b, bytes, size);
}

static void quote_puts(quoted *q, const char *text)
{
    quote_put(q, text, strlen(text));
}

static void quote_close(quoted *q)
{
    dgi_buf_putc(q->b, '"');
}

/* An ampersand begins an entity where a letter or # follows; only then is it escaped, so that other
 * labels are the same as in the lectures. */
static bool begins_entity(const char *after)
{
    return *after == '#' || (*after >= 'a' && *after <= 'z') || (*after >= 'A' && *after <= 'Z');
}

/* In a record Graphviz drops a space at the edge of a field, beside another space, and after any
 * byte that is negative as a char; and control bytes everywhere. Such a blank is written as an
 * entity. */
static bool space_matters(const char *text, const char *p)
{
    return p == text || (signed char)p[-1] <= ' ' || (unsigned char)p[1] <= ' ';
}

/* One text so that Graphviz shows exactly its characters: nothing in it can end the string, open a
 * field, begin an entity or expand. */
static void put_text(quoted *q, const char *text, context where)
{
    const char *end = text + strlen(text);
    for (const char *p = text; p < end;) {
        const char *start = p;
        uint32_t c = dgi_utf8_next(&p, end, NULL);
        if (c == '\r' || c == '\n') {
            if (c == '\r' && *p == '\n')
                p++;
            quote_puts(q, "\\n");
        } else if (c == '\t') {
            quote_puts(q, where == IN_RECORD ? "&#32;" : " ");
        } else if (c == '\\') {
            quote_puts(q, "\\\\");
        } else if (c == '"') {
            quote_puts(q, "\\\"");
        } else if (c == '&' && begins_entity(p)) {
            quote_puts(q, "&amp;");
        } else if (where == IN_RECORD && c < 0x80 && strchr("{}|<>", (int)c)) {
            char escaped[2] = {'\\', (char)c};
            quote_put(q, escaped, 2);
        } else if (where == IN_RECORD && c == ' ' && space_matters(text, start)) {
            quote_puts(q, "&#32;");
        } else if (!dgi_xml_char(c)) {
            quote_puts(q, "\xEF\xBF\xBD");
        } else {
            quote_put(q, start, (size_t)(p - start));
        }
    }
}

/* A value without data has a gradient only if that is known. */
static bool has_grad_field(const dg_trace *t, size_t node)
{
    return dg_trace_has_data(t, node) || dg_trace_has_grad(t, node);
}

/* The fields of a scalar. */
static void put_scalar(quoted *q, const dg_trace *t, size_t node)
{
    char text[DGI_FIELD_TEXT_SIZE];
    if (dg_trace_has_data(t, node)) {
        quote_puts(q, " | ");
        quote_put(q, text, dgi_data_text(text, t, node));
    }
    if (has_grad_field(t, node)) {
        quote_puts(q, " | ");
        quote_put(q, text, dgi_grad_text(text, t, node));
    }
}

/* What a picture's source is made of. */
typedef struct source {
    const dg_trace *trace;
    const dgi_folded *folded; /* what the trace is a fold of; NULL: nothing */
    dgi_trace_statistics statistics;
    dgi_box_texts texts; /* of one field */
    dgi_buf field;
} source;

static void put_numbers(quoted *q, source *s, dgi_role role, dgi_tensor_view numbers)
{
    dgi_box_texts_clear(&s->texts);
    static const dgi_number_format format = {.kind = DGI_NUMBERS_DOT};
    dgi_add_tensor_field(&s->texts, role, &numbers, &format, true);
    s->field.size = 0;
    if (!s->texts.chars.failed)
        dgi_put_field(&s->field, &s->texts, &s->texts.fields[0]);
    if (s->texts.chars.failed || s->field.failed)
        q->b->failed = true;
    else
        put_text(q, s->field.data, IN_RECORD);
}

static void put_tensor(quoted *q, source *s, size_t node)
{
    char shape[DGI_SHAPE_TEXT_SIZE];
    dgi_shape_text(shape, s->trace, node);
    quote_puts(q, " | shape ");
    put_text(q, shape, IN_RECORD);
    if (dg_trace_has_data(s->trace, node)) {
        quote_puts(q, " | ");
        put_numbers(q, s, DGI_ROLE_DATA, dgi_data_view(&s->statistics, node));
    }
    if (has_grad_field(s->trace, node)) {
        quote_puts(q, " | ");
        put_numbers(q, s, DGI_ROLE_GRAD, dgi_grad_view(&s->statistics, node));
    }
}

/* v3; in a fold v3 for node 3 of the whole, g5 for a group, g5_use2 for a stub. */
static void put_name(dgi_buf *b, const source *s, size_t node)
{
    char id[DGI_FOLDED_ID_SIZE];
    if (!s->folded) {
        dgi_buf_putc(b, 'v');
        dgi_buf_put_count(b, node);
        return;
    }
    dgi_folded_id(id, s->folded, node);
    char *dash = strchr(id, '-');
    if (dash)
        *dash = '_';
    dgi_buf_puts(b, id);
}

static bool is_group(const source *s, size_t node)
{
    return s->folded && dgi_folded_value(s->folded, node) == DG_NO_NODE;
}

static bool is_stub(const source *s, size_t node)
{
    return s->folded && s->folded->view.nodes[node].stub;
}

static void put_part(quoted *q, source *s, size_t node, dgi_group_part part, const char *before)
{
    static const dgi_number_format format = {.kind = DGI_NUMBERS_AUTO};
    s->field.size = 0;
    dgi_put_group_part(&s->field, s->folded, node, part, &format);
    if (s->field.failed)
        q->b->failed = true;
    else if (s->field.size > 0) {
        quote_puts(q, before);
        put_text(q, s->field.data, IN_RECORD);
    }
}

/* The fields of a folded group. */
static void put_group(quoted *q, source *s, size_t node)
{
    put_part(q, s, node, DGI_GROUP_NAME, "");
    put_part(q, s, node, DGI_GROUP_ROOT, " | ");
    put_part(q, s, node, DGI_GROUP_SIZE, " | ");
    put_part(q, s, node, DGI_GROUP_OPS, " | ");
    put_part(q, s, node, DGI_GROUP_SIDES, " | ");
    put_part(q, s, node, DGI_GROUP_GRAD, " | grad ");
    put_part(q, s, node, DGI_GROUP_NONFINITE, " | ");
}

static void put_stub(dgi_buf *b, source *s, size_t node)
{
    quoted q;
    dgi_buf_putc(b, '\t');
    put_name(b, s, node);
    dgi_buf_puts(b, " [label=");
    quote_open(&q, b);
    put_text(&q, dgi_shown_label(s->trace, node), IN_LABEL);
    quote_close(&q);
    dgi_buf_puts(b, " shape=box style=\"rounded,dashed\"]\n");
}

static void put_value(dgi_buf *b, source *s, size_t node)
{
    quoted q;
    dgi_buf_putc(b, '\t');
    put_name(b, s, node);
    dgi_buf_puts(b, " [label=");
    quote_open(&q, b);
    quote_puts(&q, "{ ");
    if (is_group(s, node)) {
        put_group(&q, s, node);
    } else {
        put_text(&q, dgi_shown_label(s->trace, node), IN_RECORD);
        if (dgi_node_is_tensor(s->trace, node))
            put_tensor(&q, s, node);
        else
            put_scalar(&q, s->trace, node);
    }
    quote_puts(&q, " }");
    quote_close(&q);
    dgi_buf_puts(b, " shape=record]\n");
}

/* The edge from the op to one of its results, and with the first result the op. */
static void put_op(dgi_buf *b, const source *s, size_t node)
{
    quoted q;
    size_t first = dg_trace_first_result(s->trace, node);
    if (first == node) {
        dgi_buf_putc(b, '\t');
        put_name(b, s, node);
        dgi_buf_puts(b, "_op [label=");
        quote_open(&q, b);
        put_text(&q, dg_trace_op(s->trace, node), IN_LABEL);
        quote_close(&q);
        dgi_buf_puts(b, "]\n");
    }
    dgi_buf_putc(b, '\t');
    put_name(b, s, first);
    dgi_buf_puts(b, "_op -> ");
    put_name(b, s, node);
    dgi_buf_putc(b, '\n');
}

static void put_edge(dgi_buf *b, const source *s, const dgi_edge *e)
{
    dgi_buf_putc(b, '\t');
    put_name(b, s, e->from);
    dgi_buf_puts(b, " -> ");
    put_name(b, s, e->to);
    dgi_buf_puts(b, is_group(s, e->to) ? "" : "_op");
    if (e->count > 1) {
        dgi_buf_printf(b, " [label=\"×%zu\"", e->count);
        int tenths = s->folded ? dgi_edge_width(e->count) : 0;
        if (tenths)
            dgi_buf_printf(b, " penwidth=%d.%d", tenths / 10, tenths % 10);
        dgi_buf_putc(b, ']');
    }
    dgi_buf_putc(b, '\n');
}

static void put_node(dgi_buf *b, source *s, size_t i)
{
    if (is_stub(s, i)) {
        put_stub(b, s, i);
        return;
    }
    put_value(b, s, i);
    if (*dg_trace_op(s->trace, i) && !is_group(s, i))
        put_op(b, s, i);
}

/* Numbers by what they are in, each list in order: of nodes by their frame, of frames by the frame
 * around them; the last list is of those in none. */
typedef struct lists {
    size_t *first, *next, n;
} lists;

static bool make_lists(lists *l, size_t n, const size_t *in, size_t count)
{
    *l = (lists){calloc(n + 1, sizeof *l->first), calloc(count + 1, sizeof *l->next), n};
    if (!l->first || !l->next)
        return false;
    for (size_t i = 0; i <= n; i++)
        l->first[i] = DG_NO_BOX;
    for (size_t i = count; i-- > 0;) {
        size_t *first = &l->first[in[i] == DG_NO_BOX ? n : in[i]];
        l->next[i] = *first;
        *first = i;
    }
    return true;
}

static void open_cluster(dgi_buf *b, const source *s, size_t frame)
{
    quoted q;
    dgi_buf_puts(b, "\tsubgraph cluster_g");
    dgi_buf_put_count(b, dg_fold_frame_group(s->folded->fold, frame));
    dgi_buf_puts(b, " {\n\tlabel=");
    quote_open(&q, b);
    put_text(&q, dg_fold_frame_name(s->folded->fold, frame), IN_LABEL);
    quote_close(&q);
    dgi_buf_puts(b, " labeljust=l style=rounded color=gray50\n");
}

static void put_nodes_of(dgi_buf *b, source *s, const lists *nodes, size_t frame)
{
    for (size_t i = nodes->first[frame]; i != DG_NO_BOX; i = nodes->next[i])
        put_node(b, s, i);
}

/* Frames as clusters, each with its nodes and the frames in it. */
static void put_frames(dgi_buf *b, source *s, const lists *nodes, const lists *frames)
{
    size_t at = frames->n; /* in none */
    put_nodes_of(b, s, nodes, at);
    size_t to = frames->first[at];
    for (;;) {
        while (to != DG_NO_BOX) { /* into it */
            at = to;
            open_cluster(b, s, at);
            put_nodes_of(b, s, nodes, at);
            to = frames->first[at];
        }
        if (at == frames->n)
            return;
        dgi_buf_puts(b, "\t}\n"); /* out of it */
        to = frames->next[at];
        at = dg_fold_frame_parent(s->folded->fold, at);
        at = at == DG_NO_BOX ? frames->n : at;
    }
}

static bool put_clusters(dgi_buf *b, source *s)
{
    size_t n = dg_fold_frame_count(s->folded->fold), n_nodes = dg_trace_node_count(s->trace);
    size_t *of_nodes = calloc(n_nodes + 1, sizeof *of_nodes);
    size_t *of_frames = calloc(n + 1, sizeof *of_frames);
    lists nodes = {0}, frames = {0};
    bool done = of_nodes && of_frames;
    if (done)
        dgi_folded_frames(s->folded, of_nodes);
    for (size_t i = 0; done && i < n; i++)
        of_frames[i] = dg_fold_frame_parent(s->folded->fold, i);
    done = done && make_lists(&nodes, n, of_nodes, n_nodes) && make_lists(&frames, n, of_frames, n);
    if (done)
        put_frames(b, s, &nodes, &frames);
    free(of_nodes);
    free(of_frames);
    free(nodes.first);
    free(nodes.next);
    free(frames.first);
    free(frames.next);
    return done;
}

static bool put_graph(dgi_buf *b, source *s, const dgi_edges *edges)
{
    dgi_buf_puts(b, "digraph {\n\tgraph [rankdir=LR]\n");
    if (s->folded) {
        if (!put_clusters(b, s))
            return false;
    } else {
        for (size_t i = 0; i < dg_trace_node_count(s->trace); i++)
            put_node(b, s, i);
    }
    for (size_t i = 0; i < edges->n; i++)
        put_edge(b, s, &edges->all[i]);
    dgi_buf_puts(b, "}\n");
    return true;
}

bool dgi_write_dot(dgi_buf *b, const dg_trace *t, const dgi_options *o)
{
    source s = {.trace = t, .folded = o->folded};
    dgi_edges edges;
    if (!dgi_edges_of(&edges, t, true))
        return false;
    if (s.folded)
        dgi_folded_count(s.folded, &edges);
    bool done = dgi_trace_statistics_of(&s.statistics, t);
    done = done && put_graph(b, &s, &edges);
    dgi_edges_free(&edges);
    dgi_trace_statistics_free(&s.statistics);
    dgi_box_texts_free(&s.texts);
    dgi_buf_free(&s.field);
    return done && !b->failed;
}
