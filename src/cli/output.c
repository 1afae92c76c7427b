/* Where a picture goes. A file is written piece by piece, whole or not at all; for standard output,
 * a device or a pipe the picture is held until it is complete, since what was written there cannot
 * be taken back. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
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

FILE *open_regular(const char *path)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int number = fd < 0 ? errno : fstat(fd, &s) != 0 ? errno : S_ISREG(s.st_mode) ? 0 : ESPIPE;
    FILE *f = number ? NULL : fdopen(fd, "rb");
    if (!f && !number)
        number = errno;
    if (!f && fd >= 0)
        close(fd);
    errno = number;
    return f;
}

void report_unreadable(const char *path, int number)
{
    if (number == ESPIPE)
        report_error("'%s' is not a regular file: there is nothing to compare with", path);
    else
        report_error("cannot read '%s': %s", path, strerror(number));
}

bool write_file(const options *o, const char *path, const char *bytes, size_t size)
{
    dg_file_writer *w = dg_file_writer_new(path);
    dg_error error;
    if (!w) {
        report_error("out of memory");
        return false;
    }
    bool unblock = dg_file_writer_replaces(w) && !block_interrupts(true);
    dg_file_writer_set_sync(w, !o->no_sync);
    dg_file_writer_put(w, bytes, size);
    dg_status status = dg_file_writer_end(w, 1, NULL, &error);
    if (unblock)
        block_interrupts(false);
    if (status != DG_OK)
        report_error("%s", error.text);
    return status == DG_OK;
}

/* ---- Piece by piece ------------------------------------------------------------------------- */

/* Opens the file to compare with. Whatever else is at the path is not waited for. */
static void open_for_comparison(picture_sink *out)
{
    out->there = open_regular(out->job->output);
    out->read_error = out->there ? 0 : errno;
}

bool sink_begin(picture_sink *out, const job *j)
{
    *out = (picture_sink){.job = j, .mode = SINK_HELD};
    if (j->options->check) {
        out->mode = SINK_COMPARE;
        open_for_comparison(out);
        return true;
    }
    if (!j->output)
        return true;
    out->writer = dg_file_writer_new(j->output);
    if (!out->writer) {
        report_error("out of memory");
        return false;
    }
    dg_file_writer_set_sync(out->writer, !j->options->no_sync);
    if (dg_file_writer_replaces(out->writer))
        out->mode = SINK_FILE;
    return true;
}

/* Room for so many more bytes, and for many more where those are likely to come. */
static bool reserve(picture_sink *out, size_t more)
{
    if (more > SIZE_MAX / 4 - out->n_held)
        return false;
    size_t needed = out->n_held + more;
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

/* What is held takes no more memory than this, so that the command and its subprocess have one
 * budget; the rest is in a file without a name. */
enum { HELD_MAX = 4 << 20 };

static bool spool(picture_sink *out)
{
    if (!out->spool)
        out->spool = tmpfile();
    if (!out->spool)
        return false; /* there is no place for it: then it stays in memory */
    bool written = fwrite(out->held, 1, out->n_held, out->spool) == out->n_held;
    if (!written)
        out->spool_error = errno;
    out->n_held = 0;
    return written;
}

static bool hold(picture_sink *out, const void *bytes, size_t size)
{
    if (out->n_held > 0 && size > HELD_MAX - (out->n_held < HELD_MAX ? out->n_held : HELD_MAX))
        spool(out);
    if (out->spool_error || !reserve(out, size))
        return false;
    memcpy(out->held + out->n_held, bytes, size);
    out->n_held += size;
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

/* Interrupts wait while the temporary file is there, and are looked for after each megabyte. What
 * goes wrong is said at the end, after what goes wrong with the depfile. */
static bool write_pieces(picture_sink *out, const char *bytes, size_t size)
{
    static const size_t megabyte = 1 << 20;
    if (!out->interrupts_blocked)
        block_interrupts(true);
    out->interrupts_blocked = true;
    while (size > 0 && !interrupt_is_pending()) {
        size_t n = size < megabyte ? size : megabyte;
        dg_file_writer_put(out->writer, bytes, n);
        bytes += n;
        size -= n;
    }
    return size == 0;
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
    if (out->mode == SINK_FILE && !write_pieces(out, bytes, size))
        return 1;
    out->size += size;
    return 0;
}

void sink_abandon(picture_sink *out)
{
    dg_file_writer_end(out->writer, 0, NULL, NULL);
    out->writer = NULL;
    if (out->there)
        fclose(out->there);
    out->there = NULL;
    if (out->spool)
        fclose(out->spool);
    out->spool = NULL;
    free(out->held);
    out->held = NULL;
    if (out->interrupts_blocked)
        block_interrupts(false);
    out->interrupts_blocked = false;
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
        report_unreadable(out->job->output, out->read_error);
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
    bool done = add_depfile_rule(&rules, j) && write_depfile(o, j->output, rules);
    free(rules);
    return done;
}

/* Hands on all that is held. False where `write` stopped, or the spool cannot be read, with errno.
 */
static bool hand_on(picture_sink *out, dg_write_function *write, void *context)
{
    char bytes[1 << 14];
    size_t n = 1;
    if (out->spool && (fflush(out->spool) != 0 || fseek(out->spool, 0, SEEK_SET) != 0))
        return false;
    while (out->spool && n > 0) {
        n = fread(bytes, 1, sizeof bytes, out->spool);
        if (ferror(out->spool) || (n > 0 && write(context, bytes, n) != 0))
            return false;
    }
    return out->n_held == 0 || write(context, out->held, out->n_held) == 0;
}

static int put_to_standard_output(void *context, const void *bytes, size_t size)
{
    (void)context;
    return !write_bytes(STDOUT_FILENO, bytes, size);
}

/* Reports of several inputs follow each other; those of text with an empty line between them. */
static bool write_in_turn(picture_sink *out)
{
    static bool is_begun;
    const job *j = out->job;
    const char *between = is_begun && !j->options->draw.report.json ? "\n" : "";
    is_begun = true;
    return report_write(write_bytes(STDOUT_FILENO, between, strlen(between)) &&
                        hand_on(out, put_to_standard_output, NULL) &&
                        (!j->is_last || close(STDOUT_FILENO) == 0));
}

static bool finish_held(picture_sink *out)
{
    const job *j = out->job;
    if (!write_in_turn(out))
        return false;
    log_phase(j->options, "write", "%zu bytes to standard output", out->size);
    return true;
}

static bool finish_file(picture_sink *out)
{
    const job *j = out->job;
    dg_error error;
    int changed;
    if (out->mode == SINK_FILE) {
        block_interrupts(true);
        out->interrupts_blocked = true;
    } else {
        hand_on(out, dg_file_writer_put, out->writer); /* it knows what went wrong */
    }
    dg_status status = dg_file_writer_end(out->writer, 1, &changed, &error);
    out->writer = NULL;
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
    else if (finish_depfile(out->job) && (out->writer ? finish_file(out) : finish_held(out)))
        status = EXIT_DONE;
    sink_abandon(out);
    return status;
}
