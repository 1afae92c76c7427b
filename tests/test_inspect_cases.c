/* Planted faults: programs and traces with one fault each, as data. See tests/inspect/README. */
#include <dotgrad/dotgrad.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "check_main.h"
#include "engine_support.h"

typedef struct test_case {
    const char *file;
    size_t line; /* where it begins */
    dgi_buf program, json, expected;
} test_case;

typedef struct inspected {
    dg_graph *graph;
    dg_program *program;
    dg_trace *trace;
    dg_inspect *inspect;
} inspected;

/* What the case is about, and all that was found. */
static const char *report(const test_case *c, const inspected *i)
{
    static dgi_buf out = DGI_BUF_INIT;
    dgi_buf_free(&out);
    dgi_buf_printf(&out, "%s:%zu\n%s%.2000sfound:\n", c->file, c->line,
                   c->program.data ? c->program.data : "", c->json.data ? c->json.data : "");
    for (size_t n = 0; n < dg_inspect_finding_count(i->inspect) && n < 20; n++) {
        const dg_finding *f = dg_inspect_finding(i->inspect, n);
        dgi_buf_printf(&out, "  %s: %s [%s] at %zd, scope '%s', %zu parameters: %s\n",
                       dg_severity_name(f->severity), dg_finding_kind_name(f->kind), f->cause,
                       (ssize_t)f->node, f->scope, f->affected_parameters, f->text);
    }
    return out.data;
}

#define expect(condition, ...)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s: ", report(c, i));                                                          \
            printf(__VA_ARGS__);                                                                   \
            printf("\n");                                                                          \
            return false;                                                                          \
        }                                                                                          \
    } while (0)

/* ---- What is expected ----------------------------------------------------------------------- */

static bool same_double(double found, double expected)
{
    if (!isfinite(expected))
        return isnan(expected) ? isnan(found) : found == expected;
    return fabs(found - expected) <= 1e-6 * fabs(expected);
}

static bool check_place(const test_case *c, const inspected *i, const dg_finding *f,
                        const char *name)
{
    if (strcmp(name, "nothing") == 0) {
        expect(f->node == DG_NO_NODE, "at %zu, not at nothing", f->node);
        return true;
    }
    size_t node = dg_trace_find(i->trace, name);
    expect(node != DG_NO_NODE, "no value is called %s", name);
    expect(f->node == node, "at %zu, not at %s, which is %zu", f->node, name, node);
    return true;
}

static bool check_first(const test_case *c, const inspected *i, const dg_finding *f, char *text)
{
    char *at = strstr(text, " at ");
    if (at)
        *at = '\0';
    dg_finding_kind kind = dg_finding_kind_from_name(text);
    expect(kind != DG_FINDING_KIND_COUNT, "there is no kind '%s'", text);
    expect(f, "no finding, where %s was expected", text);
    expect(f->kind == kind, "the first finding is not %s", text);
    return !at || check_place(c, i, f, at + 4);
}

static bool check_evidence(const test_case *c, const inspected *i, const dg_finding *f, char *text)
{
    char *equals = strstr(text, " = ");
    double expected;
    expect(equals && dgi_parse_double(equals + 3, &expected), "evidence needs NAME = NUMBER");
    *equals = '\0';
    for (size_t n = 0; n < f->evidence_count; n++)
        if (strcmp(f->evidence[n].name, text) == 0) {
            expect(same_double(f->evidence[n].value, expected), "%s is %.17g, not %.17g", text,
                   f->evidence[n].value, expected);
            return true;
        }
    expect(false, "no evidence '%s'", text);
}

static bool check_other(const test_case *c, const inspected *i, const char *text)
{
    dg_finding_kind kind = dg_finding_kind_from_name(text);
    for (size_t n = 1; n < dg_inspect_finding_count(i->inspect); n++)
        if (dg_inspect_finding(i->inspect, n)->kind == kind)
            return true;
    expect(false, "no other finding is %s", text);
}

static bool check_worst(const test_case *c, const inspected *i, int worst)
{
    const dg_finding *f = dg_inspect_finding(i->inspect, 0);
    expect(!f || (int)f->severity <= worst, "a finding that should not be");
    return true;
}

static bool check_count(const test_case *c, const inspected *i, const char *what, size_t found,
                        const char *text)
{
    expect(found == strtoul(text, NULL, 10), "%s: %zu, not %s", what, found, text);
    return true;
}

static bool check_values(const test_case *c, const inspected *i, const char *text)
{
    char *end;
    size_t least = strtoul(text, &end, 10), most = strtoul(end, NULL, 10);
    size_t count = dg_trace_node_count(i->trace);
    expect(count >= least && count <= most, "%zu values", count);
    return true;
}

/* The rest of a line that begins with the word; NULL if it does not. */
static char *after(char *line, const char *word)
{
    size_t size = strlen(word);
    return strncmp(line, word, size) == 0 ? line + size : NULL;
}

static bool check_line(const test_case *c, const inspected *i, char *line)
{
    const dg_finding *f = dg_inspect_finding(i->inspect, 0);
    char *text;
    if (strcmp(line, "nothing") == 0)
        return check_worst(c, i, -1);
    if (strcmp(line, "healthy") == 0)
        return check_worst(c, i, DG_SEVERITY_NOTE);
    if (strcmp(line, "no errors") == 0)
        return check_worst(c, i, DG_SEVERITY_WARNING);
    if ((text = after(line, "values ")))
        return check_values(c, i, text);
    if (after(line, "option "))
        return true;
    if ((text = after(line, "first ")))
        return check_first(c, i, f, text);
    expect(f, "no finding");
    if ((text = after(line, "cause ")))
        expect(strcmp(f->cause, text) == 0, "the cause is '%s', not '%s'", f->cause, text);
    else if ((text = after(line, "scope ")))
        expect(strcmp(f->scope, text) == 0, "the scope is '%s', not '%s'", f->scope, text);
    else if ((text = after(line, "severity ")))
        expect(strcmp(dg_severity_name(f->severity), text) == 0, "the severity is not %s", text);
    else if ((text = after(line, "says ")))
        expect(strstr(f->text, text), "it does not say '%s'", text);
    else if ((text = after(line, "about ")))
        return check_count(c, i, "about", f->node_count, text);
    else if ((text = after(line, "affects ")))
        return check_count(c, i, "affects", f->affected_values, text);
    else if ((text = after(line, "parameters ")))
        return check_count(c, i, "parameters", f->affected_parameters, text);
    else if ((text = after(line, "evidence ")))
        return check_evidence(c, i, f, text);
    else if ((text = after(line, "also ")))
        return check_other(c, i, text);
    else
        expect(false, "what is '%s'?", line);
    return true;
}

static bool check_all(const test_case *c, const inspected *i)
{
    for (size_t n = 1; n < dg_inspect_finding_count(i->inspect); n++)
        expect(dg_inspect_finding(i->inspect, n)->severity < DG_SEVERITY_ERROR,
               "more than one error");
    bool passed = true;
    char *copy = strdup(c->expected.data ? c->expected.data : ""), *rest = copy;
    for (char *line = strtok_r(rest, "\n", &rest); line && passed;
         line = strtok_r(NULL, "\n", &rest))
        passed = check_line(c, i, line);
    free(copy);
    return passed;
}

/* ---- Cases ---------------------------------------------------------------------------------- */

static bool set_option(dg_inspect_options *o, const char *text)
{
    static const struct {
        const char *name;
        size_t offset;
    } members[] = {{"saturated", offsetof(dg_inspect_options, saturated)},
                   {"saturated_share", offsetof(dg_inspect_options, saturated_share)},
                   {"vanishing", offsetof(dg_inspect_options, vanishing)},
                   {"vanishing_ratio", offsetof(dg_inspect_options, vanishing_ratio)},
                   {"exploding", offsetof(dg_inspect_options, exploding)},
                   {"exploding_ratio", offsetof(dg_inspect_options, exploding_ratio)},
                   {"learning_rate", offsetof(dg_inspect_options, learning_rate)},
                   {"update_min", offsetof(dg_inspect_options, update_min)},
                   {"update_max", offsetof(dg_inspect_options, update_max)},
                   {"tolerance", offsetof(dg_inspect_options, tolerance)}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        size_t size = strlen(members[i].name);
        double *member = (double *)((char *)o + members[i].offset);
        if (strncmp(text, members[i].name, size) == 0 && text[size] == ' ')
            return dgi_parse_double(text + size + 1, member);
    }
    return false;
}

static bool options_of(const test_case *c, dg_inspect_options *o)
{
    bool good = true;
    char *copy = strdup(c->expected.data ? c->expected.data : ""), *rest = copy;
    for (char *line = strtok_r(rest, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *text = after(line, "option ");
        if (text && !set_option(o, text)) {
            printf("%s:%zu: no option '%s'\n", c->file, c->line, text);
            good = false;
        }
    }
    free(copy);
    return good;
}

static bool make_trace(const test_case *c, inspected *i)
{
    if (c->json.size > 0) {
        dg_error error;
        i->trace = dg_trace_from_json(c->json.data, c->json.size, &error);
        if (!i->trace)
            printf("%s:%zu: line %zu: %s\n", c->file, c->line, error.line, error.text);
        return i->trace;
    }
    i->graph = dg_graph_new();
    i->program = dg_program_run(i->graph, c->program.data, c->program.size, c->file, 0);
    const dg_diagnostic *d = dg_program_diagnostic(i->program, 0);
    if (d) {
        printf("%s:%zu: %s", c->file, c->line, d->rendered);
        return false;
    }
    size_t n;
    dg_value *const *values = dg_program_values(i->program, &n);
    i->trace = dg_trace_from_values(dg_program_root(i->program), values, n);
    return i->trace;
}

static bool run_case(const test_case *c)
{
    inspected i = {0};
    dg_error error;
    dg_inspect_options o = {0};
    bool passed = make_trace(c, &i) && options_of(c, &o);
    if (passed) {
        i.inspect = dg_inspect_new(i.trace, &o, &error);
        if (!i.inspect)
            printf("%s:%zu: %s\n", c->file, c->line, error.text);
        passed = i.inspect && check_all(c, &i);
    }
    dg_inspect_free(i.inspect);
    dg_trace_free(i.trace);
    dg_program_free(i.program);
    dg_graph_free(i.graph);
    return passed;
}

static void free_case(test_case *c)
{
    dgi_buf_free(&c->program);
    dgi_buf_free(&c->json);
    dgi_buf_free(&c->expected);
}

static void add_line(test_case *c, const char *line, size_t number)
{
    if (!c->line)
        c->line = number;
    bool is_program = line[0] == '>' || line[0] == '|';
    dgi_buf *to = line[0] == '>' ? &c->program : line[0] == '|' ? &c->json : &c->expected;
    dgi_buf_puts(to, is_program ? line + (line[1] == ' ' ? 2 : 1) : line);
    dgi_buf_putc(to, '\n');
}

static size_t n_cases, n_failed;

static void end_case(test_case *c)
{
    if (c->line) {
        n_cases++;
        n_failed += !run_case(c);
    }
    free_case(c);
    *c = (test_case){.file = c->file};
}

static void run_file(const char *path)
{
    FILE *f = fopen(path, "r");
    must(f, "cannot read %s", path);
    char *line = NULL;
    size_t capacity = 0, number = 0;
    test_case c = {.file = path};
    for (ssize_t size; (size = getline(&line, &capacity, f)) >= 0;) {
        number++;
        if (size > 0 && line[size - 1] == '\n')
            line[size - 1] = '\0';
        if (!line[0])
            end_case(&c);
        else if (line[0] != '#')
            add_line(&c, line, number);
    }
    end_case(&c);
    free(line);
    fclose(f);
}

static int is_test(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".test") == 0;
}

START_TEST(planted_faults)
{
    struct dirent **files;
    int n = scandir(INSPECT_TESTS, &files, is_test, alphasort);
    ck_assert_int_gt(n, 0);
    for (int k = 0; k < n; k++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", INSPECT_TESTS, files[k]->d_name);
        run_file(path);
        free(files[k]);
    }
    free(files);
    ck_assert_msg(n_failed == 0, "%zu of %zu cases failed", n_failed, n_cases);
    ck_assert_uint_ge(n_cases, 50);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        for (int k = 1; k < argc; k++)
            run_file(argv[k]);
        printf("%zu of %zu cases failed\n", n_failed, n_cases);
        return n_failed > 0;
    }
    const TTest *const tests[] = {planted_faults};
    return run_suite("inspect_cases", tests, sizeof tests / sizeof *tests);
}
