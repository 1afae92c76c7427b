/* Parsing the command line. */
#include "cli/options.h"

#include <errno.h>
#include <float.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/job.h"

/* ---- One option ---------------------------------------------------------------------------- */

static bool parse_number(const option_row *r, unsigned long *number, const char *text)
{
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0)
        return true;
    report_error("--%s takes a number of %s, not '%s'", r->name, r->noun, text);
    return false;
}

static bool parse_real(const option_row *r, double *number, const char *text)
{
    char *end;
    *number = strtod(text, &end);
    if (*text && !text[strspn(text, "0123456789.")] && *end == '\0' && *number >= r->least &&
        *number <= r->most)
        return true;
    report_error("--%s takes a number%s%s from %g to %g, not '%s'", r->name, r->noun ? " of " : "",
                 r->noun ? r->noun : "", r->least, r->most, text);
    return false;
}

/* The choice of that name, or NULL after an error was reported. */
static const option_choice *find_choice(const option_row *r, const char *name, size_t size)
{
    char all[512] = "";
    for (const option_choice *c = r->choices; c->name; c++) {
        if (strlen(c->name) == size && memcmp(c->name, name, size) == 0)
            return c;
        const char *before = c == r->choices ? "" : c[1].name ? ", " : " and ";
        strncat(all, before, sizeof all - strlen(all) - 1);
        strncat(all, c->name, sizeof all - strlen(all) - 1);
    }
    report_error("%s '%.*s' is not known; there %s %s", r->noun, (int)size, name,
                 r->choices[1].name ? "are" : "is", all);
    return NULL;
}

static bool parse_choice(const option_row *r, int *chosen, const char *text)
{
    const option_choice *c = find_choice(r, text, strlen(text));
    if (c)
        *chosen = c->value;
    return c != NULL;
}

static bool parse_list(const option_row *r, unsigned *chosen, const char *text)
{
    *chosen = 0;
    for (bool more = true; more;) {
        size_t size = strcspn(text, ",");
        const option_choice *c = find_choice(r, text, size);
        if (!c)
            return false;
        *chosen |= (unsigned)c->value;
        more = text[size] == ',';
        text += size + 1;
    }
    return true;
}

/* The names of thresholds. */
static const char *const threshold_names[] = {"saturated",  "vanishing",       "vanishing-ratio",
                                              "exploding",  "exploding-ratio", "learning-rate",
                                              "update-min", "update-max",      "tolerance"};
enum { THRESHOLDS = sizeof threshold_names / sizeof *threshold_names };

/* The threshold of that name; NULL after an error was reported. */
static double *find_threshold(dg_inspect_options *o, const char *name, size_t size)
{
    double *const members[THRESHOLDS] = {&o->saturated,  &o->vanishing,       &o->vanishing_ratio,
                                         &o->exploding,  &o->exploding_ratio, &o->learning_rate,
                                         &o->update_min, &o->update_max,      &o->tolerance};
    char all[256] = "";
    for (size_t i = 0; i < THRESHOLDS; i++) {
        const char *known = threshold_names[i];
        if (strlen(known) == size && memcmp(known, name, size) == 0)
            return members[i];
        const char *before = i == 0 ? "" : i + 1 < THRESHOLDS ? ", " : " and ";
        strncat(all, before, sizeof all - strlen(all) - 1);
        strncat(all, known, sizeof all - strlen(all) - 1);
    }
    report_error("threshold '%.*s' is not known; there are %s", (int)size, name, all);
    return NULL;
}

static bool parse_thresholds(dg_inspect_options *o, const char *text)
{
    for (bool more = true; more;) {
        size_t size = strcspn(text, "=,");
        double *threshold = find_threshold(o, text, size);
        if (!threshold)
            return false;
        const char *number = text[size] == '=' ? text + size + 1 : "";
        char *end;
        *threshold = strtod(number, &end);
        if (end == number || (*end && *end != ',') || !(*threshold > 0.0) || *threshold > DBL_MAX) {
            report_error("threshold '%.*s' needs a number above 0, as in %.*s=0.5", (int)size, text,
                         (int)size, text);
            return false;
        }
        more = *end == ',';
        text = end + 1;
    }
    return true;
}

static bool parse_format(dg_format *format, const char *text)
{
    *format = dg_format_from_name(text);
    if (*format != DG_FORMAT_AUTO)
        return true;
    report_error("format '%s' is not known; there are svg, svg_inline, dot, json, table, report, "
                 "png and pdf",
                 text);
    return false;
}

static const char DIAGNOSTICS_FORMAT[] = "diagnostics-format=";

static bool parse_diagnostics(const char *text)
{
    size_t size = strlen(DIAGNOSTICS_FORMAT);
    if (strncmp(text, DIAGNOSTICS_FORMAT, size) != 0) {
        report_error("there is no option '-f%s'; see dotgrad --help", text);
        return false;
    }
    if (strcmp(text + size, "json") == 0)
        use_json_diagnostics();
    else if (strcmp(text + size, "text") != 0) {
        report_error("diagnostics format '%s' is not known; there are text and json", text + size);
        return false;
    }
    return true;
}

static void record(options *o, const option_row *r, const char *argument)
{
    /* -O is the only one that is recorded and has no name. */
    o->recorded[o->n_recorded++] = (recorded_argument){r->name ? r->name : "O", argument};
}

/* False after an error was reported. */
static bool parse_option(options *o, const option_row *r, const char *argument)
{
    void *member = (char *)o + r->offset;
    if (!r->unrecorded && !(r->kind == OPTION_FLAG && *(int *)member))
        record(o, r, argument);
    switch (r->kind) {
    case OPTION_TEXT:
        *(const char **)member = argument;
        return true;
    case OPTION_FLAG:
        *(int *)member = 1;
        return true;
    case OPTION_NUMBER:
        return parse_number(r, member, argument);
    case OPTION_REAL:
        return parse_real(r, member, argument);
    case OPTION_CHOICE:
        return parse_choice(r, member, argument);
    case OPTION_LIST:
        return parse_list(r, member, argument);
    case OPTION_FORMAT:
        return parse_format(&o->draw.format, argument);
    case OPTION_THRESHOLDS:
        return parse_thresholds(member, argument);
    case OPTION_TARGET:
        o->targets[o->n_targets++] = (depfile_target){argument, r->suffix == 'T'};
        return true;
    case OPTION_DIAGNOSTICS:
        return parse_diagnostics(argument);
    case OPTION_ACTION:
        break;
    }
    return false;
}

/* The row of -M with what follows, and its argument: the rest of it, or else the next one. NULL
 * after an error was reported. */
static const option_row *find_depfile_row(const char **argument, int argc, char **argv)
{
    const char *text = *argument;
    const option_row *r = option_rows, *end = option_rows + OPTION_ROWS;
    while (r < end && !(*text && r->suffix == *text))
        r++;
    if (r == end || (!r->argument && text[1])) {
        report_error("there is no option '-M%s'; see dotgrad --help", text);
        return NULL;
    }
    if (r->argument && !text[1] && optind >= argc) {
        report_error("option '-M%c' needs an argument; see dotgrad --help", r->suffix);
        return NULL;
    }
    *argument = !r->argument ? NULL : text[1] ? text + 1 : argv[optind++];
    return r;
}

/* ---- All of them --------------------------------------------------------------------------- */

/* The most that --line-offset may say: no document is longer, and a line is a byte of the input. */
enum { LINE_OFFSET_MAX = 10000000 };

static bool usage_error(const char *text)
{
    report_error("%s; see dotgrad --help", text);
    return false;
}

static bool all_named(const options *o)
{
    for (size_t i = 0; i < o->n_inputs; i++)
        if (strcmp(o->inputs[i], "-") == 0)
            return false;
    return o->n_inputs > 0;
}

static bool validate_inputs(const options *o)
{
    if (o->n_inputs && o->expression) {
        report_error("more than one input: '%s'; see dotgrad --help", o->inputs[o->n_inputs - 1]);
        return false;
    }
    if (o->n_inputs > 1 && !o->name_outputs && (o->draw.format != DG_REPORT || o->output)) {
        report_error("more than one input: '%s'; -O draws each to a file of its own",
                     o->inputs[o->n_inputs - 1]);
        return false;
    }
    if (o->name_outputs && o->output)
        return usage_error("-o and -O both say where to write");
    if (o->name_outputs && !all_named(o))
        return usage_error("-O names the output after FILE, and there is none");
    return true;
}

static bool validate_depfile(const options *o)
{
    if (!o->depfile && (o->n_targets || o->phony_targets))
        return usage_error("-MT, -MQ and -MP need -MD or -MF");
    if (o->depfile && !o->output && !o->name_outputs && !(o->depfile_path && o->n_targets))
        return usage_error("a depfile needs an output (-o or -O), or both -MF and -MT");
    return true;
}

/* The frames are pictures in files of their own, or the pages of a PDF. */
static bool validate_frames(const options *o)
{
    if (o->draw.frames == DG_FRAMES_NONE)
        return o->draw.frame == 0 || usage_error("--frame is one of those of --frames backward");
    if (is_folded(o))
        return usage_error("--frames are of a whole graph, not of one that --fold reduces");
    dg_format format = o->draw.format;
    bool pdf = format == DG_PDF, pattern = o->output && strchr(o->output, '%');
    if (format == DG_DOT || format == DG_JSON || format == DG_TABLE || format == DG_REPORT)
        return usage_error("--frames are pictures: svg, svg_inline, png or pdf");
    if (pattern && !is_frame_pattern(o->output)) {
        report_error("'%s' has no single place for a frame's number, such as %%d or %%02d",
                     o->output);
        return false;
    }
    if (pattern && o->draw.frame)
        return usage_error("--frame is one picture, and -o names a file for each");
    if (!pdf && !pattern && !o->draw.frame)
        return usage_error("--frames are several files: give -o a name with a number, such as "
                           "frame-%02d.svg, draw a pdf, or choose one with --frame");
    return true;
}

static bool validate_why(const options *o)
{
    if (!o->draw.why)
        return !o->json || o->draw.format == DG_REPORT ||
               usage_error("--json is for --why and -Treport");
    if (o->draw.format == DG_REPORT)
        return usage_error("--why is no report");
    if (o->draw.format == DG_DOT)
        return usage_error("--why is text (table), json or a picture");
    if (o->draw.highlight)
        return usage_error("--highlight and --why both say what stands out");
    if (o->json && o->draw.format != DG_JSON)
        return usage_error("--json and -T ask for different formats");
    return true;
}

static bool validate_fold(const options *o)
{
    if (o->around && o->between)
        return usage_error("--around and --between are two different slices");
    if (o->draw.why && (o->around || o->between || o->explain_fold))
        return usage_error("--why is of the whole graph");
    if (o->explain_fold && o->draw.format != DG_TABLE)
        return usage_error("--explain-fold is text (table)");
    return true;
}

static bool validate_history(const options *o)
{
    if (!o->history)
        return o->history_every == 0 || usage_error("--history-every needs --history");
    if (o->n_inputs > 1)
        return usage_error("--history is of one input");
    if (is_standard_output(o->history) && (!(o->output || o->name_outputs) || o->check))
        return usage_error("--history on standard output needs -o or -O, and no --check");
    if (o->output && strcmp(o->output, o->history) == 0)
        return usage_error("-o and --history name one file");
    return true;
}

static bool validate_report(const options *o)
{
    if (o->draw.format != DG_REPORT)
        return !(o->sort || o->rows) ||
               usage_error("--sort and --rows are of a report: give -Treport");
    return !(o->draw.fold.fold || o->draw.fold.open || o->explain_fold || o->around ||
             o->between) ||
           usage_error("a report is of the whole trace: nothing of it is folded or cut off");
}

/* Whether the options make sense together. */
static bool validate(const options *o)
{
    if (!validate_inputs(o))
        return false;
    if (o->check && !o->output && !o->name_outputs)
        return usage_error("--check looks at an output: give -o or -O");
    if (o->watch && (!all_named(o) || (!o->output && !o->name_outputs)))
        return usage_error("--watch needs a FILE and an output: give -o or -O");
    if (o->watch && o->check)
        return usage_error("--watch draws, and --check does not");
    if (o->watch && o->depfile)
        return usage_error("--watch is for people, and a depfile for a build");
    if (o->input_name && o->n_inputs > 1)
        return usage_error("--input-name is for one input");
    if (o->line_offset > LINE_OFFSET_MAX) {
        report_error("--line-offset is at most %d", LINE_OFFSET_MAX);
        return false;
    }
    return validate_why(o) && validate_fold(o) && validate_frames(o) && validate_report(o) &&
           validate_history(o) && validate_depfile(o);
}

bool is_given(const options *o, const char *name)
{
    for (size_t i = 0; i < o->n_recorded; i++)
        if (strcmp(o->recorded[i].name, name) == 0)
            return true;
    return false;
}

bool is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 ||
           strcmp(path, "/dev/fd/1") == 0;
}

/* Fills in what follows from other options and from the environment. */
static void finalise(options *o)
{
    o->draw.source_date_epoch = getenv("SOURCE_DATE_EPOCH");
    o->depfile = o->depfile || o->depfile_path;
    if (o->output && is_standard_output(o->output))
        o->output = NULL;
    if (o->draw.format == DG_FORMAT_AUTO)
        o->draw.format = dg_format_from_path(o->output);
    if (o->draw.format == DG_FORMAT_AUTO && o->draw.why)
        o->draw.format = o->json ? DG_JSON : DG_TABLE;
    if (o->draw.format == DG_FORMAT_AUTO && o->explain_fold)
        o->draw.format = DG_TABLE;
    if (o->draw.format == DG_FORMAT_AUTO)
        o->draw.format = DG_SVG;
    o->draw.report.json = o->json;
    o->draw.report.sort = (dg_parameter_key)(o->sort < 0 ? -o->sort : o->sort);
    o->draw.report.descending = o->sort < 0;
    o->draw.report.rows = o->rows;
}

/* ---- getopt -------------------------------------------------------------------------------- */

/* The table in getopt's form. An option is found again by its letter, or by its row's number. */
typedef struct getopt_tables {
    char letters[3 + 2 * OPTION_ROWS];
    struct option names[2 * OPTION_ROWS + 1];
} getopt_tables;

enum { NO_OPTION = 1, FIRST_ROW = 256 };

static void add_name(struct option **next, const char *name, const option_row *r)
{
    if (name)
        *(*next)++ = (struct option){name, r->argument ? required_argument : no_argument, NULL,
                                     FIRST_ROW + (int)(r - option_rows)};
}

/* Each of the -M options is 'M' to getopt, with the suffix as its argument. */
static void add_letter(char **next, const char *letters, const option_row *r)
{
    if (!r->letter || memchr(letters, r->letter, (size_t)(*next - letters)))
        return;
    *(*next)++ = r->letter;
    if (r->argument || r->suffix)
        *(*next)++ = ':';
}

static void make_getopt_tables(getopt_tables *t)
{
    char *letter = t->letters;
    struct option *name = t->names;
    *letter++ = '-'; /* in order, whatever POSIXLY_CORRECT says; what is no option is option 1 */
    *letter++ = ':';
    for (const option_row *r = option_rows; r < option_rows + OPTION_ROWS; r++) {
        add_letter(&letter, t->letters, r);
        add_name(&name, r->name, r);
        add_name(&name, r->alias, r);
    }
    *letter = '\0';
    *name = (struct option){NULL, 0, NULL, 0};
}

static const option_row *find_row(int option)
{
    if (option >= FIRST_ROW)
        return &option_rows[option - FIRST_ROW];
    for (size_t i = 0; i < OPTION_ROWS; i++)
        if (option_rows[i].letter == option)
            return &option_rows[i];
    return NULL;
}

/* getopt's own message, in the command's form. */
static void report_unparsed(char **argv, bool needs_argument)
{
    const char *at = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = strncmp(at, "--", 2) == 0 || optopt <= 0 || optopt > 255;
    report_error(needs_argument ? "option '%s' needs an argument; see dotgrad --help"
                                : "there is no option '%s'; see dotgrad --help",
                 is_long ? at : letter);
}

/* So that errors in the options before it are reported as JSON, too. */
static void look_for_json_diagnostics(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "-fdiagnostics-format=json") == 0)
            use_json_diagnostics();
}

static action parse_all(options *o, int argc, char **argv)
{
    getopt_tables tables;
    make_getopt_tables(&tables);
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
        if (option == NO_OPTION) {
            o->inputs[o->n_inputs++] = optarg;
            continue;
        }
        const option_row *r = find_row(option);
        const char *argument = optarg;
        if (option == '?' || option == ':' || !r) {
            report_unparsed(argv, option == ':');
            return ACTION_USAGE_ERROR;
        }
        if (r->kind == OPTION_ACTION)
            return (action)r->offset;
        if (r->suffix && !(r = find_depfile_row(&argument, argc, argv)))
            return ACTION_USAGE_ERROR;
        if (!parse_option(o, r, argument))
            return ACTION_USAGE_ERROR;
    }
    while (optind < argc) /* after -- */
        o->inputs[o->n_inputs++] = argv[optind++];
    finalise(o);
    return validate(o) ? ACTION_DRAW : ACTION_USAGE_ERROR;
}

action parse_options(options *o, int argc, char **argv)
{
    *o = (options){.time_limit = 60, .memory_limit = 1024};
    look_for_json_diagnostics(argc, argv);
    o->command = argc > 0 ? argv[0] : "dotgrad";
    /* One argument may be several letters, but only the last of them takes what follows, and -O is
     * recorded once. */
    size_t most = (size_t)argc + 1;
    o->recorded = calloc(most, sizeof *o->recorded);
    o->targets = calloc(most, sizeof *o->targets);
    o->inputs = calloc(most, sizeof *o->inputs);
    if (!o->recorded || !o->targets || !o->inputs) {
        report_error("out of memory");
        return ACTION_USAGE_ERROR;
    }
    return parse_all(o, argc, argv);
}

void free_options(options *o)
{
    free(o->recorded);
    free(o->targets);
    free(o->inputs);
}
