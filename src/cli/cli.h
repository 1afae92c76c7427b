/* The command's parts. It uses only the public headers. */
#ifndef DGI_CLI_H
#define DGI_CLI_H

#include <stdbool.h>
#include <sys/types.h>

#include <dotgrad/dotgrad.h>

/* How the command ends. */
typedef enum exit_status {
    EXIT_DONE = 0,  /* the picture is written, or there was nothing to do */
    EXIT_WRONG = 1, /* the program, or the trace, is wrong */
    EXIT_TROUBLE = 2 /* usage, input or output, a limit, Graphviz */
} exit_status;

typedef struct options {
    const char *expression; /* -e */
    const char *input;      /* FILE; NULL: standard input */
    const char *output;     /* -o; NULL: standard output */
    const char *root;       /* -r */
    bool from_json;
    bool quiet, verbose;
    dg_labels labels;
    dg_draw_options draw;
    unsigned long time_limit;   /* seconds of processor time, each for the program and the layout; 0: none */
    unsigned long memory_limit; /* MiB of address space; 0: none */
    unsigned long max_nodes;    /* of the graph that is drawn; 0: any number */
} options;

/* What the arguments ask for. */
typedef enum request { REQUEST_DRAW, REQUEST_HELP, REQUEST_VERSION, REQUEST_LIST_OPS, REQUEST_BAD } request;

/* Reads the arguments; says on standard error what is wrong with them. */
request read_options(options *o, int argc, char **argv);

/* Each writes to standard output and returns false when that fails. */
bool print_help(void);
bool print_version(void);
bool print_ops(void);

/* "dotgrad: error: …" on standard error, one line. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "WHO: error: TEXT", with a question mark for each control character. */
void print_error(const char *who, const char *text);

/* Reads the input whole, at most `most` bytes and one more; the caller frees it. NULL after a
 * complaint. */
char *read_input(const options *o, size_t most, size_t *size);

/* What the input is called in messages. */
const char *input_name(const options *o);

/* The input's trace, or NULL after complaints, with *status set. */
dg_trace *trace_input(const options *o, exit_status *status);

/* Holds the command, or the child, to the limits of the options. The child inherits the command's. */
void limit_command(const options *o);
void limit_child(const options *o);

/* dg_render() in a child process that has limits. */
char *render_in_child(dg_trace *t, const options *o, size_t *size, dg_error *error);

/* Writes all bytes to a descriptor; errno tells why not. */
bool write_bytes(int fd, const void *bytes, size_t size);

/* What takes more than a second is shown on a terminal until progress_stop(): what progress_say() said
 * last, short and without an end, and for how many seconds. */
void progress_start(const options *o);
void progress_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_stop(void);

/* What a child says that is started from now on is shown, too. */
void progress_share(void);

/* Ctrl-C and the like end the command, its child with it. They can be held back for a while, and a
 * child forgets about all that. */
void watch_interrupts(void);
void hold_interrupts(bool hold);
void end_with_interrupt(pid_t process);
void forget_interrupts(void);

/* The time since the last call, for -v: "dotgrad: PHASE: …, 0.12 s". */
void report(const options *o, const char *phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
