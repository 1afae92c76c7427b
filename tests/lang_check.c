#include "lang_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A program that was run, and who wants to know what is wrong with it. */
typedef struct lang_run {
    dg_graph *graph;
    dg_program *program;
    const char *path;
    size_t line; /* of the expectation that is looked at */
    FILE *report;
    bool ok;
} lang_run;

static void differ(lang_run *r, const char *expected, const char *actual)
{
    fprintf(r->report, "%s:%zu:\n  expected: %s\n  actual:   %s\n", r->path, r->line, expected,
            actual);
    r->ok = false;
}

/* What is written into it, as a string that the caller frees. */
typedef struct text_stream {
    FILE *stream;
    char *text;
    size_t size;
} text_stream;

static FILE *open_text(text_stream *t)
{
    *t = (text_stream){0};
    t->stream = open_memstream(&t->text, &t->size);
    if (!t->stream)
        abort();
    return t->stream;
}

static char *close_text(text_stream *t)
{
    if (fclose(t->stream) != 0)
        abort();
    return t->text;
}

/* --- What a value is, as text. */

/* The shortest digits that read back as the same number. */
static void write_number(FILE *to, double x)
{
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, x);
        if (strtod(digits, NULL) == x)
            break;
    }
    fputs(isnan(x) ? "nan" : digits, to);
}

static void write_shape(FILE *to, const dg_value *v)
{
    char shape[DG_SHAPE_TEXT_MAX];
    fputs(dg_shape_text(dg_ndim(v), dg_shape(v), shape), to);
}

/* "(2, 2) 1 2 3 4"; of a scalar the number alone. */
static void write_numbers(FILE *to, const dg_value *v, const double *numbers)
{
    if (dg_ndim(v) > 0)
        write_shape(to, v);
    for (size_t i = 0; i < dg_size(v); i++) {
        if (i > 0 || dg_ndim(v) > 0)
            fputc(' ', to);
        write_number(to, numbers[i]);
    }
}

static void write_quoted(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            fputs("\\n", to);
        else if (*text == '\t')
            fputs("\\t", to);
        else if (*text == '\'' || *text == '\\')
            fprintf(to, "\\%c", *text);
        else
            fputc(*text, to);
    }
    fputc('\'', to);
}

/* --- What an expectation speaks of: a name, operands of it, an attribute. */

typedef struct subject {
    bool is_count; /* the number of values in the graph */
    dg_value *value;
    char attribute[20]; /* "" for the data */
} subject;

static const char *skip_spaces(const char *at)
{
    return at + strspn(at, " ");
}

/* Reads one and returns what follows; NULL where there is none. */
static const char *read_subject(const lang_run *r, const char *at, subject *s)
{
    *s = (subject){0};
    at = skip_spaces(at);
    size_t length = strcspn(at, " .[=~<>");
    char name[64];
    if (length == 0 || length >= sizeof name)
        return NULL;
    memcpy(name, at, length);
    name[length] = '\0';
    at += length;
    s->is_count = strcmp(name, "values") == 0;
    if (strcmp(name, "root") == 0)
        s->value = dg_program_root(r->program);
    else
        s->value = dg_program_find(r->program, name);
    while (*at == '[') {
        char *end;
        s->value = dg_operand(s->value, (int)strtol(at + 1, &end, 10));
        if (*end != ']')
            return NULL;
        at = end + 1;
    }
    if (*at == '.') {
        length = strspn(++at, "abcdefghijklmnopqrstuvwxyz_");
        if (length == 0 || length >= sizeof s->attribute)
            return NULL;
        memcpy(s->attribute, at, length);
        at += length;
    }
    return at;
}

/* False for an attribute that does not exist. */
static bool write_subject(FILE *to, const lang_run *r, const subject *s)
{
    const dg_value *v = s->value;
    const char *name = s->attribute;
    if (s->is_count)
        fprintf(to, "%zu", dg_graph_size(r->graph));
    else if (!v || (strcmp(name, "grad") == 0 && !dg_has_grad(v)))
        fputs("None", to);
    else if (*name == '\0')
        write_numbers(to, v, dg_data_array(v));
    else if (strcmp(name, "grad") == 0)
        write_numbers(to, v, dg_grad_array(v));
    else if (strcmp(name, "label") == 0)
        write_quoted(to, dg_label(v));
    else if (strcmp(name, "scope") == 0)
        write_quoted(to, dg_scope(v));
    else if (strcmp(name, "op") == 0)
        write_quoted(to, dg_op_name(v));
    else if (strcmp(name, "operands") == 0)
        fprintf(to, "%d", dg_operand_count(v));
    else if (strcmp(name, "requires_grad") == 0)
        fputs(dg_requires_grad(v) ? "True" : "False", to);
    else
        return false;
    return true;
}

/* --- Facts: "y = (2,) 1 2", "y ~ 0.1 within 1e-6", "a is b", "a < 1", "a == b". */

/* The shape and every number, each within a distance. */
static bool is_near(const char *actual, const char *expected)
{
    double distance = 1e-12;
    const char *within = strstr(expected, " within ");
    const char *end = within ? within : expected + strlen(expected);
    if (within)
        distance = strtod(within + 8, NULL);
    const char *shape = *actual == '(' ? strchr(actual, ')') + 1 : actual;
    if (strncmp(actual, expected, (size_t)(shape - actual)) != 0)
        return false;
    expected += shape - actual;
    actual = shape;
    while (*skip_spaces(actual) != '\0') {
        char *after, *after_expected;
        double x = strtod(actual, &after), y = strtod(expected, &after_expected);
        /* Written so that nan is near nothing. */
        if (after == actual || after_expected == expected || after_expected > end ||
            !(fabs(x - y) <= distance))
            return false;
        actual = after;
        expected = after_expected;
    }
    return skip_spaces(expected) >= end;
}

static double number_of(const subject *s)
{
    return strcmp(s->attribute, "grad") == 0 ? dg_grad(s->value) : dg_data(s->value);
}

/* A number, or what has one; nan for anything else. */
static double read_operand(const lang_run *r, const char *text)
{
    char *end;
    double number = strtod(text, &end);
    if (end != text && *skip_spaces(end) == '\0')
        return number;
    subject s;
    return read_subject(r, text, &s) ? number_of(&s) : NAN;
}

static bool same_text(const lang_run *r, const char *actual, const char *other)
{
    subject s;
    const char *end = read_subject(r, other, &s);
    text_stream t;
    FILE *to = open_text(&t);
    bool readable = end && *skip_spaces(end) == '\0' && s.value && write_subject(to, r, &s);
    char *text = close_text(&t);
    bool same = readable && strcmp(actual, text) == 0;
    free(text);
    return same;
}

/* "is b", "is not b": the same value of the graph, or not; of an attribute only None. */
static bool is_same(const lang_run *r, const subject *a, const char *actual, const char *other)
{
    bool negated = strncmp(other, "not ", 4) == 0;
    other = skip_spaces(other + (negated ? 4 : 0));
    if (strcmp(other, "None") == 0)
        return negated == (strcmp(actual, "None") != 0);
    subject b;
    const char *end = read_subject(r, other, &b);
    return end && *skip_spaces(end) == '\0' && b.value && a->value && !*a->attribute &&
           !*b.attribute && negated == (a->value != b.value);
}

static bool holds(const lang_run *r, const subject *s, const char *relation, const char *actual)
{
    if (strncmp(relation, "is ", 3) == 0)
        return is_same(r, s, actual, skip_spaces(relation + 3));
    if (strncmp(relation, "==", 2) == 0)
        return same_text(r, actual, relation + 2);
    if (*relation == '=')
        return strcmp(actual, skip_spaces(relation + 1)) == 0;
    if (*relation == '~')
        return is_near(actual, skip_spaces(relation + 1));
    if (*relation == '<')
        return number_of(s) < read_operand(r, relation + 1);
    if (*relation == '>')
        return number_of(s) > read_operand(r, relation + 1);
    return false;
}

static void check_fact(lang_run *r, const char *fact)
{
    subject s;
    const char *relation = read_subject(r, fact, &s);
    text_stream t;
    FILE *to = open_text(&t);
    bool readable = relation && write_subject(to, r, &s);
    char *actual = close_text(&t);
    if (!readable)
        differ(r, fact, "(this is no expectation)");
    else if (!holds(r, &s, skip_spaces(relation), actual))
        differ(r, fact, actual);
    free(actual);
}

/* Facts are separated by semicolons that are not quoted. */
static void check_facts(lang_run *r, const char *line)
{
    char fact[1000];
    size_t size = 0;
    bool quoted = false;
    for (const char *at = line;; at++) {
        bool ends = *at == '\0' || (*at == ';' && !quoted);
        if (!ends && (size > 0 || *at != ' ') && size + 1 < sizeof fact)
            fact[size++] = *at;
        if (*at == '\'' && (at == line || at[-1] != '\\'))
            quoted = !quoted;
        if (!ends)
            continue;
        while (size > 0 && fact[size - 1] == ' ')
            size--;
        fact[size] = '\0';
        check_fact(r, fact);
        size = 0;
        if (*at == '\0')
            return;
    }
}

/* --- Diagnostics. */

/* The three printed lines, from the line of the program and the caret with its message. */
static char *write_diagnostic(const lang_expectation *e, size_t column, size_t length)
{
    const char *message = e->text + column + 1 + length;
    message = skip_spaces(message);
    const char *hint = strstr(message, " -- ");
    int size = hint ? (int)(hint - message) : (int)strlen(message);
    text_stream t;
    FILE *to = open_text(&t);
    fprintf(to, "t.dg:%zu:%zu: error: %.*s\n%5zu | %s\n      | %.*s", e->program_line, column, size,
            message, e->program_line, e->source, (int)(column - 1 + length), e->text + 2);
    if (hint)
        fprintf(to, " %s", hint + 4);
    fputc('\n', to);
    return close_text(&t);
}

/* The fields say what is printed. */
static bool has_fields(const dg_diagnostic *d, const lang_expectation *e, size_t column,
                       size_t length)
{
    const char *message = skip_spaces(e->text + column + 1 + length);
    size_t size = strlen(d->error.text);
    bool to_the_end = column - 1 + length >= strlen(e->source);
    return d->error.status == DG_SYNTAX && strcmp(d->error.file, "t.dg") == 0 &&
           d->error.line == e->program_line && d->error.column == column &&
           (d->length == length || (to_the_end && d->length > length)) &&
           strncmp(message, d->error.text, size) == 0 &&
           (*d->hint == '\0' ? message[size] == '\0'
                             : strncmp(message + size, " -- ", 4) == 0 &&
                                   strcmp(message + size + 4, d->hint) == 0);
}

static void check_caret(lang_run *r, const lang_expectation *e, size_t i)
{
    size_t column = strspn(e->text, " ") - 1;
    size_t length = e->text[column + 1] == '^' ? 1 + strspn(e->text + column + 2, "~") : 0;
    if (length == 0 || column == 0) {
        differ(r, "a caret", e->text);
        return;
    }
    const dg_diagnostic *d = dg_program_diagnostic(r->program, i);
    char *expected = write_diagnostic(e, column, length);
    if (!d || strcmp(d->rendered, expected) != 0)
        differ(r, expected, d ? d->rendered : "(no diagnostic)");
    else if (!has_fields(d, e, column, length))
        differ(r, expected, "(the fields of the diagnostic say something else)");
    free(expected);
}

/* Lines that begin with '!', from expectation @p first on, against the diagnostics from @p i on. */
static void check_printed(lang_run *r, const lang_case *c, size_t first, size_t *i)
{
    text_stream expected, actual;
    FILE *to = open_text(&expected);
    for (size_t k = first; k < c->n_expectations && c->expectations[k].kind == LANG_PRINTED; k++)
        fprintf(to, "%s\n", c->expectations[k].text);
    char *text = close_text(&expected);
    to = open_text(&actual);
    const dg_diagnostic *d = NULL;
    long size = (long)strlen(text);
    while (size > 0 && (d = dg_program_diagnostic(r->program, *i))) {
        fputs(d->rendered, to);
        size -= (long)strlen(d->rendered);
        ++*i;
    }
    char *printed = close_text(&actual);
    if (strcmp(text, printed) != 0)
        differ(r, text, printed);
    free(printed);
    free(text);
}

/* Every diagnostic is expected, and every one that is expected is there. */
static void check_diagnostics(lang_run *r, const lang_case *c)
{
    size_t n = 0;
    for (size_t k = 0; k < c->n_expectations; k++) {
        const lang_expectation *e = &c->expectations[k];
        r->line = e->line;
        if (e->kind == LANG_CARET)
            check_caret(r, e, n++);
        else if (e->kind == LANG_PRINTED && (k == 0 || c->expectations[k - 1].kind != LANG_PRINTED))
            check_printed(r, c, k, &n);
    }
    r->line = c->line;
    const dg_diagnostic *d = dg_program_diagnostic(r->program, n);
    if (d)
        differ(r, "no other diagnostic", d->rendered);
    if (r->ok && dg_program_error_count(r->program) != n)
        differ(r, "as many errors as diagnostics", "another count");
    if (dg_program_status(r->program) != (n > 0 ? DG_SYNTAX : DG_OK) && r->ok)
        differ(r, "the status of a program with these diagnostics", "another status");
    if (dg_graph_status(r->graph) != DG_OK)
        differ(r, "no error in the graph", dg_graph_error(r->graph)->text);
}

/* --- One run, and two. */

/* Everything that can be seen of it: the diagnostics, and the graph below the root. */
static char *record(const lang_run *r)
{
    text_stream t;
    FILE *to = open_text(&t);
    for (size_t i = 0; dg_program_diagnostic(r->program, i); i++)
        fputs(dg_program_diagnostic(r->program, i)->rendered, to);
    fprintf(to, "%zu values\n", dg_graph_size(r->graph));
    dg_trace *trace = dg_trace_from_value(dg_program_root(r->program));
    char *json = dg_json_from_trace(trace, NULL);
    fputs(json ? json : "", to);
    dg_free(json);
    dg_trace_free(trace);
    return close_text(&t);
}

/* What is printed, where the case says it; the last line may have no end. */
static void check_output(lang_run *r, const lang_case *c)
{
    text_stream t;
    FILE *to = open_text(&t);
    size_t lines = 0;
    for (size_t k = 0; k < c->n_expectations; k++) {
        if (c->expectations[k].kind != LANG_OUTPUT)
            continue;
        fprintf(to, "%s\n", c->expectations[k].text);
        if (lines++ == 0)
            r->line = c->expectations[k].line;
    }
    char *expected = close_text(&t);
    const char *actual = dg_program_output(r->program, NULL);
    size_t size = strlen(expected), printed = strlen(actual);
    bool same = printed + 1 == size ? memcmp(expected, actual, printed) == 0
                                    : strcmp(expected, actual) == 0;
    if (lines > 0 && !same)
        differ(r, expected, actual);
    free(expected);
}

/* Of a case that expects notes. */
static void check_notes(lang_run *r, const lang_case *c)
{
    size_t i = 0;
    for (size_t k = 0; k < c->n_expectations; k++) {
        if (c->expectations[k].kind != LANG_NOTE)
            continue;
        const char *note = dg_program_note(r->program, i++);
        r->line = c->expectations[k].line;
        if (!note || !strstr(note, c->expectations[k].text))
            differ(r, c->expectations[k].text, note ? note : "(no note)");
    }
    if (i > 0 && dg_program_note(r->program, i))
        differ(r, "no other note", dg_program_note(r->program, i));
}

/* Runs the first bytes of the program; what is recorded of it, or NULL. */
static char *check_run(lang_run *r, const lang_case *c, size_t size)
{
    r->line = c->line;
    r->graph = dg_graph_new();
    r->program = dg_program_run(r->graph, c->program, size, "t.dg", c->labels);
    if (!r->program) {
        differ(r, "a program", "NULL");
    } else {
        check_diagnostics(r, c);
        check_output(r, c);
        check_notes(r, c);
        for (size_t k = 0; k < c->n_expectations; k++) {
            r->line = c->expectations[k].line;
            if (c->expectations[k].kind == LANG_FACTS)
                check_facts(r, c->expectations[k].text);
        }
    }
    char *text = r->ok ? record(r) : NULL;
    dg_program_free(r->program);
    dg_graph_free(r->graph);
    return text;
}

bool lang_check(const lang_case *c, const char *path, FILE *report)
{
    lang_run r = {.path = path, .report = report, .ok = true};
    char *first = check_run(&r, c, c->size);
    if (!r.ok)
        return false;
    /* Once more: the same comes of it, and without the last line end, too. */
    bool shorter = !c->exact && c->size > 0;
    char *second = check_run(&r, c, shorter ? c->size - 1 : c->size);
    r.line = c->line;
    if (!r.ok)
        fprintf(report, "  (in the second run%s)\n", shorter ? ", without the last line end" : "");
    else if (strcmp(first, second) != 0)
        differ(&r, first, second);
    free(first);
    free(second);
    return r.ok;
}
