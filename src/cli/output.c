/* Where a picture goes. A file is written piece by piece, whole or not at all; for standard output,
 * a device or a pipe the picture is held until it is complete, since what was written there cannot
 * be taken back. */
#include "cli/output.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/process.h"

/* ---- Bytes ---------------------------------------------------------------------------------- */

bool write_bytes(int fd, const void *bytes, size_t size)
{
    const char *p = bytes;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

static bool report_write(bool written)
{
    if (!written)
        report_error("cannot write standard output: %s", strerror(errno));
    return written;
}

bool write_standard_output(const char *bytes, size_t size)
{
    return report_write(write_bytes(STDOUT_FILENO, bytes, size) && close(STDOUT_FILENO) == 0);
}

bool write_part_of_standard_output(const char *bytes, size_t size)
{
    return report_write(write_bytes(STDOUT_FILENO, bytes, size));
}

/* Reports of several inputs follow each other; those of text with an empty line between them. */
static bool write_in_turn(const picture_sink *out)
{
    static bool is_begun;
    const job *j = out->job;
    const char *between = is_begun && !j->options->draw.report.json ? "\n" : "";
    is_begun = true;
    return write_part_of_standard_output(between, strlen(between)) &&
           (j->is_last ? write_standard_output(out->held, out->size)
                       : write_part_of_standard_output(out->held, out->size));
}

/* Whether a temporary file stands for it while it is written. */
static bool is_replaced(const char *path)
{
    struct stat s;
    return stat(path, &s) != 0 || S_ISREG(s.st_mode);
}

dg_status write_file(const char *path, const char *bytes, size_t size, int *changed,
                     dg_error *error)
{
    bool unblock = is_replaced(path) && !block_interrupts(true);
    dg_status status = dg_write_file(path, bytes, size, changed, error);
    if (unblock)
        block_interrupts(false);
    return status;
}

/* ---- Piece by piece ------------------------------------------------------------------------- */

bool sink_begin(picture_sink *out, const job *j)
{
    *out = (picture_sink){.job = j, .mode = SINK_HELD};
    if (j->options->check) {
        out->mode = SINK_COMPARE;
        out->there = fopen(j->output, "rbe");
        out->read_error = out->there ? 0 : errno;
    } else if (j->output && is_replaced(j->output)) {
        out->mode = SINK_FILE;
        out->writer = dg_file_writer_new(j->output);
        if (!out->writer)
            report_error("out of memory");
        return out->writer;
    }
    return true;
}

/* Room for so many more bytes, and for many more where those are likely to come. */
static bool reserve(picture_sink *out, size_t more)
{
    if (more > SIZE_MAX / 4 - out->size)
        return false;
    size_t needed = out->size + more;
    if (needed <= out->capacity)
        return true;
    size_t capacity = out->capacity + out->capacity / 2;
    capacity = capacity > needed ? capacity : needed;
    char *held = realloc(out->held, capacity);
    if (!held)
        return false;
    out->held = held;
    out->capacity = capacity;
    return true;
}

static bool hold(picture_sink *out, const void *bytes, size_t size)
{
    if (!reserve(out, size))
        return false;
    memcpy(out->held + out->size, bytes, size);
    return true;
}

/* Whether these bytes come next in the file that is there. */
static void compare(picture_sink *out, const char *bytes, size_t size)
{
    char there[1 << 14];
    while (size > 0 && out->there && !out->differs && !out->read_error) {
        size_t n = size < sizeof there ? size : sizeof there;
        size_t count = fread(there, 1, n, out->there);
        if (count < n && ferror(out->there))
            out->read_error = errno;
        else if (count < n || memcmp(there, bytes, n) != 0)
            out->differs = true;
        bytes += n;
        size -= n;
    }
}

/* Interrupts wait while the temporary file is there. What goes wrong is said at the end, after what
 * goes wrong with the depfile. */
static void write_piece(picture_sink *out, const void *bytes, size_t size)
{
    if (!out->interrupts_blocked)
        block_interrupts(true);
    out->interrupts_blocked = true;
    dg_file_writer_put(out->writer, bytes, size);
}

int sink_put(void *context, const void *bytes, size_t size)
{
    picture_sink *out = context;
    if (size == 0)
        return 0;
    if (out->mode == SINK_HELD && !hold(out, bytes, size))
        return 1;
    if (out->mode == SINK_COMPARE)
        compare(out, bytes, size);
    if (out->mode == SINK_FILE)
        write_piece(out, bytes, size);
    out->size += size;
    return 0;
}

static void unblock_interrupts(picture_sink *out)
{
    if (out->interrupts_blocked)
        block_interrupts(false);
    out->interrupts_blocked = false;
}

static void release(picture_sink *out)
{
    if (out->there)
        fclose(out->there);
    out->there = NULL;
    free(out->held);
    out->held = NULL;
    unblock_interrupts(out);
}

void sink_abandon(picture_sink *out)
{
    dg_file_writer_end(out->writer, 0, NULL, NULL);
    release(out);
}

/* ---- The end -------------------------------------------------------------------------------- */

static exit_status finish_comparison(picture_sink *out)
{
    if (out->there && !out->read_error && !out->differs) {
        out->differs = fgetc(out->there) != EOF;
        out->read_error = ferror(out->there) ? errno : 0;
    }
    if (out->read_error == ENOENT || out->read_error == ENOTDIR) {
        report_outdated(out->job, "missing");
    } else if (out->read_error) {
        report_error("cannot read '%s': %s", out->job->output, strerror(out->read_error));
        return EXIT_TROUBLE;
    } else if (out->differs) {
        report_outdated(out->job, "stale");
    } else {
        return EXIT_DONE;
    }
    return EXIT_WRONG;
}

/* The depfile goes first: where it cannot be written the output stays old, and is made again. */
static bool finish_depfile(const job *j)
{
    const options *o = j->options;
    bool shared = o->depfile_path && o->n_inputs > 1; /* then it is written at the end of all */
    if (!o->depfile || shared || j->frame > 1)        /* the first frame's is that of all */
        return true;
    char *rules = NULL;
    bool done = add_depfile_rule(&rules, j) && write_depfile(o, j->input, j->output, rules);
    free(rules);
    return done;
}

static bool finish_held(const picture_sink *out)
{
    const job *j = out->job;
    dg_error error;
    if (!j->output) {
        if (!write_in_turn(out))
            return false;
        log_phase(j->options, "write", "%zu bytes to standard output", out->size);
        return true;
    }
    if (dg_write_file(j->output, out->held, out->size, NULL, &error) != DG_OK) {
        report_error("%s", error.text);
        return false;
    }
    log_phase(j->options, "write", "%zu bytes to %s", out->size, j->output);
    return true;
}

static bool finish_file(picture_sink *out)
{
    const job *j = out->job;
    dg_error error;
    int changed;
    block_interrupts(true);
    out->interrupts_blocked = true;
    dg_status status = dg_file_writer_end(out->writer, 1, &changed, &error);
    out->writer = NULL;
    unblock_interrupts(out);
    if (status != DG_OK) {
        report_error("%s", error.text);
        return false;
    }
    log_phase(j->options, "write", "%zu bytes to %s%s", out->size, j->output,
              changed ? "" : " (unchanged)");
    return true;
}

exit_status sink_finish(picture_sink *out)
{
    exit_status status = EXIT_TROUBLE;
    if (out->mode == SINK_COMPARE)
        status = finish_comparison(out);
    else if (finish_depfile(out->job) &&
             (out->mode == SINK_FILE ? finish_file(out) : finish_held(out)))
        status = EXIT_DONE;
    sink_abandon(out);
    return status;
}
