/* The options: a table of them, one a row, and what they come to together. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The table ----------------------------------------------------------------------------- */

typedef struct choice {
    const char *name;
    int value;
} choice;

static const choice labellings[] = {
    {"names", DG_LABELS_NAMES}, {"explicit", DG_LABELS_EXPLICIT}, {NULL, 0}};
static const choice layouts[] = {
    {"auto", DG_LAYOUT_AUTO}, {"dot", DG_LAYOUT_DOT}, {"flow", DG_LAYOUT_FLOW}, {NULL, 0}};
static const choice inputs[] = {{"json", FROM_JSON}, {"program", FROM_PROGRAM}, {NULL, 0}};

/* How an option is taken, and where to. */
typedef enum kind {
    TEXT,   /* const char * */
    FLAG,   /* bool */
    NUMBER, /* unsigned long; `what` says of what */
    CHOICE, /* int, one of the choices; `what` is what they are called */
    FORMAT,
    DEPENDENCIES, /* -M with what follows */
    DIAGNOSTICS,  /* -f with what follows */
    REQUEST
} kind;

typedef struct option_row {
    const char *name;     /* after two hyphens; NULL: it has a letter only */
    char letter;          /* '\0': it has a name only */
    const char *argument; /* what the help calls it; NULL: it takes none */
    kind kind;
    size_t place; /* in options; of a request the request */
    const char *what;
    const choice *choices;
    bool silent;      /* says nothing of what the picture is and where it goes */
    const char *help; /* lines */
} option_row;

#define AT(member) offsetof(options, member)

static const option_row rows[] = {
    {"expr", 'e', "TEXT", TEXT, AT(expression), NULL, NULL, false, "draw the program TEXT"},
    {"output", 'o', "PATH", TEXT, AT(output), NULL, NULL, false,
     "write to PATH; default: standard output"},
    {NULL, 'O', NULL, FLAG, AT(name_outputs), NULL, NULL, false,
     "write to FILE.FMT, beside each FILE, as dot does"},
    {"format", 'T', "FMT", FORMAT, 0, NULL, NULL, false,
     "svg, svg_inline, dot, json, table, png or pdf;\n"
     "default: by the extension of PATH, else svg"},
    {"root", 'r', "NAME", TEXT, AT(root), NULL, NULL, false,
     "draw what NAME was computed from; default: the value\n"
     "given to draw_dot, else the root of the last\n"
     "backward pass, else the last value"},
    {"labels", '\0', "HOW", CHOICE, AT(labels), "labelling", labellings, false,
     "names: values are labelled by the names they are\n"
     "assigned to (default); explicit: only by label="},
    {"from", '\0', "FMT", CHOICE, AT(from), "input format", inputs, false,
     "read FILE as json or as a program"},
    {"layout", 'K', "WHO", CHOICE, AT(layout), "layout", layouts, false,
     "who places the nodes: flow (fast at any size), dot (of\n"
     "Graphviz), or auto (default), which is flow"},
    {"title", '\0', "TEXT", TEXT, AT(draw.title), NULL, NULL, false,
     "names the picture in SVG, for screen readers"},
    {"desc", '\0', "TEXT", TEXT, AT(draw.description), NULL, NULL, false,
     "describes it; default: the graph in words"},
    {"id-prefix", '\0', "ID", TEXT, AT(draw.id_prefix), NULL, NULL, false,
     "begins every id in the SVG; default: dotgrad; auto:\n"
     "one that follows from the picture"},
    {"no-size", '\0', NULL, FLAG, AT(no_size), NULL, NULL, false,
     "SVG without width and height, with a viewBox only"},
    {"time-limit", '\0', "SEC", NUMBER, AT(time_limit), "seconds", NULL, false,
     "processor time for the program, and for its layout;\n"
     "default 600, 0: no limit"},
    {"memory-limit", '\0', "MIB", NUMBER, AT(memory_limit), "MiB", NULL, false,
     "memory for both; default 4096, 0: no limit"},
    {"max-nodes", '\0', "N", NUMBER, AT(max_nodes), "values", NULL, false,
     "most values of a graph to draw; default 0: any number"},
    {NULL, 'M', "D", DEPENDENCIES, 0, NULL, NULL, true,
     "write the output's depfile, as gcc does; -MF FILE: as\n"
     "FILE; -MT TARGET, -MQ TARGET: its target, -MQ escaped\n"
     "for make; -MP: a phony target for each FILE"},
    {"check", '\0', NULL, FLAG, AT(check), NULL, NULL, true,
     "write nothing; tell which outputs are missing or stale"},
    {"watch", '\0', NULL, FLAG, AT(watch), NULL, NULL, true,
     "draw again when a FILE changes, until Ctrl-C"},
    {"input-name", '\0', "NAME", TEXT, AT(input_name), NULL, NULL, true,
     "what messages call the input: the document it is in"},
    {"line-offset", '\0', "N", NUMBER, AT(line_offset), "lines", NULL, true,
     "lines of that document before the input's first"},
    {NULL, 'f', "diagnostics-format=HOW", DIAGNOSTICS, 0, NULL, NULL, true,
     "text, or json: messages as an array in gcc's form"},
    {"list-ops", '\0', NULL, REQUEST, REQUEST_LIST_OPS, NULL, NULL, true,
     "list the operations and exit"},
    {"quiet", 'q', NULL, FLAG, AT(quiet), NULL, NULL, true, "no notes, only errors"},
    {"verbose", 'v', NULL, FLAG, AT(verbose), NULL, NULL, true,
     "tell the phases with their times and sizes"},
    {"help", 'h', NULL, REQUEST, REQUEST_HELP, NULL, NULL, true, "show this and exit"},
    {"version", 'V', NULL, REQUEST, REQUEST_VERSION, NULL, NULL, true, "show the version and exit"},
};

enum { ROWS = sizeof rows / sizeof *rows, HELP_COLUMN = 25 };

/* "  -o, --output PATH", "      --from FMT", "  -MD" */
static int print_usage(const option_row *r)
{
    int size = r->letter ? printf("  -%c%s", r->letter, r->name ? ", " : "") : printf("      ");
    if (r->name)
        size += printf("--%s", r->name);
    if (r->argument)
        size += printf("%s%s", r->name ? " " : "", r->argument);
    return size;
}

void print_options(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        int size = print_usage(&rows[i]);
        if (size >= HELP_COLUMN) { /* too wide: the text begins below it */
            putchar('\n');
            size = 0;
        }
        printf("%*s", HELP_COLUMN - size, "");
        for (const char *p = rows[i].help; *p; p++) {
            putchar(*p);
            if (*p == '\n')
                printf("%*s", HELP_COLUMN, "");
        }
        putchar('\n');
    }
}

/* ---- One option ---------------------------------------------------------------------------- */

static bool take_number(const option_row *r, unsigned long *number, const char *text)
{
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0)
        return true;
    complain("--%s takes a number of %s, not '%s'", r->name, r->what, text);
    return false;
}

static bool take_choice(const option_row *r, int *chosen, const char *text)
{
    char all[128] = "";
    for (const choice *c = r->choices; c->name; c++) {
        if (strcmp(c->name, text) == 0) {
            *chosen = c->value;
            return true;
        }
        const char *before = c == r->choices ? "" : c[1].name ? ", " : " and ";
        strncat(all, before, sizeof all - strlen(all) - 1);
        strncat(all, c->name, sizeof all - strlen(all) - 1);
    }
    complain("%s '%s' is not known; there are %s", r->what, text, all);
    return false;
}

/* The options that begin with -M. Some take the next argument, if they have none at once. */
static bool take_dependencies(options *o, const char *text, int argc, char **argv)
{
    const char *argument = text + 1;
    if (*text && strchr("FTQ", *text) && !*argument) {
        if (optind >= argc) {
            complain("option '-M%c' needs an argument; see dotgrad --help", *text);
            return false;
        }
        argument = argv[optind++];
    }
    if (strcmp(text, "D") == 0) {
        o->depfile = true;
    } else if (strcmp(text, "P") == 0) {
        o->phony = true;
    } else if (*text == 'F') {
        o->depfile_path = argument;
        o->depfile = true;
    } else if (*text == 'T' || *text == 'Q') {
        o->targets[o->n_targets++] = (target){argument, *text == 'T'};
    } else {
        complain("there is no option '-M%s'; see dotgrad --help", text);
        return false;
    }
    return true;
}

static const char DIAGNOSTICS_FORMAT[] = "diagnostics-format=";

static bool take_diagnostics(const char *text)
{
    size_t size = strlen(DIAGNOSTICS_FORMAT);
    if (strncmp(text, DIAGNOSTICS_FORMAT, size) != 0) {
        complain("there is no option '-f%s'; see dotgrad --help", text);
        return false;
    }
    if (strcmp(text + size, "json") == 0)
        tell_as_json();
    else if (strcmp(text + size, "text") != 0) {
        complain("diagnostics format '%s' is not known; there are text and json", text + size);
        return false;
    }
    return true;
}

/* Takes one option; false after a complaint. */
static bool take(options *o, const option_row *r, const char *argument, int argc, char **argv)
{
    char *member = (char *)o + r->place;
    if (!r->silent && !(r->kind == FLAG && *(bool *)member))
        o->given[o->n_given++] = (given){r->name ? r->name : "O", argument};
    switch (r->kind) {
    case TEXT:
        *(const char **)member = argument;
        return true;
    case FLAG:
        *(bool *)member = true;
        return true;
    case NUMBER:
        return take_number(r, (unsigned long *)member, argument);
    case CHOICE:
        return take_choice(r, (int *)member, argument);
    case FORMAT:
        o->draw.format = dg_format_from_name(argument);
        if (o->draw.format == DG_FORMAT_AUTO)
            complain("format '%s' is not known; there are svg, svg_inline, dot, json, table, png "
                     "and pdf",
                     argument);
        return o->draw.format != DG_FORMAT_AUTO;
    case DEPENDENCIES:
        return take_dependencies(o, argument, argc, argv);
    case DIAGNOSTICS:
        return take_diagnostics(argument);
    case REQUEST:
        break;
    }
    return false;
}

/* ---- All of them --------------------------------------------------------------------------- */

/* The most that --line-offset says: no document is longer, and a line is a byte of the input. */
enum { LINE_OFFSET_MAX = 10000000 };

static bool refuse(const char *text)
{
    complain("%s; see dotgrad --help", text);
    return false;
}

static bool named(const char *input)
{
    return strcmp(input, "-") != 0;
}

/* Whether the options make sense together. */
static bool agree(const options *o)
{
    bool files = o->n_inputs > 0;
    for (size_t i = 0; i < o->n_inputs; i++)
        files = files && named(o->inputs[i]);
    if (o->n_inputs && o->expression) {
        complain("more than one input: '%s'; see dotgrad --help", o->inputs[o->n_inputs - 1]);
        return false;
    }
    if (o->n_inputs > 1 && !o->name_outputs) {
        complain("more than one input: '%s'; -O draws each to a file of its own",
                 o->inputs[o->n_inputs - 1]);
        return false;
    }
    if (o->name_outputs && o->output)
        return refuse("-o and -O both say where to write");
    if (o->name_outputs && !files)
        return refuse("-O names the output after FILE, and there is none");
    if (o->check && !o->output && !o->name_outputs)
        return refuse("--check looks at an output: give -o or -O");
    if (o->watch && (!files || (!o->output && !o->name_outputs)))
        return refuse("--watch needs a FILE and an output: give -o or -O");
    if (o->watch && (o->check || o->depfile))
        return refuse(o->check ? "--watch draws, and --check does not"
                               : "--watch is for people, and a depfile for a build");
    if (o->input_name && o->n_inputs > 1)
        return refuse("--input-name is for one input");
    if (o->line_offset > LINE_OFFSET_MAX) {
        complain("--line-offset is at most %d", LINE_OFFSET_MAX);
        return false;
    }
    if (!o->depfile && (o->n_targets || o->phony))
        return refuse("-MT, -MQ and -MP need -MD or -MF");
    if (o->depfile && !o->output && !o->name_outputs && !(o->depfile_path && o->n_targets))
        return refuse("a depfile needs an output (-o or -O), or both -MF and -MT");
    return true;
}

/* getopt's own message, in our form. */
static void complain_of_option(char **argv, int missing)
{
    const char *at = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = strncmp(at, "--", 2) == 0 || optopt <= 0 || optopt > 255;
    complain(missing ? "option '%s' needs an argument; see dotgrad --help"
                     : "there is no option '%s'; see dotgrad --help",
             is_long ? at : letter);
}

/* What getopt knows of the table. An option is found again by its row's number: as the value of its
 * name, and by its letter. */
typedef struct forms {
    char letters[2 + 2 * ROWS];
    struct option names[ROWS + 1];
} forms;

enum { FIRST_ROW = 256 };

static void make_forms(forms *f)
{
    char *letter = f->letters;
    struct option *name = f->names;
    *letter++ = ':';
    for (int i = 0; i < ROWS; i++) {
        const option_row *r = &rows[i];
        if (r->letter) {
            *letter++ = r->letter;
            if (r->argument)
                *letter++ = ':';
        }
        if (r->name)
            *name++ = (struct option){r->name, r->argument ? required_argument : no_argument, NULL,
                                      FIRST_ROW + i};
    }
    *letter = '\0';
    *name = (struct option){NULL, 0, NULL, 0};
}

static const option_row *row_of(int option)
{
    if (option >= FIRST_ROW)
        return &rows[option - FIRST_ROW];
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].letter == option)
            return &rows[i];
    return NULL;
}

/* So that what is wrong with other options is told as JSON as well. */
static void look_for_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "-fdiagnostics-format=json") == 0)
            tell_as_json();
}

bool is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 ||
           strcmp(path, "/dev/fd/1") == 0;
}

static void settle(options *o)
{
    o->draw.layout = (dg_layout)o->layout;
    o->draw.no_size = o->no_size;
    o->draw.source_date_epoch = getenv("SOURCE_DATE_EPOCH");
    if (o->output && is_standard_output(o->output))
        o->output = NULL;
    if (o->draw.format == DG_FORMAT_AUTO)
        o->draw.format = dg_format_from_path(o->output);
    if (o->draw.format == DG_FORMAT_AUTO)
        o->draw.format = DG_SVG;
}

request read_options(options *o, int argc, char **argv)
{
    *o = (options){.time_limit = 600, .memory_limit = 4096};
    o->command = argc > 0 ? argv[0] : "dotgrad";
    /* An argument may be several letters, but only the last of them takes what follows, and -O
     * counts once. */
    size_t most = (size_t)argc + 1;
    o->given = calloc(most, sizeof *o->given);
    o->targets = calloc(most, sizeof *o->targets);
    if (!o->given || !o->targets) {
        complain("out of memory");
        return REQUEST_BAD;
    }
    look_for_json(argc, argv);
    forms f;
    make_forms(&f);
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, f.letters, f.names, NULL)) != -1) {
        const option_row *r = row_of(option);
        if (option == '?' || option == ':' || !r) {
            complain_of_option(argv, option == ':');
            return REQUEST_BAD;
        }
        if (r->kind == REQUEST)
            return (request)r->place;
        if (!take(o, r, optarg, argc, argv))
            return REQUEST_BAD;
    }
    o->inputs = argv + optind;
    o->n_inputs = (size_t)(argc - optind);
    settle(o);
    return agree(o) ? REQUEST_DRAW : REQUEST_BAD;
}

void free_options(options *o)
{
    free(o->given);
    free(o->targets);
}
