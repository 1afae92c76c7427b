/* Drawings of values with a shape: what the fields, the tooltips, the table and -Tdot say, against
 * a plain reading of the numbers in long double. */
#include <stdio.h>

#include "dot_read.h"
#include "check_main.h"
#include "draw_support.h"

enum { ROOM = 4096 };

/* ---- What is expected --------------------------------------------------------------------- */

typedef struct numbers {
    int ndim;
    const size_t *shape;
    const double *all; /* NULL: never computed */
    size_t n;
} numbers;

static numbers data_of(const dg_trace *t, size_t i)
{
    return (numbers){dg_trace_ndim(t, i), dg_trace_shape(t, i), dg_trace_data_array(t, i),
                     dg_trace_size(t, i)};
}

static numbers grad_of(const dg_trace *t, size_t i)
{
    numbers x = data_of(t, i);
    x.all = dg_trace_grad_array(t, i);
    return x;
}

static char *put_dot_number(char *to, double x)
{
    if (!isfinite(x))
        return to + sprintf(to, "%s", isnan(x) ? "nan" : x < 0 ? "-inf" : "inf");
    if (fabs(x) >= 1e16)
        return to + sprintf(to, "%.4e", x);
    if (x != 0 && fabs(x) < 1e-3) {
        char fixed[40];
        snprintf(fixed, sizeof fixed, "%.4f", x);
        if (strtod(fixed, NULL) == 0.0)
            return to + sprintf(to, "%.2e", x);
    }
    return to + sprintf(to, "%.4f", x);
}

/* Whether numbers are those of -Tdot, or of a picture. */
typedef enum how { DOT, PICTURE } how;

static char *put_number(char *to, double x, how h)
{
    return h == DOT ? put_dot_number(to, x) : to + auto_number(to, x);
}

/* Nested lists, by recursion: a line for each innermost list, two for one of more than four. */
static char *put_list(char *to, const double **x, int ndim, const size_t *shape, how h)
{
    if (ndim == 0)
        return put_number(to, *(*x)++, h);
    *to++ = '[';
    for (size_t i = 0; i < *shape; i++) {
        if (i) {
            bool new_line = ndim > 1 || (*shape > 4 && i == (*shape + 1) / 2);
            *to++ = ',';
            if (new_line)
                *to++ = '\n';
        }
        to = put_list(to, x, ndim - 1, shape + 1, h);
    }
    *to++ = ']';
    return to;
}

typedef struct summary {
    long double min, max, mean, norm;
    size_t lost;
} summary;

static summary summary_of(numbers x)
{
    summary s = {INFINITY, -INFINITY, 0, 0, 0};
    for (size_t i = 0; i < x.n; i++) {
        if (!isfinite(x.all[i])) {
            s.lost++;
            continue;
        }
        long double y = x.all[i];
        s.min = y < s.min ? y : s.min;
        s.max = y > s.max ? y : s.max;
        s.mean += y;
        s.norm += y * y;
    }
    s.mean /= (long double)(x.n - s.lost);
    s.norm = sqrtl(s.norm);
    return s;
}

/* A field without its blanks. */
static void expect_field(char *to, const char *word, numbers x, how h)
{
    to += sprintf(to, "%s", word);
    if (!x.all) {
        strcpy(to, h == DOT ? "None" : "\xe2\x80\x93");
        return;
    }
    if (x.n == 0) {
        strcpy(to, "[]");
        return;
    }
    if (x.n <= 8) {
        *put_list(to, &x.all, x.ndim, x.shape, h) = '\0';
        return;
    }
    summary s = summary_of(x);
    if (s.lost)
        to += sprintf(to, "%zunotfinite", s.lost);
    if (s.lost == x.n)
        return;
    if (s.lost)
        to += sprintf(to, "\noftheothers:\n");
    to = put_number(to + sprintf(to, "min"), (double)s.min, h);
    to = put_number(to + sprintf(to, "\nmax"), (double)s.max, h);
    to = put_number(to + sprintf(to, "\nmean"), (double)s.mean, h);
    *put_number(to + sprintf(to, "\nnorm"), (double)s.norm, h) = '\0';
}

static void shape_text(char *to, numbers x)
{
    *to++ = '(';
    for (int i = 0; i < x.ndim; i++)
        to += sprintf(to, "%s%zu", i ? ", " : "", x.shape[i]);
    strcpy(to, x.ndim == 1 ? ",)" : ")");
}

static void without_blanks(char *text)
{
    char *to = text;
    for (char *p = text; *p; p++)
        if (*p != ' ')
            *to++ = *p;
    *to = '\0';
}

/* ---- What is found ------------------------------------------------------------------------- */

static xml_element *value(xml_element *root, size_t i)
{
    char id[40];
    snprintf(id, sizeof id, "dotgrad-v%zu", i);
    xml_element *g = xml_by_id(root, id);
    ck_assert_ptr_nonnull(g);
    return g;
}

/* The pieces of a field, a line for each y; the first is the word, which stands beside all lines.
 */
static void read_field(char text[ROOM], xml_element *g, const char *class_name)
{
    const xml_element *field = xml_by_class(g, class_name);
    ck_assert_ptr_nonnull(field);
    ck_assert_str_eq(field->name, "text");
    const xml_element *word = field->first;
    ck_assert_ptr_nonnull(word);
    char *to = text + sprintf(text, "%s", word->text);
    const char *y = NULL;
    for (const xml_element *e = word->next; e; e = e->next) {
        ck_assert_str_eq(e->name, "tspan");
        ck_assert_ptr_nonnull(e->text);
        if (y && strcmp(y, xml_get(e, "y")) != 0)
            *to++ = '\n';
        y = xml_get(e, "y");
        to += sprintf(to, "%s", e->text);
        ck_assert(to < text + ROOM - 400);
    }
    without_blanks(text);
}

/* Red is what is not finite, and nothing else. */
static void check_red(const xml_element *field)
{
    for (const xml_element *e = field->first; e; e = e->next) {
        bool lost = strstr(e->text, "nan") || strstr(e->text, "inf");
        if (strstr(e->text, "not finite"))
            lost = true;
        if (strchr(e->text, ']') || strchr(e->text, ','))
            ck_assert(!lost);
        ck_assert_msg(xml_has_class(e, "dg-alert") == lost, "'%s'", e->text);
        ck_assert((xml_get(e, "fill") != NULL) == lost);
    }
}

static size_t lost_in(numbers x)
{
    size_t lost = 0;
    for (size_t i = 0; x.all && i < x.n; i++)
        lost += isfinite(x.all[i]) ? 0 : 1;
    return lost;
}

static bool about(double got, long double want, long double scale)
{
    if (!isfinite((double)want))
        return got == (double)want;
    return fabsl(got - want) <= 2e-16L * fabsl(want) + 1e-18L * scale + 5e-324L;
}

/* The part of a tooltip that follows a word at the beginning of a line: its numbers and summary. */
static void check_told(const char *title, const char *word, numbers x, uint64_t seed)
{
    const char *p = strstr(title, word);
    ck_assert_msg(p && p[-1] == '\n', "seed %llu: no '%s' in %s", (unsigned long long)seed, word,
                  title);
    p += strlen(word);
    if (!x.all) {
        ck_assert_int_eq(strncmp(p, "not computed", 12), 0);
        return;
    }
    size_t brackets = 0;
    for (size_t i = 0; i < x.n && x.n <= 64; i++) {
        size_t opening = strspn(p, "[], \n");
        for (size_t k = 0; k < opening; k++)
            brackets += p[k] == '[';
        char *end;
        double got = strtod(p + opening, &end);
        ck_assert_msg(same_number(got, x.all[i]) || (isnan(got) && isnan(x.all[i])),
                      "seed %llu: number %zu of %s", (unsigned long long)seed, i, title);
        p = end;
    }
    if (x.n <= 64) {
        size_t lists = 1;
        for (int d = 0; d + 1 < x.ndim; d++) {
            size_t outer = 1;
            for (int k = 0; k <= d; k++)
                outer *= x.shape[k];
            lists += outer;
        }
        ck_assert_msg(x.n == 0 || brackets == lists, "%s", title);
        p += strspn(p, "[]");
        ck_assert(*p == '\n' || !*p);
        p += *p == '\n';
    }
    if (x.n < 2)
        return;
    summary s = summary_of(x);
    int taken = 0;
    if (s.lost) {
        size_t lost = 0;
        ck_assert_int_eq(sscanf(p, "%zu not finite%n", &lost, &taken), 1);
        ck_assert_uint_eq(lost, s.lost);
        p += taken;
        if (s.lost == x.n)
            return;
        ck_assert_int_eq(strncmp(p, "; of the others ", 16), 0);
        p += 16;
    }
    double min, max, mean, norm;
    ck_assert_msg(sscanf(p, "min %lf, max %lf, mean %lf, norm %lf", &min, &max, &mean, &norm) == 4,
                  "seed %llu: %s", (unsigned long long)seed, p);
    long double scale = fmaxl(fabsl(s.min), fabsl(s.max));
    ck_assert(min == (double)s.min && max == (double)s.max);
    ck_assert_msg(about(mean, s.mean, scale) && about(norm, s.norm, 0),
                  "seed %llu: mean %.17Lg, norm %.17Lg: %s", (unsigned long long)seed, s.mean,
                  s.norm, title);
}

static void check_svg(const dg_trace *t, const char *svg, uint64_t seed)
{
    char got[ROOM], want[ROOM];
    xml_element *root = parse_svg(svg, seed);
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        xml_element *g = value(root, i);
        numbers data = data_of(t, i), grad = grad_of(t, i);
        bool tensor = data.ndim > 0;
        ck_assert_int_eq(xml_has_class(g, "dg-tensor"), tensor);
        ck_assert_int_eq(xml_has_class(g, "dg-unset"), !grad.all);
        ck_assert_int_eq(xml_has_class(g, "dg-nonfinite"), lost_in(data) + lost_in(grad) > 0);
        if (!tensor) {
            ck_assert_ptr_null(xml_by_class(g, "dg-shape"));
            continue;
        }
        shape_text(want, data);
        ck_assert_str_eq(xml_by_class(g, "dg-shape")->text, want);
        const char *title = xml_child(g, "title")->text;
        char line[ROOM + 10];
        snprintf(line, sizeof line, "\nshape %s\n", want);
        ck_assert_ptr_nonnull(strstr(title, line));
        check_told(title, "data ", data, seed);
        check_told(title, "grad ", grad, seed);
        expect_field(want, "data", data, PICTURE);
        read_field(got, g, "dg-data");
        ck_assert_msg(strcmp(got, want) == 0, "seed %llu:\n%s\nnot\n%s", (unsigned long long)seed,
                      got, want);
        expect_field(want, "grad", grad, PICTURE);
        read_field(got, g, "dg-grad");
        ck_assert_msg(strcmp(got, want) == 0, "seed %llu:\n%s\nnot\n%s", (unsigned long long)seed,
                      got, want);
        check_red(xml_by_class(g, "dg-data"));
        check_red(xml_by_class(g, "dg-grad"));
    }
    xml_free(root);
}

static void draw_often(dg_layout layout)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        rng r = {seed * 7};
        dg_trace *t = tensor_trace(&r, 1 + rng_below(&r, 25));
        char *svg = dg_render(t, NULL, &(dg_draw_options){.layout = layout});
        ck_assert_ptr_nonnull(svg);
        check_svg(t, svg, seed);
        dg_free(svg);
        dg_trace_free(t);
    }
}

START_TEST(pictures_by_dot)
{
    draw_often(DG_LAYOUT_DOT);
}
END_TEST

START_TEST(pictures_by_flow)
{
    draw_often(DG_LAYOUT_FLOW);
}
END_TEST

START_TEST(dot)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        rng r = {seed * 11};
        size_t n = 1 + rng_below(&r, 25), ops = 0;
        dg_trace *t = tensor_trace(&r, n);
        for (size_t i = 0; i < n; i++)
            ops += *dg_trace_op(t, i) != '\0';
        char *source = draw(t, DG_DOT, NULL);
        Agraph_t *g = dot_reread(source, (int)(n + ops), (int)(n - 1 + ops));
        ck_assert_msg(g, "seed %llu:\n%.4000s", (unsigned long long)seed, source);
        for (size_t i = 0; i < n; i++) {
            if (dg_trace_ndim(t, i) == 0)
                continue;
            char name[40], want[3 * ROOM];
            snprintf(name, sizeof name, "v%zu", i);
            char *label = readable(dg_trace_label(t, i));
            char *to = want + sprintf(want, "%s\x1fshape", label);
            free(label);
            shape_text(to, data_of(t, i));
            strcat(to, "\x1f");
            expect_field(to + strlen(to), "data", data_of(t, i), DOT);
            strcat(to, "\x1f");
            expect_field(to + strlen(to), "grad", grad_of(t, i), DOT);
            without_blanks(want);
            char *got = dot_record_text(agget(agnode(g, name, 0), (char *)"label"));
            ck_assert_msg(got, "seed %llu: Graphviz refuses v%zu", (unsigned long long)seed, i);
            without_blanks(got);
            ck_assert_msg(strcmp(got, want) == 0, "seed %llu:\n%s\nnot\n%s",
                          (unsigned long long)seed, got, want);
            free(got);
        }
        agclose(g);
        dg_free(source);
        dg_trace_free(t);
    }
}
END_TEST

/* ---- Known texts --------------------------------------------------------------------------- */

static const size_t two[] = {2}, two_by_two[] = {2, 2}, three_by_four[] = {3, 4};

/* h = x @ w, r = sum(h), and a scalar among them. */
static dg_trace *known_trace(void)
{
    static const double w[] = {0.1, 0.3, 0.2, -0.1}, gw[] = {0.5, 0.25, 0, -2e-7};
    dg_trace *t = dg_trace_new();
    ck_assert_uint_eq(dg_trace_add_tensor(t, "r", "sum", 0, NULL, (double[]){0.2}), 0);
    dg_trace_add_tensor(t, "h", "@", 1, two, (double[]){0.2, -0.1});
    dg_trace_add_tensor(t, "x", NULL, 1, two, (double[]){0, 1});
    dg_trace_add_tensor(t, "w", NULL, 2, two_by_two, w);
    dg_trace_set_grad(t, 0, 1.0);
    dg_trace_set_grad(t, 1, 1.0);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 3, gw, 4), DG_OK);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 1);
    dg_trace_add_edge(t, 3, 1);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    return t;
}

START_TEST(known)
{
    dg_trace *t = known_trace();
    char *text = draw(t, DG_DOT, NULL);
    ck_assert_str_eq(text, "digraph {\n"
                           "\tgraph [rankdir=LR]\n"
                           "\tv0 [label=\"{ r | data 0.2000 | grad 1.0000 }\" shape=record]\n"
                           "\tv0_op [label=\"sum\"]\n"
                           "\tv0_op -> v0\n"
                           "\tv1 [label=\"{ h | shape (2,) | data [0.2000, -0.1000] | "
                           "grad [1.0000, 1.0000] }\" shape=record]\n"
                           "\tv1_op [label=\"@\"]\n"
                           "\tv1_op -> v1\n"
                           "\tv2 [label=\"{ x | shape (2,) | data [0.0000, 1.0000] | grad None }\" "
                           "shape=record]\n"
                           "\tv3 [label=\"{ w | shape (2, 2) | data [[0.1000, 0.3000],\\n"
                           "[0.2000, -0.1000]] | grad [[0.5000, 0.2500],\\n"
                           "[0.0000, -2.00e-07]] }\" shape=record]\n"
                           "\tv1 -> v0_op\n"
                           "\tv2 -> v1_op\n"
                           "\tv3 -> v1_op\n"
                           "}\n");
    dg_free(text);
    text = draw(t, DG_TABLE, NULL);
    ck_assert_str_eq(text, "name  op   shape                                    data"
                           "                                     grad\n"
                           "r     sum                                         0.2000"
                           "                                   1.0000\n"
                           "h     @    (2,)                        [0.2000, -0.1000]"
                           "                         [1.0000, 1.0000]\n"
                           "x          (2,)                         [0.0000, 1.0000]"
                           "                                        -\n"
                           "w          (2, 2)  [[0.1000, 0.3000], [0.2000, -0.1000]]"
                           "  [[0.5000, 0.2500], [0.0000, -2.00e-07]]\n");
    dg_free(text);
    text = draw(t, DG_SVG, NULL);
    xml_element *root = parse_svg(text, 0);
    ck_assert_str_eq(xml_child(value(root, 0), "title")->text, "r = sum(h)\ndata 0.2\ngrad 1");
    ck_assert_str_eq(xml_child(value(root, 1), "title")->text,
                     "h = x @ w\nshape (2,)\n"
                     "data [0.2, -0.1]\nmin -0.1, max 0.2, mean 0.05, norm 0.223606797749979\n"
                     "grad [1, 1]\nmin 1, max 1, mean 1, norm 1.4142135623730951");
    ck_assert_str_eq(xml_child(root, "desc")->text,
                     "4 values, 2 of them leaves. r = sum(h), data 0.2, gradient 1; "
                     "h = x @ w, shape (2,), data [0.2, -0.1], gradient [1, 1]; "
                     "x, shape (2,), data [0, 1]; w, shape (2, 2), data [[0.1, 0.3], [0.2, -0.1]], "
                     "gradient [[0.5, 0.25], [0, -2e-07]].");
    const xml_element *unset = xml_by_class(value(root, 2), "dg-grad");
    ck_assert_ptr_nonnull(xml_get(unset, "fill"));
    ck_assert_ptr_null(xml_get(xml_by_class(value(root, 2), "dg-data"), "fill"));
    xml_free(root);
    dg_free(text);
    dg_trace_free(t);
}
END_TEST

/* The documents' two layers on their first example, from the engine. */
START_TEST(of_values)
{
    static const size_t one[] = {1}, two_by_one[] = {2, 1};
    dg_graph *graph = dg_graph_new();
    dg_value *x = dg_set_requires_grad(dg_tensor(graph, 1, two, (double[]){0, 0}, "x"), 0);
    dg_value *w1 = dg_tensor(graph, 2, two_by_two, (double[]){0.1, 0.3, 0.2, 0.1}, "w1");
    dg_value *b1 = dg_tensor(graph, 1, two, (double[]){0.2, -0.2}, "b1");
    dg_value *w2 = dg_tensor(graph, 2, two_by_one, (double[]){0.1, -0.4}, "w2");
    dg_value *b2 = dg_tensor(graph, 1, one, (double[]){0}, "b2");
    dg_value *h = dg_set_label(dg_relu(dg_add(dg_matmul(x, w1), b1)), "h");
    dg_value *o = dg_set_label(dg_sigmoid(dg_add(dg_matmul(h, w2), b2)), "o");
    dg_value *loss = dg_set_label(dg_sum(dg_pow(o, 2.0)), "loss"); /* the target is 0 */
    ck_assert_int_eq(dg_backward(loss), DG_OK);
    dg_trace *t = dg_trace_from_value(loss);
    char *svg = draw(t, DG_SVG, NULL), got[ROOM];
    check_svg(t, svg, 0);
    xml_element *root = parse_svg(svg, 0);
    static const struct {
        const char *label, *data, *grad;
    } said[] = {
        {"x", "data[0.0000,0.0000]", "grad\xe2\x80\x93"},
        {"w1", "data[[0.1000,0.3000],\n[0.2000,0.1000]]",
         "grad[[0.0000,0.0000],\n[0.0000,0.0000]]"},
        {"b1", "data[0.2000,-0.2000]", "grad[0.0252,0.0000]"},
        {"w2", "data[[0.1000],\n[-0.4000]]", "grad[[0.0505],\n[0.0000]]"},
        {"b2", "data[0.0000]", "grad[0.2525]"},
        {"h", "data[0.2000,0.0000]", "grad[0.0252,-0.1010]"},
        {"o", "data[0.5050]", "grad[1.0100]"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        xml_element *g = value(root, dg_trace_find(t, said[i].label));
        read_field(got, g, "dg-data");
        ck_assert_str_eq(got, said[i].data);
        read_field(got, g, "dg-grad");
        ck_assert_str_eq(got, said[i].grad);
    }
    ck_assert_str_eq(xml_by_class(value(root, 0), "dg-data")->text, "data 0.2550");
    xml_free(root);
    dg_free(svg);
    dg_trace_free(t);
    dg_graph_free(graph);
}
END_TEST

START_TEST(scope_told)
{
    dg_trace *t = known_trace();
    ck_assert_int_eq(dg_trace_set_scope(t, 3, "layer 0"), DG_OK);
    char *svg = draw(t, DG_SVG, NULL);
    xml_element *root = parse_svg(svg, 0);
    static const char told[] =
        "w\nin layer 0\nshape (2, 2)\ndata [[0.1, 0.3],\n [0.2, -0.1]]\nmin ";
    ck_assert_int_eq(strncmp(xml_child(value(root, 3), "title")->text, told, strlen(told)), 0);
    xml_free(root);
    dg_free(svg);
    dg_trace_free(t);
}
END_TEST

/* ---- Summaries ------------------------------------------------------------------------------ */

/* What vanishes or explodes can be told from zero, and what is not finite is counted. */
START_TEST(seen)
{
    static const struct {
        double x[12];
        const char *field;
    } cases[] = {
        {{1e-12, -3e-9}, "datamin-3.00e-09\nmax1.00e-12\nmean-2.50e-10\nnorm3.00e-09"},
        {{0}, "datamin0.0000\nmax0.0000\nmean0.0000\nnorm0.0000"},
        {{2e20}, "datamin0.0000\nmax2.00e+20\nmean1.67e+19\nnorm2.00e+20"},
        {{INFINITY, NAN, 3, 4},
         "data2notfinite\noftheothers:\nmin0.0000\nmax4.0000\nmean0.7000\nnorm5.0000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_trace *t = dg_trace_new();
        dg_trace_add_tensor(t, "x", NULL, 2, three_by_four, cases[i].x);
        char *svg = draw(t, DG_SVG, NULL), got[ROOM];
        xml_element *root = parse_svg(svg, i);
        read_field(got, value(root, 0), "dg-data");
        ck_assert_str_eq(got, cases[i].field);
        check_red(xml_by_class(value(root, 0), "dg-data"));
        xml_free(root);
        dg_free(svg);
        dg_trace_free(t);
    }
}
END_TEST

/* A million numbers are drawn as quickly as a few, in a box as small. */
START_TEST(large)
{
    static const size_t shape[] = {1000, 1000};
    dg_trace *t = dg_trace_new();
    double *x = malloc(1000000 * sizeof *x);
    ck_assert_ptr_nonnull(x);
    rng r = {5};
    for (size_t i = 0; i < 1000000; i++)
        x[i] = rng_between(&r, -1.0, 1.0);
    x[77] = NAN;
    ck_assert_uint_eq(dg_trace_add_tensor(t, "x", NULL, 2, shape, x), 0);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, x, 1000000), DG_OK);
    char *svg = draw(t, DG_SVG, NULL);
    ck_assert_uint_lt(strlen(svg), 10000);
    check_svg(t, svg, 0);
    dg_free(svg);
    char *table = draw(t, DG_TABLE, NULL);
    ck_assert_uint_lt(strlen(table), 400);
    ck_assert_ptr_nonnull(strstr(table, "  (1000, 1000)  "));
    ck_assert_ptr_nonnull(
        strstr(table, "1 not finite; of the others min -1.0000, max 1.0000, mean "));
    dg_free(table);
    free(x);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {pictures_by_dot, pictures_by_flow, dot,  known,
                                  of_values,       scope_told,       seen, large};
    return run_suite("draw_tensor", tests, sizeof tests / sizeof *tests);
}
