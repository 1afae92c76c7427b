/* dotgrad, the command: a program or a trace in, a picture out. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void report(const options *o, const char *phase, const char *format, ...)
{
    static struct timespec last;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (last.tv_sec == 0)
        last = now;
    double seconds =
        (double)(now.tv_sec - last.tv_sec) + (double)(now.tv_nsec - last.tv_nsec) / 1e9;
    last = now;
    if (!o->verbose || !*phase)
        return;
    va_list args;
    va_start(args, format);
    fprintf(stderr, "dotgrad: %-6s ", phase);
    vfprintf(stderr, format, args);
    fprintf(stderr, ", %.3f s\n", seconds);
    va_end(args);
}

/* From here on dot takes long enough to say so. */
enum { LARGE_FOR_DOT = 3000 };

static bool needs_graphviz(dg_format format)
{
    return format != DG_DOT && format != DG_JSON && format != DG_TABLE;
}

static char *render(dg_trace *t, const options *o, size_t *size)
{
    dg_error error = {DG_OK, ""};
    char *bytes;
    if (needs_graphviz(o->draw.format)) {
        if (dg_trace_nodes(t) > LARGE_FOR_DOT && o->draw.layout == DG_LAYOUT_DOT && !o->quiet)
            fprintf(stderr, "dotgrad: note: dot may take long for %zu values; -K flow is faster\n",
                    dg_trace_nodes(t));
        bytes = render_in_child(t, o, size, &error);
    } else {
        dg_draw_options draw = o->draw;
        draw.error = &error;
        progress_say("writing %zu values", dg_trace_nodes(t));
        progress_start(o);
        bytes = dg_render(t, size, &draw);
        progress_stop();
    }
    if (!bytes)
        complain("%s", error.text);
    return bytes;
}

/* Not while a file is replaced, so that no temporary one stays. To a pipe, which may not be read, or a
 * device it is written directly. */
static dg_status write_file(const char *path, const char *bytes, size_t size, int *changed,
                            dg_error *error)
{
    struct stat s;
    bool hold = stat(path, &s) != 0 || S_ISREG(s.st_mode);
    if (hold)
        hold_interrupts(true);
    dg_status status = dg_write_file(path, bytes, size, changed, error);
    if (hold)
        hold_interrupts(false);
    return status;
}

static bool write_output(const options *o, const char *bytes, size_t size)
{
    if (!o->output) {
        if (write_bytes(STDOUT_FILENO, bytes, size) && close(STDOUT_FILENO) == 0) {
            report(o, "write", "%zu bytes to standard output", size);
            return true;
        }
        complain("cannot write standard output: %s", strerror(errno));
        return false;
    }
    dg_error error;
    int changed;
    if (write_file(o->output, bytes, size, &changed, &error) != DG_OK) {
        complain("%s", error.text);
        return false;
    }
    report(o, "write", "%zu bytes to %s%s", size, o->output, changed ? "" : " (unchanged)");
    return true;
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static bool may_draw(const options *o, const dg_trace *t)
{
    if (!o->max_nodes || dg_trace_nodes(t) <= o->max_nodes)
        return true;
    complain("the graph has %zu values, more than %lu (see --max-nodes)", dg_trace_nodes(t),
             o->max_nodes);
    return false;
}

static exit_status draw(const options *o)
{
    report(o, "", "-");
    if (!o->output && (o->draw.format == DG_PNG || o->draw.format == DG_PDF) &&
        isatty(STDOUT_FILENO)) {
        complain("not writing %s to a terminal; use -o", dg_format_name(o->draw.format));
        return EXIT_TROUBLE;
    }
    if (o->output && o->input && same_file(o->input, o->output)) {
        complain("'%s' is the input", o->output);
        return EXIT_TROUBLE;
    }
    limit_command(o);
    watch_interrupts();
    exit_status status;
    dg_trace *t = trace_input(o, &status);
    if (!t)
        return status;
    if (!may_draw(o, t)) {
        dg_trace_free(t);
        return EXIT_TROUBLE;
    }
    size_t size = 0;
    char *bytes = render(t, o, &size);
    if (bytes)
        report(o, "draw", "%s, %zu bytes", dg_format_name(o->draw.format), size);
    bool written = bytes && write_output(o, bytes, size);
    dg_free(bytes);
    dg_trace_free(t);
    return written ? EXIT_DONE : EXIT_TROUBLE;
}

/* Where standard input, output or error is closed, the next file that is opened would take its
 * place. Something stands there that cannot be read or written. */
static bool hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!hold_standard_files())
        return EXIT_TROUBLE;
    /* A reader that goes away is an error of writing, told like the others. */
    signal(SIGPIPE, SIG_IGN);
    options o;
    switch (read_options(&o, argc, argv)) {
    case REQUEST_HELP:
        return print_help() ? EXIT_DONE : EXIT_TROUBLE;
    case REQUEST_VERSION:
        return print_version() ? EXIT_DONE : EXIT_TROUBLE;
    case REQUEST_LIST_OPS:
        return print_ops() ? EXIT_DONE : EXIT_TROUBLE;
    case REQUEST_BAD:
        return EXIT_TROUBLE;
    case REQUEST_DRAW:
        break;
    }
    return (int)draw(&o);
}
