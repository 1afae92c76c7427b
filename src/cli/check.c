/* --check: whether what is there is what would be drawn, and how to draw it. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char PLAIN[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=+,:@%-";

/* A word for the shell. Control characters, which a message cannot show, are written in octal. */
static void put_word(FILE *f, const char *word)
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

/* The command that draws this output: what was given of the options that matter to it. */
static char *refreshing(const options *o)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    if (o->draw.format == DG_PDF && o->draw.source_date_epoch) {
        fputs("SOURCE_DATE_EPOCH=", f);
        put_word(f, o->draw.source_date_epoch);
        fputc(' ', f);
    }
    put_word(f, o->command);
    for (size_t i = 0; i < o->n_given; i++) {
        const given *g = &o->given[i];
        fputs(strlen(g->name) == 1 ? " -" : " --", f);
        fputs(g->name, f);
        if (!g->argument)
            continue;
        fputc('=', f);
        put_word(f, g->argument);
    }
    if (o->input) {
        fputs(o->input[0] == '-' ? " -- " : " ", f);
        put_word(f, o->input);
    }
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}

exit_status check_output(const options *o, const char *bytes, size_t size)
{
    const char *how = "missing";
    int fd = open(o->output, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        size_t held = 0;
        char *text = read_all(fd, size, &held);
        int number = errno;
        close(fd);
        bool same = text && held == size && memcmp(text, bytes, size) == 0;
        free(text);
        if (same)
            return EXIT_DONE;
        errno = number;
        how = text ? "stale" : NULL;
    } else if (errno != ENOENT && errno != ENOTDIR) {
        how = NULL;
    }
    if (!how) {
        complain("cannot read '%s': %s", o->output, strerror(errno));
        return EXIT_TROUBLE;
    }
    char *command = refreshing(o);
    complain("'%s' is %s; refresh it with: %s", o->output, how, command ? command : "dotgrad");
    free(command);
    return EXIT_WRONG;
}
