/* A depfile: rules for make that say which input an output was made from, in GCC's form. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/output.h"
#include "cli/text.h"

/* GCC goes to the next line where a name would end beyond this column. */
enum { LINE_WIDTH = 72 };

/* Writes a name and returns its size; only the size where t is NULL. Spaces, '#' and the
 * backslashes before a space get a backslash, '$' is doubled. Anywhere else a backslash is itself.
 */
static size_t put_escaped(text *t, const char *name)
{
    size_t size = 0, slashes = 0;
    for (const char *p = name; *p; p++) {
        size_t before = *p == '$' || *p == '#' ? 1 : *p == ' ' || *p == '\t' ? slashes + 1 : 0;
        size += before + 1;
        for (; t && before > 0; before--)
            text_putc(t, *p == '$' ? '$' : '\\');
        if (t)
            text_putc(t, *p);
        slashes = *p == '\\' ? slashes + 1 : 0;
    }
    return size;
}

/* Another name on the line that is `column` wide. */
static size_t put_name(text *t, size_t column, const depfile_target *target)
{
    if (column) {
        bool next =
            column + (target->verbatim ? strlen(target->name) : put_escaped(NULL, target->name)) >
            LINE_WIDTH;
        text_puts(t, next ? " \\\n " : " ");
        column = next ? 1 : column + 1;
    }
    if (!target->verbatim)
        return column + put_escaped(t, target->name);
    text_puts(t, target->name);
    return column + strlen(target->name);
}

/* No escape stands for a line end. */
static bool check_name(const char *name)
{
    if (!name || !strpbrk(name, "\n\r"))
        return true;
    report_error("'%s' has a line end in its name, which no depfile can hold", name);
    return false;
}

/* The files of all frames are made together. */
static bool put_frames(text *t, size_t *column, const job *j)
{
    for (size_t i = 1; i <= j->frame_count; i++) {
        char *path = frame_path(j->pattern, i);
        bool good = path && check_name(path);
        if (!path)
            report_error("out of memory");
        if (good)
            *column = put_name(t, *column, &(depfile_target){path, false});
        free(path);
        if (!good)
            return false;
    }
    return true;
}

static bool put_rule(text *t, const job *j)
{
    const options *o = j->options;
    depfile_target own = {j->output, false};
    const depfile_target *targets = o->n_targets ? o->targets : &own;
    size_t n = o->n_targets ? o->n_targets : 1, column = 0;
    bool frames = j->pattern && !o->n_targets;
    for (size_t i = 0; i < n && !frames; i++) {
        if (!check_name(targets[i].name))
            return false;
        column = put_name(t, column, &targets[i]);
    }
    if (frames && !put_frames(t, &column, j))
        return false;
    text_putc(t, ':');
    column++;
    if (j->input)
        put_name(t, column, &(depfile_target){j->input, false});
    text_putc(t, '\n');
    if (o->phony_targets && j->input) {
        put_escaped(t, j->input);
        text_puts(t, ":\n");
    }
    return true;
}

bool add_depfile_rule(char **rules, const job *j)
{
    if (!check_name(j->input))
        return false;
    text t;
    text_init(&t);
    if (*rules)
        text_puts(&t, *rules);
    if (!put_rule(&t, j)) {
        text_free(&t);
        return false;
    }
    char *added = text_take(&t);
    if (!added) {
        report_error("out of memory");
        return false;
    }
    free(*rules);
    *rules = added;
    return true;
}

/* By default the output's name with .d in place of its extension, as GCC has it. */
char *depfile_path(const options *o, const char *output)
{
    if (o->depfile_path)
        return strdup(o->depfile_path);
    const char *slash = strrchr(output, '/'), *name = slash ? slash + 1 : output;
    const char *dot = strrchr(name, '.');
    size_t size = dot && dot > name ? (size_t)(dot - output) : strlen(output);
    char *path = malloc(size + 3);
    if (path) {
        memcpy(path, output, size);
        path[size] = '.';
        path[size + 1] = 'd';
        path[size + 2] = '\0';
    }
    return path;
}

bool write_depfile(const options *o, const char *output, const char *rules)
{
    char *path = depfile_path(o, output);
    bool done = false;
    if (!path)
        report_error("out of memory");
    else if (is_standard_output(path))
        done = write_standard_output(rules, strlen(rules));
    else
        done = write_file(o, path, rules, strlen(rules));
    free(path);
    return done;
}
