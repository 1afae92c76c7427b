/* Language tests as data: a file of cases, each a program and what must come of it. The format is
 * described in tests/lang/README. */
#ifndef TESTS_LANG_CASES_H
#define TESTS_LANG_CASES_H

#include <dotgrad/dotgrad.h>

#include <stdbool.h>
#include <stddef.h>

typedef enum lang_kind {
    LANG_CARET,   /* a caret under a line of the program, and the message */
    LANG_PRINTED, /* a line of diagnostics, exactly as it is printed */
    LANG_OUTPUT,  /* a line that is printed by the program */
    LANG_NOTE,    /* what the next note has in it */
    LANG_FACTS    /* what the values must be */
} lang_kind;

typedef struct lang_expectation {
    lang_kind kind;
    size_t line;         /* in the file of tests */
    const char *text;    /* borrowed from the file */
    size_t program_line; /* of a caret: the line it stands under, counted from 1, ... */
    const char *source;  /* ... and its text */
} lang_expectation;

#define LANG_EXPECTATIONS_MAX 100

typedef struct lang_case {
    size_t line; /* of its first line in the file */
    char *program;
    size_t size;
    bool exact; /* has escapes: must be run byte for byte */
    dg_labels labels;
    lang_expectation expectations[LANG_EXPECTATIONS_MAX];
    size_t n_expectations;
    const char *fails; /* NULL, or what the report must say of this case, which is wrong */
} lang_case;

typedef struct lang_file {
    const char *path; /* borrowed */
    char *text, *next;
    size_t line;
    char *given; /* lines that every program begins with */
    size_t given_size;
    const char *error; /* what is wrong with the file at its line, or NULL */
    lang_case current;
} lang_file;

/* Reads the file. False where that is not possible. Close it in any case. */
bool lang_file_open(lang_file *f, const char *path);

/* Reads the next case into f->current. False at the end, and where f->error says what is wrong. */
bool lang_file_next(lang_file *f);

void lang_file_close(lang_file *f);

#endif
