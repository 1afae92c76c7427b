/* The command's parts. It uses only the public headers. */
#ifndef DGI_CLI_H
#define DGI_CLI_H

#include <stdbool.h>
#include <sys/types.h>

#include <dotgrad/dotgrad.h>

/* How the command ends. */
typedef enum exit_status {
    EXIT_DONE = 0,   /* the picture is written, or there was nothing to do */
    EXIT_WRONG = 1,  /* the program, or the trace, is wrong */
    EXIT_TROUBLE = 2 /* usage, input or output, a limit, Graphviz */
} exit_status;

/* An option as it was given: for the command that would make an output anew. */
typedef struct given {
    const char *name;     /* without its hyphens */
    const char *argument; /* NULL: it takes none */
} given;

/* A target of the depfile's rules. */
typedef struct target {
    const char *name;
    bool as_is; /* not escaped */
} target;

typedef struct options {
    const char *expression; /* -e */
    char **inputs;          /* FILE...; each for itself goes to `input` */
    size_t n_inputs;
    const char *input;         /* NULL: standard input */
    const char *output;        /* -o, or what -O makes of the input; NULL: standard output */
    bool name_outputs;         /* -O */
    const char *root;          /* -r */
    const char *input_name;    /* what diagnostics call the input; NULL: by its name */
    unsigned long line_offset; /* added to their lines */
    int from;                  /* input_format */
    bool from_json;
    bool quiet, verbose;
    bool check;               /* compare instead of writing */
    bool watch;               /* draw again when an input changes */
    bool depfile;             /* -MD */
    bool phony;               /* -MP */
    const char *depfile_path; /* -MF; NULL: beside the output */
    target *targets;          /* -MT, -MQ; owned */
    size_t n_targets;
    const char *command; /* argv[0] */
    given *given;        /* owned */
    size_t n_given;
    int labels, layout; /* dg_labels, dg_layout */
    bool no_size;
    dg_draw_options draw;
    unsigned long
        time_limit; /* seconds of processor time, each for the program and the layout; 0: none */
    unsigned long memory_limit; /* MiB of address space; 0: none */
    unsigned long max_nodes;    /* of the graph that is drawn; 0: any number */
} options;

/* How FILE is read. */
enum { FROM_NAME, FROM_PROGRAM, FROM_JSON };

/* What the arguments ask for. */
typedef enum request {
    REQUEST_DRAW,
    REQUEST_HELP,
    REQUEST_VERSION,
    REQUEST_LIST_OPS,
    REQUEST_BAD
} request;

/* Reads the arguments; says on standard error what is wrong with them. free_options() afterwards in
 * any case. */
request read_options(options *o, int argc, char **argv);
void free_options(options *o);

/* Each writes to standard output and returns false when that fails. */
bool print_help(void);
bool print_version(void);
bool print_ops(void);

/* The options, one a row of the table, as --help shows them. */
void print_options(void);

/* ---- Diagnostics: lines for people, or one JSON array in the form of GCC's. ----------------- */

/* From here on as JSON. */
void tell_as_json(void);
bool told_as_json(void);

/* A place in an input. */
typedef struct place {
    const char *file;
    size_t line, column; /* counted from 1; 0: not known */
    size_t last;         /* column of the last byte; 0: not known */
} place;

/* "FILE:LINE:COLUMN: KIND: TEXT", or "dotgrad: KIND: TEXT" where the place is NULL, on one line,
 * with a question mark for each control character. */
void tell(const char *kind, const place *where, const char *text);

/* A finding in a program: as the library shows it, or as JSON. */
void tell_finding(const dg_diagnostic *d, const place *where);

/* "dotgrad: error: …" and "dotgrad: note: …". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same as bytes, for later, into room for `size`. */
void format_complaint(char *line, size_t size, const char *text);

/* Ends the JSON array. */
void tell_end(void);

/* ---- One input ----------------------------------------------------------------------------- */

/* Reads the input whole, at most `most` bytes and one more; the caller frees it. NULL after a
 * complaint. */
char *read_input(const options *o, size_t most, size_t *size);

/* Reads a descriptor to its end, or to one byte past `most`. NULL with errno set. */
char *read_all(int fd, size_t most, size_t *size);

/* What the input is called in diagnostics. */
const char *input_name(const options *o);

/* The input's trace, or NULL after complaints, with *status set. */
dg_trace *trace_input(const options *o, exit_status *status);

/* Holds the command, or the child, to the limits of the options. The child inherits the command's.
 */
void limit_command(const options *o);
void limit_child(const options *o);

/* From the input to its output, within the limits. */
exit_status draw_input(const options *o);

/* The options for input number i; NULL after a complaint. The caller frees them. */
options *options_of_input(const options *all, size_t i);
void free_options_of_input(options *one);

/* draw_input() again and again, in processes of their own, until an interrupt. */
exit_status watch_inputs(const options *o);

/* Whether the output holds these bytes: EXIT_DONE, or EXIT_WRONG after saying how to refresh it. */
exit_status check_output(const options *o, const char *bytes, size_t size);

/* The rules of a depfile: begun with NULL, extended input by input, freed by the caller. False
 * after a complaint. */
bool add_rule(char **rules, const options *o);
bool write_depfile(const options *o, const char *rules);

/* What is written in one go, or not at all, and not while an interrupt could leave a temporary
 * file. */
dg_status write_file(const char *path, const char *bytes, size_t size, int *changed,
                     dg_error *error);

/* Whether that is a name of standard output. Opened by its name, one that is redirected would be
 * replaced or written over. */
bool is_standard_output(const char *path);

/* write_bytes() to standard output, which is closed then: not every error comes before. False after
 * a complaint. */
bool write_standard_output(const char *bytes, size_t size);

/* Whether both are the same regular file. */
bool same_file(const char *a, const char *b);

/* dg_render() in a child process that has limits. */
char *render_in_child(dg_trace *t, const options *o, size_t *size, dg_error *error);

/* Writes all bytes to a descriptor; errno tells why not. */
bool write_bytes(int fd, const void *bytes, size_t size);

/* What takes more than a second is shown on a terminal until progress_stop(): what progress_say()
 * said last, short and without an end, and for how many seconds. */
void progress_start(const options *o);
void progress_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_stop(void);

/* What a child says that is started from now on is shown, too. */
void progress_share(void);

/* Ctrl-C and the like end the command, its child with it. They can be held back for a while, and a
 * child forgets about all that. */
extern const int interrupts[];
extern const size_t n_interrupts;
void watch_interrupts(void);
void hold_interrupts(bool hold);
void end_with_interrupt(pid_t process);
void forget_interrupts(void);

/* The time since the last call, for -v: "dotgrad: PHASE: …, 0.12 s". */
void report(const options *o, const char *phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
