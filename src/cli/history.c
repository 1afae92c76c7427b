/* --history: what a program's training did, as a file beside the picture. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/output.h"

static bool is_json_path(const char *path)
{
    size_t size = strlen(path);
    return size >= 5 && strcmp(path + size - 5, ".json") == 0;
}

/* Whether the rest of the file is these bytes. */
static bool has_bytes(FILE *f, const char *bytes, size_t size)
{
    char piece[1 << 14];
    size_t n, at = 0;
    bool same = true;
    while (same && (n = fread(piece, 1, sizeof piece, f)) > 0) {
        same = n <= size - at && memcmp(piece, bytes + at, n) == 0;
        at += n;
    }
    return same && at == size && !ferror(f);
}

/* --check: how the file differs is reported. */
static exit_status compare(const job *j, const char *bytes, size_t size)
{
    job history = *j;
    history.output = j->options->history;
    FILE *f = open_regular(history.output);
    if (!f && errno != ENOENT && errno != ENOTDIR) {
        report_unreadable(history.output, errno);
        return EXIT_TROUBLE;
    }
    bool same = f && has_bytes(f, bytes, size);
    if (!same)
        report_outdated(&history, f ? "stale" : "missing");
    if (f)
        fclose(f);
    return same ? EXIT_DONE : EXIT_WRONG;
}

static exit_status write_bytes_of_history(const job *j, const char *bytes, size_t size)
{
    const char *path = j->options->history;
    if (j->options->check)
        return compare(j, bytes, size);
    if (is_standard_output(path))
        return write_standard_output(bytes, size) ? EXIT_DONE : EXIT_TROUBLE;
    if (!write_file(j->options, path, bytes, size))
        return EXIT_TROUBLE;
    log_phase(j->options, "write", "%zu bytes to %s", size, path);
    return EXIT_DONE;
}

bool begin_history(const job *j, dg_history **history)
{
    const options *o = j->options;
    *history = NULL;
    if (!o->history)
        return true;
    *history = dg_history_new(o->history_every);
    if (!*history)
        report_error("out of memory");
    return *history;
}

exit_status write_history(const job *j, const dg_history *history)
{
    const options *o = j->options;
    size_t size;
    if (!history)
        return EXIT_DONE;
    if (dg_history_row_count(history) == 0 && !o->quiet)
        report_note("nothing was trained by fit or train: the history is empty");
    char *bytes = is_json_path(o->history) ? dg_json_from_history(history, &size)
                                           : dg_table_from_history(history, &size);
    if (!bytes) {
        report_error("out of memory");
        return EXIT_TROUBLE;
    }
    exit_status status = write_bytes_of_history(j, bytes, size);
    dg_free(bytes);
    return status;
}
