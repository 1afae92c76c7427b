/* Replacing a file, in pieces, as a whole or not at all. */
#ifndef DGI_FILE_H
#define DGI_FILE_H

#include <sys/stat.h>

#include <dotgrad/draw.h>

#include "base/buf.h"

typedef struct dgi_file {
    const char *path; /* borrowed */
    dg_error *error;  /* borrowed; what went wrong */
    dg_status status;
    bool exists;
    struct stat old;   /* of the old file, where it exists */
    bool through;      /* a device, a pipe, a descriptor: written to directly, not replaced */
    bool sync;         /* the bytes are on the disk before the new file has the name */
    int descriptor;    /* that the path names, /dev/fd/3; negative: none of ours */
    int old_file;      /* the old contents, to be compared; -1: no more, since they differ */
    size_t same;       /* how many bytes were the same */
    int file;          /* what is written to; -1: nothing yet */
    dgi_buf target;    /* the path after all symbolic links */
    dgi_buf temporary; /* the path of the temporary file, in the target's folder */
} dgi_file;

/* Whatever comes back, dgi_file_end() has to follow. Until then the file is as it was (but a
 * device, a pipe or an open descriptor gets the bytes at once). */
dg_status dgi_file_begin(dgi_file *f, const char *path, dg_error *error);

/* False after an error. */
bool dgi_file_put(dgi_file *f, const void *bytes, size_t size);

/* Replaces the file's contents by what was put, if `keep` is true and nothing failed; else leaves
 * it as it was. *changed (may be NULL) receives 1 where the file was written, else 0. */
dg_status dgi_file_end(dgi_file *f, bool keep, int *changed);

#endif
