/* Replacing a file as a whole or not at all. The pieces are compared with the old contents as they
 * come; a temporary file is created at the first byte that differs. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "draw/write/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "draw/write/temporary.h"

enum { PATH_SHOWN = 100 };

static dg_status io_error(dg_error *error, const char *what, const char *path)
{
    int number = errno;
    char reason[80];
    if (strerror_r(number, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", number);
    /* Of a long path only the end is shown, which differs most, so that the reason is not cut off.
     */
    size_t size = strlen(path);
    const char *end = path + (size > PATH_SHOWN ? size - PATH_SHOWN : 0);
    while (((unsigned char)*end & 0xC0) == 0x80)
        end++;
    dg_status status = dgi_error(error, number == ENOMEM ? DG_NOMEM : DG_IO, "cannot %s '%s%s': %s",
                                 what, end > path ? "\xE2\x80\xA6" : "", end, reason);
    dgi_error_place(error, path, 0, 0);
    return status;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? EIO : errno;
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* The next bytes of a file; fewer at its end, -1 where it cannot be read. */
static ssize_t read_piece(int fd, char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        ssize_t n = read(fd, bytes + at, size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        at += (size_t)n;
    }
    return (ssize_t)at;
}

enum { PIECE = 1 << 14 };

/* Whether the next bytes of the file are these. */
static bool comes_next(int fd, const char *bytes, size_t size)
{
    char piece[PIECE];
    while (size > 0) {
        size_t n = size < PIECE ? size : PIECE;
        if (read_piece(fd, piece, n) != (ssize_t)n || memcmp(piece, bytes, n) != 0)
            return false;
        bytes += n;
        size -= n;
    }
    return true;
}

/* Copies the beginning of a file; fails where it was written to since stat() saw it. */
static bool copy_beginning(int from, const struct stat *seen, int to, size_t size)
{
    char piece[PIECE];
    if (lseek(from, 0, SEEK_SET) != 0)
        return false;
    while (size > 0) {
        size_t n = size < PIECE ? size : PIECE;
        if (read_piece(from, piece, n) != (ssize_t)n) {
            errno = EIO;
            return false;
        }
        if (!write_all(to, piece, n))
            return false;
        size -= n;
    }
    struct stat now;
    if (fstat(from, &now) != 0)
        return false;
    bool same = now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
                now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec && now.st_size == seen->st_size;
    errno = EIO;
    return same;
}

/* The target of the symbolic link at the path, relative to the working directory; false with errno
 * set where the path is no link. */
static bool read_link(const char *path, dgi_buf *target)
{
    char text[4096];
    ssize_t size = readlink(path, text, sizeof text);
    if (size < 0 || (size_t)size == sizeof text) {
        errno = size < 0 ? errno : ENAMETOOLONG;
        return false;
    }
    const char *slash = strrchr(path, '/');
    if (text[0] != '/' && slash)
        dgi_buf_put(target, path, (size_t)(slash + 1 - path));
    dgi_buf_put(target, text, (size_t)size);
    errno = target->failed ? ENOMEM : 0;
    return !target->failed;
}

/* Symbolic links are followed here, since the file at the end may not exist yet: at most so many.
 */
enum { LINKS_MAX = 40 };

/* What path is the name of an open descriptor, so that nothing is there but a link to what the
 * descriptor has open: it is no file of that folder. */
enum { NO_DESCRIPTOR = -1, FOREIGN_DESCRIPTOR = -2 };

static bool is_own_folder(const char *folder)
{
    char own[64];
    if (strcmp(folder, "/dev/fd") == 0)
        return true;
    int size = snprintf(own, sizeof own, "/proc/%ld/fd", (long)getpid());
    if (strcmp(folder, own) == 0)
        return true;
    size = snprintf(own, sizeof own, "/proc/%ld/task/", (long)getpid());
    return strncmp(folder, own, (size_t)size) == 0;
}

/* Of /dev/fd/3, /proc/self/fd/3 and the like: 3. */
static int descriptor_of(const char *path)
{
    static const char proc[] = "/proc/", tail[] = "/fd";
    char folder[PATH_MAX], given[PATH_MAX], *end = NULL;
    const char *slash = strrchr(path, '/');
    long number = slash && isdigit((unsigned char)slash[1]) ? strtol(slash + 1, &end, 10) : -1;
    size_t size = slash ? (size_t)(slash - path) : 0;
    if (number < 0 || number >= INT_MAX || *end || size == 0 || size >= sizeof given)
        return NO_DESCRIPTOR;
    memcpy(given, path, size);
    given[size] = '\0';
    if (!realpath(given, folder))
        return NO_DESCRIPTOR;
    if (is_own_folder(folder))
        return (int)number;
    size = strlen(folder);
    bool foreign = strncmp(folder, proc, sizeof proc - 1) == 0 && size > sizeof tail &&
                   strcmp(folder + size - (sizeof tail - 1), tail) == 0;
    return foreign ? FOREIGN_DESCRIPTOR : NO_DESCRIPTOR;
}

/* The path after all its links; false with errno set. *descriptor is set where the path is the name
 * of one. */
static bool follow_links(dgi_buf *target, const char *path, int *descriptor)
{
    dgi_buf_puts(target, path);
    for (int links = 0; !target->failed && links < LINKS_MAX; links++) {
        *descriptor = descriptor_of(target->data);
        if (*descriptor != NO_DESCRIPTOR)
            return true;
        dgi_buf next = DGI_BUF_INIT;
        if (!read_link(target->data, &next)) {
            dgi_buf_free(&next);
            return errno != ENOMEM;
        }
        dgi_buf_free(target);
        *target = next;
    }
    errno = target->failed ? ENOMEM : ELOOP;
    return false;
}

/* ---- Writing in pieces ---------------------------------------------------------------------- */

static bool fail(dgi_file *f)
{
    if (f->status == DG_OK)
        f->status = io_error(f->error, "write", f->path);
    return false;
}

dg_status dgi_file_begin(dgi_file *f, const char *path, dg_error *error)
{
    *f = (dgi_file){.path = path,
                    .error = error,
                    .sync = true,
                    .descriptor = NO_DESCRIPTOR,
                    .old_file = -1,
                    .file = -1};
    if (!path || !*path) {
        f->status = dgi_error(error, DG_INVALID, "no path to write to");
        return f->status;
    }
    if (!follow_links(&f->target, path, &f->descriptor)) {
        fail(f);
        return f->status;
    }
    f->exists = f->descriptor < 0 ? stat(path, &f->old) == 0 : fstat(f->descriptor, &f->old) == 0;
    if (f->descriptor >= 0 && !f->exists) {
        fail(f);
    } else if (f->exists && S_ISDIR(f->old.st_mode)) {
        errno = EISDIR;
        fail(f);
    } else if (f->descriptor != NO_DESCRIPTOR || (f->exists && !S_ISREG(f->old.st_mode))) {
        f->through = true;
    } else if (f->exists) {
        f->old_file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    } else if (errno != ENOENT) {
        fail(f);
    }
    return f->status;
}

/* Opens the file to write to, and writes the bytes that were the same so far. */
static bool start(dgi_file *f)
{
    /* Where a descriptor has its file open, it is written to as that says, perhaps at its end. */
    if (f->descriptor >= 0)
        f->file = fcntl(f->descriptor, F_DUPFD_CLOEXEC, 0);
    else if (f->through)
        f->file = open(f->path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    else if (!f->exists || access(f->path, W_OK) == 0)
        /* A private file is private under its temporary name, too. */
        f->file = dgi_temporary_open(&f->temporary, f->target.data, f->exists ? 0600 : 0666);
    bool done =
        f->file >= 0 && (f->same == 0 || copy_beginning(f->old_file, &f->old, f->file, f->same));
    int number = errno;
    if (f->old_file >= 0)
        close(f->old_file);
    f->old_file = -1;
    errno = number;
    return done || fail(f);
}

bool dgi_file_put(dgi_file *f, const void *bytes, size_t size)
{
    if (f->status != DG_OK)
        return false;
    if (f->old_file >= 0 && comes_next(f->old_file, bytes, size)) {
        f->same += size;
        return true;
    }
    if (f->file < 0 && !start(f))
        return false;
    return write_all(f->file, bytes, size) || fail(f);
}

/* Whether the old contents are exactly the bytes that were put. */
static bool is_unchanged(const dgi_file *f)
{
    char more;
    return f->old_file >= 0 && read_piece(f->old_file, &more, 1) == 0;
}

/* A disk that loses power keeps the order of writes no better than it is told: without this the new
 * name may be there before the bytes. */
static bool synchronise(int file)
{
    return fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS;
}

/* Some file systems report an error only when a file is closed. The lock has to last until it has
 * its name, so a second descriptor is closed. */
static bool flush_by_close(int file)
{
    int second = fcntl(file, F_DUPFD_CLOEXEC, 0);
    return second < 0 || close(second) == 0;
}

/* Makes the temporary file whole and durable, and renames it over the target. */
static bool replace(const dgi_file *f)
{
    return (!f->exists || dgi_keep_attributes(f->file, f->target.data, &f->old)) &&
           (!f->sync || synchronise(f->file)) && flush_by_close(f->file) &&
           rename(f->temporary.data, f->target.data) == 0;
}

static void finish(dgi_file *f)
{
    if (!f->through && f->status == DG_OK && !replace(f))
        fail(f);
    if (close(f->file) != 0 && f->status == DG_OK && f->through)
        fail(f);
}

dg_status dgi_file_end(dgi_file *f, bool keep, int *changed)
{
    bool wanted = keep && f->status == DG_OK, written = false;
    if (wanted && f->file < 0 && !is_unchanged(f))
        wanted = start(f);
    if (wanted && f->file >= 0) {
        finish(f);
        written = f->status == DG_OK;
    } else if (f->file >= 0) {
        close(f->file);
    }
    if (f->file >= 0 && !f->through && !written)
        unlink(f->temporary.data);
    if (f->old_file >= 0)
        close(f->old_file);
    dgi_buf_free(&f->target);
    dgi_buf_free(&f->temporary);
    if (changed)
        *changed = written;
    return f->status;
}

dg_status dg_write_file(const char *path, const void *bytes, size_t size, int *changed,
                        dg_error *error)
{
    if (changed)
        *changed = 0;
    if (error)
        *error = (dg_error){0};
    if (!path || !*path || (!bytes && size))
        return dgi_error(error, DG_INVALID, "no path or no bytes to write");
    dgi_file f;
    bool put = dgi_file_begin(&f, path, error) == DG_OK && (!size || dgi_file_put(&f, bytes, size));
    return dgi_file_end(&f, put, changed);
}

/* ---- Piece by piece, for callers ------------------------------------------------------------- */

struct dg_file_writer {
    dgi_file file;
    dg_error error;
};

dg_file_writer *dg_file_writer_new(const char *path)
{
    dg_file_writer *w = calloc(1, sizeof *w);
    if (w)
        dgi_file_begin(&w->file, path, &w->error);
    return w;
}

int dg_file_writer_put(void *writer, const void *bytes, size_t size)
{
    dg_file_writer *w = writer;
    if (!w)
        return 1;
    if (size && !bytes && w->file.status == DG_OK)
        w->file.status = dgi_error(&w->error, DG_INVALID, "no bytes to write");
    if (!bytes || !size)
        return w->file.status != DG_OK;
    return !dgi_file_put(&w->file, bytes, size);
}

int dg_file_writer_replaces(const dg_file_writer *w)
{
    return w && !w->file.through;
}

void dg_file_writer_set_sync(dg_file_writer *w, int sync)
{
    if (w)
        w->file.sync = sync != 0;
}

dg_status dg_file_writer_end(dg_file_writer *w, int keep, int *changed, dg_error *error)
{
    if (changed)
        *changed = 0;
    if (error)
        *error = (dg_error){0};
    if (!w)
        return DG_OK;
    dg_status status = dgi_file_end(&w->file, keep, changed);
    if (error)
        *error = w->error;
    free(w);
    return status;
}
