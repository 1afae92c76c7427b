/* Pictures and files without memory: of what dotgrad itself allocates, not Graphviz or librsvg. */
#include <stdio.h>
#include <unistd.h>

#include "alloc_suites.h"
#include "draw/place/place.h"
#include "draw/style/style.h"
#include "draw_support.h"

static dg_trace *trace;
static char *want;
static size_t want_size;

/* What a scenario draws is its argument: a format, by flow or by dot, tensors, labels with
 * mathematics, a highlight, an explanation, a frame, numbers on edges, colours of magnitudes,
 * badges, a fold, a graph in the direction that is best, or tensors and a graph in the other
 * styles. */
enum {
    BY_FLOW = 100,
    TENSORS = 200,
    MATH = 300,
    HIGHLIGHT = 400,
    AUTO = 500,
    WIRES = 600,
    MERGED = 700,
    FRAMES = 800,
    EDGES = 900,
    COLORS = 1000,
    WHY = 1100,
    SORTED = 1200, /* a report: by names, as JSON */
    BADGES = 1300,
    FOLDED = 1400
};

static char *render(const alloc_scenario *s, size_t *size, dg_error *error)
{
    int kind = s->argument / 100 * 100;
    return dg_render(
        trace, size,
        &(dg_draw_options){
            .format = (dg_format)(s->argument % 100),
            .layout = kind && kind != TENSORS ? DG_LAYOUT_FLOW : DG_LAYOUT_DOT,
            .direction = kind == AUTO ? DG_DIRECTION_AUTO : DG_LEFT_TO_RIGHT,
            .style = kind == WIRES    ? DG_STYLE_WIRE
                     : kind == MERGED ? DG_STYLE_MERGED
                                      : DG_STYLE_RECORD,
            .report = {.json = kind == SORTED, .sort = kind == SORTED ? DG_PARAMETER_NAME : 0},
            .highlight = kind == HIGHLIGHT ? "v0..v1" : NULL,
            .why = kind == WHY ? "a" : NULL,
            .frames = kind == FRAMES ? DG_FRAMES_BACKWARD : DG_FRAMES_NONE,
            .frame = kind == FRAMES ? 4 : 0,
            .edges = kind == FRAMES || kind == EDGES ? DG_EDGES_CONTRIBUTION : DG_EDGES_NONE,
            .color = kind == COLORS || kind == FRAMES ? DG_COLOR_GRAD : DG_COLOR_NONE,
            .findings = kind == BADGES || kind == FOLDED,
            .fold = {.fold = kind == FOLDED ? "1" : NULL, .open = kind == FOLDED ? "b" : NULL},
            .badges = &(dg_badge){1, DG_SEVERITY_NOTE, "a note of some words"},
            .badge_count = kind == BADGES,
            .error = error});
}

static void make_picture(const alloc_scenario *s)
{
    rng r = {7};
    int kind = s->argument / 100 * 100;
    if (kind == HIGHLIGHT || kind == WHY || kind == FRAMES || kind == EDGES)
        trace = lecture_trace();
    else if (kind == MATH)
        trace = small_trace("the $\\frac{\\partial L}{w_1}$\n$\\hat y$ \\$ $x^{y$", "+", 1.0, 1.0);
    else
        trace = kind == TENSORS || kind == WIRES ? tensor_trace(&r, 9) : random_trace(&r, 12, true);
    for (size_t i = 0; kind == FOLDED && i < dg_trace_node_count(trace); i++)
        dg_trace_set_scope(trace, i, i % 4 == 0 ? "" : i < 6 ? "a" : "b");
    want = render(s, &want_size, NULL);
    ck_assert_ptr_nonnull(want);
}

static void free_picture(void)
{
    dg_free(want);
    dg_trace_free(trace);
}

static bool draw_picture(const alloc_scenario *s)
{
    size_t size;
    dg_error error = {0};
    char *made = render(s, &size, &error);
    if (made)
        expect(size == want_size && memcmp(made, want, size) == 0, "other bytes");
    else
        expect(error.status == DG_NOMEM && *error.text, "an error that is not for want of memory");
    dg_free(made);
    return made != NULL;
}

static dgi_scene scene;

static void make_scene(const alloc_scenario *s)
{
    (void)s;
    rng r = {7};
    dgi_options o;
    trace = random_trace(&r, 12, false);
    ck_assert_int_eq(dgi_options_resolve(&o, &(dg_draw_options){0}, NULL), DG_OK);
    ck_assert_int_eq(dgi_scene_of(&scene, trace, &o, NULL), DG_OK);
}

static void free_scene(void)
{
    dgi_scene_free(&scene);
    dg_trace_free(trace);
}

static bool estimate_width(const alloc_scenario *s)
{
    (void)s;
    double width = 0.0;
    bool done = dgi_estimate_width(&scene, &width);
    expect(!done || width > 100.0, "not the width");
    return done;
}

static const char *path;

static void make_file(const alloc_scenario *s)
{
    (void)s;
    path = scratch_path("file");
    spill(path, "old", 3);
}

/* The file has the old bytes or the new ones, and nothing lies beside it. */
static bool write_file(const alloc_scenario *s)
{
    (void)s;
    dg_error error = {0};
    int changed = 0;
    dg_status status = dg_write_file(path, "new", 3, &changed, &error);
    armed = false;
    size_t size;
    char *holds = slurp(path, &size);
    expect(size == 3 && strcmp(holds, status == DG_OK ? "new" : "old") == 0, "other bytes");
    free(holds);
    expect(files_in(scratch()) == 1, "another file was left");
    expect(status == error.status, "the error has another status");
    expect(status == DG_OK || status == DG_NOMEM, error.text);
    expect(status == DG_OK || changed == 0, "it is said to have changed");
    if (status == DG_OK)
        spill(path, "old", 3);
    return status == DG_OK;
}

static dg_graph *graph;
static dg_value *root;

static void make_graph(const alloc_scenario *s)
{
    (void)s;
    graph = dg_graph_new();
    dg_value *a = dg_leaf(graph, 2.0, "a");
    root = dg_set_label(dg_mul(a, a), "b");
    dg_backward(root);
    path = scratch_path("a.svg");
}

static void free_graph(void)
{
    dg_graph_free(graph);
    remove_scratch();
}

static bool draw_to_file(const alloc_scenario *s)
{
    (void)s;
    dg_error error = {0};
    dg_status status = dg_draw_dot(root, path, &(dg_draw_options){.error = &error});
    armed = false;
    expect(files_in(scratch()) == (status == DG_OK ? 1 : 0), "the file is there, or is not");
    expect(status == error.status, "the error has another status");
    expect(status == DG_OK || status == DG_NOMEM, error.text);
    unlink(path);
    return status == DG_OK;
}

#define PICTURE(title, number, pixels)                                                             \
    {                                                                                              \
        .name = title, .run = draw_picture, .set_up = make_picture, .tear_down = free_picture,     \
        .argument = number, .recovers = true, .only_one = pixels                                   \
    }
/* PNG and PDF are made of the SVG, and take long. */
#define PICTURES(title, format, pixels)                                                            \
    PICTURE(title, format, pixels), PICTURE(title ", by flow", BY_FLOW + format, pixels),          \
        PICTURE(title ", tensors", TENSORS + format, pixels)

static const alloc_scenario scenarios[] = {
    PICTURES("dot", DG_DOT, false),
    PICTURES("a table", DG_TABLE, false),
    PICTURES("JSON", DG_JSON, false),
    PICTURES("a report", DG_REPORT, false),
    PICTURE("a report as JSON", SORTED + DG_REPORT, false),
    PICTURES("SVG", DG_SVG, false),
    PICTURE("SVG, a frame", FRAMES + DG_SVG, false),
    PICTURE("SVG, numbers on edges", EDGES + DG_SVG, false),
    PICTURE("SVG, colours of magnitudes", COLORS + DG_SVG, false),
    PICTURE("SVG, badges", BADGES + DG_SVG, false),
    PICTURE("SVG, folded", FOLDED + DG_SVG, false),
    PICTURE("dot, folded", FOLDED + DG_DOT, false),
    PICTURE("a table, folded", FOLDED + DG_TABLE, false),
    PICTURE("SVG, highlighted", HIGHLIGHT + DG_SVG, false),
    PICTURE("SVG, explained", WHY + DG_SVG, false),
    PICTURE("SVG, mathematics", MATH + DG_SVG, false),
    PICTURE("SVG of wires", WIRES + DG_SVG, false),
    PICTURE("SVG, merged", MERGED + DG_SVG, false),
    PICTURES("SVG for a page", DG_SVG_INLINE, false),
    PICTURE("SVG, in the best direction", AUTO + DG_SVG, false),
    PICTURES("PNG", DG_PNG, true),
    PICTURES("PDF", DG_PDF, true),
    {.name = "an estimated width",
     .run = estimate_width,
     .set_up = make_scene,
     .tear_down = free_scene,
     .recovers = true},
    {.name = "a file",
     .run = write_file,
     .set_up = make_file,
     .tear_down = remove_scratch,
     .recovers = true},
    {.name = "a picture in a file",
     .run = draw_to_file,
     .set_up = make_graph,
     .tear_down = free_graph,
     .recovers = true},
    {0},
};

const alloc_suite alloc_draw = {"draw", scenarios, NULL};
