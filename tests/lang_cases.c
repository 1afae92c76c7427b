#include "lang_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_whole(const char *path)
{
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return NULL;
    char *text = NULL;
    size_t size = 0, capacity = 0, got = 1;
    while (got > 0) {
        capacity = size + 65536;
        char *larger = realloc(text, capacity + 1);
        if (!larger)
            break;
        text = larger;
        got = fread(text + size, 1, capacity - size, stream);
        size += got;
        text[size] = '\0';
    }
    bool complete = got == 0 && !ferror(stream);
    fclose(stream);
    if (complete)
        return text;
    free(text);
    return NULL;
}

bool lang_file_open(lang_file *f, const char *path)
{
    *f = (lang_file){.path = path, .text = read_whole(path)};
    f->next = f->text;
    return f->text != NULL;
}

void lang_file_close(lang_file *f)
{
    free(f->text);
    free(f->given);
    free(f->current.program);
    *f = (lang_file){0};
}

/* The next line, without its end; NULL after the last one. */
static char *next_line(lang_file *f)
{
    char *line = f->next;
    if (*line == '\0')
        return NULL;
    size_t length = strcspn(line, "\n");
    f->next += length + (line[length] == '\n');
    line[length] = '\0';
    f->line++;
    return line;
}

static bool append(char **text, size_t *size, const char *bytes, size_t n)
{
    char *larger = realloc(*text, *size + n + 1);
    if (!larger)
        return false;
    *text = larger;
    if (n > 0)
        memcpy(larger + *size, bytes, n);
    *size += n;
    larger[*size] = '\0';
    return true;
}

/* Replaces \n, \r, \t, \0, \\ and \xNN, in place; the new length, or -1. */
static long unescape(char *text)
{
    static const char names[] = "nrt0\\", bytes[] = "\n\r\t\0\\";
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != '\\') {
            *to++ = *at;
            continue;
        }
        at++;
        const char *name = *at != '\0' ? strchr(names, *at) : NULL;
        char *end, digits[3] = {at[0] == 'x' ? at[1] : '\0', at[1] != '\0' ? at[2] : '\0', '\0'};
        if (name) {
            *to++ = bytes[name - names];
        } else {
            *to++ = (char)strtoul(digits, &end, 16);
            if (end != digits + 2)
                return -1;
            at += 2;
        }
    }
    return (long)(to - text);
}

/* A line of the program: "> text", or "$ text" with escapes and without a line end. */
static bool read_program_line(lang_file *f, char *line)
{
    lang_case *c = &f->current;
    char *text = line[1] != '\0' ? line + 2 : line + 1;
    long length = (long)strlen(text);
    bool exact = line[0] == '$';
    if (line[1] != '\0' && line[1] != ' ')
        f->error = "a space must follow the first character of a line of a program";
    else if (exact && (length = unescape(text)) < 0)
        f->error = "the escapes are \\n \\r \\t \\0 \\\\ and \\xNN";
    else if (!append(&c->program, &c->size, text, (size_t)length) ||
             (!exact && !append(&c->program, &c->size, "\n", 1)))
        f->error = "out of memory";
    c->exact |= exact;
    return !f->error;
}

static bool add_expectation(lang_file *f, lang_kind kind, const char *text,
                            const lang_expectation *under)
{
    lang_case *c = &f->current;
    if (c->size == 0)
        f->error = "no program stands before this";
    else if (c->n_expectations == LANG_EXPECTATIONS_MAX)
        f->error = "too many expectations in one case";
    if (f->error)
        return false;
    c->expectations[c->n_expectations++] =
        (lang_expectation){kind, f->line, text, under->program_line, under->source};
    return true;
}

/* Carets count display columns, which are those of the program where it is plain ASCII. */
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static void begin_case(lang_file *f)
{
    lang_case *c = &f->current;
    char *program = c->program;
    *c = (lang_case){.program = program, .labels = DG_LABELS_NAMES};
    if (!append(&c->program, &c->size, f->given ? f->given : "", f->given_size))
        f->error = "out of memory";
}

/* "given" and lines of a program, until an empty line: what the cases after it begin with. */
static void read_given(lang_file *f)
{
    f->given_size = 0;
    for (char *line; !f->error && (line = next_line(f)) && *line != '\0';) {
        if (line[0] != '>' || line[1] != ' ')
            f->error = "only lines of a program can be given";
        else if (!append(&f->given, &f->given_size, line + 2, strlen(line + 2)) ||
                 !append(&f->given, &f->given_size, "\n", 1))
            f->error = "out of memory";
    }
}

static size_t count_lines(const lang_case *c)
{
    size_t lines = 0;
    for (size_t i = 0; i < c->size; i++)
        lines += c->program[i] == '\n';
    return lines;
}

/* One line of a case. */
static void read_line(lang_file *f, char *line, lang_expectation *under)
{
    lang_case *c = &f->current;
    if (line[0] == '>' || line[0] == '$') {
        under->source = line[0] == '>' ? line + (line[1] != '\0' ? 2 : 1) : NULL;
        under->program_line = count_lines(c) + 1;
        read_program_line(f, line);
    } else if (line[0] == ' ') {
        if (!under->source || !is_plain(under->source))
            f->error = "a caret stands under a line of plain ASCII; elsewhere use '!'";
        else
            add_expectation(f, LANG_CARET, line, under);
    } else if (line[0] == '!' && line[1] == ' ') {
        add_expectation(f, LANG_PRINTED, line + 2, under);
    } else if (line[0] == '|' && (line[1] == ' ' || line[1] == '\0')) {
        add_expectation(f, LANG_OUTPUT, line[1] ? line + 2 : line + 1, under);
    } else if (strncmp(line, "note ", 5) == 0) {
        add_expectation(f, LANG_NOTE, line + 5, under);
    } else if (strcmp(line, "labels explicit") == 0) {
        c->labels = DG_LABELS_EXPLICIT;
    } else if (strncmp(line, "fails ", 6) == 0) {
        c->fails = line + 6;
    } else {
        add_expectation(f, LANG_FACTS, line, under);
    }
}

bool lang_file_next(lang_file *f)
{
    begin_case(f);
    lang_expectation under = {0};
    size_t lines = 0;
    for (char *line; !f->error && (line = next_line(f));) {
        if (*line == '#')
            continue;
        if (*line == '\0' && lines > 0)
            break;
        if (*line == '\0')
            continue;
        if (strcmp(line, "given") == 0 && lines == 0) {
            read_given(f);
            begin_case(f);
            continue;
        }
        if (lines++ == 0)
            f->current.line = f->line;
        read_line(f, line, &under);
    }
    if (!f->error && lines > 0 && f->current.n_expectations == 0)
        f->error = "this case expects nothing";
    return !f->error && lines > 0;
}
