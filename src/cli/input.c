/* From the input to its trace. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *input_name(const options *o)
{
    return o->input_name   ? o->input_name
           : o->expression ? "<expr>"
           : o->input      ? o->input
                           : "<stdin>";
}

/* The place of what concerns the input as a whole. */
static place whole_input(const options *o)
{
    return (place){input_name(o), o->line_offset ? o->line_offset + 1 : 0, 0, 0};
}

char *read_all(int fd, size_t most, size_t *size)
{
    size_t room = 1 << 14;
    char *text = malloc(room);
    *size = 0;
    while (text) {
        if (*size == room) {
            room *= 2;
            char *more = realloc(text, room);
            if (!more)
                break;
            text = more;
        }
        size_t want = room - *size;
        if (want > most + 1 - *size)
            want = most + 1 - *size;
        ssize_t n = want ? read(fd, text + *size, want) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        if (n == 0)
            return text;
        *size += (size_t)n;
    }
    int number = text ? errno : ENOMEM;
    free(text);
    errno = number;
    return NULL;
}

char *read_input(const options *o, size_t most, size_t *size)
{
    if (o->expression) {
        *size = strlen(o->expression);
        char *text = malloc(*size + 1);
        if (text)
            memcpy(text, o->expression, *size + 1);
        else
            complain("out of memory");
        return text;
    }
    int fd = o->input ? open(o->input, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (!o->input && isatty(fd) && !o->quiet && !told_as_json())
        fputs("dotgrad: reading a program from the terminal; Ctrl-D ends it\n", stderr);
    char *text = fd < 0 ? NULL : read_all(fd, most, size);
    if (!text)
        complain("cannot read '%s': %s", o->input ? o->input : "<stdin>", strerror(errno));
    if (fd >= 0 && o->input)
        close(fd);
    return text;
}

/* The root that -r asks for, or the program's own; NULL after a complaint. */
static dg_value *program_root(const options *o, const dg_program *p, exit_status *status)
{
    if (!o->root) {
        dg_value *root = dg_program_root(p);
        place where = whole_input(o);
        if (!root)
            tell("error", &where, "the program makes no value to draw");
        *status = EXIT_WRONG;
        return root;
    }
    dg_value *root = dg_program_find(p, o->root);
    const char *near = root ? NULL : dg_program_suggest(p, o->root);
    if (!root && near)
        complain("no value is named '%s'; did you mean '%s'?", o->root, near);
    else if (!root)
        complain("no value is named '%s'", o->root);
    *status = EXIT_TROUBLE;
    return root;
}

/* Lines of the document before the program: as if they were there, empty, after its byte-order
 * mark. So every message has the document's line, and shows it. */
static char *add_lines(char *text, size_t *size, size_t lines)
{
    size_t mark = *size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    char *moved = realloc(text, *size + lines + 1);
    if (!moved) {
        free(text);
        complain("out of memory");
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

static void tell_findings(const dg_program *p, const char *name, const char *text, size_t size)
{
    const dg_diagnostic *d;
    size_t i = 0;
    for (; (d = dg_program_diagnostic(p, i)); i++) {
        const dg_error *e = &d->error;
        place where = {name, e->line, e->column, e->column + d->length - 1};
        /* What goes over several lines is shown on its first. */
        size_t length = line_length(text, size, e->line);
        if (where.last > length)
            where.last = length;
        tell_finding(d, &where);
    }
    size_t more = dg_program_error_count(p) - i;
    if (more && told_as_json())
        note("%zu more errors are not shown", more);
    else if (more)
        fprintf(stderr, "dotgrad: %zu more errors are not shown\n", more);
}

static dg_trace *trace_program(const options *o, exit_status *status)
{
    size_t size;
    *status = EXIT_TROUBLE;
    char *text = read_input(o, DG_PROGRAM_MAX, &size);
    if (text && o->line_offset)
        text = add_lines(text, &size, o->line_offset);
    if (!text)
        return NULL;
    report(o, "read", "%zu bytes", size);
    dg_graph *g = dg_graph_new();
    progress_say("running the program");
    progress_start(o);
    dg_program *p = dg_program_run(g, text, size, input_name(o), (dg_labels)o->labels);
    progress_stop();
    dg_trace *t = NULL;
    if (!p) {
        complain("out of memory");
    } else if (dg_program_status(p) != DG_OK) {
        tell_findings(p, input_name(o), text, size);
        *status = EXIT_WRONG;
    } else {
        report(o, "run", "%zu values", dg_graph_size(g));
        dg_value *root = program_root(o, p, status);
        if (root && !(t = dg_trace_from_value(root))) {
            complain("out of memory");
            *status = EXIT_TROUBLE;
        }
    }
    free(text);
    dg_program_free(p);
    dg_graph_free(g);
    return t;
}

/* The part of a trace that is drawn: from -r, or from its own root. */
static dg_trace *select_root(const options *o, const dg_trace *whole)
{
    size_t root = o->root ? dg_trace_find(whole, o->root) : dg_trace_root(whole);
    if (root == DG_NO_NODE) {
        complain("no value is named '%s'", o->root);
        return NULL;
    }
    dg_trace *t = dg_trace_select(whole, root);
    if (!t)
        complain("out of memory");
    else if (dg_trace_node_count(t) < dg_trace_node_count(whole) && !o->root && !o->quiet)
        note("%zu of %zu nodes are not drawn, since the root does not depend on them",
             dg_trace_node_count(whole) - dg_trace_node_count(t), dg_trace_node_count(whole));
    return t;
}

/* The reader's "line 3, column 7: TEXT" as GCC writes it. */
static void complain_of_trace(const options *o, const char *text)
{
    size_t line, column;
    int size = 0;
    place where = whole_input(o);
    if (sscanf(text, "line %zu, column %zu: %n", &line, &column, &size) == 2 && size > 0) {
        where.line = line + o->line_offset;
        where.column = column;
        text += size;
    }
    tell("error", &where, text);
}

static dg_trace *trace_json(const options *o, exit_status *status)
{
    size_t size;
    *status = EXIT_TROUBLE;
    char *text = read_input(o, DG_TRACE_JSON_MAX, &size);
    if (!text)
        return NULL;
    report(o, "read", "%zu bytes", size);
    dg_error error;
    progress_say("reading the trace");
    progress_start(o);
    dg_trace *whole = dg_trace_from_json(text, size, &error);
    progress_stop();
    free(text);
    if (!whole) {
        complain_of_trace(o, error.text);
        if (error.status == DG_FORMAT)
            *status = EXIT_WRONG;
        return NULL;
    }
    dg_trace *t = select_root(o, whole);
    dg_trace_free(whole);
    return t;
}

dg_trace *trace_input(const options *o, exit_status *status)
{
    dg_trace *t = o->from_json ? trace_json(o, status) : trace_program(o, status);
    if (t)
        report(o, "trace", "%zu nodes, %zu edges", dg_trace_node_count(t), dg_trace_edge_count(t));
    return t;
}
