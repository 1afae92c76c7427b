/* Where a picture goes while it is made, piece by piece. */
#ifndef DGI_CLI_OUTPUT_H
#define DGI_CLI_OUTPUT_H

#include <stdio.h>

#include "cli/job.h"

/* What happens to the pieces. */
typedef enum sink_mode {
    SINK_FILE,   /* they go to a temporary file beside the output, which is replaced at the end */
    SINK_HELD,   /* they are held: what is written to a pipe cannot be taken back */
    SINK_COMPARE /* --check: they are compared with what is there */
} sink_mode;

typedef struct picture_sink {
    const job *job;
    sink_mode mode;
    size_t size;            /* bytes so far */
    dg_file_writer *writer; /* NULL: standard output */
    bool interrupts_blocked;
    char *held; /* the last bytes so far; */
    size_t n_held, capacity;
    FILE *spool;     /* those before them, or NULL */
    int spool_error; /* errno of writing them */
    FILE *there;     /* what is there; NULL: it cannot be opened */
    int read_error;  /* errno of opening or reading it */
    bool differs;
} picture_sink;

/* False after an error was reported. sink_abandon() or sink_finish() follows otherwise. */
bool sink_begin(picture_sink *out, const job *j);

/* Takes the next piece: a dg_write_function. */
int sink_put(void *out, const void *bytes, size_t size);

/* Writes the explanation that --why asks for, as text or JSON. */
dg_status explain_gradient(const dg_trace *t, const options *o, picture_sink *out, dg_error *error);

/* Writes what --explain-fold says. */
dg_status explain_fold(const dg_trace *t, const options *o, picture_sink *out, dg_error *error);

/* Leaves the output as it was. */
void sink_abandon(picture_sink *out);

/* The picture is complete: puts it where it belongs, with its depfile, or says how they differ. */
exit_status sink_finish(picture_sink *out);

/* Writes all bytes to a descriptor; errno tells why not. */
bool write_bytes(int fd, const void *bytes, size_t size);

/* Writes to standard output and, at its end, closes it, since not every error comes before. False
 * after an error was reported. */
bool write_standard_output(const char *bytes, size_t size);

/* Writes a whole file as the options say, which no interrupt ends while a temporary file is there.
 * False after an error was reported. */
bool write_file(const options *o, const char *path, const char *bytes, size_t size);

/* Opens a file to be compared with; nothing but a regular one, since others may never end, or not
 * even open. NULL with errno set, for which report_unreadable() has the words. */
FILE *open_regular(const char *path);
void report_unreadable(const char *path, int number);

/* Reports that an output is missing or stale, with the command that makes it. */
void report_outdated(const job *j, const char *how);

#endif
