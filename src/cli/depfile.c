/* A depfile: rules for make that say which files an output was made from, written as GCC writes
 * them. */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GCC goes to the next line where a name would end beyond this column. */
enum { LINE_WIDTH = 72 };

/* Writes a name and returns its size; only the size where f is NULL. Spaces, '#' and the
 * backslashes before a space get a backslash, '$' is doubled. Anywhere else a backslash is itself.
 */
static size_t put_escaped(FILE *f, const char *name)
{
    size_t size = 0, slashes = 0;
    for (const char *p = name; *p; p++) {
        size_t before = *p == '$' || *p == '#' ? 1 : *p == ' ' || *p == '\t' ? slashes + 1 : 0;
        size += before + 1;
        for (; f && before > 0; before--)
            fputc(*p == '$' ? '$' : '\\', f);
        if (f)
            fputc(*p, f);
        slashes = *p == '\\' ? slashes + 1 : 0;
    }
    return size;
}

/* Another name on the line that is `column` wide. */
static size_t put_name(FILE *f, size_t column, const target *t)
{
    if (column) {
        bool next = column + (t->as_is ? strlen(t->name) : put_escaped(NULL, t->name)) > LINE_WIDTH;
        fputs(next ? " \\\n " : " ", f);
        column = next ? 1 : column + 1;
    }
    if (!t->as_is)
        return column + put_escaped(f, t->name);
    fputs(t->name, f);
    return column + strlen(t->name);
}

/* No escape stands for a line end. */
static bool writable(const char *name)
{
    if (!name || !strpbrk(name, "\n\r"))
        return true;
    complain("'%s' has a line end in its name, which no depfile can hold", name);
    return false;
}

static bool put_rule(FILE *f, const options *o)
{
    target own = {o->output, false};
    const target *targets = o->n_targets ? o->targets : &own;
    size_t n = o->n_targets ? o->n_targets : 1, column = 0;
    for (size_t i = 0; i < n; i++) {
        if (!writable(targets[i].name))
            return false;
        column = put_name(f, column, &targets[i]);
    }
    fputc(':', f);
    column++;
    if (o->input)
        put_name(f, column, &(target){o->input, false});
    fputc('\n', f);
    if (o->phony && o->input) {
        put_escaped(f, o->input);
        fputs(":\n", f);
    }
    return true;
}

bool add_rule(char **rules, const options *o)
{
    if (!writable(o->input))
        return false;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    bool good = f != NULL;
    if (good && *rules)
        fputs(*rules, f);
    bool sound = good && put_rule(f, o);
    if (f && fclose(f) != 0)
        good = false;
    if (!good)
        complain("out of memory");
    if (!good || !sound) {
        free(text);
        return false;
    }
    free(*rules);
    *rules = text;
    return true;
}

/* The output's name with .d in place of its extension, as GCC has it. NULL when out of memory. */
static char *depfile_of(const char *output)
{
    const char *slash = strrchr(output, '/'), *name = slash ? slash + 1 : output;
    const char *dot = strrchr(name, '.');
    size_t size = dot && dot > name ? (size_t)(dot - output) : strlen(output);
    char *path = malloc(size + 3);
    if (path) {
        memcpy(path, output, size);
        memcpy(path + size, ".d", 3);
    }
    return path;
}

static bool is_used(const options *o, const char *path)
{
    if (is_standard_output(path))
        return !o->output && !o->name_outputs;
    if (o->output && (strcmp(path, o->output) == 0 || same_file(path, o->output)))
        return true;
    if (o->input && same_file(path, o->input))
        return true;
    for (size_t i = 0; i < o->n_inputs; i++)
        if (strcmp(path, o->inputs[i]) == 0)
            return true;
    return false;
}

bool write_depfile(const options *o, const char *rules)
{
    char *own = o->depfile_path ? NULL : depfile_of(o->output);
    const char *path = own ? own : o->depfile_path;
    dg_error error;
    bool done = false;
    if (!path)
        complain("out of memory");
    else if (is_used(o, path))
        complain("the depfile '%s' is the input or the output, too; name another with -MF", path);
    else if (is_standard_output(path))
        done = write_standard_output(rules, strlen(rules));
    else if (write_file(path, rules, strlen(rules), NULL, &error) != DG_OK)
        complain("%s", error.text);
    else
        done = true;
    free(own);
    return done;
}
