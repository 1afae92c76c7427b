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

static dg_status io_error(dg_error *error, const char *what, const char *path)
{
    int number = errno;
    char reason[80];
    if (strerror_r(number, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", number);
    return dgi_error(error, DG_IO, "cannot %s '%s': %s", what, path, reason);
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
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

/* Opens a new file beside the target; its name is the target's with a suffix. */
static int open_beside(dgi_buf *name, const char *target, mode_t mode)
{
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        name->size = 0;
        dgi_buf_printf(name, "%s.%ld-%u.tmp", target, (long)getpid(), attempt);
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

static dg_status replace(const char *target, const char *bytes, size_t size, const struct stat *old,
                         dg_error *error)
{
    dgi_buf name = DGI_BUF_INIT;
    int fd = open_beside(&name, target, 0666);
    if (fd < 0) {
        dg_status status = io_error(error, "write", target);
        dgi_buf_free(&name);
        return status;
    }
    bool done = write_all(fd, bytes, size);
    /* A file that was there keeps its permissions. */
    if (done && old)
        done = fchmod(fd, old->st_mode & 07777) == 0;
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
    } else {
        if (exists && (size_t)old.st_size == size && holds(path, bytes, size))
            return DG_OK;
        /* Through a link, so that it is its target that is replaced. */
        char *target = exists ? realpath(path, NULL) : NULL;
        if (exists && !target)
            return io_error(error, "write", path);
        status = replace(target ? target : path, bytes, size, exists ? &old : NULL, error);
        free(target);
    }
    if (status == DG_OK && changed)
        *changed = 1;
    return status;
}
