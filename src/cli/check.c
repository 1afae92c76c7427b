/* The command that --check prints for an output that is missing or stale. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/output.h"

static const char PLAIN[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=+,:@%-";

/* A word for the shell. Control characters, which a message cannot show, are written in octal. */
static void put_shell_word(FILE *f, const char *word)
{
    bool control = false;
    for (const char *p = word; *p; p++)
        control = control || (unsigned char)*p < ' ' || *p == 0x7F;
    if (*word && word[strspn(word, PLAIN)] == '\0') {
        fputs(word, f);
        return;
    }
    fputs(control ? "$'" : "'", f);
    for (const char *p = word; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            fprintf(f, "\\%03o", (unsigned)*p);
        else if (*p == '\'')
            fputs(control ? "\\'" : "'\\''", f);
        else if (*p == '\\' && control)
            fputs("\\\\", f);
        else
            fputc(*p, f);
    }
    fputc('\'', f);
}

/* The command line that makes this output: the options that matter to it, as they were given. */
static char *refresh_command(const job *j)
{
    const options *o = j->options;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    if (o->draw.format == DG_PDF && o->draw.source_date_epoch) {
        fputs("SOURCE_DATE_EPOCH=", f);
        put_shell_word(f, o->draw.source_date_epoch);
        fputc(' ', f);
    }
    put_shell_word(f, o->command);
    for (size_t i = 0; i < o->n_recorded; i++) {
        const recorded_argument *r = &o->recorded[i];
        fputs(strlen(r->name) == 1 ? " -" : " --", f);
        fputs(r->name, f);
        if (!r->argument)
            continue;
        fputc('=', f);
        put_shell_word(f, r->argument);
    }
    if (j->input) {
        fputs(j->input[0] == '-' ? " -- " : " ", f);
        put_shell_word(f, j->input);
    }
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}

void report_outdated(const job *j, const char *how)
{
    char *command = refresh_command(j);
    report_error("'%s' is %s; refresh it with: %s", j->output, how, command ? command : "dotgrad");
    free(command);
}
