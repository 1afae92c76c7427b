/* The temporary file that stands for another one while that is written. */
#ifndef DGI_TEMPORARY_H
#define DGI_TEMPORARY_H

#include <sys/stat.h>

#include "base/buf.h"

/* Opens a new file in the target's folder, and removes those there that earlier processes had no
 * time to remove. `name` receives its path. A lock tells that it is in use, until it is closed.
 * Returns -1 with errno set. */
int dgi_temporary_open(dgi_buf *name, const char *target, mode_t mode);

/* Gives the new file what the old one at the path has beside its contents: owner and group where
 * that is allowed, permissions, access control list, extended attributes. Nobody can do more with
 * the new file than with the old one; set-user-id, set-group-id and file capabilities go, as with
 * every write. False with errno set, where that cannot be. */
bool dgi_keep_attributes(int fd, const char *path, const struct stat *old);

#endif
