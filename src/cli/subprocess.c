/* Drawing in a subprocess: Graphviz may exit, abort, crash or run for hours, and must not take the
 * command with it. The picture comes through a pipe, piece by piece. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

#include "cli/job.h"
#include "cli/output.h"
#include "cli/process.h"

/* ---- In the subprocess ---------------------------------------------------------------------- */

/* Ends this process when its parent ends: nobody waits for the picture then. */
static void end_with_parent(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) /* it ended before */
        _exit(1);
}

/* Goes before each piece of the picture, of which an empty one is the last, and before the error.
 */
typedef struct header {
    uint64_t status; /* other than DG_OK: a dg_error follows. As wide as the size: no padding, whose
                        bytes would be any */
    uint64_t size;
} header;
_Static_assert(sizeof(header) == 2 * sizeof(uint64_t), "a header has no padding");

static bool send_message(int fd, dg_status status, const void *bytes, size_t size)
{
    header h = {(uint64_t)status, size};
    return write_bytes(fd, &h, sizeof h) && write_bytes(fd, bytes, size);
}

/* Without the bytes that nobody set: those between the members, and after the ends of the texts. */
static bool send_error(int fd, const dg_error *error)
{
    dg_error sent;
    memset(&sent, 0, sizeof sent);
    sent.status = error->status;
    sent.line = error->line;
    sent.column = error->column;
    snprintf(sent.text, sizeof sent.text, "%s", error->text);
    snprintf(sent.file, sizeof sent.file, "%s", error->file);
    return send_message(fd, error->status, &sent, sizeof sent);
}

static int send_piece(void *fd, const void *bytes, size_t size)
{
    return size > 0 && !send_message(*(int *)fd, DG_OK, bytes, size);
}

/* The command shows it. */
static void on_phase(void *context, const char *phase)
{
    const dg_trace *t = context;
    progress_phase("%s %zu values", phase, dg_trace_node_count(t));
}

static void log_picture(const options *o, const dg_picture_info *info)
{
    static const char *const names[] = {"LR", "TB", "RL", "BT"};
    log_phase(o, "layout", "%s, %.0f by %.0f pt, text of %.1f px in %.0f px",
              names[info->direction], info->width, info->height, info->text_size, info->fit);
}

/* Libraries print what the error says anyway. */
static void silence_libraries(const options *o)
{
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0)
        return;
    dup2(nowhere, STDOUT_FILENO);
    if (!o->verbose)
        dup2(nowhere, STDERR_FILENO);
}

static _Noreturn void draw_and_send(dg_trace *t, const options *o,
                                    const dg_draw_options *draw_options, unsigned long seconds,
                                    int fd)
{
    limit_subprocess(o, seconds);
    silence_libraries(o);
    dg_error error = {0};
    dg_draw_options draw = *draw_options;
    draw.error = &error;
    draw.progress = on_phase;
    draw.progress_context = t;
    dg_picture_info info;
    draw.info = &info;
    dg_status status = dg_render_to(t, send_piece, &fd, &draw);
    if (status == DG_OK)
        log_picture(o, &info);
    error.status = status;
    bool sent = status == DG_OK ? send_message(fd, DG_OK, "", 0) : send_error(fd, &error);
    _exit(sent ? 0 : 1);
}

/* ---- In the command ------------------------------------------------------------------------- */

static void set_error(dg_error *error, dg_status status, const char *text)
{
    *error = (dg_error){.status = status};
    snprintf(error->text, sizeof error->text, "%s", text);
}

enum { POLL_MILLISECONDS = 100 };

/* Waits for more; false at an interrupt that is blocked while a file is written. */
static bool wait_for_input(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (!interrupt_is_pending()) {
        int n = poll(&p, 1, POLL_MILLISECONDS);
        if (n > 0 || (n < 0 && errno != EINTR))
            return true; /* read() tells about an error */
    }
    return false;
}

/* Reads exactly so many bytes; false at an early end. */
static bool receive(int fd, void *bytes, size_t size)
{
    char *p = bytes;
    while (size > 0) {
        if (!wait_for_input(fd))
            return false;
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

/* Hands a piece of so many bytes on, in parts of the buffer's size. */
static bool receive_piece(int fd, size_t size, dg_write_function *write, void *context,
                          dg_error *error)
{
    char buffer[1 << 16];
    while (size > 0) {
        size_t n = size < sizeof buffer ? size : sizeof buffer;
        if (!receive(fd, buffer, n))
            return false;
        if (write(context, buffer, n) != 0) {
            set_error(error, DG_NOMEM, "out of memory");
            return false;
        }
        size -= n;
    }
    return true;
}

/* Receives all pieces. False after an error, or where the end is missing: then the error has DG_OK.
 */
static bool receive_picture(int fd, dg_write_function *write, void *context, dg_error *error)
{
    header h;
    *error = (dg_error){0};
    while (receive(fd, &h, sizeof h)) {
        if (h.status != DG_OK) {
            if (h.size != sizeof *error || !receive(fd, error, h.size))
                *error = (dg_error){0};
            return false;
        }
        if (h.size == 0)
            return true;
        if (!receive_piece(fd, h.size, write, context, error))
            return false;
    }
    return false;
}

/* Why a subprocess ended that sent no end. */
static void describe_failure(const options *o, size_t n, int wait_status, dg_error *error)
{
    char text[sizeof error->text];
    int signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    const char *who = o->draw.layout == DG_LAYOUT_DOT ? "Graphviz" : "the layout";
    if (signal == SIGXCPU || signal == SIGALRM)
        snprintf(
            text, sizeof text, "%slaying out %zu values took more than %lu s (see --time-limit)",
            seconds_left(o) < o->time_limit ? "running the program and " : "", n, o->time_limit);
    else if (signal)
        snprintf(text, sizeof text, "%s crashed (%s) on a graph of %zu values%s", who,
                 strsignal(signal), n,
                 signal == SIGABRT || signal == SIGSEGV ? " (memory? see --memory-limit)" : "");
    else
        snprintf(text, sizeof text,
                 "%s gave up on a graph of %zu values (memory? see --memory-limit)", who, n);
    set_error(error, DG_RENDER, text);
}

/* Starts the subprocess; -1 where there is none. */
static pid_t start_subprocess(dg_trace *t, const options *o, const dg_draw_options *draw,
                              const int ends[2])
{
    pid_t self = getpid();
    unsigned long seconds = seconds_left(o);
    block_interrupts(true); /* no process that is not known yet survives one */
    pid_t child = fork();
    if (child == 0) {
        reset_interrupts();
        block_interrupts(false);
        close(ends[0]);
        end_with_parent(self);
        draw_and_send(t, o, draw, seconds, ends[1]);
    }
    kill_on_interrupt(child);
    block_interrupts(false);
    return child;
}

static int wait_for_end(pid_t child)
{
    int wait_status = 0;
    if (interrupt_is_pending())
        kill(child, SIGKILL);
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR)
        ;
    kill_on_interrupt(0);
    return wait_status;
}

dg_status render_in_subprocess(dg_trace *t, const options *o, const dg_draw_options *draw,
                               dg_write_function *write, void *context, dg_error *error)
{
    int ends[2];
    size_t n = dg_trace_node_count(t);
    if (pipe(ends) != 0) {
        set_error(error, DG_IO, "cannot make a pipe");
        return DG_IO;
    }
    progress_share();
    progress_phase("drawing %zu values", n);
    pid_t child = start_subprocess(t, o, draw, ends);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        set_error(error, DG_IO, "cannot start a process");
        return DG_IO;
    }
    progress_start(o);
    bool received = receive_picture(ends[0], write, context, error);
    if (received) { /* the end of the process, or an interrupt that is blocked */
        char none;
        receive(ends[0], &none, 1);
    }
    close(ends[0]);
    int wait_status = wait_for_end(child);
    progress_stop();
    if (!received && error->status == DG_OK)
        describe_failure(o, n, wait_status, error);
    return received ? DG_OK : error->status;
}
