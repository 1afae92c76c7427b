#include "draw_support.h"

#include "check_place.h"
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

dg_trace *lecture_trace(void)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_value *b = dg_leaf(g, -3.0, "b");
    dg_value *c = dg_leaf(g, 10.0, "c");
    dg_value *e = dg_set_label(dg_mul(a, b), "e");
    dg_value *d = dg_set_label(dg_add(e, c), "d");
    dg_value *L = dg_set_label(dg_mul(d, dg_leaf(g, -2.0, "f")), "L");
    ck_assert_int_eq(dg_backward(L), DG_OK);
    dg_trace *t = dg_trace_from_value(L);
    ck_assert_ptr_nonnull(t);
    dg_graph_free(g);
    return t;
}

dg_trace *twice_trace(void)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, "a");
    dg_trace *t = dg_trace_from_value(dg_set_label(dg_add(a, a), "b"));
    ck_assert_ptr_nonnull(t);
    dg_graph_free(g);
    return t;
}

dg_trace *small_trace(const char *label, const char *op, double data, double grad)
{
    dg_trace *t = dg_trace_new();
    ck_assert_uint_eq(dg_trace_add_node(t, label, op, data), 0);
    if (op && *op) {
        ck_assert_uint_eq(dg_trace_add_node(t, "x", NULL, 1.0), 1);
        ck_assert_int_eq(dg_trace_add_edge(t, 1, 0), DG_OK);
    }
    ck_assert_int_eq(dg_trace_set_grad(t, 0, grad), DG_OK);
    return t;
}

static const char *const pieces[] = {
    "{",
    "}",
    "|",
    "<",
    ">",
    "\\",
    "\\\\",
    "\"",
    "'",
    "&",
    "&amp;",
    "&#60;",
    "&#x3c;",
    "&lt;",
    "&eacute;",
    "&nbsp;",
    "&bogus;",
    "&#0;",
    "&;",
    "\\N",
    "\\G",
    "\\L",
    "\\E",
    "\\T",
    "\\H",
    "\\n",
    "\\l",
    "\\r",
    "\\ ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "     ",
    "\x01",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\xc2\x85",
    "\xef\xbf\xbe",
    "\xef\xbf\xbf",
    "\xed\xa0\x80",
    "\xc0\xaf",
    "\xff",
    "\xe2\x82",
    "\xf0\x9f\x98",
    "\xf4\x90\x80\x80",
    "\xf0\x9f\x98\x80",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
    "\xe2\x80\xae",
    "\xe2\x80\xa8",
    "e\xcc\x81",
    "\xe6\xbc\xa2",
    "\xc2\xa0",
    "\xef\xbb\xbf",
    "x\\\"]; evil [URL=\"javascript:alert(1)\"]; y [label=\"",
    "<b>bold</b>",
    "</text><script>alert(1)</script>",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "<port> x",
    "a}b",
    " $ {HOME}", /* no formula, which test_draw_math.c draws */
    "%s%n",
    "https://example.org/",
    "url(#x)",
    "x",
    "weight",
    "b_1",
    "0",
    "-0",
    "graph",
    ";",
    "//",
    "/*",
    "#",
    "\n#",
    "->",
    "--",
    "\\\n",
    "\\\r\n",
};

void nasty_label(rng *r, char text[NASTY_ROOM])
{
    size_t n = rng_below(r, 9), at = 0;
    for (size_t i = 0; i < n; i++) {
        const char *piece = pieces[rng_below(r, sizeof pieces / sizeof *pieces)];
        size_t size = strlen(piece);
        if (at + size + 2 >= NASTY_ROOM)
            break;
        memcpy(text + at, piece, size);
        at += size;
    }
    if (rng_below(r, 6) == 0)
        text[at++] = '\\';
    text[at] = '\0';
}

static double some_number(rng *r)
{
    static const double special[] = {0.0,    -0.0,   NAN,     INFINITY, -INFINITY, 1e300,
                                     -1e300, 1e-300, 0.00005, 1e15,     1e16,      -1e16};
    if (rng_below(r, 6) == 0)
        return special[rng_below(r, sizeof special / sizeof *special)];
    return rng_between(r, -100.0, 100.0);
}

dg_trace *random_trace(rng *r, size_t nodes, bool nasty)
{
    enum { MOST = 200 };
    bool inner[MOST] = {false};
    size_t from[3 * MOST], to[3 * MOST], n = 0;
    ck_assert_uint_le(nodes, MOST);
    for (size_t i = 1; i < nodes; i++) {
        size_t extra = rng_below(r, 4) == 0 ? 2 : 1;
        for (size_t k = 0; k < extra; k++) {
            size_t reach = rng_below(r, 3) == 0 ? i : i < 3 ? i : 3;
            to[n] = k == 0 || rng_below(r, 2) ? i - 1 - rng_below(r, reach) : to[n - 1];
            from[n] = i;
            inner[to[n]] = true;
            n++;
        }
    }
    dg_trace *t = dg_trace_new();
    for (size_t i = 0; i < nodes; i++) {
        static const char *const ops[] = {"+", "*", "tanh", "**2", "ReLU", "**-0.5", "sigmoid"};
        char label[NASTY_ROOM], op[NASTY_ROOM + 1];
        if (nasty) {
            nasty_label(r, label);
            nasty_label(r, op + 1);
            op[0] = 'o';
        } else {
            snprintf(label, sizeof label, "x%zu", rng_below(r, 1000));
            snprintf(op, sizeof op, "%s", ops[rng_below(r, sizeof ops / sizeof *ops)]);
        }
        ck_assert_uint_eq(dg_trace_add_node(t, label, inner[i] ? op : NULL, some_number(r)), i);
        if (rng_below(r, 3))
            ck_assert_int_eq(dg_trace_set_grad(t, i, some_number(r)), DG_OK);
    }
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(dg_trace_add_edge(t, from[i], to[i]), DG_OK);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    return t;
}

/* Large numbers are positive, since no simple reference has the mean where they cancel, and so
 * large that four decimals are not asked of it. */
static double some_entry(rng *r, size_t kind)
{
    double x;
    switch (kind) {
    case 0:
        x = some_number(r);
        return fabs(x) >= 1e15 ? 1e3 * fabs(x) : x;
    case 1:
        return rng_between(r, -1e-9, 1e-9);
    case 2:
        return rng_below(r, 3) ? rng_between(r, -1e4, 1e4) : 0.0;
    default:
        return rng_between(r, -2.0, 2.0);
    }
}

static size_t some_shape(rng *r, size_t shape[DG_TRACE_DIMS_MAX], size_t *size)
{
    static const size_t sizes[] = {0, 1, 1, 2, 2, 2, 3, 4, 5, 8, 19};
    size_t ndim = rng_below(r, 12) == 0 ? DG_TRACE_DIMS_MAX : rng_below(r, 4);
    *size = 1;
    for (size_t i = 0; i < ndim; i++) {
        shape[i] = sizes[rng_below(r, ndim == DG_TRACE_DIMS_MAX ? 4 : 11)];
        *size *= shape[i];
    }
    return ndim;
}

dg_trace *tensor_trace(rng *r, size_t nodes)
{
    enum { MOST = 100 };
    static const char *const ops[] = {"@", "sum(dim=1)", "T", "[2]", "softmax(dim=-1)", "+"};
    bool inner[MOST] = {false};
    size_t to[MOST];
    ck_assert_uint_le(nodes, MOST);
    for (size_t i = 1; i < nodes; i++) {
        to[i] = i - 1 - rng_below(r, i < 4 ? i : 4);
        inner[to[i]] = true;
    }
    dg_trace *t = dg_trace_new();
    for (size_t i = 0; i < nodes; i++) {
        size_t shape[DG_TRACE_DIMS_MAX], size, ndim = some_shape(r, shape, &size);
        double *x = malloc((size + 1) * sizeof *x);
        ck_assert_ptr_nonnull(x);
        size_t kind = rng_below(r, 5);
        for (size_t k = 0; k < size; k++)
            x[k] = some_entry(r, kind);
        char label[32];
        snprintf(label, sizeof label, rng_below(r, 5) ? "w%zu" : "two\nlines %zu", i);
        const char *op = inner[i] ? ops[rng_below(r, sizeof ops / sizeof *ops)] : NULL;
        ck_assert_uint_eq(dg_trace_add_tensor(t, label, op, (int)ndim, shape, x), i);
        for (size_t k = 0; k < size; k++)
            x[k] = some_entry(r, kind);
        if (rng_below(r, 3))
            ck_assert_int_eq(dg_trace_set_grad_array(t, i, x, size), DG_OK);
        free(x);
    }
    for (size_t i = 1; i < nodes; i++)
        ck_assert_int_eq(dg_trace_add_edge(t, i, to[i]), DG_OK);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    return t;
}

dg_value *random_value(rng *r, dg_graph *g, size_t steps)
{
    enum { MOST = 128 };
    dg_value *made[MOST];
    size_t n = 0;
    ck_assert_uint_lt(steps + 2, MOST);
    for (; n < 2; n++)
        made[n] = dg_leaf(g, rng_between(r, -2.0, 2.0), n ? "b" : "a");
    for (size_t i = 0; i < steps; i++, n++) {
        dg_value *x = made[n - 1 - rng_below(r, n < 4 ? n : 4)];
        dg_value *y = made[rng_below(r, n)];
        switch (rng_below(r, 7)) {
        case 0:
            made[n] = dg_add(x, y);
            break;
        case 1:
            made[n] = dg_mul(x, y);
            break;
        case 2:
            made[n] = dg_tanh(x);
            break;
        case 3:
            made[n] = dg_pow(x, 2.0);
            break;
        case 4:
            made[n] = dg_sub(x, y);
            break;
        case 5:
            made[n] = dg_add(x, x);
            break;
        default:
            made[n] = dg_leaf(g, rng_between(r, -2.0, 2.0), NULL);
            break;
        }
        char label[32];
        snprintf(label, sizeof label, "n%zu", n);
        if (rng_below(r, 2))
            dg_set_label(made[n], label);
    }
    dg_value *root = dg_add(made[n - 1], made[n - 2]);
    ck_assert_ptr_nonnull(root);
    return root;
}

/* The Unicode standard's table 3-7: the lead byte, and what its second byte may be. */
static size_t sequence(const unsigned char *p, bool *whole)
{
    *whole = true;
    if (p[0] < 0x80)
        return 1;
    unsigned char low = 0x80, high = 0xBF;
    size_t need = p[0] >= 0xC2 && p[0] <= 0xDF   ? 2
                  : p[0] >= 0xE0 && p[0] <= 0xEF ? 3
                  : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4
                                                 : 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    if (p[0] == 0xED)
        high = 0x9F;
    if (p[0] == 0xF0)
        low = 0x90;
    if (p[0] == 0xF4)
        high = 0x8F;
    for (size_t i = 1; i < need; i++) {
        if (p[i] < low || p[i] > high) {
            *whole = false;
            return i;
        }
        low = 0x80;
        high = 0xBF;
    }
    *whole = need != 0;
    return need ? need : 1;
}

char *readable(const char *text)
{
    char *made = malloc(3 * strlen(text) + 2);
    ck_assert_ptr_nonnull(made);
    char *to = made;
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        bool good;
        size_t n = sequence(p, &good);
        if (good && n == 1 && *p < ' ' && *p != '\n' && *p != '\r' && *p != '\t')
            good = false;
        if (good && n == 3 && p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE)
            good = false;
        if (!good) {
            memcpy(to, "\xEF\xBF\xBD", 3);
            to += 3;
        } else if (*p == '\n' || *p == '\r') {
            if (to != made && to[-1] != '\n')
                *to++ = '\n';
        } else if (*p == '\t') {
            *to++ = ' ';
        } else {
            memcpy(to, p, n);
            to += n;
        }
        p += n;
    }
    if (to != made && to[-1] == '\n')
        to--;
    *to = '\0';
    return made;
}

void python_field(char text[400], const char *what, double x)
{
    if (isnan(x))
        snprintf(text, 400, "%s nan", what);
    else
        snprintf(text, 400, "%s %.4f", what, x);
}

int auto_number(char *text, double x)
{
    if (isnan(x))
        return sprintf(text, "nan");
    if (x == 0.0)
        return sprintf(text, "0.0000");
    double size = fabs(x);
    return sprintf(text, size < 5e-5 || (size >= 1e6 && isfinite(x)) ? "%.2e" : "%.4f", x);
}

char *draw(const dg_trace *t, dg_format format, size_t *size)
{
    dg_error error = {0};
    dg_draw_options options = {.format = format, .error = &error};
    size_t n = 0;
    char *made = dg_render(t, &n, &options);
    ck_assert_msg(made, "%s: %s", dg_format_name(format), error.text);
    ck_assert_int_eq(error.status, DG_OK);
    ck_assert_int_eq(made[n], 0);
    if (size)
        *size = n;
    return made;
}

xml_element *parse_svg(const char *svg, uint64_t seed)
{
    char why[XML_ERROR_ROOM];
    xml_element *root = xml_parse(svg, strlen(svg), why);
    ck_assert_msg(root, "seed %llu: %s", (unsigned long long)seed, why);
    return root;
}

xml_element *draw_tree(const dg_trace *t, dg_draw_options o)
{
    static char *svg;
    dg_error error = {0};
    o.error = &error;
    dg_free(svg);
    svg = dg_render(t, NULL, &o);
    ck_assert_msg(svg, "%s", error.text);
    return parse_svg(svg, 0);
}

bool stands_out(xml_element *root, char letter, size_t i, const char *suffix)
{
    char id[60];
    snprintf(id, sizeof id, "dotgrad-%c%zu%s", letter, i, suffix);
    const xml_element *e = xml_by_id(root, id);
    ck_assert_msg(e, "no %s", id);
    bool on = xml_has_class(e, "dg-highlight");
    ck_assert_msg(on != xml_has_class(e, "dg-receded"), "%s is neither or both", id);
    return on;
}

void check_drawn(dg_trace *t, dg_format format, const char *want)
{
    size_t size;
    char *made = draw(t, format, &size);
    ck_assert_str_eq(made, want);
    ck_assert_uint_eq(size, strlen(made));
    dg_free(made);
    dg_trace_free(t);
}

static char folder[1024];

const char *scratch(void)
{
    if (!*folder) {
        const char *where = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/dotgrad-test-XXXXXX",
                 where && *where ? where : P_tmpdir);
        ck_assert_ptr_nonnull(mkdtemp(folder));
    }
    return folder;
}

const char *scratch_path(const char *file)
{
    static char paths[8][1200];
    static size_t turn;
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch(), file);
    return path;
}

void remove_scratch(void)
{
    if (*folder)
        ck_assert_int_eq(shell("rm -rf '%s'", folder), 0);
    *folder = '\0';
}

size_t files_in(const char *where)
{
    DIR *d = opendir(where);
    ck_assert_ptr_nonnull(d);
    size_t n = 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

char *slurp(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f, "cannot read %s", path);
    char *bytes = NULL;
    size_t n = 0, room = 0;
    do {
        room += room + 65536;
        bytes = realloc(bytes, room + 1);
        ck_assert_ptr_nonnull(bytes);
        n += fread(bytes + n, 1, room - n, f);
    } while (n == room);
    fclose(f);
    bytes[n] = '\0';
    if (size)
        *size = n;
    return bytes;
}

void spill(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    ck_assert_msg(f, "cannot write %s", path);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

int shell(const char *format, ...)
{
    char line[4096];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    ck_assert_int_lt(n, (int)sizeof line);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool have(const char *command)
{
    if (shell("command -v %s >/dev/null 2>&1", command) == 0)
        return true;
    fprintf(stderr, "%s is not installed: a part of this suite is left out\n", command);
    return false;
}
