/* The language: what programs mean, and what is said about those that are wrong. The programs are
 * data, tests/lang/NAME.test; tests/lang/README describes their format.
 *
 * usage: test_lang [FILE.test]...   (without arguments: all of them) */
#include "check_main.h"
#include "lang_check.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Every case of it must fail, and the report say why. */
#define WRONG_EXPECTATIONS "/wrong.test"

static char **files;
static size_t n_files;

static bool is_wrong_on_purpose(const char *path)
{
    size_t length = strlen(path), end = strlen(WRONG_EXPECTATIONS);
    return length >= end && strcmp(path + length - end, WRONG_EXPECTATIONS) == 0;
}

/* A case that is wrong on purpose must fail, and for the reason that it gives. */
static bool check_wrong_case(const lang_case *c, const char *path, FILE *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *own_report = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(own_report);
    bool passed = lang_check(c, path, own_report);
    fclose(own_report);
    bool as_said = !passed && c->fails && strstr(text, c->fails);
    if (!as_said)
        fprintf(report, "%s:%zu:\n  must fail with: %s\n  but the report is: %s\n", path, c->line,
                c->fails ? c->fails : "(no line 'fails TEXT')", passed ? "(passed)" : text);
    free(text);
    return as_said;
}

static void print_program(const lang_case *c, FILE *report)
{
    fputs("  program:  ", report);
    for (size_t i = 0; i < c->size; i++) {
        fputc(c->program[i], report);
        if (c->program[i] == '\n' && i + 1 < c->size)
            fputs("            ", report);
    }
}

START_TEST(programs)
{
    const char *path = files[_i];
    lang_file f;
    ck_assert_msg(lang_file_open(&f, path), "%s cannot be read", path);
    size_t cases = 0, failed = 0;
    while (lang_file_next(&f)) {
        bool ok = is_wrong_on_purpose(path) ? check_wrong_case(&f.current, path, stderr)
                                            : lang_check(&f.current, path, stderr);
        if (!ok)
            print_program(&f.current, stderr);
        failed += !ok;
        cases++;
    }
    ck_assert_msg(!f.error, "%s:%zu: %s", path, f.line, f.error);
    lang_file_close(&f);
    ck_assert_msg(cases > 0, "%s has no cases", path);
    ck_assert_msg(failed == 0, "%s: %zu of %zu cases failed", path, failed, cases);
    if (getenv("DOTGRAD_COUNT"))
        printf("%s: %zu cases\n", path, cases);
}
END_TEST

/* Files of tests that cannot be read are errors, not tests that pass. */
START_TEST(unreadable)
{
    static const char *const texts[] = {
        "y = 2\n",              /* facts of no program */
        "> y = 2\n\n",          /* nothing is expected */
        ">y = 2\ny = 2\n",      /* no space */
        "$ y = \\q2\ny = 2\n",  /* no escape */
        "$ y = 2\n  ^ error\n", /* a caret where columns are not plain */
        "given\ny = 2\n",       /* no program is given */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char copy[100];
        strcpy(copy, texts[i]);
        lang_file f = {.path = "inline", .text = copy, .next = copy};
        ck_assert_msg(!lang_file_next(&f) && f.error, "text %zu is read", i);
        free(f.given);
        free(f.current.program);
    }
}
END_TEST

int main(int argc, char **argv)
{
    glob_t found = {0};
    files = argv + 1;
    n_files = (size_t)(argc - 1);
    if (argc == 1 && glob(LANG_TESTS "/*.test", 0, NULL, &found) == 0) {
        files = found.gl_pathv;
        n_files = found.gl_pathc;
    }
    if (n_files == 0) {
        fputs("there are no files in " LANG_TESTS "\n", stderr);
        return EXIT_FAILURE;
    }
    const TTest *const once[] = {unreadable};
    Suite *suite = suite_create("lang");
    tcase_add_loop_test(add_case(suite, "lang", once, 1), programs, 0, (int)n_files);
    int status = run_cases(suite);
    globfree(&found);
    return status;
}
