/* Any bytes as a label and as the op text of another library's trace: what is drawn is a text and
 * never markup. */
#include <dotgrad/dotgrad.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dot_read.h"
#include "../xml_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int good, const char *what, const char *text)
{
    if (good)
        return;
    fprintf(stderr, "%s\n%s\n", what, text ? text : "");
    abort();
}

static char *render(const dg_trace *t, dg_format format)
{
    dg_error error = {0};
    size_t size = 0;
    char *made = dg_render(t, &size, &(dg_draw_options){.format = format, .error = &error});
    require(made != NULL, dg_format_name(format), error.text);
    require(strlen(made) == size, "a terminator inside", made);
    return made;
}

/* A value that an op made of three others, one of them twice; two carry the text. */
static dg_trace *trace_of(const char *label, const char *op)
{
    dg_trace *t = dg_trace_new();
    require(t != NULL, "no memory", NULL);
    dg_trace_add_node(t, label, op, -8.0);
    dg_trace_add_node(t, "a", NULL, 2.0);
    dg_trace_add_node(t, label, "+", 1e300);
    dg_trace_add_node(t, label, NULL, 0.0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 0);
    dg_trace_add_edge(t, 3, 2);
    dg_trace_set_grad(t, 0, 1.0);
    require(dg_trace_node_count(t) == 4 && dg_trace_check(t, NULL) == DG_OK, "no trace", label);
    return t;
}

static void check_dot(const dg_trace *t)
{
    char *dot = render(t, DG_DOT);
    Agraph_t *g = dot_reread(dot, 6, 5);
    require(g != NULL, "the source is read back as something else", dot);
    for (Agnode_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        if (strstr(agnameof(n), "_op"))
            continue;
        char *text = dot_record_text(agget(n, (char *)"label"));
        require(text != NULL, "Graphviz refuses a label", dot);
        size_t fields = 1;
        for (const char *p = text; *p; p++)
            fields += *p == '\x1f';
        require(fields == 3, "not three fields", dot);
        free(text);
    }
    agclose(g);
    dg_free(dot);
}

static int of_label(const xml_element *e)
{
    return strcmp(e->name, "tspan") == 0 || xml_has_class(e, "dg-label") ||
           xml_has_class(e, "dg-bar");
}

/* What an element is; a long op text has a pill instead of an ellipse. */
static const char *kind_of(const xml_element *e)
{
    return strcmp(e->name, "ellipse") == 0 ? "rect" : e->name;
}

/* Whether two pictures have the same elements with the same ids. Every picture of this graph has
 * those of a plain label, whatever its texts are, but for the text of a label and its lines. */
static int like(const xml_element *a, const xml_element *b)
{
    for (; a && b; a = xml_following(a), b = xml_following(b)) {
        while (a && of_label(a))
            a = xml_following(a);
        while (b && of_label(b))
            b = xml_following(b);
        if (!a || !b)
            break;
        const char *left = xml_get(a, "id"), *right = xml_get(b, "id");
        if (strcmp(kind_of(a), kind_of(b)) != 0 || !left != !right ||
            (left && strcmp(left, right) != 0))
            return 0;
    }
    return !a && !b;
}

static void known_attributes(const xml_element *e, const char *svg)
{
    static const char *const known[] = {"xmlns",
                                        "id",
                                        "class",
                                        "role",
                                        "aria-describedby",
                                        "aria-labelledby",
                                        "width",
                                        "height",
                                        "viewBox",
                                        "font-family",
                                        "font-size",
                                        "font-style",
                                        "font-weight",
                                        "text-anchor",
                                        "fill",
                                        "stroke",
                                        "stroke-width",
                                        "d",
                                        "cx",
                                        "cy",
                                        "rx",
                                        "ry",
                                        "x",
                                        "y",
                                        "x1",
                                        "y1",
                                        "x2",
                                        "y2",
                                        "textLength",
                                        "lengthAdjust",
                                        "xml:space",
                                        "dominant-baseline",
                                        NULL};
    for (; e; e = xml_following(e))
        for (size_t i = 0; i < e->n_attributes; i++) {
            const char *const *k = known;
            while (*k && strcmp(*k, e->attributes[i].name) != 0)
                k++;
            require(*k != NULL, e->attributes[i].name, svg);
            const char *value = e->attributes[i].value;
            require(!strchr(value, '\n') && !strstr(value, "url("), "an odd attribute", svg);
        }
}

static void check_svg(const dg_trace *t, const xml_element *plain)
{
    char *svg = render(t, DG_SVG), why[XML_ERROR_ROOM];
    xml_element *root = xml_parse(svg, strlen(svg), why);
    require(root != NULL, why, svg);
    known_attributes(root, svg);
    require(like(root, plain), "other elements than those of a plain label", svg);
    xml_free(root);
    dg_free(svg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static xml_element *plain;
    if (size > 40000)
        return -1;
    if (!plain) {
        dg_trace *t = trace_of("x", "ox");
        char *svg = render(t, DG_SVG), why[XML_ERROR_ROOM];
        plain = xml_parse(svg, strlen(svg), why);
        require(plain != NULL, why, svg);
        dg_free(svg);
        dg_trace_free(t);
    }
    char *op = malloc(size + 2);
    require(op != NULL, "no memory", NULL);
    op[0] = 'o';
    if (size)
        memcpy(op + 1, data, size);
    op[size + 1] = '\0';
    dg_trace *t = trace_of(op + 1, op);
    check_dot(t);
    check_svg(t, plain);
    dg_free(render(t, DG_TABLE));
    dg_trace_free(t);
    free(op);
    return 0;
}
