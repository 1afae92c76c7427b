/* Writing a file whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dotgrad/draw.h>

#include "base/buf.h"
#include "base/error.h"

enum { PATH_SHOWN = 100 };

static dg_status io_error(dg_error *error, const char *what, const char *path)
{
    int number = errno;
    char reason[80];
    if (strerror_r(number, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", number);
    /* The end of a long path is what tells it from others; the reason must not be cut off. */
    size_t size = strlen(path);
    const char *end = path + (size > PATH_SHOWN ? size - PATH_SHOWN : 0);
    while (((unsigned char)*end & 0xC0) == 0x80)
        end++;
    return dgi_error(error, number == ENOMEM ? DG_NOMEM : DG_IO, "cannot %s '%s%s': %s", what,
                     end > path ? "\xE2\x80\xA6" : "", end, reason);
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

/* Whether the file holds exactly these bytes already. */
static bool holds(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    char piece[1 << 14];
    size_t at = 0;
    ssize_t n;
    bool same = true;
    while (same && (n = read(fd, piece, sizeof piece)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        same = n > 0 && (size_t)n <= size - at && memcmp(piece, bytes + at, (size_t)n) == 0;
        if (same)
            at += (size_t)n;
    }
    close(fd);
    return same && at == size;
}

/* A device, a pipe: what is there stays there. */
static dg_status write_through(const char *path, const char *bytes, size_t size, dg_error *error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return io_error(error, "write", path);
    bool written = write_all(fd, bytes, size);
    int number = errno;
    if (close(fd) != 0 && written) {
        written = false;
        number = errno;
    }
    errno = number;
    return written ? DG_OK : io_error(error, "write", path);
}

/* Opens a new file in the target's folder. */
static int open_beside(dgi_buf *name, const char *target, mode_t mode)
{
    const char *slash = strrchr(target, '/');
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        name->size = 0;
        dgi_buf_put(name, target, slash ? (size_t)(slash + 1 - target) : 0);
        dgi_buf_printf(name, ".dotgrad-%ld-%u.tmp", (long)getpid(), attempt);
        if (name->failed) {
            errno = ENOMEM;
            return -1;
        }
        int fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Gives the new file the permissions of the old one. Where a file system has none of its own to
 * give, it may refuse, and they are the same already. */
static bool take_mode(int fd, const struct stat *old)
{
    struct stat now;
    if (fchmod(fd, old->st_mode & 07777) == 0)
        return true;
    int number = errno;
    bool same = fstat(fd, &now) == 0 && ((now.st_mode ^ old->st_mode) & 0777) == 0;
    errno = number;
    return same;
}

static dg_status replace(const char *target, const char *bytes, size_t size, const struct stat *old,
                         dg_error *error)
{
    dgi_buf name = DGI_BUF_INIT;
    /* What others may not read they may not read on its way either. */
    int fd = open_beside(&name, target, old ? 0600 : 0666);
    if (fd < 0) {
        dg_status status = io_error(error, "write", target);
        dgi_buf_free(&name);
        return status;
    }
    bool done = write_all(fd, bytes, size) && (!old || take_mode(fd, old));
    int number = errno;
    if (close(fd) != 0 && done) {
        done = false;
        number = errno;
    }
    if (done && rename(name.data, target) != 0) {
        done = false;
        number = errno;
    }
    dg_status status = DG_OK;
    if (!done) {
        unlink(name.data);
        errno = number;
        status = io_error(error, "write", target);
    }
    dgi_buf_free(&name);
    return status;
}

/* What the link at the path points to, seen from the working folder; false with errno set where the
 * path is no link. */
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

/* A path may be a link to a file that is not there yet: so many links are followed. */
enum { LINKS_MAX = 40 };

/* Replaces what the path, through its links, leads to. */
static dg_status replace_target(const char *path, const char *bytes, size_t size,
                                const struct stat *old, dg_error *error)
{
    dgi_buf target = DGI_BUF_INIT;
    dgi_buf_puts(&target, path);
    int links = 0;
    for (; !target.failed && links < LINKS_MAX; links++) {
        dgi_buf next = DGI_BUF_INIT;
        if (!read_link(target.data, &next)) {
            dgi_buf_free(&next);
            break;
        }
        dgi_buf_free(&target);
        target = next;
    }
    dg_status status;
    if (target.failed || errno == ENOMEM) {
        errno = ENOMEM;
        status = io_error(error, "write", path);
    } else if (links == LINKS_MAX) {
        errno = ELOOP;
        status = io_error(error, "write", path);
    } else {
        status = replace(target.data, bytes, size, old, error);
    }
    dgi_buf_free(&target);
    return status;
}

dg_status dg_write_file(const char *path, const void *bytes, size_t size, int *changed,
                        dg_error *error)
{
    if (changed)
        *changed = 0;
    if (!path || !*path || (!bytes && size))
        return dgi_error(error, DG_INVALID, "no path or no bytes to write");
    struct stat old;
    bool exists = stat(path, &old) == 0;
    if (!exists && errno != ENOENT)
        return io_error(error, "write", path);
    if (exists && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return io_error(error, "write", path);
    }
    dg_status status;
    if (exists && !S_ISREG(old.st_mode)) {
        status = write_through(path, bytes, size, error);
    } else if (exists && (size_t)old.st_size == size && holds(path, bytes, size)) {
        return DG_OK;
    } else if (exists && access(path, W_OK) != 0) {
        return io_error(error, "write", path);
    } else {
        status = replace_target(path, bytes, size, exists ? &old : NULL, error);
    }
    if (status == DG_OK && changed)
        *changed = 1;
    return status;
}
