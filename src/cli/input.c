/* Reading an input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/job.h"

const char *input_name(const job *j)
{
    const options *o = j->options;
    return o->input_name   ? o->input_name
           : o->expression ? "<expr>"
           : j->input      ? j->input
                           : "<stdin>";
}

/* Reads a descriptor to its end, or to one byte past `most`. NULL with errno set. */
static char *read_all(int fd, size_t most, size_t *size)
{
    size_t capacity = 1 << 14;
    char *text = malloc(capacity);
    *size = 0;
    while (text) {
        if (*size == capacity) {
            capacity *= 2;
            char *more = realloc(text, capacity);
            if (!more)
                break;
            text = more;
        }
        size_t want = capacity - *size;
        if (want > most + 1 - *size)
            want = most + 1 - *size;
        ssize_t n = want ? read(fd, text + *size, want) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        if (n == 0)
            return text;
        *size += (size_t)n;
    }
    int number = text ? errno : ENOMEM;
    free(text);
    errno = number;
    return NULL;
}

/* --watch does not wait for a pipe that is there for a moment. */
static int open_input(const options *o, const char *path)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC | (o->watch ? O_NONBLOCK : 0));
    if (fd < 0 || !o->watch || (fstat(fd, &s) == 0 && S_ISREG(s.st_mode)))
        return fd;
    close(fd);
    errno = ESPIPE;
    return -1;
}

char *read_input(const job *j, size_t most, size_t *size)
{
    const options *o = j->options;
    if (o->expression) {
        *size = strlen(o->expression);
        char *text = malloc(*size + 1);
        if (text)
            memcpy(text, o->expression, *size + 1);
        else
            report_error("out of memory");
        return text;
    }
    int fd = j->input ? open_input(o, j->input) : STDIN_FILENO;
    if (!j->input && isatty(fd) && !o->quiet && !json_diagnostics())
        fputs("dotgrad: reading a program from the terminal; Ctrl-D ends it\n", stderr);
    char *text = fd < 0 ? NULL : read_all(fd, most, size);
    if (!text)
        report_error("cannot read '%s': %s", j->input ? j->input : "<stdin>", strerror(errno));
    if (fd >= 0 && j->input)
        close(fd);
    return text;
}
