/* The command that --check prints for an output that is missing or stale. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/output.h"
#include "cli/text.h"

static const char PLAIN[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=+,:@%-";

static bool has_controls(const char *word)
{
    for (const char *p = word; *p;) {
        size_t length = utf8_length(p);
        if (is_control(p, length))
            return true;
        p += length ? length : 1;
    }
    return false;
}

/* A character within $'...'. */
static void put_quoted(text *t, const char *p, size_t length)
{
    size_t n = length ? length : 1;
    if (*p == '\'' || *p == '\\') {
        text_putc(t, '\\');
        text_putc(t, *p);
    } else if (is_control(p, length)) {
        for (size_t i = 0; i < n; i++)
            text_printf(t, "\\%03o", (unsigned)(unsigned char)p[i]);
    } else {
        text_put(t, p, n);
    }
}

/* A word for the shell. Control characters, which a message cannot show, are written in octal. */
static void put_shell_word(text *t, const char *word)
{
    bool controls = has_controls(word);
    if (*word && word[strspn(word, PLAIN)] == '\0') {
        text_puts(t, word);
        return;
    }
    text_puts(t, controls ? "$'" : "'");
    for (const char *p = word; *p;) {
        size_t length = utf8_length(p);
        if (controls)
            put_quoted(t, p, length);
        else if (*p == '\'')
            text_puts(t, "'\\''");
        else
            text_put(t, p, length ? length : 1);
        p += length ? length : 1;
    }
    text_putc(t, '\'');
}

/* The command line that makes this output: the options that matter to it, as they were given. */
static char *refresh_command(const job *j)
{
    const options *o = j->options;
    text t;
    text_init(&t);
    if (o->draw.format == DG_PDF && o->draw.source_date_epoch) {
        text_puts(&t, "SOURCE_DATE_EPOCH=");
        put_shell_word(&t, o->draw.source_date_epoch);
        text_putc(&t, ' ');
    }
    put_shell_word(&t, o->command);
    for (size_t i = 0; i < o->n_recorded; i++) {
        const recorded_argument *r = &o->recorded[i];
        text_puts(&t, strlen(r->name) == 1 ? " -" : " --");
        text_puts(&t, r->name);
        if (!r->argument)
            continue;
        text_putc(&t, '=');
        put_shell_word(&t, r->argument);
    }
    if (j->input) {
        text_puts(&t, j->input[0] == '-' ? " -- " : " ");
        put_shell_word(&t, j->input);
    }
    return text_take(&t);
}

void report_outdated(const job *j, const char *how)
{
    char *command = refresh_command(j);
    if (command)
        report_error("'%s' is %s; refresh it with: %s", j->output, how, command);
    else
        report_error("'%s' is %s; there is no memory for the command that refreshes it", j->output,
                     how);
    free(command);
}
