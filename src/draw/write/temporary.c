/* Temporary files are called ".dotgrad-PID-N.tmp". */
#define _DEFAULT_SOURCE /* flock, fchown */
#include "draw/write/temporary.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char PREFIX[] = ".dotgrad-", SUFFIX[] = ".tmp";

/* ---- Those of processes that were killed ----------------------------------------------------- */

static const char *skip_digits(const char *p)
{
    const char *end = p;
    while (isdigit((unsigned char)*end))
        end++;
    return end > p ? end : NULL;
}

static bool is_temporary(const char *name)
{
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0)
        return false;
    const char *p = skip_digits(name + sizeof PREFIX - 1);
    p = p && *p == '-' ? skip_digits(p + 1) : NULL;
    return p && strcmp(p, SUFFIX) == 0;
}

/* Removes one of our own that no process has locked. */
static void remove_stale(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat opened, named;
    if (fd < 0)
        return;
    if (fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode) && opened.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_dev == opened.st_dev &&
        named.st_ino == opened.st_ino)
        unlinkat(folder, name, 0);
    close(fd);
}

/* Once for each folder in a row, so that many files in one do not take quadratic time. */
static void clean(const char *folder)
{
    static _Thread_local struct {
        dev_t device;
        ino_t inode;
    } last;
    struct stat s;
    DIR *entries = opendir(folder);
    if (!entries)
        return;
    if (fstat(dirfd(entries), &s) == 0 && (s.st_dev != last.device || s.st_ino != last.inode)) {
        last.device = s.st_dev;
        last.inode = s.st_ino;
        for (const struct dirent *e; (e = readdir(entries));)
            if (is_temporary(e->d_name))
                remove_stale(dirfd(entries), e->d_name);
    }
    closedir(entries);
}

/* ---- A new one ------------------------------------------------------------------------------ */

/* False where another process has just taken it for a stale one. */
static bool lock(int fd)
{
    struct stat s;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK; /* no locks here: then nobody removes it */
    return fstat(fd, &s) != 0 || s.st_nlink > 0;
}

int dgi_temporary_open(dgi_buf *name, const char *target, mode_t mode)
{
    const char *slash = strrchr(target, '/');
    dgi_buf_put(name, target, slash ? (size_t)(slash + 1 - target) : 0);
    dgi_buf_puts(name, slash ? "." : "./.");
    if (!name->failed)
        clean(name->data);
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        name->size = 0;
        dgi_buf_put(name, target, slash ? (size_t)(slash + 1 - target) : 0);
        dgi_buf_printf(name, "%s%ld-%u%s", PREFIX, (long)getpid(), attempt, SUFFIX);
        if (name->failed) {
            errno = ENOMEM;
            return -1;
        }
        int fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 && lock(fd))
            return fd;
        if (fd < 0 && errno != EEXIST)
            return -1;
        if (fd >= 0) {
            close(fd);
            errno = EEXIST;
        }
    }
    return -1;
}
