/* Mathematics in labels: what is a formula, what is drawn of it, and what is said of it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

/* ---- A label's picture ---------------------------------------------------------------------- */

typedef struct picture {
    char *svg;
    xml_element *root, *value, *label;
} picture;

static picture picture_of(const char *label)
{
    picture p;
    char why[XML_ERROR_ROOM];
    dg_trace *t = small_trace(label, NULL, 1.0, 1.0);
    p.svg = draw(t, DG_SVG, NULL);
    dg_trace_free(t);
    p.root = xml_parse(p.svg, strlen(p.svg), why);
    ck_assert_msg(p.root, "'%s': %s", label, why);
    p.value = xml_by_id(p.root, "dotgrad-v0");
    p.label = xml_by_class(p.value, "dg-label");
    return p;
}

static void free_picture(picture *p)
{
    xml_free(p->root);
    dg_free(p->svg);
}

static double number(const xml_element *e, const char *name)
{
    const char *text = xml_get(e, name);
    return text ? strtod(text, NULL) : 0.0;
}

/* The pieces of a label in the order in which they are read, each with a mark for its style: /
 * italic, * bold, ^ above and _ below the line, and | for a bar. */
static void put_piece(char *to, size_t room, const xml_element *e, bool bold, double baseline)
{
    const char *style = xml_get(e, "font-style"), *weight = xml_get(e, "font-weight");
    double y = number(e, "y");
    bool is_bold = weight ? strcmp(weight, "bold") == 0 : bold;
    size_t n = strlen(to);
    snprintf(to + n, room - n, "%s%s%s%s%s", n ? " " : "", style ? "/" : "", is_bold ? "*" : "",
             y < baseline - 0.5   ? "^"
             : y > baseline + 0.5 ? "_"
                                  : "",
             e->text ? e->text : "");
}

static void describe(const picture *p, char *to, size_t room)
{
    double baseline = number(xml_by_class(p->value, "dg-data"), "y");
    const char *weight = xml_get(p->label, "font-weight");
    *to = '\0';
    if (!p->label->first)
        put_piece(to, room, p->label, false, baseline);
    for (const xml_element *e = p->label->first; e; e = e->next)
        put_piece(to, room, e, weight != NULL, baseline);
    for (const xml_element *e = p->value->first; e; e = e->next) {
        size_t n = strlen(to);
        if (xml_has_class(e, "dg-bar"))
            snprintf(to + n, room - n, " |");
    }
}

START_TEST(known_answers)
{
    static const char *const cases[][2] = {
        {"x", "*x"},
        {"$x$", "/x"},
        {"$xy$", "/xy"},
        {"$2x$", "2 /x"},
        {"$3.14$", "3.14"},
        {"$w_1$", "/w _1"},
        {"$w_{12}$", "/w _12"},
        {"$w_12$", "/w _1 2"},
        {"$x^2$", "/x ^2"},
        {"$x_i^2$", "/x /_i ^2"},
        {"$x^2_i$", "/x /_i ^2"},
        {"$x_{i_j}$", "/x /_i /_j"},
        {"$f'$", "/f ′"},
        {"$f''_1$", "/f _1 ′′"},
        {"$\\partial L/\\partial w_1$", "∂ /L /∂ /w _1"},
        {"$\\frac{\\partial L}{\\partial w}$", "^∂ /^L _∂ /_w |"},
        {"$a_{\\frac{1}{2n}}$", "/a _1/(2 /_n _)"},
        {"$\\frac{a+b}{c}$\nx", "^( /^a ^+ /^b ^)/ /^c *_x"},
        {"$\\alpha\\Omega$", "/α Ω"},
        {"$α$", "/α"},
        {"$\\mathbf{Wx}$", "*Wx"},
        {"$\\boldsymbol\\theta$", "/*θ"},
        {"$\\mathrm{d}x$", "d /x"},
        {"$\\text{if } x$", "if  /x"},
        {"$\\operatorname{argmax} x$", "argmax /x"},
        {"$\\log x$", "log /x"},
        {"$a \\cdot b$", "/a · /b"},
        {"$a-b$", "/a − /b"},
        {"$-b$", "− /b"},
        {"$\\hat y$", "/y ˆ"},
        {"$\\hat W$", "/W ^ˆ"},
        {"$\\bar x$", "/x |"},
        {"$\\vec{v}$", "/v ^→"},
        {"$\\sqrt x$", "√ /x"},
        {"$\\sqrt{a+b}$", "√( /a + /b )"},
        {"$\\mathcal{L}$", "ℒ"},
        {"$\\mathbb{R}^n$", "ℝ /^n"},
        {"$x \\le \\infty$", "/x ≤ ∞"},
        {"$\\left( x \\right)$", "( /x )"},
        {"$\\{x\\}$", "{ /x }"},
        {"$\\$5$", "$5"},
        {"loss $L$", "*loss /L"},
        {"$L$, loss", "/L *, loss"},
        {"$x_1$\n$y$", "/^x ^1 /_y"},
        {"$a$ and $b$", "/a *and /b"},
        /* Dollar signs. */
        {"$5 to $6", "*$5 to $6"},
        {"$", "*$"},
        {"a$", "*a$"},
        {"$ x$", "*$ x$"},
        {"$x $", "*$x $"},
        {"$x$5", "*$x$5"},
        {"$$", "*$$"},
        {"\\$x\\$", "*$x$"},
        {"\\$5 for $x$", "*$5 for /x"},
        {"$x\n$y", "*^$x *_$y"},
        /* As typed. */
        {"$\\foo$", "\\foo"},
        {"$\\foo{a}{b} x$", "\\foo{a} /bx"},
        {"$x^{y$", "*$x^{y$"},
        {"$x}$", "*$x}$"},
        {"$x_1_2$", "*$x_1_2$"},
        {"$\\frac{1}$", "*$\\frac{1}$"},
        {"$x_$", "*$x_$"},
        {"$\\text{a$", "*$\\text{a$"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char drawn[400];
        picture p = picture_of(cases[i][0]);
        describe(&p, drawn, sizeof drawn);
        ck_assert_msg(strcmp(drawn, cases[i][1]) == 0, "%s: '%s' not '%s'", cases[i][0], drawn,
                      cases[i][1]);
        free_picture(&p);
    }
}
END_TEST

/* Titles have the formula in words. */
START_TEST(words)
{
    static const char *const cases[][2] = {
        {"$\\partial L/\\partial w_1$", "partial L/partial w sub 1"},
        {"$\\frac{\\partial L}{\\partial w_1}$", "partial L over partial w sub 1"},
        {"$\\frac{a+b}{2}$", "(a + b) over 2"},
        {"$x^2$", "x squared"},
        {"$x^3 - y$", "x cubed - y"},
        {"$w^\\top x$", "w transposed x"},
        {"$e^{-x}$", "e super -x"},
        {"$\\hat y = \\sigma(z)$", "y hat = sigma(z)"},
        {"$\\mathbf{w}\\cdot\\mathbf{x} + b$", "w times x + b"},
        {"$f'(x)$", "f prime(x)"},
        {"$\\sum_{i=1}^n x_i$", "sum sub i = 1 super n x sub i"},
        {"$x \\in \\mathbb{R}$", "x in ℝ"},
        {"$a, b$", "a, b"},
        {"$\\sqrt{a + b}$", "square root of (a + b)"},
        {"$\\bar x \\to \\infty$", "x bar to infinity"},
        {"the loss $L$", "the loss L"},
        {"\\$5", "$5"},
        {"$\\foo{x}$", "\\foo{x}"},
        {"$x^{y$", "$x^{y$"},
        {"$x$\n$y$", "x y"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        picture p = picture_of(cases[i][0]);
        const char *title = xml_child(p.value, "title")->text;
        size_t n = strcspn(title, "\n");
        ck_assert_msg(n == strlen(cases[i][1]) && memcmp(title, cases[i][1], n) == 0,
                      "%s: '%.*s' not '%s'", cases[i][0], (int)n, title, cases[i][1]);
        ck_assert_ptr_nonnull(strstr(xml_child(p.root, "desc")->text, cases[i][1]));
        free_picture(&p);
    }
}
END_TEST

START_TEST(checks)
{
    static const struct {
        const char *label;
        dg_status status;
        const char *said;
    } cases[] = {
        {"x", DG_OK, ""},
        {"$x$", DG_OK, ""},
        {"$5 to $6", DG_OK, ""},
        {"$x^{y$ 5", DG_FORMAT, "in the label '$x^{y$' a closing brace is missing"},
        {"$x}$", DG_FORMAT, "in the label '$x}$' a closing brace has no opening one"},
        {"$\\foo+\\bar$", DG_FORMAT, "in the label '$\\foo+\\bar$' an argument is missing"},
        {"a $\\foo$", DG_FORMAT, "'\\foo' in the label '$\\foo$' is not known"},
        {"$x$\n$\\ß$", DG_FORMAT, "'\\ß' in the label '$\\ß$' is not known"},
        {"$x_1_2$", DG_FORMAT,
         "in the label '$x_1_2$' there are two subscripts or superscripts; use braces"},
        {"$\\hat$", DG_FORMAT, "in the label '$\\hat$' an argument is missing"},
        {"$\frac{a}{b}$", DG_FORMAT,
         "a label has the single character '\\f' between dollar signs; r'...' keeps the backslash"},
        {"$\nabla\theta$", DG_FORMAT,
         "a label has the single character '\\t' between dollar signs; r'...' keeps the backslash"},
        {"\tx $y$\t", DG_OK, ""},
        {"costs\t$5", DG_OK, ""},
        {NULL, DG_INVALID, "there is no label"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_error error = {.status = DG_IO};
        ck_assert_int_eq(dg_label_check(cases[i].label, &error), cases[i].status);
        ck_assert_int_eq(error.status, cases[i].status);
        ck_assert_str_eq(error.text, cases[i].said);
        ck_assert_int_eq(dg_label_check(cases[i].label, NULL), cases[i].status);
    }
}
END_TEST

/* Deep nesting is refused, in groups, arguments and scripts alike, and so are long formulas. */
START_TEST(limits)
{
    static const char *const parts[] = {"{", "\\hat ", "x_{", "\\frac{", "\\sqrt{", "x^\\hat{"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t n = strlen(parts[i]), count = 4000 / n;
        char *label = calloc(count * n + 4, 1);
        label[0] = '$';
        for (size_t k = 0; k < count; k++)
            memcpy(label + 1 + k * n, parts[i], n);
        label[1 + count * n] = 'x';
        label[2 + count * n] = '$';
        dg_error error;
        ck_assert_int_eq(dg_label_check(label, &error), DG_FORMAT);
        ck_assert_ptr_nonnull(strstr(error.text, "nested too deeply"));
        picture p = picture_of(label);
        free_picture(&p);
        free(label);
    }
    char *label = malloc(5000);
    memset(label, 'x', 5000);
    label[0] = label[4998] = '$';
    label[4999] = '\0';
    dg_error error;
    ck_assert_int_eq(dg_label_check(label, &error), DG_FORMAT);
    ck_assert_ptr_nonnull(strstr(error.text, "too long"));
    free(label);
}
END_TEST

/* Formats that are no picture have the label as it was typed. */
START_TEST(elsewhere)
{
    dg_trace *t = small_trace("$\\partial L$", NULL, 1.0, 1.0);
    char *dot = draw(t, DG_DOT, NULL), *table = draw(t, DG_TABLE, NULL),
         *json = draw(t, DG_JSON, NULL);
    ck_assert_ptr_nonnull(strstr(dot, "$\\\\partial L$"));
    ck_assert_ptr_nonnull(strstr(table, "$\\partial L$"));
    ck_assert_ptr_nonnull(strstr(json, "\"$\\\\partial L$\""));
    dg_free(dot);
    dg_free(table);
    dg_free(json);
    dg_trace_free(t);
}
END_TEST

/* ---- Random formulas ------------------------------------------------------------------------ */

typedef struct maker {
    rng *r;
    char text[1500];
    size_t size;
} maker;

static void add(maker *m, const char *text)
{
    size_t n = strlen(text);
    if (m->size + n + 40 < sizeof m->text) {
        memcpy(m->text + m->size, text, n + 1);
        m->size += n;
    }
}

static void add_row(maker *m, int depth);

static void add_group(maker *m, int depth)
{
    size_t before = m->size;
    add(m, "{");
    if (m->size > before) {
        add_row(m, depth);
        m->text[m->size++] = '}'; /* add() leaves room for it at every level there is */
        m->text[m->size] = '\0';
    }
}

static void add_element(maker *m, int depth)
{
    static const char *const symbols[] = {
        "x",        "W",          "b",        "7",        "3.5",
        "+",        "-",          "=",        "(",        ")",
        ",",        "/",          "|",        " ",        "\\alpha ",
        "\\Sigma ", "\\partial ", "\\nabla ", "\\cdot ",  "\\sum ",
        "\\le ",    "\\log ",     "\\, ",     "\\infty ", "\\text{if } ",
        "\\in ",    "é",          "語",       "<",        "&",
        "\""};
    static const char *const over[] = {"\\hat",    "\\bar",    "\\vec",     "\\sqrt",  "\\mathbf",
                                       "\\mathrm", "\\mathbb", "\\mathcal", "\\tilde", ""};
    size_t kind = depth > 3 ? 9 : rng_below(m->r, 10);
    if (kind == 0) {
        add(m, "\\frac");
        add_group(m, depth + 1);
        add_group(m, depth + 1);
    } else if (kind == 1) {
        add(m, over[rng_below(m->r, sizeof over / sizeof *over)]);
        add_group(m, depth + 1);
    } else {
        add(m, symbols[rng_below(m->r, sizeof symbols / sizeof *symbols)]);
    }
    if (depth <= 3 && rng_below(m->r, 5) == 0) {
        add(m, "x_");
        add_group(m, depth + 1);
    }
    if (depth <= 3 && rng_below(m->r, 5) == 0) {
        add(m, "y^");
        add_group(m, depth + 1);
    }
}

static void add_row(maker *m, int depth)
{
    for (size_t n = 1 + rng_below(m->r, 4); n > 0 && m->size < 300; n--)
        add_element(m, depth);
}

/* All that is drawn of a label is in its box, and to the left of the data. */
static void check_inside(const picture *p, const char *label)
{
    const xml_element *rect = xml_child(p->value, "rect");
    double left = number(rect, "x"), top = number(rect, "y"), bottom = top + number(rect, "height");
    const xml_element *data = xml_by_class(p->value, "dg-data");
    double right = number(data, "x") - number(data, "textLength") / 2.0 - 9.0;
    const xml_element *first = p->label->first ? p->label->first : p->label;
    for (const xml_element *e = first; e; e = e->next) {
        if (!xml_get(e, "x"))
            break;
        double x = number(e, "x"), half = number(e, "textLength") / 2.0, y = number(e, "y");
        ck_assert_msg(x - half >= left - 0.1 && x + half <= right + 0.1, "'%s': '%s' sticks out",
                      label, e->text);
        ck_assert_msg(y > top && y < bottom, "'%s': '%s' is above or below", label, e->text);
        if (!p->label->first)
            break;
    }
    for (const xml_element *e = p->value->first; e; e = e->next) {
        if (!xml_has_class(e, "dg-bar"))
            continue;
        ck_assert_msg(number(e, "x1") >= left && number(e, "x2") <= right &&
                          number(e, "x1") < number(e, "x2"),
                      "'%s': a bar sticks out", label);
        ck_assert_msg(number(e, "y1") > top && number(e, "y1") < bottom, "'%s': a bar is outside",
                      label);
    }
}

START_TEST(any_formula)
{
    rng r = {11};
    for (int i = 0; i < (int)cases(20000); i++) {
        maker m = {.r = &r, .text = "$", .size = 1};
        add(&m, "a");
        add_row(&m, 0);
        add(&m, "c$");
        dg_error error = {0};
        ck_assert_msg(dg_label_check(m.text, &error) == DG_OK ||
                          strstr(error.text, "not known"), /* \mathbb{...} of what has none */
                      "%s: %s", m.text, error.text);
        picture p = picture_of(m.text);
        ck_assert_msg(!strchr(p.label->text ? p.label->text : "", '$'), "not set: %s", m.text);
        check_inside(&p, m.text);
        free_picture(&p);
    }
}
END_TEST

/* What is typed at random is drawn, too, within its box. */
START_TEST(any_bytes)
{
    static const char *const parts[] = {"$",     "$",      "\\",  "{",  "}", "_",
                                        "^",     "'",      "x",   "1",  " ", "\\frac",
                                        "\\hat", "\\text", "\\$", "\n", "é", "&"};
    rng r = {11};
    for (int i = 0; i < (int)cases(40000); i++) {
        char label[200] = "";
        for (size_t n = rng_below(&r, 20); n > 0; n--)
            strcat(label, parts[rng_below(&r, sizeof parts / sizeof *parts)]);
        picture p = picture_of(label);
        if (p.label)
            check_inside(&p, label);
        free_picture(&p);
        dg_label_check(label, NULL);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {known_answers, words,       checks,   limits,
                                  elsewhere,     any_formula, any_bytes};
    return run_suite("draw_math", tests, sizeof tests / sizeof *tests);
}
