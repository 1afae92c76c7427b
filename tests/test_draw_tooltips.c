/* What a value's tooltip says beside its numbers: how it was made, and its scope. */
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"

/* How a value was made, in words; ops on tensors have arguments in their texts. */
START_TEST(sentences)
{
    static const size_t two[] = {2}, two_by_two[] = {2, 2};
    static const struct {
        const char *op;
        size_t operands;
        const char *said;
    } cases[] = {
        {"@", 2, "z = a @ b"},
        {"sum(dim=1)", 1, "z = sum(a, dim=1)"},
        {"mean", 1, "z = mean(a)"},
        {"max(dim=0)", 1, "z = max(a, dim=0)"},
        {"reshape", 1, "z = reshape(a)"},
        {"T", 1, "z = a.T"},
        {"T", 2, "z = T(a, b)"},
        {"transpose(0, 2)", 1, "z = transpose(a, 0, 2)"},
        {"[2]", 1, "z = a[2]"},
        {"concat(dim=0)", 2, "z = concat(a, b, dim=0)"},
        {"concat(dim=0)", 6, "z = concat(a, b, c, d, and 2 more, dim=0)"},
        {"stack", 3, "z = stack(a, b, c)"},
        {"cross_entropy", 2, "z = cross_entropy(a, b)"},
        {"+", 2, "z = a + b"},
        {"**2", 1, "z = a**2"},
        {"tanh", 1, "z = tanh(a)"},
        {"f()", 1, "z = f()(a)"},
        {"(x)", 1, "z = (x)(a)"},
        {"f(x", 1, "z = f(x(a)"},
        {"(", 1, "z = ((a)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_trace *t = dg_trace_new();
        dg_trace_add_tensor(t, "z", cases[i].op, 1, two, NULL);
        for (size_t k = 1; k <= cases[i].operands; k++) {
            dg_trace_add_tensor(t, (char[]){(char)('`' + k), '\0'}, NULL, 2, two_by_two, NULL);
            dg_trace_add_edge(t, k, 0);
        }
        char *svg = draw(t, DG_SVG, NULL);
        xml_element *root = parse_svg(svg, i);
        const char *title = xml_child(xml_by_id(root, "dotgrad-v0"), "title")->text;
        size_t n = strcspn(title, "\n");
        ck_assert_msg(n == strlen(cases[i].said) && strncmp(title, cases[i].said, n) == 0,
                      "'%.*s' not '%s'", (int)n, title, cases[i].said);
        char said[100];
        snprintf(said, sizeof said, "%s, shape (2,), data [0, 0];", cases[i].said);
        ck_assert_ptr_nonnull(strstr(xml_child(root, "desc")->text, said));
        xml_free(root);
        dg_free(svg);
        dg_trace_free(t);
    }
}
END_TEST

static char *tooltip(const dg_trace *t, const char *id)
{
    char *svg = draw(t, DG_SVG, NULL);
    xml_element *root = parse_svg(svg, 0);
    char *text = strdup(xml_child(xml_by_id(root, id), "title")->text);
    xml_free(root);
    dg_free(svg);
    return text;
}

/* The tooltip tells a value's scope; the lectures' picture and the table do not. */
START_TEST(scopes)
{
    dg_trace *t = dg_trace_new();
    size_t a = dg_trace_add_node(t, "out", "tanh", 1.0);
    size_t b = dg_trace_add_node(t, "in", NULL, 1.0);
    dg_trace_add_edge(t, b, a);
    char *without = tooltip(t, "dotgrad-v1");
    char *dot = draw(t, DG_DOT, NULL), *table = draw(t, DG_TABLE, NULL);
    ck_assert_int_eq(dg_trace_set_scope(t, a, "layer 7/<neuron> & 2"), DG_OK);
    char *with = tooltip(t, "dotgrad-v0"), *other = tooltip(t, "dotgrad-v1");
    ck_assert_msg(strstr(with, "layer 7/<neuron> & 2"), "%s", with);
    ck_assert_str_eq(other, without);
    free(with);
    free(other);
    free(without);
    char *dot_now = draw(t, DG_DOT, NULL), *table_now = draw(t, DG_TABLE, NULL);
    ck_assert_str_eq(dot_now, dot);
    ck_assert_str_eq(table_now, table);
    dg_free(dot_now);
    dg_free(table_now);
    dg_free(dot);
    dg_free(table);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {sentences, scopes};
    return run_suite("draw_tooltips", tests, sizeof tests / sizeof *tests);
}
