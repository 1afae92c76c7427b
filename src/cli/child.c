/* Drawing in a child process: Graphviz may exit, abort, crash or run for hours, and must not take
 * the command with it. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

bool write_bytes(int fd, const void *bytes, size_t size)
{
    const char *p = bytes;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

/* A layout that nobody waits for is not to go on. */
static void end_with_parent(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) /* it ended before */
        _exit(1);
}

/* What goes through the pipe before each piece of the picture, of which an empty one is the last,
 * or before the error's text. */
typedef struct answer {
    dg_status status;
    size_t size;
} answer;

static bool send(int fd, dg_status status, const char *bytes, size_t size)
{
    answer a = {status, size};
    return write_bytes(fd, &a, sizeof a) && write_bytes(fd, bytes, size);
}

static int send_piece(void *fd, const void *bytes, size_t size)
{
    return size > 0 && !send(*(int *)fd, DG_OK, bytes, size);
}

/* Only in the child, whose words the command shows. */
static void say_phase(void *context, const char *phase)
{
    const dg_trace *t = context;
    progress_say("%s %zu values", phase, dg_trace_node_count(t));
}

static _Noreturn void draw_and_answer(dg_trace *t, const options *o, int fd)
{
    limit_child(o);
    /* What libraries print: the answer has the reason. */
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        if (!o->verbose)
            dup2(nowhere, STDERR_FILENO);
    }
    dg_error error = {0};
    dg_draw_options draw = o->draw;
    draw.error = &error;
    draw.progress = say_phase;
    draw.progress_context = t;
    dg_status status = dg_render_to(t, send_piece, &fd, &draw);
    _exit(send(fd, status, error.text, status == DG_OK ? 0 : strlen(error.text)) ? 0 : 1);
}

/* Reads exactly that many bytes; false at an early end. */
static bool read_bytes(int fd, void *bytes, size_t size)
{
    char *p = bytes;
    while (size > 0) {
        ssize_t n = read(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

static void say(dg_error *error, dg_status status, const char *text)
{
    error->status = status;
    snprintf(error->text, sizeof error->text, "%s", text);
}

/* What the pieces are put together in. */
typedef struct picture {
    char *bytes;
    size_t size, room;
} picture;

/* Room for so many more bytes and a terminator, and for much more where that is likely to be
 * needed. */
static bool make_room(picture *p, size_t more)
{
    if (more > SIZE_MAX / 4 - p->size)
        return false;
    size_t needed = p->size + more + 1;
    if (needed <= p->room)
        return true;
    size_t room = p->room + p->room / 2;
    room = room > needed ? room : needed;
    char *bytes = realloc(p->bytes, room);
    if (!bytes)
        return false;
    p->bytes = bytes;
    p->room = room;
    return true;
}

static bool read_text(int fd, const answer *a, dg_error *error)
{
    size_t kept = a->size < sizeof error->text ? a->size : sizeof error->text - 1;
    if (!read_bytes(fd, error->text, kept))
        return false;
    error->text[kept] = '\0';
    error->status = a->status;
    return true;
}

/* Reads all pieces. False with the error that it holds; DG_OK in that where the answer has no end.
 */
static bool read_pieces(int fd, picture *p, dg_error *error)
{
    answer a;
    while (read_bytes(fd, &a, sizeof a)) {
        if (a.status != DG_OK) {
            read_text(fd, &a, error);
            return false;
        }
        if (!make_room(p, a.size)) {
            say(error, DG_NOMEM, "out of memory");
            return false;
        }
        if (a.size == 0)
            return true;
        if (!read_bytes(fd, p->bytes + p->size, a.size))
            return false;
        p->size += a.size;
    }
    return false;
}

static char *read_answer(int fd, size_t *size, dg_error *error)
{
    picture p = {NULL, 0, 0};
    *error = (dg_error){0};
    if (!read_pieces(fd, &p, error)) {
        free(p.bytes);
        return NULL;
    }
    p.bytes[p.size] = '\0';
    *size = p.size;
    return p.bytes;
}

/* Why a child that did not answer ended. */
static void explain(const options *o, const dg_trace *t, int wait_status, dg_error *error)
{
    char text[sizeof error->text];
    size_t n = dg_trace_node_count(t);
    int signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    const char *who = o->draw.layout == DG_LAYOUT_DOT ? "Graphviz" : "the layout";
    if (signal == SIGXCPU || signal == SIGALRM)
        snprintf(text, sizeof text, "laying out %zu values took more than %lu s (see --time-limit)",
                 n, o->time_limit);
    else if (signal)
        snprintf(text, sizeof text, "%s crashed (%s) on a graph of %zu values%s", who,
                 strsignal(signal), n,
                 signal == SIGABRT || signal == SIGSEGV ? " (memory? see --memory-limit)" : "");
    else
        snprintf(text, sizeof text,
                 "%s gave up on a graph of %zu values (memory? see --memory-limit)", who, n);
    say(error, DG_RENDER, text);
}

/* Starts the child; -1 where there is none. */
static pid_t start_child(dg_trace *t, const options *o, const int ends[2])
{
    pid_t self = getpid();
    hold_interrupts(true);
    pid_t child = fork();
    if (child == 0) {
        forget_interrupts();
        hold_interrupts(false);
        close(ends[0]);
        end_with_parent(self);
        draw_and_answer(t, o, ends[1]);
    }
    end_with_interrupt(child);
    hold_interrupts(false);
    return child;
}

char *render_in_child(dg_trace *t, const options *o, size_t *size, dg_error *error)
{
    int ends[2];
    if (pipe(ends) != 0) {
        say(error, DG_IO, "cannot make a pipe");
        return NULL;
    }
    progress_share();
    progress_say("drawing %zu values", dg_trace_node_count(t));
    pid_t child = start_child(t, o, ends);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        say(error, DG_IO, "cannot start a process");
        return NULL;
    }
    progress_start(o);
    char *bytes = read_answer(ends[0], size, error);
    close(ends[0]);
    int wait_status = 0;
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR)
        ;
    end_with_interrupt(0);
    progress_stop();
    if (!bytes && error->status == DG_OK)
        explain(o, t, wait_status, error);
    return bytes;
}
