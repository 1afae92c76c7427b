/* A job: one input, from its text to its picture. */
#ifndef DGI_CLI_JOB_H
#define DGI_CLI_JOB_H

#include "cli/options.h"

/* How the command ends. */
typedef enum exit_status {
    EXIT_DONE = 0,   /* the picture is written, or there was nothing to do */
    EXIT_WRONG = 1,  /* the program or the trace is wrong, or --check found a difference */
    EXIT_TROUBLE = 2 /* usage, input or output, a limit, Graphviz */
} exit_status;

/* What --gradcheck found. */
typedef struct gradient_check {
    dg_badge *badges; /* owned, with their texts */
    size_t count;
} gradient_check;

typedef struct job {
    const options *options;
    gradient_check *check;     /* where --gradcheck's findings go; NULL: there is none */
    const char *input;         /* NULL: standard input, or the expression */
    const char *output;        /* NULL: standard output */
    char *output_memory;       /* where -O named the output; owned */
    bool is_json;              /* the input is a trace */
    bool is_last;              /* of the inputs */
    const char *pattern;       /* of the names of frames; NULL: there is one file */
    size_t drawn;              /* how many values, or boxes of a fold, are drawn */
    size_t frame, frame_count; /* which of how many files of frames this is; 0: the only one */
} job;

/* The job of input number i; false after an error was reported. job_free() afterwards in any case.
 */
bool job_init(job *j, const options *o, size_t i);
void job_free(job *j);

/* Runs it, within the limits. */
exit_status job_run(const job *j);

/* What diagnostics call the input. */
const char *input_name(const job *j);

/* Reads the input whole: at most `most` bytes and one more; the caller frees it. NULL after an
 * error was reported. */
char *read_input(const job *j, size_t most, size_t *size);

/* Whether the input is inspected. */
bool is_inspected(const options *o);

/* The input's trace, and in *status what became of its history; NULL after errors were reported,
 * with *status set. *rankdir is the direction that a program gave to draw_dot, static, or NULL.
 * *whole is NULL, or where the input is inspected a trace with what is not drawn, too: the same as
 * the result, or to be freed as well. */
dg_trace *read_trace(const job *j, const char **rankdir, dg_trace **whole, exit_status *status);

/* The history that --history asks for, or NULL; false after an error was reported. The caller frees
 * it. */
bool begin_history(const job *j, dg_history **history);

/* Writes it where it belongs; NULL: does nothing. */
exit_status write_history(const job *j, const dg_history *history);

/* Inspects the trace where that is asked for. NULL where not, and after an error was reported, with
 * *failed set. */
dg_inspect *inspect_trace(const options *o, const dg_trace *t, bool *failed);

/* --fail-on: reports what was found of it. */
exit_status check_findings(const job *j, const dg_inspect *inspection);

/* The rules of a depfile: begun with NULL, extended job by job, freed by the caller. False after an
 * error was reported. */
bool add_depfile_rule(char **rules, const job *j);
bool write_depfile(const options *o, const char *output, const char *rules);

/* The trace of a program with the value that --why names, even where the root does not depend on
 * it; NULL after an error was reported, and for NULL. It takes the trace. */
dg_trace *find_explained(const options *o, dg_trace *t, dg_value *root, const dg_program *p);

/* The same of a trace that was selected from another one. */
dg_trace *select_explained(const options *o, dg_trace *t, const dg_trace *whole);

/* The part of a trace that --around or --between asks for; the trace itself where nothing is asked
 * for. NULL after an error was reported. It takes the trace. */
dg_trace *reduce_trace(const options *o, dg_trace *t);

/* Whether a format is a picture with a layout. */
bool draws_layout(dg_format format);

/* Folds a picture of a large trace, with a note, where the options do not say what to fold. */
void choose_fold(options *o, const dg_trace *t);

/* Whether something is folded, or frames are drawn. */
bool is_folded(const options *o);

/* How many values, or boxes of a fold, are drawn. False after an error was reported. */
bool count_drawn(const options *o, const dg_trace *t, size_t *count);

/* Compares the gradients of a trace's leaves, whose root is that value, with central differences;
 * `is_root`: what is drawn is what the program chose. False after an error was reported.
 * gradient_check_free() afterwards in any case. */
bool check_gradients(gradient_check *check, const dg_trace *t, dg_value *root, bool is_root);
void gradient_check_free(gradient_check *check);

/* Whether a path has one place for a frame's number, %d, %3d or %03d; %% is a percent sign. */
bool is_frame_pattern(const char *path);

/* The path of a frame; NULL when out of memory. The caller frees it. */
char *frame_path(const char *pattern, size_t frame);

/* Whether all files that are written differ from each other and from those that are read, by
 * whatever name; with the job of frames, once it is known how many there are, or NULL. False after
 * an error was reported. */
bool check_paths(const options *o, const job *frames);

/* The path of an output's depfile, which the caller frees; NULL when out of memory. */
char *depfile_path(const options *o, const char *output);

/* Whether both paths name one regular file. */
bool is_same_file(const char *a, const char *b);

/* Runs the jobs again and again, in processes of their own, until an interrupt. */
exit_status watch_inputs(const options *o);

/* The time since the last call, for -v: "dotgrad: PHASE: ..., 0.12 s". */
void log_phase(const options *o, const char *phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
