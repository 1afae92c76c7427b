/* From an input to its trace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/job.h"
#include "cli/process.h"

/* The location of what concerns the input as a whole. */
static location whole_input(const job *j)
{
    size_t offset = j->options->line_offset;
    return (location){.file = input_name(j), .line = offset ? offset + 1 : 0};
}

/* ---- Programs ------------------------------------------------------------------------------- */

static dg_value *named_value(const dg_program *p, const char *name)
{
    dg_value *value = dg_program_find(p, name);
    if (value)
        return value;
    const char *near = dg_program_suggest(p, name);
    if (near)
        report_error("no value is named '%s'; did you mean '%s'?", name, near);
    else
        report_error("no value is named '%s'", name);
    return NULL;
}

/* The root that --root asks for, or the program's own; NULL after an error was reported. */
static dg_value *program_root(const job *j, const dg_program *p, exit_status *status)
{
    if (j->options->root) {
        *status = EXIT_TROUBLE;
        return named_value(p, j->options->root);
    }
    dg_value *root = dg_program_root(p);
    location where = whole_input(j);
    if (!root)
        diagnose("error", &where, "the program makes no value to draw");
    *status = EXIT_WRONG;
    return root;
}

/* Puts so many empty lines before the program, after its byte-order mark, as if the whole document
 * were there: so every diagnostic has the document's line. */
static char *add_lines(char *text, size_t *size, size_t lines)
{
    size_t mark = *size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    char *moved = realloc(text, *size + lines + 1);
    if (!moved) {
        free(text);
        report_error("out of memory");
        return NULL;
    }
    memmove(moved + mark + lines, moved + mark, *size - mark);
    memset(moved + mark, '\n', lines);
    *size += lines;
    moved[*size] = '\0';
    return moved;
}

/* The bytes from the start of a line of the text to its end. */
static size_t line_length(const char *text, size_t size, size_t line)
{
    const char *p = text, *end = text + size;
    for (; line > 1 && p < end; line--) {
        const char *next = memchr(p, '\n', (size_t)(end - p));
        p = next ? next + 1 : end;
    }
    const char *next = memchr(p, '\n', (size_t)(end - p));
    return (size_t)((next ? next : end) - p);
}

static void diagnose_all(const job *j, const dg_program *p, const char *text, size_t size)
{
    const dg_diagnostic *d;
    size_t i = 0;
    for (; (d = dg_program_diagnostic(p, i)); i++) {
        const dg_error *e = &d->error;
        location where = {size ? input_name(j) : e->file, e->line, e->column,
                          e->column + d->length - 1};
        /* What spans several lines is shown on its first. */
        size_t length = size ? line_length(text, size, e->line) : where.last;
        if (where.last > length)
            where.last = length;
        diagnose_program(d, &where);
    }
    size_t more = dg_program_error_count(p) - i;
    if (more && json_diagnostics())
        report_note("%zu more errors are not shown", more);
    else if (more)
        fprintf(stderr, "dotgrad: %zu more errors are not shown\n", more);
}

static bool checked_gradients(const job *j, const dg_trace *t, dg_value *root)
{
    progress_phase("checking gradients");
    progress_start(j->options);
    bool done = check_gradients(j->check, t, root, !j->options->root);
    progress_stop();
    return done;
}

static dg_trace *trace_of_program(const job *j, const dg_graph *g, const dg_program *p,
                                  dg_trace **whole, exit_status *status)
{
    const options *o = j->options;
    log_phase(o, "run", "%zu values", dg_graph_size(g));
    dg_value *root = program_root(j, p, status);
    if (!root)
        return NULL;
    if (is_inspected(o)) {
        size_t n;
        dg_value *const *others = dg_program_values(p, &n);
        *whole = dg_trace_from_values(root, others, n);
    }
    dg_trace *t = *whole && o->draw.format == DG_REPORT ? *whole : dg_trace_from_value(root);
    if (t && (*whole || !is_inspected(o))) {
        *status = EXIT_TROUBLE;
        if (j->check && !checked_gradients(j, t, root)) {
            dg_trace_free(t == *whole ? NULL : t);
            return NULL;
        }
        return o->draw.why ? find_explained(o, t, root, p) : t;
    }
    report_error("out of memory");
    *status = EXIT_TROUBLE;
    dg_trace_free(t == *whole ? NULL : t);
    return NULL;
}

/* What the program has printed, and notes about it, on standard error. */
static void write_output(const options *o, const dg_program *p)
{
    size_t size;
    const char *output = dg_program_output(p, &size), *note;
    if (o->quiet)
        return;
    for (size_t i = 0; (note = dg_program_note(p, i)) && !json_diagnostics(); i++)
        fprintf(stderr, "%s\n", note);
    fwrite(output, 1, size, stderr);
}

/* Whether the input is a notebook. */
static bool is_notebook(const job *j)
{
    const char *end = j->input ? strrchr(j->input, '.') : NULL;
    return end && strcmp(end, ".ipynb") == 0;
}

/* Reads the notebook that the text is; *program is borrowed from it. NULL where it is none, or has
 * too few cells. */
static dg_notebook *read_notebook(const job *j, const char *text, size_t *size,
                                  const char **program, exit_status *status)
{
    dg_error error;
    dg_notebook *nb = dg_notebook_read(text, *size, &error);
    size_t cells = dg_notebook_cell_count(nb);
    *status = EXIT_WRONG;
    if (!nb)
        report_error("%s:%zu:%zu: %s", input_name(j), error.line, error.column, error.text);
    else if (j->options->cell > cells)
        report_error("'%s' has %zu code cell%s", input_name(j), cells, cells == 1 ? "" : "s");
    else
        *program = dg_notebook_program(nb, j->options->cell, size);
    if (*program)
        return nb;
    dg_notebook_free(nb);
    return NULL;
}

static dg_trace *run_program(const job *j, const char **rankdir, dg_trace **whole,
                             exit_status *status)
{
    const options *o = j->options;
    size_t size;
    *status = EXIT_TROUBLE;
    char *text = read_input(j, DG_PROGRAM_MAX, &size);
    dg_notebook *nb = NULL;
    const char *program = NULL;
    if (text && is_notebook(j) && !(nb = read_notebook(j, text, &size, &program, status))) {
        free(text);
        return NULL;
    }
    if (text && !nb && o->line_offset)
        text = add_lines(text, &size, o->line_offset);
    if (!text)
        return NULL;
    log_phase(o, "read", "%zu bytes", size);
    dg_program_options how = {.name = input_name(j),
                              .labels = o->labels,
                              .seconds = o->time_limit ? (double)o->time_limit - 0.2 : 0.0};
    how.notebook = nb;
    program = nb ? program : text;
    if (!begin_history(j, &how.history)) {
        dg_notebook_free(nb);
        free(text);
        return NULL;
    }
    dg_graph *g = dg_graph_new();
    progress_phase("running the program");
    progress_start(o);
    dg_program *p = dg_program_run_with(g, program, size, &how);
    progress_stop();
    dg_trace *t = NULL;
    write_output(o, p);
    if (!p) {
        report_error("out of memory");
    } else if (dg_program_status(p) != DG_OK) {
        diagnose_all(j, p, program, nb ? 0 : size);
        *status = EXIT_WRONG;
    } else {
        t = trace_of_program(j, g, p, whole, status);
        *rankdir = dg_program_rankdir(p);
    }
    /* A training that failed is written, a program that came to none is not. */
    bool trained = t || dg_history_row_count(how.history) > 0;
    exit_status written = trained ? write_history(j, how.history) : EXIT_DONE;
    if (t)
        *status = written;
    dg_history_free(how.history);
    dg_notebook_free(nb);
    free(text);
    dg_program_free(p);
    dg_graph_free(g);
    return t;
}

/* ---- Traces --------------------------------------------------------------------------------- */

/* Makes what --root asks for the root. */
static bool choose_root(const options *o, dg_trace *whole)
{
    size_t root = o->root ? dg_trace_find(whole, o->root) : dg_trace_root(whole);
    if (root == DG_NO_NODE)
        report_error("no value is named '%s'", o->root);
    else if (o->root)
        dg_trace_set_root(whole, root);
    return root != DG_NO_NODE;
}

/* The part of a trace that is drawn: what its roots were computed from. */
static dg_trace *select_root(const options *o, const dg_trace *whole)
{
    dg_trace *t = dg_trace_select_roots(whole);
    if (!t)
        report_error("out of memory");
    else if (dg_trace_node_count(t) < dg_trace_node_count(whole) && !o->root && !o->quiet &&
             !o->draw.why)
        report_note("%zu of %zu nodes are not drawn, since the root does not depend on them",
                    dg_trace_node_count(whole) - dg_trace_node_count(t),
                    dg_trace_node_count(whole));
    return t;
}

static void diagnose_trace(const job *j, const dg_error *error)
{
    location where = whole_input(j);
    if (error->line) {
        where.line = error->line + j->options->line_offset;
        where.column = error->column;
    }
    diagnose("error", &where, error->text);
}

static dg_trace *load_trace(const job *j, dg_trace **inspected, exit_status *status)
{
    const options *o = j->options;
    size_t size;
    *status = EXIT_TROUBLE;
    char *text = read_input(j, DG_TRACE_JSON_MAX, &size);
    if (!text)
        return NULL;
    log_phase(o, "read", "%zu bytes", size);
    dg_error error;
    progress_phase("reading the trace");
    progress_start(o);
    dg_trace *whole = dg_trace_take_json(text, size, &error);
    progress_stop();
    if (!whole) {
        diagnose_trace(j, &error);
        if (error.status == DG_FORMAT)
            *status = EXIT_WRONG;
        return NULL;
    }
    dg_trace *t = NULL;
    if (choose_root(o, whole))
        t = o->draw.format == DG_REPORT ? whole : select_root(o, whole);
    if (t && o->draw.why)
        t = select_explained(o, t, whole);
    if (t)
        *status = EXIT_DONE;
    if (t && is_inspected(o))
        *inspected = whole;
    else
        dg_trace_free(whole);
    return t;
}

bool is_inspected(const options *o)
{
    return o->fail_on || o->draw.format == DG_REPORT;
}

dg_trace *read_trace(const job *j, const char **rankdir, dg_trace **whole, exit_status *status)
{
    *rankdir = NULL;
    *whole = NULL;
    if (j->is_json && j->options->history) {
        report_error("--history is of a program that trains, and '%s' is a trace", input_name(j));
        *status = EXIT_TROUBLE;
        return NULL;
    }
    if (j->is_json && j->check) {
        report_error("--gradcheck runs the program, and '%s' is a trace", input_name(j));
        *status = EXIT_TROUBLE;
        return NULL;
    }
    dg_trace *t =
        j->is_json ? load_trace(j, whole, status) : run_program(j, rankdir, whole, status);
    if (!t) {
        dg_trace_free(*whole);
        *whole = NULL;
    }
    if (t)
        log_phase(j->options, "trace", "%zu nodes, %zu edges", dg_trace_node_count(t),
                  dg_trace_edge_count(t));
    return t;
}
