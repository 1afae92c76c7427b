/* The SVG contract: its groups, ids, classes and texts, whatever the labels are. */
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"

static xml_element *part(xml_element *root, const char *prefix, size_t node, const char *suffix)
{
    char id[120];
    snprintf(id, sizeof id, "%s-v%zu%s", prefix, node, suffix);
    return xml_by_id(root, id);
}

/* The lines of a text element: its tspans, or itself. Sets *kept where all of it keeps its blanks.
 */
static char *lines_of(const xml_element *text, bool *kept)
{
    size_t room = 1 + (text->text ? strlen(text->text) : 0);
    for (const xml_element *e = text->first; e; e = e->next)
        room += 1 + (e->text ? strlen(e->text) : 0);
    char *all = calloc(room + 1, 1), *to = all;
    ck_assert_ptr_nonnull(all);
    const char *space = xml_get(text, "xml:space");
    bool outer = space && strcmp(space, "preserve") == 0;
    *kept = outer || text->first;
    if (!text->first && text->text)
        strcpy(all, text->text);
    for (const xml_element *e = text->first; e; e = e->next) {
        ck_assert_str_eq(e->name, "tspan");
        ck_assert_ptr_null(e->first);
        space = xml_get(e, "xml:space");
        const char *said = e->text ? e->text : "";
        if (!outer && !(space && strcmp(space, "preserve") == 0)) {
            size_t n = strlen(said);
            *kept = *kept && !strstr(said, "  ") && *said != ' ' && !(n && said[n - 1] == ' ');
        }
        if (!*said)
            continue;
        if (to != all)
            *to++ = '\n';
        to += sprintf(to, "%s", said);
    }
    for (char *p = all; *p; p++)
        if (*p == '\t')
            *p = ' ';
    return all;
}

static bool blanks_matter(const char *line)
{
    size_t n = strlen(line);
    return *line == ' ' || (n && line[n - 1] == ' ') || strstr(line, "  ") || strstr(line, "\n ") ||
           strstr(line, " \n");
}

static void one_line(char *text)
{
    char *to = text;
    for (char *p = text; *p; p++)
        if (!strchr(" \n\r", *p))
            *to++ = *p;
        else if (to != text && to[-1] != ' ')
            *to++ = ' ';
    while (to != text && to[-1] == ' ')
        to--;
    *to = '\0';
}

static void says(const xml_element *group, const char *class_name, const char *want, uint64_t seed)
{
    xml_element *text = class_name ? xml_by_class((xml_element *)(uintptr_t)group, class_name)
                                   : xml_child(group, "text");
    if (!text) {
        ck_assert_msg(!*want, "seed %llu: no text for '%s'", (unsigned long long)seed, want);
        return;
    }
    ck_assert_str_eq(text->name, "text");
    bool kept;
    char *got = lines_of(text, &kept), *read = readable(want);
    if (!class_name) { /* an op's text is on one line */
        one_line(got);
        one_line(read);
        kept = true;
    }
    ck_assert_msg(strcmp(got, read) == 0, "seed %llu: '%.1000s' is drawn as '%.1000s'",
                  (unsigned long long)seed, read, got);
    ck_assert_msg(kept || !blanks_matter(read), "seed %llu: the blanks of '%.1000s' collapse",
                  (unsigned long long)seed, read);
    free(read);
    free(got);
}

/* The number of a field as a person reads it in a picture. */
static void short_field(char text[400], const char *what, double x)
{
    auto_number(text + sprintf(text, "%s ", what), x);
}

/* A number somewhere in the text, all digits of it: whatever reads back as x. */
static bool tells(const char *text, const char *field, double x)
{
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, field, strlen(field)) != 0)
            continue;
        const char *number = line + strlen(field);
        double read = strtod(number, NULL);
        return same_number(read, x) || (isnan(x) && isnan(read));
    }
    return false;
}

static void known_names(const xml_element *root, uint64_t seed)
{
    static const char *const elements[] = {"svg",      "title",   "desc",  "style",   "g",
                                           "path",     "polygon", "rect",  "ellipse", "line",
                                           "polyline", "text",    "tspan", "defs",    NULL};
    for (const xml_element *e = root; e; e = xml_following(e)) {
        const char *const *k = elements;
        while (*k && strcmp(*k, e->name) != 0)
            k++;
        ck_assert_msg(*k, "seed %llu: element '%s'", (unsigned long long)seed, e->name);
        for (size_t i = 0; i < e->n_attributes; i++) {
            const char *name = e->attributes[i].name, *value = e->attributes[i].value;
            ck_assert_msg(strncmp(name, "on", 2) != 0 && !strstr(name, "href") &&
                              !strstr(value, "url(") && !strstr(value, "javascript:") &&
                              value[0] != '/',
                          "seed %llu: %s=\"%s\"", (unsigned long long)seed, name, value);
        }
        if (strcmp(e->name, "style") == 0)
            ck_assert(!strstr(e->text, "url(") && !strstr(e->text, "@import"));
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void ids_differ(const xml_element *root, const char *prefix, uint64_t seed)
{
    static const char *ids[4096];
    size_t n = 0;
    for (const xml_element *e = root; e; e = xml_following(e)) {
        const char *id = xml_get(e, "id");
        if (!id)
            continue;
        ck_assert_uint_lt(n, 4096);
        ck_assert_msg(strncmp(id, prefix, strlen(prefix)) == 0, "seed %llu: id '%s'",
                      (unsigned long long)seed, id);
        ids[n++] = id;
    }
    qsort(ids, n, sizeof *ids, by_text);
    for (size_t i = 1; i < n; i++)
        ck_assert_msg(strcmp(ids[i - 1], ids[i]) != 0, "seed %llu: id '%s' twice",
                      (unsigned long long)seed, ids[i]);
}

static void check_root(xml_element *root, const char *prefix)
{
    ck_assert_str_eq(root->name, "svg");
    ck_assert_str_eq(xml_get(root, "xmlns"), "http://www.w3.org/2000/svg");
    ck_assert_str_eq(xml_get(root, "id"), prefix);
    ck_assert(xml_has_class(root, "dotgrad"));
    ck_assert_ptr_nonnull(xml_get(root, "role"));
    ck_assert_ptr_nonnull(xml_get(root, "viewBox"));
    const xml_element *title = xml_child(root, "title"), *desc = xml_child(root, "desc");
    ck_assert_ptr_nonnull(title);
    ck_assert_ptr_nonnull(desc);
    ck_assert(title->text && *title->text);
    ck_assert(desc->text && *desc->text);
    ck_assert_ptr_eq(xml_by_id(root, xml_get(root, "aria-labelledby")), title);
    ck_assert_ptr_eq(xml_by_id(root, xml_get(root, "aria-describedby")), desc);
}

static void check_value(xml_element *root, const dg_trace *t, size_t i, const char *prefix,
                        uint64_t seed)
{
    xml_element *g = part(root, prefix, i, "");
    ck_assert_msg(g, "seed %llu: no value %zu", (unsigned long long)seed, i);
    ck_assert_str_eq(g->name, "g");
    ck_assert(xml_has_class(g, "dg-value"));
    ck_assert_int_eq(xml_has_class(g, "dg-leaf"), dg_trace_operand_count(t, i) == 0);
    ck_assert_int_eq(xml_has_class(g, "dg-root"), dg_trace_root(t) == i);
    ck_assert_int_eq(xml_has_class(g, "dg-unset"), !dg_trace_has_grad(t, i));
    char field[400];
    says(g, "dg-label", dg_trace_label(t, i), seed);
    short_field(field, "data", dg_trace_data(t, i));
    says(g, "dg-data", field, seed);
    if (dg_trace_has_grad(t, i))
        short_field(field, "grad", dg_trace_grad(t, i));
    else
        strcpy(field, "grad \xe2\x80\x93");
    says(g, "dg-grad", field, seed);
    const xml_element *title = xml_child(g, "title");
    ck_assert_ptr_nonnull(title);
    ck_assert_ptr_eq(title, g->first);
    ck_assert_msg(tells(title->text, "data ", dg_trace_data(t, i)), "seed %llu: %s",
                  (unsigned long long)seed, title->text);
    if (dg_trace_has_grad(t, i))
        ck_assert_msg(tells(title->text, "grad ", dg_trace_grad(t, i)), "seed %llu: %s",
                      (unsigned long long)seed, title->text);
}

static void check_svg(const dg_trace *t, const char *svg, const char *prefix, uint64_t seed)
{
    xml_element *root = parse_svg(svg, seed);
    check_root(root, prefix);
    known_names(root, seed);
    ids_differ(root, prefix, seed);
    size_t values = 0, ops = 0, edges = 0, want_ops = 0, want_edges = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        check_value(root, t, i, prefix, seed);
        xml_element *op = part(root, prefix, i, "-op");
        bool inner = dg_trace_operand_count(t, i) != 0;
        ck_assert_int_eq(op != NULL, inner);
        want_ops += inner;
        want_edges += inner;
        for (size_t k = 0; k < dg_trace_operand_count(t, i); k++) {
            size_t first = 0;
            while (dg_trace_operand(t, i, first) != dg_trace_operand(t, i, k))
                first++;
            want_edges += first == k;
        }
        if (op) {
            ck_assert(xml_has_class(op, "dg-op"));
            says(op, NULL, dg_trace_op(t, i), seed);
        }
    }
    for (const xml_element *e = root; e; e = xml_following(e)) {
        values += xml_has_class(e, "dg-value");
        ops += xml_has_class(e, "dg-op");
        if (xml_has_class(e, "dg-edge")) {
            edges++;
            ck_assert_ptr_nonnull(xml_get(e, "id"));
        }
    }
    ck_assert_uint_eq(values, dg_trace_node_count(t));
    ck_assert_uint_eq(ops, want_ops);
    ck_assert_msg(edges == want_edges, "seed %llu: %zu edges of %zu", (unsigned long long)seed,
                  edges, want_edges);
    xml_free(root);
}

START_TEST(contract)
{
    dg_trace *t = lecture_trace();
    char *svg = draw(t, DG_SVG, NULL);
    ck_assert_int_eq(strncmp(svg, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg ", 44), 0);
    check_svg(t, svg, "dotgrad", 0);
    size_t n = strlen(svg);
    ck_assert_int_eq(svg[n - 1], '\n');
    static const char *const never[] = {"<script",  "href", "url(", "javascript:", "Graphviz",
                                        "graphviz", "2.43", "2.42", "<!--",        "<!DOCTYPE",
                                        "/home",    "/usr", "/tmp"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        ck_assert_msg(!strstr(svg, never[i]), "%s", never[i]);
    xml_element *root = parse_svg(svg, 0);
    const char *desc = xml_child(root, "desc")->text;
    static const char *const said[] = {"L", "d", "e", "a", "b", "c", "f", "-8", "10"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        ck_assert_msg(strstr(desc, said[i]), "%s is not in %s", said[i], desc);
    xml_free(root);
    dg_free(svg);
    dg_trace_free(t);
}
END_TEST

/* What a viewer without CSS takes: the element's own, or that of what it stands in. */
static const char *inherited(const xml_element *e, const char *name)
{
    while (e && !xml_get(e, name))
        e = e->parent;
    return e ? xml_get(e, name) : "initial";
}

static bool is_colour(const char *value)
{
    return value[0] == '#';
}

/* A literal colour wherever one is needed, and a custom property on top. */
START_TEST(colours)
{
    dg_trace *t = twice_trace();
    char *svg = draw(t, DG_SVG, NULL);
    xml_element *root = parse_svg(svg, 0);
    for (const xml_element *e = root; e; e = xml_following(e)) {
        bool shape = !strcmp(e->name, "rect") || !strcmp(e->name, "ellipse");
        if (shape) {
            ck_assert_ptr_nonnull(xml_get(e, "fill"));
            ck_assert_ptr_nonnull(xml_get(e, "stroke"));
        }
        if (!strcmp(e->name, "path"))
            ck_assert(is_colour(inherited(e, "stroke")));
        if (xml_has_class(e, "dg-edge")) {
            const xml_element *line = xml_child(e, "path");
            ck_assert_str_eq(inherited(line, "fill"), "none");
            ck_assert_str_eq(inherited(line->next, "fill"), inherited(line, "stroke"));
        }
        if (!strcmp(e->name, "text") || !strcmp(e->name, "tspan")) {
            ck_assert(is_colour(inherited(e, "fill")));
            ck_assert(!is_colour(inherited(e, "stroke")));
        }
        for (size_t i = 0; i < e->n_attributes; i++) {
            const xml_attribute *a = &e->attributes[i];
            if (!strcmp(a->name, "fill") || !strcmp(a->name, "stroke"))
                ck_assert_msg(!strcmp(a->value, "none") ||
                                  (a->value[0] == '#' && strlen(a->value) == 7 &&
                                   strspn(a->value + 1, "0123456789abcdef") == 6),
                              "%s=\"%s\"", a->name, a->value);
        }
    }
    const xml_element *style = xml_child(root, "style");
    ck_assert_ptr_nonnull(style);
    ck_assert_ptr_nonnull(strstr(style->text, "var(--"));
    ck_assert_ptr_nonnull(strstr(style->text, "prefers-color-scheme"));
    ck_assert_ptr_nonnull(strstr(svg, ">\xc3\x97"
                                      "2<"));
    xml_free(root);
    dg_free(svg);
    dg_trace_free(t);
}
END_TEST

static double number(const xml_element *e, const char *name)
{
    const char *value = xml_get(e, name);
    ck_assert_ptr_nonnull(value);
    return strtod(value, NULL);
}

/* Whether a point is in an op's outline, so far from it that its line does not touch it. */
static bool is_well_inside(const xml_element *op, double x, double y)
{
    const double line = 1.5;
    const xml_element *ellipse = xml_child((xml_element *)(uintptr_t)op, "ellipse"),
                      *pill = xml_child((xml_element *)(uintptr_t)op, "rect");
    ck_assert(!ellipse != !pill);
    if (ellipse) {
        double rx = number(ellipse, "rx") - line, ry = number(ellipse, "ry") - line;
        return hypot((x - number(ellipse, "cx")) / rx, (y - number(ellipse, "cy")) / ry) <= 1.0;
    }
    double width = number(pill, "width"), r = number(pill, "height") / 2.0;
    ck_assert_double_eq(number(pill, "rx"), r);
    double middle = number(pill, "x") + width / 2.0;
    double over = fmax(fabs(x - middle) - (width / 2.0 - r), 0.0); /* into a round end */
    return hypot(over, y - number(pill, "y") - r) <= r - line;
}

/* The text of an op is in its outline, however long it is: from the top of its brackets to their
 * feet, in Helvetica 0.73 and 0.21 of its size from the baseline. */
START_TEST(ops_hold_their_texts)
{
    static const char *const ops[] = {"+",
                                      "tanh",
                                      "sigmoid",
                                      "leaky_relu",
                                      "log_softmax",
                                      "sum(dim=1)",
                                      "softmax(dim=1)",
                                      "Linear(in_features=3, out_features=4, bias=True)"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (int direction = DG_LEFT_TO_RIGHT; direction <= DG_BOTTOM_TO_TOP; direction++) {
            dg_trace *t = small_trace("y", ops[i], 0.5, 1.0);
            char *svg =
                dg_render(t, NULL, &(dg_draw_options){.direction = (dg_direction)direction});
            ck_assert_ptr_nonnull(svg);
            xml_element *root = parse_svg(svg, i), *op = xml_by_id(root, "dotgrad-v0-op");
            const xml_element *text = xml_child(op, "text");
            double x = number(text, "x"), y = number(text, "y");
            double half = xml_get(text, "textLength") ? number(text, "textLength") / 2.0 : 5.0;
            for (int corner = 0; corner < 4; corner++)
                ck_assert_msg(is_well_inside(op, x + (corner % 2 ? half : -half),
                                             y + (corner / 2 ? 0.21 : -0.73) * 13.0),
                              "corner %d of '%s'", corner, ops[i]);
            xml_free(root);
            dg_free(svg);
            dg_trace_free(t);
        }
}
END_TEST

START_TEST(any_label)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 1 + rng_below(&r, 12), true);
        for (dg_layout layout = DG_LAYOUT_DOT; layout <= DG_LAYOUT_FLOW; layout++) {
            char *svg = dg_render(t, NULL, &(dg_draw_options){.layout = layout});
            ck_assert_ptr_nonnull(svg);
            check_svg(t, svg, "dotgrad", seed);
            dg_free(svg);
        }
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(long_label)
{
    char *label = malloc(100001);
    ck_assert_ptr_nonnull(label);
    memset(label, '<', 100000);
    label[100000] = '\0';
    for (size_t i = 500; i < 100000; i += 1000)
        label[i] = '\n';
    dg_trace *t = small_trace(label, label, 1.0, 2.0);
    char *svg = draw(t, DG_SVG, NULL);
    check_svg(t, svg, "dotgrad", 0);
    dg_free(svg);
    dg_trace_free(t);
    memset(label, '&', 100000);
    t = small_trace(label, NULL, 1.0, 2.0);
    svg = draw(t, DG_SVG, NULL);
    check_svg(t, svg, "dotgrad", 1);
    dg_free(svg);
    dg_trace_free(t);
    free(label);
}
END_TEST

START_TEST(by_another_reader)
{
    if (!have("xmllint"))
        return;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        rng r = {seed * 31};
        dg_trace *t = random_trace(&r, 20, true);
        size_t size;
        char *svg = draw(t, seed % 2 ? DG_SVG : DG_SVG_INLINE, &size);
        const char *path = scratch_path("a.svg");
        spill(path, svg, size);
        ck_assert_msg(shell("xmllint --nonet --noout '%s'", path) == 0, "seed %llu",
                      (unsigned long long)seed);
        dg_free(svg);
        dg_trace_free(t);
    }
    remove_scratch();
}
END_TEST

START_TEST(to_paste)
{
    for (uint64_t seed = 0; seed <= 60; seed++) {
        rng r = {seed};
        dg_trace *t = seed ? random_trace(&r, 8, true) : lecture_trace();
        size_t size;
        char *svg = draw(t, DG_SVG_INLINE, &size);
        ck_assert_int_eq(strncmp(svg, "<svg ", 5), 0);
        ck_assert_int_eq(svg[size - 1], '\n');
        ck_assert(!strstr(svg, "<?") && !strstr(svg, "<!"));
        bool blank = true;
        for (size_t i = 0; i < size; i++) {
            if (svg[i] == '\n') {
                ck_assert_msg(!blank, "seed %llu: a blank line before '%.60s'",
                              (unsigned long long)seed, svg + i + 1);
                blank = true;
            } else if (svg[i] != ' ' && svg[i] != '\t' && svg[i] != '\r') {
                blank = false;
            }
        }
        check_svg(t, svg, "dotgrad", seed);
        dg_free(svg);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(prefixes)
{
    static const char *const good[] = {
        "a", "Z", "my-graph_1.2",
        "a123456789012345678901234567890123456789012345678901234567890123"};
    static const char *const bad[] = {
        "1a",  "-a",   "_a",  ".a",
        "a b", "a\"b", "a<b", "\xc3\xa9",
        "a\n", "a:b",  "a'",  "a1234567890123456789012345678901234567890123456789012345678901234"};
    dg_trace *t = lecture_trace();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dg_error error;
        dg_draw_options options = {.format = DG_SVG, .id_prefix = good[i], .error = &error};
        char *svg = dg_render(t, NULL, &options);
        if (!svg) { /* whether the size may be NULL is not said */
            size_t size;
            svg = dg_render(t, &size, &options);
        }
        ck_assert_msg(svg, "%s: %s", good[i], error.text);
        check_svg(t, svg, good[i], i);
        ck_assert(!strstr(svg, "id=\"dotgrad"));
        dg_free(svg);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dg_error error = {0};
        size_t size;
        dg_draw_options options = {.format = DG_SVG, .id_prefix = bad[i], .error = &error};
        ck_assert_msg(!dg_render(t, &size, &options), "'%s'", bad[i]);
        ck_assert_int_eq(error.status, DG_INVALID);
        ck_assert(*error.text);
        ck_assert_int_eq(dg_draw_trace(t, scratch_path("x.svg"), &options), DG_INVALID);
        ck_assert_uint_eq(files_in(scratch()), 0);
    }
    remove_scratch();
    dg_trace_free(t);
}
END_TEST

/* What a picture is called and described by, and its size, are the caller's where he says so. */
START_TEST(words_and_size)
{
    static const struct {
        const char *given, *said; /* NULL: its own words */
    } cases[] = {
        {"A neuron", "A neuron"},
        {"a < b & \"c\" > d", "a < b & \"c\" > d"},
        {"</title><script>", "</title><script>"},
        {"one\ntwo\r\n\r\nthree\n", "one two  three "},
        {"not \xFF UTF-8 \xC3", "not \xEF\xBF\xBD UTF-8 \xEF\xBF\xBD"},
        {"\x01", "\xEF\xBF\xBD"},
        {"", NULL},
        {" \t\r\n", NULL},
        {NULL, NULL},
    };
    dg_trace *t = lecture_trace();
    char *plain = draw(t, DG_SVG, NULL);
    xml_element *own = parse_svg(plain, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_draw_options options = {.title = cases[i].given, .no_size = 1};
        char *svg = dg_render(t, NULL, &options);
        xml_element *root = parse_svg(svg, i);
        check_root(root, "dotgrad");
        ck_assert_str_eq(xml_child(root, "title")->text,
                         cases[i].said ? cases[i].said : xml_child(own, "title")->text);
        ck_assert_str_eq(xml_child(root, "desc")->text, xml_child(own, "desc")->text);
        ck_assert_ptr_null(xml_get(root, "width"));
        ck_assert_ptr_null(xml_get(root, "height"));
        ck_assert_str_eq(xml_get(root, "viewBox"), xml_get(own, "viewBox"));
        xml_free(root);
        dg_free(svg);
        options = (dg_draw_options){.description = cases[i].given};
        svg = dg_render(t, NULL, &options);
        root = parse_svg(svg, i);
        check_root(root, "dotgrad");
        ck_assert_str_eq(xml_child(root, "desc")->text,
                         cases[i].said ? cases[i].said : xml_child(own, "desc")->text);
        ck_assert_str_eq(xml_child(root, "title")->text, xml_child(own, "title")->text);
        ck_assert_str_eq(xml_get(root, "width"), xml_get(own, "width"));
        xml_free(root);
        dg_free(svg);
    }
    xml_free(own);
    dg_free(plain);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {contract,  colours,    ops_hold_their_texts,
                                  any_label, long_label, by_another_reader,
                                  to_paste,  prefixes,   words_and_size};
    return run_suite("draw_svg", tests, sizeof tests / sizeof *tests);
}
