/* The command line: what the options say. */
#ifndef DGI_CLI_OPTIONS_H
#define DGI_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <dotgrad/dotgrad.h>

/* How FILE is read. */
typedef enum input_format { INPUT_BY_NAME, INPUT_PROGRAM, INPUT_JSON } input_format;

/* An option as it was given, for the command that --check prints. */
typedef struct recorded_argument {
    const char *name;     /* without its hyphens */
    const char *argument; /* NULL: it takes none */
} recorded_argument;

/* A target of the depfile's rules. */
typedef struct depfile_target {
    const char *name;
    bool verbatim; /* -MT: not escaped */
} depfile_target;

/* All options, filled while they are parsed. Flags are int, as in dg_draw_options. */
typedef struct options {
    const char *command;    /* argv[0] */
    const char *expression; /* -e */
    char **inputs;          /* FILE...; owned */
    size_t n_inputs;
    const char *output; /* -o; NULL: standard output */
    int name_outputs;   /* -O */
    input_format input_format;
    const char *root;
    dg_labels labels;
    dg_draw_options draw;       /* format, layout and how the picture looks */
    unsigned long time_limit;   /* seconds of processor time, for the program and for the layout; 0:
                                   no limit */
    unsigned long memory_limit; /* MiB of address space; 0: no limit */
    unsigned long max_nodes;    /* of the graph that is drawn; 0: no limit */
    int depfile;                /* -MD, or another option asks for one */
    const char *depfile_path;   /* -MF; NULL: beside the output */
    int phony_targets;          /* -MP */
    depfile_target *targets;    /* -MT, -MQ; owned */
    size_t n_targets;
    int gradcheck;       /* mark gradients that central differences disagree with */
    int check;           /* compare instead of writing */
    int watch;           /* draw again when an input changes */
    int explain_fold;    /* instead of drawing */
    const char *around;  /* the value, and how far around it; NULL: all is drawn */
    const char *between; /* two values */
    int json;            /* what is printed, as JSON */
    const char *history; /* where what training did is written; NULL: nowhere */
    unsigned long history_every;
    const char *input_name;    /* what diagnostics call the input; NULL: its own name */
    unsigned long cell;        /* the last code cell of a notebook; 0: all */
    unsigned long line_offset; /* added to their lines */
    int sort;                  /* of a report's parameters: a dg_parameter_key, negative to fall */
    unsigned long rows;        /* of its lists; 0: the default */
    unsigned fail_on;          /* kinds of findings as bits, and of `fail_on_more` */
    int no_sync;               /* do not wait until what is written is on the disk */
    int quiet, verbose;
    recorded_argument *recorded; /* owned */
    size_t n_recorded;
} options;

/* Of --fail-on, besides the bits of kinds. */
enum fail_on_more { FAIL_ON_ERROR = 1 << 28, FAIL_ON_WARNING = 1 << 29, FAIL_ON_ANY = 1 << 30 };

/* What the command line asks for. */
typedef enum action {
    ACTION_DRAW,
    ACTION_HELP,
    ACTION_VERSION,
    ACTION_LIST_OPS,
    ACTION_USAGE_ERROR
} action;

/* Parses the command line; a usage error is reported. free_options() afterwards in any case. */
action parse_options(options *o, int argc, char **argv);
void free_options(options *o);

/* Each prints to standard output; false after an error was reported. */
bool print_help(void);
bool print_version(void);
bool print_ops(void);

/* Whether that path is standard output, which must not be opened by name: one that is redirected
 * would be replaced or written over. */
bool is_standard_output(const char *path);

/* Whether the option of that name was given. */
bool is_given(const options *o, const char *name);

/* ---- The table of options, for the parser and --help ---------------------------------------- */

typedef enum option_kind {
    OPTION_TEXT,        /* const char * */
    OPTION_FLAG,        /* int */
    OPTION_NUMBER,      /* unsigned long; `noun` says of what */
    OPTION_REAL,        /* double, from `least` to `most`; `noun` may be NULL */
    OPTION_CHOICE,      /* an enum: one of `choices`, which `noun` names */
    OPTION_LIST,        /* unsigned: the bits of some of `choices`, separated by commas */
    OPTION_FORMAT,      /* of the picture */
    OPTION_THRESHOLDS,  /* of an inspection: `NAME=X,...` */
    OPTION_TARGET,      /* of the depfile */
    OPTION_DIAGNOSTICS, /* -fdiagnostics-format= */
    OPTION_ACTION       /* `offset` is the action */
} option_kind;

typedef struct option_choice {
    const char *name;
    int value;
} option_choice;

/* Whether an option changes the SVG, so that --id-prefix=auto computes the id from it, too. */
typedef enum option_in_id {
    ID_WITHOUT,  /* it does not, or what is drawn tells */
    ID_IF_GIVEN, /* it does: ids of pictures without it stay the same when an option is added */
    ID_ALWAYS,   /* the same, and its default counts: ids are those of earlier versions */
    ID_ADDED     /* the same, for a choice */
} option_in_id;

typedef struct option_row {
    const char *name;     /* after two hyphens; NULL: it has a letter only */
    const char *alias;    /* an older name, accepted but not shown; or NULL */
    char letter;          /* '\0': it has a name only */
    char suffix;          /* a letter after -M, else '\0' */
    const char *argument; /* what --help calls it; NULL: it takes none */
    option_kind kind;
    size_t offset; /* of the member of options */
    const char *noun;
    const option_choice *choices; /* ended by a NULL name */
    double least, most;           /* above 0, which is the default */
    bool unrecorded;              /* does not say what the picture is and where it goes */
    option_in_id in_id;
    const char *help; /* lines */
} option_row;

enum { OPTION_ROWS = 62 };
extern const option_row option_rows[OPTION_ROWS];

/* The direction of that name, which there is. */
dg_direction direction_from_rankdir(const char *rankdir);

/* The rows, as --help shows them. */
void print_option_rows(void);

#endif
