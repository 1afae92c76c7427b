#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_error("dotgrad", text);
}

void print_error(const char *who, const char *text)
{
    const char *parts[] = {who, ": error: ", text};
    for (int i = 0; i < 3; i++)
        for (const char *p = parts[i]; *p; p++)
            fputc((unsigned char)*p < ' ' || *p == 0x7F ? '?' : *p, stderr);
    fputc('\n', stderr);
}

static bool flushed(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    complain("cannot write standard output: %s", strerror(errno));
    return false;
}

bool print_help(void)
{
    fputs("Usage: dotgrad [OPTION]... [FILE]\n"
          "Draws the computation graph of FILE, with every value and its gradient.\n"
          "FILE is a program, or a trace where it ends in .json; without FILE, or where it\n"
          "is -, standard input is read.\n"
          "\n"
          "  -e, --expr TEXT        draw the program TEXT\n"
          "  -o, --output PATH      write to PATH; default: standard output\n"
          "  -T, --format FMT       svg, svg_inline, dot, json, table, png or pdf;\n"
          "                         default: by the extension of PATH, else svg\n"
          "  -r, --root NAME        draw what NAME was computed from; default: the value\n"
          "                         given to draw_dot, else the root of the last\n"
          "                         backward pass, else the last value\n"
          "      --labels HOW       names: values are labelled by the names they are\n"
          "                         assigned to (default); explicit: only by label=\n"
          "      --from FMT         read FILE as json or as a program\n"
          "  -K, --layout WHO       who places the nodes: flow (fast at any size), dot (of\n"
          "                         Graphviz), or auto (default), which is flow\n"
          "      --id-prefix ID     begins every id in the SVG; default: dotgrad\n"
          "      --time-limit SEC   processor time for the program, and for its layout;\n"
          "                         default 600, 0: no limit\n"
          "      --memory-limit MIB memory for both; default 4096, 0: no limit\n"
          "      --max-nodes N      most values of a graph to draw; default 0: any number\n"
          "      --list-ops         list the operations with formulas and derivatives\n"
          "  -q, --quiet            no notes, only errors\n"
          "  -v, --verbose          tell the phases with their times and sizes\n"
          "  -h, --help             show this and exit\n"
          "  -V, --version          show the version and exit\n"
          "\n"
          "Exit status: 0 done; 1 the program is wrong; 2 usage, input, output or a limit.\n"
          "\n"
          "  dotgrad neuron.dg -o neuron.svg\n"
          "  dotgrad -Ttable -e 'a = 2.0; b = a*a + a; backward(b)'\n",
          stdout);
    return flushed();
}

bool print_version(void)
{
    printf("dotgrad %s\n", dg_version());
    return flushed();
}

bool print_ops(void)
{
    printf("%-9s %-8s %-25s %s\n", "name", "drawn", "formula", "derivative");
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        const char *text = op->has_constant ? "**k" : *op->text ? op->text : "-";
        printf("%-9s %-8s %-25s %s\n", op->name, text, op->formula, op->derivative);
    }
    printf("\n%-13s %-13s %-29s %s\n", "of tensors", "drawn", "arguments", "formula");
    for (size_t i = 0; i < dg_tensor_op_count(); i++) {
        const dg_tensor_op *op = dg_tensor_op_at(i);
        printf("%-13s %-13s %-29s %s\n", op->name, op->text, op->arguments, op->formula);
    }
    return flushed();
}

enum { OPTION_LABELS = 256, OPTION_FROM, OPTION_ID_PREFIX, OPTION_LIST_OPS, OPTION_TIME, OPTION_MEMORY, OPTION_NODES };

static const struct option long_options[] = {
    {"expr", required_argument, NULL, 'e'},
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, 'T'},
    {"root", required_argument, NULL, 'r'},
    {"layout", required_argument, NULL, 'K'},
    {"labels", required_argument, NULL, OPTION_LABELS},
    {"from", required_argument, NULL, OPTION_FROM},
    {"id-prefix", required_argument, NULL, OPTION_ID_PREFIX},
    {"time-limit", required_argument, NULL, OPTION_TIME},
    {"memory-limit", required_argument, NULL, OPTION_MEMORY},
    {"max-nodes", required_argument, NULL, OPTION_NODES},
    {"list-ops", no_argument, NULL, OPTION_LIST_OPS},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static bool read_number(const char *text, unsigned long *number)
{
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

static bool bad(const char *what, const char *given, const char *choices)
{
    complain("%s '%s' is not known; there are %s", what, given, choices);
    return false;
}

/* Takes one option; false after a complaint. */
static bool take_option(options *o, int option, const char *argument, bool *from_given)
{
    switch (option) {
    case 'e':
        o->expression = argument;
        return true;
    case 'o':
        o->output = argument;
        return true;
    case 'r':
        o->root = argument;
        return true;
    case 'q':
        o->quiet = true;
        return true;
    case 'v':
        o->verbose = true;
        return true;
    case 'T':
        o->draw.format = dg_format_named(argument);
        return o->draw.format != DG_FORMAT_AUTO ||
               bad("format", argument, "svg, svg_inline, dot, json, table, png and pdf");
    case 'K':
        if (strcmp(argument, "auto") == 0)
            o->draw.layout = DG_LAYOUT_AUTO;
        else if (strcmp(argument, "dot") == 0)
            o->draw.layout = DG_LAYOUT_DOT;
        else if (strcmp(argument, "flow") == 0)
            o->draw.layout = DG_LAYOUT_FLOW;
        else
            return bad("layout", argument, "auto, dot and flow");
        return true;
    case OPTION_LABELS:
        if (strcmp(argument, "names") == 0)
            o->labels = DG_LABELS_NAMES;
        else if (strcmp(argument, "explicit") == 0)
            o->labels = DG_LABELS_EXPLICIT;
        else
            return bad("labelling", argument, "names and explicit");
        return true;
    case OPTION_FROM:
        *from_given = true;
        o->from_json = strcmp(argument, "json") == 0;
        return o->from_json || strcmp(argument, "program") == 0 ||
               bad("input format", argument, "json and program");
    case OPTION_ID_PREFIX:
        o->draw.id_prefix = argument;
        return true;
    case OPTION_TIME:
        if (read_number(argument, &o->time_limit))
            return true;
        complain("--time-limit takes a number of seconds, not '%s'", argument);
        return false;
    case OPTION_MEMORY:
        if (read_number(argument, &o->memory_limit))
            return true;
        complain("--memory-limit takes a number of MiB, not '%s'", argument);
        return false;
    case OPTION_NODES:
        if (read_number(argument, &o->max_nodes))
            return true;
        complain("--max-nodes takes a number of values, not '%s'", argument);
        return false;
    default:
        return false;
    }
}

static bool ends_in(const char *text, const char *end)
{
    size_t size = strlen(text), tail = strlen(end);
    return size >= tail && strcmp(text + size - tail, end) == 0;
}

/* getopt's own message, in our form. */
static void complain_of_option(char **argv, int missing)
{
    const char *given = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = strncmp(given, "--", 2) == 0 || optopt <= 0 || optopt > 255;
    complain(missing ? "option '%s' needs an argument; see dotgrad --help"
                     : "there is no option '%s'; see dotgrad --help",
             is_long ? given : letter);
}

request read_options(options *o, int argc, char **argv)
{
    *o = (options){.time_limit = 600, .memory_limit = 4096};
    bool from_given = false;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":e:o:T:r:K:qvhV", long_options, NULL)) != -1) {
        if (option == 'h')
            return REQUEST_HELP;
        if (option == 'V')
            return REQUEST_VERSION;
        if (option == OPTION_LIST_OPS)
            return REQUEST_LIST_OPS;
        if (option == '?' || option == ':') {
            complain_of_option(argv, option == ':');
            return REQUEST_BAD;
        }
        if (!take_option(o, option, optarg, &from_given))
            return REQUEST_BAD;
    }
    if (argc - optind > 1 || (argc - optind == 1 && o->expression)) {
        complain("more than one input: '%s'; see dotgrad --help", argv[argc - 1]);
        return REQUEST_BAD;
    }
    if (optind < argc && strcmp(argv[optind], "-") != 0)
        o->input = argv[optind];
    /* Opened by its name, a redirected standard output would be replaced or written over. */
    if (o->output && (strcmp(o->output, "-") == 0 || strcmp(o->output, "/dev/stdout") == 0 ||
                      strcmp(o->output, "/dev/fd/1") == 0))
        o->output = NULL;
    if (!from_given && o->input)
        o->from_json = ends_in(o->input, ".json");
    if (o->draw.format == DG_FORMAT_AUTO)
        o->draw.format = dg_format_of_path(o->output);
    if (o->draw.format == DG_FORMAT_AUTO)
        o->draw.format = DG_SVG;
    return REQUEST_DRAW;
}
