/* A job: what to read, what to write, and its run. */
#include "cli/job.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/output.h"
#include "cli/process.h"

void log_phase(const options *o, const char *phase, const char *format, ...)
{
    static struct timespec last;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (last.tv_sec == 0)
        last = now;
    double seconds =
        (double)(now.tv_sec - last.tv_sec) + (double)(now.tv_nsec - last.tv_nsec) / 1e9;
    last = now;
    if (!o->verbose || !*phase || json_diagnostics())
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say("%-6s %s, %.3f s", phase, text, seconds);
}

/* ---- What to read and write ----------------------------------------------------------------- */

static bool ends_in(const char *text, const char *end)
{
    size_t size = strlen(text), tail = strlen(end);
    return size >= tail && strcmp(text + size - tail, end) == 0;
}

/* FILE.FMT, as dot's -O has it; NULL when out of memory. */
static char *default_output(const char *input, const dg_draw_options *draw)
{
    const char *extension = dg_format_name(draw->format);
    if (draw->format == DG_REPORT && draw->report.json)
        extension = "report.json";
    size_t size = strlen(input) + strlen(extension) + 2;
    char *name = malloc(size);
    if (name)
        snprintf(name, size, "%s.%s", input, extension);
    return name;
}

bool job_init(job *j, const options *o, size_t i)
{
    *j = (job){.options = o, .output = o->output, .is_last = i + 1 >= o->n_inputs};
    if (i < o->n_inputs && strcmp(o->inputs[i], "-") != 0)
        j->input = o->inputs[i];
    j->is_json = o->input_format == INPUT_JSON ||
                 (o->input_format == INPUT_BY_NAME && j->input && ends_in(j->input, ".json"));
    if (o->name_outputs && j->input) {
        j->output = j->output_memory = default_output(j->input, &o->draw);
        if (!j->output) {
            report_error("out of memory");
            return false;
        }
    }
    return true;
}

void job_free(job *j)
{
    free(j->output_memory);
}

/* ---- The picture ---------------------------------------------------------------------------- */

/* From here on dot takes long enough for a note. */
enum { LARGE_FOR_DOT = 3000 };

bool draws_layout(dg_format format)
{
    return format != DG_DOT && format != DG_JSON && format != DG_TABLE && format != DG_REPORT;
}

/* `drawn`: how many values or boxes are. */
static dg_status render(dg_trace *t, size_t drawn, const options *o, dg_draw_options *draw,
                        picture_sink *out, dg_error *error)
{
    size_t n = dg_trace_node_count(t);
    if (o->draw.why && !draws_layout(draw->format))
        return explain_gradient(t, o, out, error);
    if (o->explain_fold)
        return explain_fold(t, o, out, error);
    if (draws_layout(draw->format)) {
        if (drawn > LARGE_FOR_DOT && draw->layout == DG_LAYOUT_DOT && !o->quiet)
            report_note("dot may take long for %zu values; -K flow is faster", drawn);
        return render_in_subprocess(t, o, draw, sink_put, out, error);
    }
    draw->error = error;
    progress_phase("writing %zu values", n);
    progress_start(o);
    dg_status status = dg_render_to(t, sink_put, out, draw);
    progress_stop();
    return status;
}

static uint64_t fnv1a(uint64_t hash, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001B3u;
    return (hash ^ 0xFF) * 0x100000001B3u; /* no byte of UTF-8: it separates the texts */
}

enum { PREFIX_SIZE = 24 };

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return fnv1a(hash, text, strlen(text));
}

/* Hashes an option of the picture. */
static uint64_t hash_option(uint64_t hash, const option_row *r, const void *member)
{
    char number[24] = "";
    const char *text = number;
    if (r->kind == OPTION_TEXT)
        text = *(const char *const *)member;
    else if (r->kind == OPTION_NUMBER)
        snprintf(number, sizeof number, "%lu", *(const unsigned long *)member);
    else if (r->kind == OPTION_REAL)
        snprintf(number, sizeof number, "%.15g", *(const double *)member);
    else
        snprintf(number, sizeof number, "%d", *(const int *)member);
    bool is_default = r->kind == OPTION_TEXT ? !text : strcmp(text, "0") == 0;
    if (is_default && r->in_id == ID_IF_GIVEN)
        return hash;
    if (r->in_id == ID_IF_GIVEN)
        hash = hash_text(hash, r->name);
    return hash_text(hash, text ? text : "");
}

/* --id-prefix=auto: the same for the same picture on every machine, and for no other on the page.
 */
static bool make_prefix(char *prefix, const options *o, const dg_trace *t, size_t frame)
{
    size_t size;
    char *json = dg_json_from_trace(t, &size);
    if (!json) {
        report_error("out of memory");
        return false;
    }
    uint64_t hash = fnv1a(0xCBF29CE484222325u, json, size), added = 0;
    for (const option_row *r = option_rows; r < option_rows + OPTION_ROWS; r++) {
        const void *member = (const char *)o + r->offset;
        if (r->in_id == ID_ADDED)
            added += (uint64_t)(*(const int *)member);
        else if (r->in_id != ID_WITHOUT)
            hash = hash_option(hash, r, member);
    }
    for (size_t i = 0; i < o->n_recorded; i++) /* they decide on badges */
        if (strcmp(o->recorded[i].name, "threshold") == 0)
            hash = hash_text(hash_text(hash, "threshold"), o->recorded[i].argument);
    if (frame) {
        char number[24];
        snprintf(number, sizeof number, "%zu", frame);
        hash = hash_text(hash, number);
    }
    hash += added;
    snprintf(prefix, PREFIX_SIZE, "dg-%08lx%08lx", (unsigned long)(hash >> 32),
             (unsigned long)(hash & 0xFFFFFFFF));
    dg_free(json);
    return true;
}

static bool is_small_enough(const options *o, size_t drawn)
{
    if (!o->max_nodes || drawn <= o->max_nodes)
        return true;
    report_error("the graph has %zu values, more than %lu (see --max-nodes)", drawn, o->max_nodes);
    return false;
}

/* What in the labels' mathematics is not understood: the first few. */
static void note_labels(const dg_trace *t)
{
    enum { NOTES_MAX = 3 };
    size_t problems = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        const char *label = dg_trace_label(t, i);
        dg_error error;
        if (!strchr(label, '$') || dg_label_check(label, &error) != DG_FORMAT)
            continue;
        if (problems++ < NOTES_MAX)
            report_note("%s; it is drawn as it was typed", error.text);
    }
    if (problems > NOTES_MAX)
        report_note("%zu more labels are not understood", problems - NOTES_MAX);
}

/* Draws one file. */
static exit_status draw_picture(const job *j, dg_trace *t)
{
    const options *o = j->options;
    char prefix[PREFIX_SIZE];
    dg_draw_options draw = o->draw;
    if (j->frame)
        draw.frame = j->frame;
    if (draw.id_prefix && strcmp(draw.id_prefix, "auto") == 0) {
        if (!make_prefix(prefix, o, t, j->frame))
            return EXIT_TROUBLE;
        draw.id_prefix = prefix;
    }
    picture_sink out;
    dg_error error = {0};
    limit_writing();
    if (!sink_begin(&out, j))
        return EXIT_TROUBLE;
    if (render(t, j->drawn, o, &draw, &out, &error) != DG_OK) {
        int spool_error = out.spool_error;
        sink_abandon(&out); /* an interrupt that waited ends the command here */
        if (spool_error)
            report_error("cannot write a temporary file: %s", strerror(spool_error));
        else
            report_error("%s", error.text);
        return EXIT_TROUBLE;
    }
    log_phase(o, "draw", "%s, %zu bytes", dg_format_name(draw.format), out.size);
    return sink_finish(&out);
}

static exit_status draw_frame(job *j, const char *pattern, dg_trace *t)
{
    char *path = frame_path(pattern, j->frame);
    if (!path) {
        report_error("out of memory");
        return EXIT_TROUBLE;
    }
    j->output = path;
    exit_status status = draw_picture(j, t);
    free(path);
    return status;
}

/* Draws a file for each frame. Where a trace has none, drawing the first one says why. */
static exit_status draw_frames(const job *j, dg_trace *t)
{
    job frame = *j;
    frame.pattern = j->output;
    frame.frame_count = dg_frame_count(t);
    if (!check_paths(j->options, &frame))
        return EXIT_TROUBLE;
    exit_status status = EXIT_DONE;
    for (frame.frame = 1; frame.frame == 1 || frame.frame <= frame.frame_count; frame.frame++) {
        exit_status drawn = draw_frame(&frame, j->output, t);
        status = drawn > status ? drawn : status;
        if (drawn == EXIT_TROUBLE)
            break;
    }
    return status;
}

static exit_status draw_trace(job *j, dg_trace *t)
{
    const options *o = j->options;
    if (!o->explain_fold && !count_drawn(o, t, &j->drawn))
        return EXIT_TROUBLE;
    if (!is_small_enough(o, j->drawn))
        return EXIT_TROUBLE;
    if (draws_layout(o->draw.format) && !check_memory_for_picture(o, j->drawn))
        return EXIT_TROUBLE;
    if (draws_layout(o->draw.format) && !o->quiet)
        note_labels(t);
    bool in_files = o->draw.frames != DG_FRAMES_NONE && j->output && is_frame_pattern(j->output);
    return in_files ? draw_frames(j, t) : draw_picture(j, t);
}

/* Whether the environment asks for UTF-8, as setlocale() would see it. */
static bool is_utf8_locale(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !(locale && *locale); i++)
        locale = getenv(variables[i]);
    const char *charset = locale ? strchr(locale, '.') : NULL;
    return charset &&
           (strncasecmp(charset, ".utf-8", 6) == 0 || strncasecmp(charset, ".utf8", 5) == 0);
}

/* Files have the same bytes everywhere; a terminal may show more. */
static void choose_report(options *o, const job *j)
{
    if (!o->draw.title)
        o->draw.title = input_name(j);
    o->draw.report.sparklines = !j->output && isatty(STDOUT_FILENO) && is_utf8_locale();
}

static exit_status inspect_and_draw(job *j, options *o, dg_trace *t, const dg_trace *whole)
{
    bool failed;
    dg_inspect *inspection = inspect_trace(o, whole, &failed);
    if (failed)
        return EXIT_TROUBLE;
    if (t == whole)
        o->draw.inspection = inspection;
    exit_status status = draw_trace(j, t);
    exit_status found = o->fail_on ? check_findings(j, inspection) : EXIT_DONE;
    dg_inspect_free(inspection);
    return found > status ? found : status;
}

/* What is found in a graph is marked on its own values, not on what stands for several of them. */
static bool marks_are_of_values(const options *o)
{
    if (!draws_layout(o->draw.format) || !(o->draw.findings || o->gradcheck) ||
        !(o->around || o->between))
        return true;
    report_error("--%s is of a whole graph, not of one that --%s reduces",
                 o->gradcheck ? "gradcheck" : "findings", o->around ? "around" : "between");
    return false;
}

exit_status job_run(const job *given)
{
    options o = *given->options;
    job j = *given;
    j.options = &o;
    log_phase(&o, "", "-");
    if (!j.output && (o.draw.format == DG_PNG || o.draw.format == DG_PDF) &&
        isatty(STDOUT_FILENO)) {
        report_error("not writing %s to a terminal; use -o", dg_format_name(o.draw.format));
        return EXIT_TROUBLE;
    }
    if (!marks_are_of_values(&o))
        return EXIT_TROUBLE;
    limit_command(&o, j.is_json ? "reading the trace" : "the program");
    catch_interrupts();
    exit_status status;
    const char *rankdir;
    gradient_check check = {NULL, 0};
    if (o.gradcheck && draws_layout(o.draw.format))
        j.check = &check;
    dg_trace *whole, *t = read_trace(&j, &rankdir, &whole, &status);
    o.draw.badges = check.badges;
    o.draw.badge_count = check.count;
    if (!t) {
        gradient_check_free(&check);
        return status;
    }
    if (o.draw.format != DG_REPORT)
        t = reduce_trace(&o, t);
    if (!t) {
        dg_trace_free(whole);
        gradient_check_free(&check);
        return EXIT_TROUBLE;
    }
    choose_fold(&o, t);
    if (rankdir && !is_given(&o, "direction"))
        o.draw.direction = direction_from_rankdir(rankdir);
    if (o.draw.format == DG_REPORT)
        choose_report(&o, &j);
    exit_status drawn = inspect_and_draw(&j, &o, t, whole);
    dg_trace_free(t == whole ? NULL : t);
    dg_trace_free(whole);
    gradient_check_free(&check);
    return drawn > status ? drawn : status;
}
