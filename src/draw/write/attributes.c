/* What a file has beside its contents. */
#define _DEFAULT_SOURCE /* fchown */
#include "draw/write/temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/xattr.h>

static const char ACL[] = "system.posix_acl_access";

/* No file system has larger ones. */
enum { ATTRIBUTE_MAX = 1 << 16 };

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Those that give rights or vouch for the contents are not for other contents. */
static bool is_kept(const char *name)
{
    static const char *const lost[] = {"security.capability", "security.ima", "security.evm"};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
        if (strcmp(name, lost[i]) == 0)
            return false;
    return strcmp(name, ACL) != 0;
}

/* Whether it is ours to keep: what the system itself sets, it may refuse. */
static bool is_needed(const char *name)
{
    return starts_with(name, "user.") || starts_with(name, "system.");
}

static bool keep_attribute(int fd, const char *path, const char *name, char *value)
{
    ssize_t size = getxattr(path, name, value, ATTRIBUTE_MAX);
    return (size >= 0 && fsetxattr(fd, name, value, (size_t)size, 0) == 0) || !is_needed(name);
}

/* `memory` holds the names and a value. */
static bool keep_all(int fd, const char *path, char *memory)
{
    ssize_t size = listxattr(path, memory, ATTRIBUTE_MAX);
    for (const char *name = memory; size > 0 && name < memory + size; name += strlen(name) + 1)
        if (is_kept(name) && !keep_attribute(fd, path, name, memory + ATTRIBUTE_MAX))
            return false;
    return size >= 0 || errno == ENOTSUP;
}

static bool keep_extended(int fd, const char *path)
{
    char *memory = malloc(2 * ATTRIBUTE_MAX);
    if (!memory) {
        errno = ENOMEM;
        return false;
    }
    bool kept = keep_all(fd, path, memory);
    int number = errno;
    free(memory);
    errno = number;
    return kept;
}

/* Of a file that has a list the group's permissions are the list's mask: they say what some named
 * user may do at most, and would be the group's own in a file without one. And a new file may have
 * got a list from its folder. */
static bool keep_acl(int fd, const char *path, bool group_kept, bool *found)
{
    char list[ATTRIBUTE_MAX / 8];
    ssize_t size = getxattr(path, ACL, list, sizeof list);
    *found = size > 0;
    if (size > 0 && !group_kept) {
        errno = EPERM;
        return false;
    }
    if (size > 0)
        return fsetxattr(fd, ACL, list, (size_t)size, 0) == 0;
    if (size < 0 && errno != ENODATA && errno != ENOTSUP)
        return false;
    return fremovexattr(fd, ACL) == 0 || errno == ENODATA || errno == ENOTSUP;
}
#else
static bool keep_extended(int fd, const char *path)
{
    (void)fd, (void)path;
    return true;
}

static bool keep_acl(int fd, const char *path, bool group_kept, bool *found)
{
    (void)fd, (void)path, (void)group_kept;
    *found = false;
    return true;
}
#endif

/* A file system without permissions may refuse them; it is no failure where they are the same
 * already. */
static bool set_mode(int fd, mode_t mode)
{
    struct stat now;
    if (fchmod(fd, mode) == 0)
        return true;
    int number = errno;
    bool same = fstat(fd, &now) == 0 && ((now.st_mode ^ mode) & 0777) == 0;
    errno = number;
    return same;
}

bool dgi_keep_attributes(int fd, const char *path, const struct stat *old)
{
    struct stat now;
    bool has_list;
    if (fstat(fd, &now) != 0)
        return false;
    bool group = now.st_gid == old->st_gid || fchown(fd, (uid_t)-1, old->st_gid) == 0;
    bool owner = now.st_uid == old->st_uid || fchown(fd, old->st_uid, (gid_t)-1) == 0;
    mode_t mode = old->st_mode & 0777, user = mode >> 6 & 7, group_or_other = mode >> 3 & mode & 7;
    /* Who was of the old group is one of the others now, and the new group was: both have what both
     * had. */
    if (!group)
        mode = (mode & 0700) | group_or_other << 3 | group_or_other;
    /* And so was the old owner. */
    if (!owner)
        mode &= 0700 | user << 3 | user;
    if (!keep_extended(fd, path) || !keep_acl(fd, path, group, &has_list))
        return false;
    return has_list || set_mode(fd, mode);
}
