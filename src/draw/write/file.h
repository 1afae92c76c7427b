/* A file that is written in pieces, whole or not at all. */
#ifndef DGI_FILE_H
#define DGI_FILE_H

#include <sys/stat.h>

#include <dotgrad/draw.h>

#include "base/buf.h"

typedef struct dgi_file {
    const char *path; /* borrowed */
    dg_error *error;  /* borrowed; what went wrong */
    dg_status status;
    struct stat old; /* what is there, where something is */
    bool exists;
    bool through;   /* a device, a pipe: what is there stays there */
    int old_file;   /* what is there is read from it as long as it is the same; else -1 */
    size_t same;    /* so many bytes of it are */
    int file;       /* what is written to; -1: nothing yet */
    dgi_buf target; /* the path, through its edges */
    dgi_buf beside; /* the temporary file in the target's folder */
} dgi_file;

/* Whatever happens, dgi_file_end() has to follow. Nothing is there to be seen before that, but for
 * what a device or a pipe was given. */
dg_status dgi_file_begin(dgi_file *f, const char *path, dg_error *error);

/* False after an error. */
bool dgi_file_put(dgi_file *f, const void *bytes, size_t size);

/* Makes the file hold what was put, where `keep` is true and nothing went wrong before; else it is
 * as it was. *changed, where it is not NULL, receives 1 where the file was written. */
dg_status dgi_file_end(dgi_file *f, bool keep, int *changed);

#endif
