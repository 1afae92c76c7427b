/* -Tdot: the documents' picture and no other, and labels that come out of Graphviz as they went in.
 */
#include <stdio.h>

#include "dot_read.h"
#include "check_main.h"
#include "draw_support.h"
#include "base/json_scan.h"

START_TEST(lecture_graph)
{
    check_drawn(lecture_trace(), DG_DOT,
                "digraph {\n"
                "\tgraph [rankdir=LR]\n"
                "\tv0 [label=\"{ L | data -8.0000 | grad 1.0000 }\" shape=record]\n"
                "\tv0_op [label=\"*\"]\n"
                "\tv0_op -> v0\n"
                "\tv1 [label=\"{ d | data 4.0000 | grad -2.0000 }\" shape=record]\n"
                "\tv1_op [label=\"+\"]\n"
                "\tv1_op -> v1\n"
                "\tv2 [label=\"{ e | data -6.0000 | grad -2.0000 }\" shape=record]\n"
                "\tv2_op [label=\"*\"]\n"
                "\tv2_op -> v2\n"
                "\tv3 [label=\"{ a | data 2.0000 | grad 6.0000 }\" shape=record]\n"
                "\tv4 [label=\"{ b | data -3.0000 | grad -4.0000 }\" shape=record]\n"
                "\tv5 [label=\"{ c | data 10.0000 | grad -2.0000 }\" shape=record]\n"
                "\tv6 [label=\"{ f | data -2.0000 | grad 4.0000 }\" shape=record]\n"
                "\tv1 -> v0_op\n"
                "\tv6 -> v0_op\n"
                "\tv2 -> v1_op\n"
                "\tv5 -> v1_op\n"
                "\tv3 -> v2_op\n"
                "\tv4 -> v2_op\n"
                "}\n");
}
END_TEST

START_TEST(used_twice)
{
    check_drawn(twice_trace(), DG_DOT,
                "digraph {\n"
                "\tgraph [rankdir=LR]\n"
                "\tv0 [label=\"{ b | data 6.0000 | grad 0.0000 }\" shape=record]\n"
                "\tv0_op [label=\"+\"]\n"
                "\tv0_op -> v0\n"
                "\tv1 [label=\"{ a | data 3.0000 | grad 0.0000 }\" shape=record]\n"
                "\tv1 -> v0_op [label=\"\xc3\x97"
                "2\"]\n"
                "}\n");
}
END_TEST

/* ---- Any label ----------------------------------------------------------------------------- */

typedef struct counted {
    int nodes, edges;
} counted;

/* What the picture of the trace must have. */
static counted count(const dg_trace *t)
{
    counted c = {0, 0};
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        size_t n = dg_trace_operand_count(t, i);
        c.nodes += 1 + (*dg_trace_op(t, i) != '\0');
        c.edges += *dg_trace_op(t, i) != '\0';
        for (size_t k = 0; k < n; k++) {
            size_t earlier = 0;
            while (dg_trace_operand(t, i, earlier) != dg_trace_operand(t, i, k))
                earlier++;
            c.edges += earlier == k;
        }
    }
    return c;
}

static char *expected_record(const dg_trace *t, size_t node)
{
    char *label = readable(dg_trace_label(t, node));
    char data[400], grad[400];
    python_field(data, "data", dg_trace_data(t, node));
    python_field(grad, "grad", dg_trace_grad(t, node));
    size_t room = strlen(label) + sizeof data + sizeof grad;
    char *all = malloc(room);
    ck_assert_ptr_nonnull(all);
    snprintf(all, room, "%s\x1f%s\x1f%s", label, data, grad);
    free(label);
    return all;
}

/* Spaces at the edges of lines, which no one sees in centred text, do not count here: what real
 * Graphviz does with them is looked at below. */
static void trim_lines(char *text)
{
    char *to = text;
    for (char *p = text; *p; p++) {
        bool edge = to == text || to[-1] == '\n' || to[-1] == '\x1f';
        if (*p == ' ' && edge)
            continue;
        if (*p == '\n' || *p == '\x1f') {
            while (to != text && to[-1] == ' ')
                to--;
            if (*p == '\n' && (to == text || to[-1] == '\n' || to[-1] == '\x1f'))
                continue;
            while (*p == '\x1f' && to != text && to[-1] == '\n')
                to--;
        }
        *to++ = *p;
    }
    while (to != text && (to[-1] == ' ' || to[-1] == '\n'))
        to--;
    *to = '\0';
}

/* Both texts are changed. */
static void check_lines(char *got, char *want, uint64_t seed, const char *name)
{
    trim_lines(got);
    trim_lines(want);
    ck_assert_msg(strcmp(got, want) == 0, "seed %llu, %s: '%.2000s' is drawn as '%.2000s'",
                  (unsigned long long)seed, name, want, got);
}

static void check_dot(const dg_trace *t, uint64_t seed)
{
    char *dot = draw(t, DG_DOT, NULL);
    counted c = count(t);
    Agraph_t *g = dot_reread(dot, c.nodes, c.edges);
    ck_assert_msg(g, "seed %llu:\n%.4000s", (unsigned long long)seed, dot);
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        char name[40];
        snprintf(name, sizeof name, "v%zu", i);
        Agnode_t *n = agnode(g, name, 0);
        ck_assert_msg(n, "seed %llu: no %s", (unsigned long long)seed, name);
        ck_assert_str_eq(agget(n, (char *)"shape"), "record");
        char *want = expected_record(t, i);
        char *got = dot_record_text(agget(n, (char *)"label"));
        ck_assert_msg(got, "seed %llu: Graphviz refuses %.4000s", (unsigned long long)seed,
                      agget(n, (char *)"label"));
        check_lines(got, want, seed, name);
        free(got);
        free(want);
        snprintf(name, sizeof name, "v%zu_op", i);
        n = agnode(g, name, 0);
        ck_assert_int_eq(n != NULL, *dg_trace_op(t, i) != '\0');
        if (!n)
            continue;
        const char *shape = agget(n, (char *)"shape");
        ck_assert(!shape || !*shape);
        want = readable(dg_trace_op(t, i));
        got = dot_plain_text(agget(n, (char *)"label"));
        for (char *p = got; *p; p++)
            if (*p == '\t')
                *p = ' ';
        check_lines(got, want, seed, name);
        free(got);
        free(want);
    }
    agclose(g);
    dg_free(dot);
}

START_TEST(any_label)
{
    for (uint64_t seed = 1; seed <= 400; seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 1 + rng_below(&r, 12), true);
        check_dot(t, seed);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(chosen_labels)
{
    static const char *const labels[] = {
        "",       " ",      "  ",         "\\",
        "\\\\",   "\\\\\\", "a\\",        "x\\\"]; evil [URL=\"javascript:alert(1)\"]",
        "a}b",    "{",      "}",          "|",
        "<",      "<p> x",  "\\N\\G\\L",  "\\n",
        "&amp;",  "&#60;",  "&amp",       "a\n",
        "\na",    "a\r\nb", "a\rb",       "a\tb",
        "\t",     " a ",    "a  b",       "\\ a",
        "a \\ b", "a\\\nb", "\"",         "\\\"",
        "/*",     "\n#x",   "\xc3\xa9 x", "\xe6\xbc\xa2  <x>",
        "\xff x",
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        dg_trace *t = small_trace(labels[i], "+", 1.0, 2.0);
        check_dot(t, i);
        dg_trace_free(t);
        char op[64];
        snprintf(op, sizeof op, "o%s", labels[i]);
        t = small_trace("x", op, 1.0, 2.0);
        check_dot(t, i);
        dg_trace_free(t);
    }
}
END_TEST

/* Graphviz's reader cannot take a string of more than 16,384 bytes in one piece. */
START_TEST(long_labels)
{
    static const char *const units[] = {"x",  "\\",    "{", "\"", "\xf0\x9f\x98\x80",
                                        "a ", "&amp;", "\n"};
    static const size_t sizes[] = {8191, 16383, 16384, 16385, 40000, 100000};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            char *label = malloc(sizes[k] + 8);
            ck_assert_ptr_nonnull(label);
            size_t n = 0;
            label[n++] = 'o';
            while (n < sizes[k]) {
                memcpy(label + n, units[i], strlen(units[i]));
                n += strlen(units[i]);
            }
            label[n] = '\0';
            dg_trace *t = small_trace(label, label, 1.0, 2.0);
            check_dot(t, i * 10 + k);
            dg_trace_free(t);
            free(label);
        }
}
END_TEST

/* ---- The same through Graphviz itself ------------------------------------------------------ */

/* What Graphviz wrote, and its object. */
typedef struct drawing {
    char *text;
    dgi_json_scanner scan;
    dgi_json_value root;
} drawing;

static dgi_json_value member(drawing *d, const dgi_json_value *object, const char *name)
{
    dgi_json_value value = {.kind = DGI_JSON_ABSENT};
    d->scan.p = object->begin;
    ck_assert(dgi_json_scan_object(&d->scan, &name, 1, &value));
    return value;
}

static char *string_member(drawing *d, const dgi_json_value *object, const char *name, char *text,
                           size_t room)
{
    size_t size = 0;
    dgi_json_value value = member(d, object, name);
    const char *own = value.kind == DGI_JSON_STRING ? dgi_json_text(&d->scan, &value, &size) : "";
    ck_assert_uint_lt(size, room);
    memcpy(text, own, size);
    text[size] = '\0';
    return text;
}

/* The next element of the array that `*at` is the beginning of, or a place in. */
static bool next_element(drawing *d, const char **at, dgi_json_value *element)
{
    bool more = true;
    *element = (dgi_json_value){.kind = DGI_JSON_ABSENT};
    d->scan.p = *at;
    if (!*at)
        return false;
    if (**at == '[') {
        d->scan.p++;
        more = dgi_json_scan_peek(&d->scan) != ']';
    } else {
        ck_assert(dgi_json_scan_more(&d->scan, ']', &more));
    }
    ck_assert(!more || dgi_json_scan_value(&d->scan, element));
    *at = d->scan.p;
    return more;
}

/* The texts that Graphviz draws in the operations of an object, joined like expected_record(). */
static void drawn(drawing *d, const dgi_json_value *object, char *text, size_t room)
{
    size_t at = 0;
    char kind[80], span[8192];
    dgi_json_value op;
    const char *next = member(d, object, "_ldraw_").begin;
    while (next_element(d, &next, &op))
        if (strcmp(string_member(d, &op, "op", kind, sizeof kind), "T") == 0 &&
            *string_member(d, &op, "text", span, sizeof span)) {
            int n = snprintf(text + at, room - at, "%s\n", span);
            ck_assert_uint_lt(at + (size_t)n, room);
            at += (size_t)n;
        }
    text[at ? at - 1 : 0] = '\0';
}

static drawing through_graphviz(const char *dot)
{
    const char *from = scratch_path("a.dot"), *to = scratch_path("a.json");
    spill(from, dot, strlen(dot));
    ck_assert_int_eq(shell("dot -Tjson '%s' >'%s' 2>'%s'", from, to, scratch_path("a.txt")), 0);
    size_t size;
    char *complaints = slurp(scratch_path("a.txt"), &size);
    ck_assert_msg(size == 0, "Graphviz says: %s", complaints);
    free(complaints);
    static dg_error error;
    drawing d = {.text = slurp(to, &size)};
    d.scan = (dgi_json_scanner){.text = d.text, .end = d.text + size, .p = d.text, .error = &error};
    ck_assert_msg(dgi_json_scan_value(&d.scan, &d.root), "%s", error.text);
    return d;
}

static void free_drawing(drawing *d)
{
    dgi_buf_free(&d->scan.decoded);
    free(d->text);
}

START_TEST(drawn_by_graphviz)
{
    if (!have("dot"))
        return;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        rng r = {seed * 977};
        dg_trace *t = random_trace(&r, 24, true);
        char *dot = draw(t, DG_DOT, NULL);
        drawing d = through_graphviz(dot);
        size_t seen = 0, edges = 0;
        dgi_json_value object;
        const char *next = member(&d, &d.root, "objects").begin;
        while (next_element(&d, &next, &object)) {
            static char got[8192];
            char name[80];
            string_member(&d, &object, "name", name, sizeof name);
            size_t node = (size_t)strtoul(name + 1, NULL, 10);
            bool op = strstr(name, "_op") != NULL;
            drawn(&d, &object, got, sizeof got);
            char *want = op ? readable(dg_trace_op(t, node)) : expected_record(t, node);
            for (char *p = want; *p; p++)
                if (*p == '\x1f')
                    *p = '\n';
            check_lines(got, want, seed, name);
            free(want);
            seen++;
        }
        counted c = count(t);
        ck_assert_uint_eq(seen, (size_t)c.nodes);
        next = member(&d, &d.root, "edges").begin;
        while (next_element(&d, &next, &object))
            edges++;
        ck_assert_uint_eq(edges, (size_t)c.edges);
        free_drawing(&d);
        dg_free(dot);
        dg_trace_free(t);
    }
    remove_scratch();
}
END_TEST

static void trim_ends(char *text)
{
    char *to = text;
    for (char *p = text;; p++) {
        if (*p == '\n' || !*p)
            while (to != text && to[-1] == ' ')
                to--;
        *to++ = *p;
        if (!*p)
            return;
    }
}

/* Blanks that one sees: inside a line, where Graphviz would join them, and before it. */
START_TEST(blanks_by_graphviz)
{
    if (!have("dot"))
        return;
    static const char *const labels[] = {"a  b",   "a     b", "a\t\tb",     "  a  b",
                                         "a  b  ", "a \\ b",  "\xc3\xa9 b", "\xe6\xbc\xa2  <x"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        dg_trace *t = small_trace(labels[i], NULL, 1.0, 2.0);
        char *dot = draw(t, DG_DOT, NULL), got[200], want[200];
        drawing d = through_graphviz(dot);
        dgi_json_value object;
        const char *next = member(&d, &d.root, "objects").begin;
        ck_assert(next_element(&d, &next, &object));
        drawn(&d, &object, got, sizeof got);
        char *label = readable(labels[i]);
        snprintf(want, sizeof want, "%s\ndata 1.0000\ngrad 2.0000", label);
        trim_ends(got);
        trim_ends(want);
        ck_assert_str_eq(got, want);
        free(label);
        free_drawing(&d);
        dg_free(dot);
        dg_trace_free(t);
    }
    remove_scratch();
}
END_TEST

/* ---- The documents' own draw_dot ----------------------------------------------------------- */

typedef struct lines {
    char *all[1024];
    size_t n;
} lines;

static void add_line(lines *l, const char *a, const char *b)
{
    ck_assert_uint_lt(l->n, 1024);
    size_t room = strlen(a) + strlen(b) + 8;
    char *line = l->all[l->n++] = malloc(room);
    ck_assert_ptr_nonnull(line);
    snprintf(line, room, *b ? "%s => %s" : "%s", a, b);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct seen {
    const dg_value *all[256];
    size_t n;
} seen;

static void value_text(const dg_value *v, char text[512])
{
    snprintf(text, 512, "{ %s | data %.4f | grad %.4f }", dg_label(v), dg_data(v), dg_grad(v));
}

/* draw_dot(): trace()'s sets of nodes and of pairs, then a node or two for each value. The texts
 * carry no identity, so the multisets of nodes and edges are what is compared. */
static void build(const dg_value *v, seen *s, lines *l)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->all[i] == v)
            return;
    s->all[s->n++] = v;
    char mine[512], other[512], op[DG_OP_TEXT_MAX];
    value_text(v, mine);
    add_line(l, mine, "");
    dg_op_text(v, op);
    if (*op) {
        add_line(l, op, "");
        add_line(l, op, mine);
    }
    for (int i = 0; i < dg_operand_count(v); i++) {
        const dg_value *parent = dg_operand(v, i);
        if (i == 0 || parent != dg_operand(v, 0)) {
            value_text(parent, other);
            add_line(l, other, op);
        }
        build(parent, s, l);
    }
}

static void of_source(Agraph_t *g, lines *l)
{
    for (Agnode_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        add_line(l, agget(n, (char *)"label"), "");
        for (Agedge_t *e = agfstout(g, n); e; e = agnxtout(g, e))
            add_line(l, agget(n, (char *)"label"), agget(aghead(e), (char *)"label"));
    }
}

START_TEST(as_the_documents_draw)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        rng r = {seed};
        dg_graph *g = dg_graph_new();
        dg_value *root = random_value(&r, g, rng_below(&r, 40));
        if (rng_below(&r, 4))
            dg_backward(root);
        lines want = {{NULL}, 0}, got = {{NULL}, 0};
        seen s = {{NULL}, 0};
        build(root, &s, &want);
        dg_trace *t = dg_trace_from_value(root);
        char *dot = draw(t, DG_DOT, NULL);
        Agraph_t *source = agmemread(dot);
        ck_assert_ptr_nonnull(source);
        of_source(source, &got);
        qsort(want.all, want.n, sizeof *want.all, by_text);
        qsort(got.all, got.n, sizeof *got.all, by_text);
        ck_assert_msg(got.n == want.n, "seed %llu: %zu lines, not %zu", (unsigned long long)seed,
                      got.n, want.n);
        for (size_t i = 0; i < want.n; i++) {
            ck_assert_msg(strcmp(got.all[i], want.all[i]) == 0, "seed %llu: '%s', not '%s'",
                          (unsigned long long)seed, got.all[i], want.all[i]);
            free(got.all[i]);
            free(want.all[i]);
        }
        agclose(source);
        dg_free(dot);
        dg_trace_free(t);
        dg_graph_free(g);
    }
}
END_TEST

/* ---- Numbers ------------------------------------------------------------------------------- */

START_TEST(numbers)
{
    static const struct {
        double x;
        const char *text;
    } cases[] = {
        {0.0, "0.0000"},
        {-0.0, "-0.0000"},
        {1.0, "1.0000"},
        {-8.0, "-8.0000"},
        {0.00005, "0.0001"},
        {-0.00005, "-0.0001"},
        {0.00015, "0.0001"},
        {0.00025, "0.0003"},
        {0.03125, "0.0312"},
        {0.09375, "0.0938"},
        {2.00005, "2.0000"},
        {1e-300, "0.0000"},
        {-1e-300, "-0.0000"},
        {0.99995, "1.0000"},
        {0.99996, "1.0000"},
        {1e15, "1000000000000000.0000"},
        {1e16, "10000000000000000.0000"},
        {123456789012345680.0, "123456789012345680.0000"},
        {1e22, "10000000000000000000000.0000"},
        {1e23, "99999999999999991611392.0000"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
        {-NAN, "nan"},
        {5e-324, "0.0000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_trace *t = small_trace("x", NULL, cases[i].x, cases[i].x);
        char *dot = draw(t, DG_DOT, NULL), want[200];
        snprintf(want, sizeof want, "label=\"{ x | data %s | grad %s }\"", cases[i].text,
                 cases[i].text);
        ck_assert_msg(strstr(dot, want), "%s is not in %s", want, dot);
        dg_free(dot);
        dg_trace_free(t);
    }
    dg_trace *t = small_trace("x", NULL, 1e300, -1.7976931348623157e308);
    char *dot = draw(t, DG_DOT, NULL), want[800];
    snprintf(want, sizeof want, "data %.4f | grad %.4f }", 1e300, -1.7976931348623157e308);
    ck_assert_ptr_nonnull(strstr(dot, want));
    dg_free(dot);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lecture_graph, used_twice,        any_label,          chosen_labels,
        long_labels,   drawn_by_graphviz, blanks_by_graphviz, as_the_documents_draw,
        numbers};
    return run_suite("draw_dot", tests, sizeof tests / sizeof *tests);
}
