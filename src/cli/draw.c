/* One input from its program to its picture. */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
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
    if (!o->verbose || !*phase || told_as_json())
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
    dg_error error = {0};
    char *bytes;
    if (needs_graphviz(o->draw.format)) {
        if (dg_trace_node_count(t) > LARGE_FOR_DOT && o->draw.layout == DG_LAYOUT_DOT && !o->quiet)
            note("dot may take long for %zu values; -K flow is faster", dg_trace_node_count(t));
        bytes = render_in_child(t, o, size, &error);
    } else {
        dg_draw_options draw = o->draw;
        draw.error = &error;
        progress_say("writing %zu values", dg_trace_node_count(t));
        progress_start(o);
        bytes = dg_render(t, size, &draw);
        progress_stop();
    }
    if (!bytes)
        complain("%s", error.text);
    return bytes;
}

/* Interrupts wait while a file is replaced, so that no temporary one stays. To a pipe, which may
 * not be read, or a device it is written directly. */
dg_status write_file(const char *path, const char *bytes, size_t size, int *changed,
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

bool write_standard_output(const char *bytes, size_t size)
{
    if (write_bytes(STDOUT_FILENO, bytes, size) && close(STDOUT_FILENO) == 0)
        return true;
    complain("cannot write standard output: %s", strerror(errno));
    return false;
}

static bool write_output(const options *o, const char *bytes, size_t size)
{
    if (!o->output) {
        if (!write_standard_output(bytes, size))
            return false;
        report(o, "write", "%zu bytes to standard output", size);
        return true;
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

bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* ---- The options of one input -------------------------------------------------------------- */

static bool ends_in(const char *text, const char *end)
{
    size_t size = strlen(text), tail = strlen(end);
    return size >= tail && strcmp(text + size - tail, end) == 0;
}

/* FILE.FMT, as dot's -O has it; NULL when out of memory. */
static char *output_of(const char *input, dg_format format)
{
    const char *extension = dg_format_name(format);
    size_t size = strlen(input) + strlen(extension) + 2;
    char *name = malloc(size);
    if (name)
        snprintf(name, size, "%s.%s", input, extension);
    return name;
}

/* A program is not written over by a picture. */
static bool keeps_inputs(const options *all, const options *one)
{
    bool is_input = one->output && one->input && same_file(one->input, one->output);
    for (size_t i = 0; one->output && i < all->n_inputs; i++)
        is_input = is_input || strcmp(all->inputs[i], one->output) == 0;
    if (is_input)
        complain("'%s' is %s input", one->output, all->n_inputs > 1 ? "an" : "the");
    return !is_input;
}

options *options_of_input(const options *all, size_t i)
{
    options *one = malloc(sizeof *one);
    if (!one) {
        complain("out of memory");
        return NULL;
    }
    *one = *all;
    if (i < all->n_inputs && strcmp(all->inputs[i], "-") != 0)
        one->input = all->inputs[i];
    one->from_json = all->from == FROM_JSON ||
                     (all->from == FROM_NAME && one->input && ends_in(one->input, ".json"));
    if (all->name_outputs && !(one->output = output_of(one->input, one->draw.format)))
        complain("out of memory");
    if ((all->name_outputs && !one->output) || !keeps_inputs(all, one)) {
        free_options_of_input(one);
        return NULL;
    }
    return one;
}

void free_options_of_input(options *one)
{
    if (one && one->name_outputs)
        free((char *)one->output);
    free(one);
}

/* ---- From input to output ------------------------------------------------------------------ */

static bool may_draw(const options *o, const dg_trace *t)
{
    if (!o->max_nodes || dg_trace_node_count(t) <= o->max_nodes)
        return true;
    complain("the graph has %zu values, more than %lu (see --max-nodes)", dg_trace_node_count(t),
             o->max_nodes);
    return false;
}

static uint64_t hashed(uint64_t hash, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001B3u; /* FNV-1a */
    return (hash ^ 0xFF) * 0x100000001B3u; /* no byte of UTF-8: it parts the texts */
}

enum { PREFIX_ROOM = 24 };

/* --id-prefix=auto: the same for the same picture on every machine, and for no other on the page.
 */
static bool make_prefix(char *prefix, const options *o, const dg_trace *t)
{
    size_t size;
    char *json = dg_json_from_trace(t, &size);
    if (!json) {
        complain("out of memory");
        return false;
    }
    const char *title = o->draw.title ? o->draw.title : "";
    const char *description = o->draw.description ? o->draw.description : "";
    uint64_t hash = hashed(0xCBF29CE484222325u, json, size);
    hash = hashed(hash, title, strlen(title));
    hash = hashed(hash, description, strlen(description));
    hash = hashed(hash, o->no_size ? "1" : "0", 1);
    hash += (uint64_t)o->draw.layout;
    snprintf(prefix, PREFIX_ROOM, "dg-%08lx%08lx", (unsigned long)(hash >> 32),
             (unsigned long)(hash & 0xFFFFFFFF));
    dg_free(json);
    return true;
}

static exit_status deliver(const options *o, const char *bytes, size_t size)
{
    if (o->check)
        return check_output(o, bytes, size);
    /* The depfile first: where it cannot be written, the output stays old, and is made again. */
    bool own = o->depfile && !(o->depfile_path && o->n_inputs > 1);
    char *rules = NULL;
    bool done = !own || (add_rule(&rules, o) && write_depfile(o, rules));
    free(rules);
    return done && write_output(o, bytes, size) ? EXIT_DONE : EXIT_TROUBLE;
}

static exit_status draw_trace(const options *o, dg_trace *t)
{
    char prefix[PREFIX_ROOM];
    options own = *o;
    if (!may_draw(o, t))
        return EXIT_TROUBLE;
    if (o->draw.id_prefix && strcmp(o->draw.id_prefix, "auto") == 0) {
        if (!make_prefix(prefix, o, t))
            return EXIT_TROUBLE;
        own.draw.id_prefix = prefix;
    }
    size_t size = 0;
    char *bytes = render(t, &own, &size);
    if (!bytes)
        return EXIT_TROUBLE;
    report(o, "draw", "%s, %zu bytes", dg_format_name(o->draw.format), size);
    exit_status status = deliver(o, bytes, size);
    dg_free(bytes);
    return status;
}

exit_status draw_input(const options *o)
{
    report(o, "", "-");
    if (!o->output && (o->draw.format == DG_PNG || o->draw.format == DG_PDF) &&
        isatty(STDOUT_FILENO)) {
        complain("not writing %s to a terminal; use -o", dg_format_name(o->draw.format));
        return EXIT_TROUBLE;
    }
    limit_command(o);
    watch_interrupts();
    exit_status status;
    dg_trace *t = trace_input(o, &status);
    if (!t)
        return status;
    status = draw_trace(o, t);
    dg_trace_free(t);
    return status;
}
