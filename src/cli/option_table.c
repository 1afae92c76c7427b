/* The table of options: one row for each. */
#include <stdio.h>
#include <string.h>

#include "cli/options.h"

static const option_choice label_rules[] = {
    {"names", DG_LABELS_NAMES}, {"explicit", DG_LABELS_EXPLICIT}, {NULL, 0}};
static const option_choice layouts[] = {
    {"auto", DG_LAYOUT_AUTO}, {"dot", DG_LAYOUT_DOT}, {"flow", DG_LAYOUT_FLOW}, {NULL, 0}};
static const option_choice themes[] = {
    {"auto", DG_THEME_AUTO}, {"light", DG_THEME_LIGHT}, {"dark", DG_THEME_DARK}, {NULL, 0}};
static const option_choice directions[] = {{"LR", DG_LEFT_TO_RIGHT},    {"TB", DG_TOP_TO_BOTTOM},
                                           {"RL", DG_RIGHT_TO_LEFT},    {"BT", DG_BOTTOM_TO_TOP},
                                           {"auto", DG_DIRECTION_AUTO}, {NULL, 0}};
static const option_choice styles[] = {
    {"record", DG_STYLE_RECORD}, {"wire", DG_STYLE_WIRE}, {"merged", DG_STYLE_MERGED}, {NULL, 0}};
static const option_choice shown[] = {{"label", DG_SHOW_LABEL},
                                      {"data", DG_SHOW_DATA},
                                      {"grad", DG_SHOW_GRAD},
                                      {"op", DG_SHOW_OP},
                                      {"shape", DG_SHOW_SHAPE},
                                      {"words", DG_SHOW_WORDS},
                                      {NULL, 0}};
static const option_choice colors[] = {
    {"none", DG_COLOR_NONE}, {"grad", DG_COLOR_GRAD}, {"data", DG_COLOR_DATA}, {NULL, 0}};
static const option_choice edges[] = {{"none", DG_EDGES_NONE},
                                      {"local", DG_EDGES_LOCAL},
                                      {"contribution", DG_EDGES_CONTRIBUTION},
                                      {NULL, 0}};
static const option_choice frames[] = {{"backward", DG_FRAMES_BACKWARD}, {NULL, 0}};
static const option_choice sort_keys[] = {{"name", DG_PARAMETER_NAME},
                                          {"-name", -DG_PARAMETER_NAME},
                                          {"grad", DG_PARAMETER_GRAD},
                                          {"-grad", -DG_PARAMETER_GRAD},
                                          {"data", DG_PARAMETER_DATA},
                                          {"-data", -DG_PARAMETER_DATA},
                                          {"ratio", DG_PARAMETER_RATIO},
                                          {"-ratio", -DG_PARAMETER_RATIO},
                                          {"size", DG_PARAMETER_SIZE},
                                          {"-size", -DG_PARAMETER_SIZE},
                                          {NULL, 0}};
#define KIND(name, kind)                                                                           \
    {                                                                                              \
        name, 1 << DG_FINDING_##kind                                                               \
    }
static const option_choice findings[] = {
    {"any", FAIL_ON_ANY},
    {"error", FAIL_ON_ERROR},
    {"warning", FAIL_ON_WARNING},
    {"nonfinite", 1 << DG_FINDING_NONFINITE_DATA | 1 << DG_FINDING_NONFINITE_GRADIENT},
    KIND("nonfinite-data", NONFINITE_DATA),
    KIND("nonfinite-gradient", NONFINITE_GRADIENT),
    KIND("masked-nan", MASKED_NAN),
    KIND("inconsistent", INCONSISTENT),
    KIND("accumulated-twice", ACCUMULATED_TWICE),
    KIND("unset", UNSET),
    KIND("detached", DETACHED),
    KIND("no-backward", NO_BACKWARD),
    KIND("dead-relu", DEAD_RELU),
    KIND("saturated", SATURATED),
    KIND("vanishing", VANISHING),
    KIND("exploding", EXPLODING),
    KIND("update-ratio", UPDATE_RATIO),
    KIND("constant-parameter", CONSTANT_PARAMETER),
    KIND("zero-gradient", ZERO_GRADIENT),
    KIND("duplicate-label", DUPLICATE_LABEL),
    KIND("unknown-op", UNKNOWN_OP),
    {NULL, 0}};
enum { FINDINGS = sizeof findings / sizeof *findings - 5 };
_Static_assert((int)FINDINGS == (int)DG_FINDING_KIND_COUNT, "every kind of finding has a name");
static const option_choice input_formats[] = {
    {"json", INPUT_JSON}, {"program", INPUT_PROGRAM}, {NULL, 0}};

/* A choice is written through a pointer to int. */
_Static_assert(sizeof(dg_labels) == sizeof(int), "dg_labels is as large as int");
_Static_assert(sizeof(dg_layout) == sizeof(int), "dg_layout is as large as int");
_Static_assert(sizeof(dg_theme) == sizeof(int), "dg_theme is as large as int");
_Static_assert(sizeof(dg_color) == sizeof(int), "dg_color is as large as int");
_Static_assert(sizeof(dg_edges) == sizeof(int), "dg_edges is as large as int");
_Static_assert(sizeof(dg_frames) == sizeof(int), "dg_frames is as large as int");
_Static_assert(sizeof(size_t) == sizeof(unsigned long), "a frame's number is an unsigned long");
_Static_assert(sizeof(dg_direction) == sizeof(int), "dg_direction is as large as int");
_Static_assert(sizeof(dg_style) == sizeof(int), "dg_style is as large as int");
_Static_assert(sizeof(input_format) == sizeof(int), "input_format is as large as int");

#define AT(member) .offset = offsetof(options, member)
#define TEXT(member) .kind = OPTION_TEXT, AT(member)
#define FLAG(member) .kind = OPTION_FLAG, AT(member)
#define NUMBER(member, of) .kind = OPTION_NUMBER, AT(member), .noun = (of)
#define REAL(member, from, to) .kind = OPTION_REAL, AT(member), .least = (from), .most = (to)
#define CHOICE(member, called, list)                                                               \
    .kind = OPTION_CHOICE, AT(member), .noun = (called), .choices = (list)
#define LIST(member, called, list)                                                                 \
    .kind = OPTION_LIST, AT(member), .noun = (called), .choices = (list)
#define ACTION(which) .kind = OPTION_ACTION, .offset = (which), .unrecorded = true

/* Without a size here: a row too many or too few for the header is an error. */
const option_row option_rows[] = {
    {.letter = 'e',
     .name = "expr",
     .argument = "TEXT",
     TEXT(expression),
     .help = "draw the program TEXT"},
    {.letter = 'o',
     .name = "output",
     .argument = "PATH",
     TEXT(output),
     .help = "write to PATH; default: standard output"},
    {.letter = 'O', FLAG(name_outputs), .help = "write to FILE.FMT, beside each FILE, as dot does"},
    {.letter = 'T',
     .name = "format",
     .argument = "FMT",
     .kind = OPTION_FORMAT,
     .help = "svg, svg_inline, dot, json, table, report, png or pdf;\n"
             "default: by the extension of PATH, else svg"},
    {.letter = 'r',
     .name = "root",
     .argument = "NAME",
     TEXT(root),
     .help = "draw what NAME was computed from; default: the value\n"
             "given to draw_dot, else the root of the last\n"
             "backward pass, else the last value"},
    {.name = "labels",
     .argument = "HOW",
     CHOICE(labels, "labelling", label_rules),
     .help = "names: values are labelled by the names they are\n"
             "assigned to (default); explicit: only by label="},
    {.name = "input-format",
     .alias = "from",
     .argument = "FMT",
     CHOICE(input_format, "input format", input_formats),
     .help = "read FILE as json or as a program;\n"
             "default: json where its name ends in .json"},
    {.letter = 'K',
     .name = "layout",
     .argument = "NAME",
     CHOICE(draw.layout, "layout", layouts),
     .in_id = ID_ADDED,
     .help = "flow: dotgrad's own layout, fast at any size; dot:\n"
             "Graphviz's; auto (default): flow"},
    {.name = "numbers",
     .argument = "FMT",
     TEXT(draw.numbers),
     .in_id = ID_IF_GIVEN,
     .help = "how numbers are written: a printf format such as %.3g;\n"
             "auto (default): 0.1234, and 1.23e-09 where need be"},
    {.name = "legend",
     FLAG(draw.legend),
     .in_id = ID_IF_GIVEN,
     .help = "explain colours and words below the picture"},
    {.name = "theme",
     .argument = "NAME",
     CHOICE(draw.theme, "theme", themes),
     .in_id = ID_IF_GIVEN,
     .help = "light or dark colours; auto (default): those that the\n"
             "reader asks for"},
    {.name = "direction",
     .argument = "DIR",
     CHOICE(draw.direction, "direction", directions),
     .in_id = ID_IF_GIVEN,
     .help = "where the data flows: LR (from left to right;\n"
             "default), TB (from top to bottom), RL, BT; or auto:\n"
             "LR or TB, whichever has larger text"},
    {.name = "fit",
     .argument = "WIDTH",
     REAL(draw.fit, 50.0, 20000.0),
     .noun = "pixels",
     .in_id = ID_IF_GIVEN,
     .help = "width that the picture is scaled to, for --direction\n"
             "auto and -v; default: 736"},
    {.name = "highlight",
     .argument = "NAME",
     TEXT(draw.highlight),
     .in_id = ID_IF_GIVEN,
     .help = "a value, or all paths between two (a..b), stand out;\n"
             "the rest recedes"},
    {.name = "font-size",
     .argument = "PT",
     REAL(draw.font_size, 4.0, 72.0),
     .noun = "points",
     .in_id = ID_IF_GIVEN,
     .help = "size of the text in points, from 4 to 72; default: 13"},
    {.name = "scale",
     .argument = "X",
     REAL(draw.scale, 0.001, 100.0),
     .in_id = ID_IF_GIVEN,
     .help = "scale PNG, PDF, and an SVG's width and height;\n"
             "PNG has 2 X pixels a point; default: 1"},
    {.name = "style",
     .argument = "NAME",
     CHOICE(draw.style, "style", styles),
     .in_id = ID_IF_GIVEN,
     .help = "record (default): a box for each value and an ellipse\n"
             "for each op; wire: a circuit; merged: one box for both"},
    {.name = "show",
     .argument = "LIST",
     LIST(draw.show, "part of a picture", shown),
     .in_id = ID_IF_GIVEN,
     .help = "what stands in the picture: a list of label, data,\n"
             "grad, op, shape and words; default: all"},
    {.name = "findings",
     FLAG(draw.findings),
     .in_id = ID_IF_GIVEN,
     .help = "numbered badges on values with something wrong, and\n"
             "what it is below the picture"},
    {.name = "gradcheck",
     FLAG(gradcheck),
     .in_id = ID_IF_GIVEN,
     .help = "badges on leaves whose gradients are not what central\n"
             "differences say"},
    {.name = "color",
     .argument = "WHAT",
     CHOICE(draw.color, "magnitude", colors),
     .in_id = ID_IF_GIVEN,
     .help = "colour values by the magnitude of grad or data, on a\n"
             "log scale; none (default): by what they are"},
    {.name = "edges",
     .argument = "WHAT",
     CHOICE(draw.edges, "number on edges", edges),
     .in_id = ID_IF_GIVEN,
     .help = "what edges to ops say: local (gradient), contribution\n"
             "(local times upstream gradient), or none (default)"},
    {.name = "frames",
     .argument = "PASS",
     CHOICE(draw.frames, "series of frames", frames),
     .in_id = ID_IF_GIVEN,
     .help = "backward: a picture for each step of the backward\n"
             "pass, in files (-o f-%02d.svg) or pages (-o f.pdf)"},
    {.name = "frame",
     .argument = "N",
     NUMBER(draw.frame, "a frame"),
     .in_id = ID_IF_GIVEN,
     .help = "only number N of the --frames, from 1"},
    {.name = "title",
     .argument = "TEXT",
     TEXT(draw.title),
     .in_id = ID_ALWAYS,
     .help = "the SVG's title, for screen readers"},
    {.name = "description",
     .alias = "desc",
     .argument = "TEXT",
     TEXT(draw.description),
     .in_id = ID_ALWAYS,
     .help = "its description; default: the graph in words"},
    {.name = "id-prefix",
     .argument = "ID",
     TEXT(draw.id_prefix),
     .help = "start of every id in the SVG; default: dotgrad;\n"
             "auto: computed from the picture"},
    {.name = "no-size",
     FLAG(draw.no_size),
     .in_id = ID_ALWAYS,
     .help = "SVG without width and height, with a viewBox only"},
    {.name = "fold",
     .argument = "WHAT",
     TEXT(draw.fold.fold),
     .in_id = ID_IF_GIVEN,
     .help = "one box for each group of values that were made in one\n"
             "scope: auto (about 60 boxes), none, a depth of scopes,\n"
             "or names; default: auto for pictures from 1,000 values\n"
             "on, else none"},
    {.name = "open",
     .argument = "NAMES",
     TEXT(draw.fold.open),
     .in_id = ID_IF_GIVEN,
     .help = "what is in these groups is drawn all the same"},
    {.name = "whole-leaves",
     FLAG(draw.fold.whole_leaves),
     .in_id = ID_IF_GIVEN,
     .help = "in a fold, a leaf with many uses is one box, not a\n"
             "stub at each of its uses"},
    {.name = "explain-fold",
     FLAG(explain_fold),
     .help = "say what is folded, and why, instead of drawing"},
    {.name = "around",
     .argument = "NAME[,K]",
     TEXT(around),
     .help = "only what is at most K edges (default: 2) before or\n"
             "behind a value; stubs say what was cut off"},
    {.name = "between",
     .argument = "A,B",
     TEXT(between),
     .help = "only the paths between two values"},
    {.name = "why",
     .argument = "NAME",
     TEXT(draw.why),
     .in_id = ID_IF_GIVEN,
     .help = "explain the gradient of NAME: its contributions and the\n"
             "largest paths from the root; as text (table; default),\n"
             "json, or a picture in which these paths stand out"},
    {.name = "json", FLAG(json), .help = "write the report, or what --why says, as JSON"},
    {.name = "sort",
     .argument = "KEY",
     CHOICE(sort, "sort key", sort_keys),
     .help = "sort a report's parameters by name, grad, data, ratio\n"
             "(of both) or size; -grad: the largest first"},
    {.name = "rows",
     .argument = "N",
     NUMBER(rows, "rows"),
     .help = "at most N rows in each list of a report; default: 20,\n"
             "and all of JSON"},
    {.name = "threshold",
     .argument = "NAME=X",
     .kind = OPTION_THRESHOLDS,
     .offset = offsetof(options, draw.inspect),
     .help = "from where on something is a finding, such as\n"
             "vanishing=1e-9; also learning-rate=X; several are\n"
             "separated by commas"},
    {.name = "fail-on",
     .argument = "LIST",
     LIST(fail_on, "finding", findings),
     .unrecorded = true,
     .help = "exit with status 1 if one of these is found: kinds of\n"
             "a report's findings, or error, warning, any"},
    {.name = "history",
     .argument = "PATH",
     TEXT(history),
     .help = "write what fit and train did in each step to PATH:\n"
             "loss, gradients and updates by group of parameters;\n"
             "a table, or JSON where PATH ends in .json"},
    {.name = "history-every",
     .argument = "N",
     NUMBER(history_every, "steps"),
     .help = "every N steps; default: at most 1000 steps, evenly\n"
             "spaced"},
    {.name = "time-limit",
     .argument = "SECONDS",
     NUMBER(time_limit, "seconds"),
     .help = "processor time for the program and its picture;\n"
             "default: 60; 0: no limit"},
    {.name = "memory-limit",
     .argument = "MIB",
     NUMBER(memory_limit, "MiB"),
     .help = "memory for both; default: 1024; 0: no limit"},
    {.name = "max-nodes",
     .argument = "N",
     NUMBER(max_nodes, "values"),
     .help = "draw no graph of more than N values;\n"
             "default: 0: no limit"},
    {.letter = 'M',
     .suffix = 'D',
     FLAG(depfile),
     .unrecorded = true,
     .help = "write a depfile as well, as gcc does"},
    {.letter = 'M',
     .suffix = 'F',
     .argument = "FILE",
     TEXT(depfile_path),
     .unrecorded = true,
     .help = "write it to FILE; default: the output with .d"},
    {.letter = 'M',
     .suffix = 'T',
     .argument = "TARGET",
     .kind = OPTION_TARGET,
     .unrecorded = true,
     .help = "its target, instead of the output; may be repeated"},
    {.letter = 'M',
     .suffix = 'Q',
     .argument = "TARGET",
     .kind = OPTION_TARGET,
     .unrecorded = true,
     .help = "the same, escaped for make"},
    {.letter = 'M',
     .suffix = 'P',
     FLAG(phony_targets),
     .unrecorded = true,
     .help = "add a phony target for each FILE"},
    {.name = "check",
     FLAG(check),
     .unrecorded = true,
     .help = "write nothing; report outputs that are missing or\n"
             "stale"},
    {.name = "watch",
     FLAG(watch),
     .unrecorded = true,
     .help = "draw again when a FILE changes, until Ctrl-C"},
    {.name = "no-sync",
     FLAG(no_sync),
     .unrecorded = true,
     .help = "do not wait until what is written is on the disk"},
    {.name = "input-name",
     .argument = "NAME",
     TEXT(input_name),
     .unrecorded = true,
     .help = "what messages call the input: the document it is in"},
    {.name = "cell",
     .argument = "N",
     NUMBER(cell, "code cells"),
     .help = "of a notebook (.ipynb) the first N code cells only"},
    {.name = "line-offset",
     .argument = "N",
     NUMBER(line_offset, "lines"),
     .unrecorded = true,
     .help = "lines of that document before the input's first"},
    {.letter = 'f',
     .argument = "diagnostics-format=HOW",
     .kind = OPTION_DIAGNOSTICS,
     .unrecorded = true,
     .help = "text, or json: messages as an array in gcc's form"},
    {.name = "list-ops", ACTION(ACTION_LIST_OPS), .help = "list the operations and exit"},
    {.letter = 'q',
     .name = "quiet",
     FLAG(quiet),
     .unrecorded = true,
     .help = "no notes, only errors"},
    {.letter = 'v',
     .name = "verbose",
     FLAG(verbose),
     .unrecorded = true,
     .help = "report each phase with its time and sizes"},
    {.letter = 'h', .name = "help", ACTION(ACTION_HELP), .help = "show this and exit"},
    {.letter = 'V', .name = "version", ACTION(ACTION_VERSION), .help = "show the version and exit"},
};

dg_direction direction_from_rankdir(const char *rankdir)
{
    const option_choice *c = directions;
    while (strcmp(c->name, rankdir) != 0)
        c++;
    return (dg_direction)c->value;
}

enum { HELP_COLUMN = 25 };

/* "  -o, --output PATH", "      --root NAME", "  -MF FILE" */
static int print_usage(const option_row *r)
{
    int size = r->letter ? printf("  -%c", r->letter) : printf("      ");
    if (r->suffix)
        size += printf("%c", r->suffix);
    if (r->name)
        size += printf("%s--%s", r->letter ? ", " : "", r->name);
    if (r->argument)
        size += printf("%s%s", r->kind == OPTION_DIAGNOSTICS ? "" : " ", r->argument);
    return size;
}

void print_option_rows(void)
{
    for (size_t i = 0; i < OPTION_ROWS; i++) {
        int size = print_usage(&option_rows[i]);
        if (size > HELP_COLUMN - 2) { /* too wide: the text begins below it */
            putchar('\n');
            size = 0;
        }
        printf("%*s", HELP_COLUMN - size, "");
        for (const char *p = option_rows[i].help; *p; p++) {
            putchar(*p);
            if (*p == '\n')
                printf("%*s", HELP_COLUMN, "");
        }
        putchar('\n');
    }
}
