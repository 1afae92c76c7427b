/**
 * @file draw.h
 * @brief A trace as a picture: SVG, PNG, PDF, Graphviz source, JSON or a table.
 *
 * Every value is a record `{ label | data | grad }`. Every op is a node of its own before the value
 * it computes. The graph is drawn from left to right, as `draw_dot` of the micrograd lectures draws
 * it. A #dg_direction, a #dg_style and a choice of what to show make other pictures of it. The same
 * trace gives the same bytes on every machine, with two exceptions: the letters in PNG and PDF come
 * from the machine's fonts, and #DG_LAYOUT_DOT depends on the version of Graphviz.
 *
 * A tensor's record is `{ label | shape | data | grad }`. Up to 8 numbers are written out in rows,
 * as nested lists. Of more numbers there are statistics: min, max, mean and norm (Euclidean) of the
 * finite ones, and how many are not finite. A gradient that was never computed is a dash; its field
 * is as wide as that of a usual number, so that pictures from before and after the backward pass
 * are equally wide.
 *
 * In a label, what stands between dollar signs is mathematics in a small subset of TeX:
 * `$\partial L/\partial w_1$` is drawn with italic letters and a subscript. There are `_` `^` `{}`,
 * primes, Greek letters, `\frac` `\sqrt`, `\hat` and other accents, `\mathbf` `\mathrm`
 * `\text`, operators, relations and the names of functions; doc/language.md has the whole list. A
 * dollar sign that has a space behind it or none to end the formula (a closing one has no space
 * before it and no digit after it) is a dollar sign, and so is `\$`. What is not known is drawn as
 * it was typed; dg_label_check() says what that is. Titles and descriptions have the formula in
 * words, and the formats that are no picture the label as it is.
 *
 * Layout happens inside this process. #DG_LAYOUT_FLOW is safe to use in several threads at a time.
 * #DG_LAYOUT_DOT uses Graphviz, which may abort or crash the process when memory runs out or a
 * graph is very deep. Graphviz is not thread-safe either: dotgrad takes a lock around it, and a
 * program that uses libgvc itself must not do so at the same time. (The command draws in a child
 * process for these reasons.)
 */
#ifndef DOTGRAD_DRAW_H
#define DOTGRAD_DRAW_H

#include <dotgrad/base.h>
#include <dotgrad/fold.h>
#include <dotgrad/inspect.h>
#include <dotgrad/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What to write. */
typedef enum dg_format {
    DG_FORMAT_AUTO = 0, /**< by the extension of the path; SVG where that says nothing */
    DG_SVG,             /**< an SVG document */
    DG_SVG_INLINE,      /**< SVG to paste into HTML: no prolog, no blank line */
    DG_DOT,             /**< Graphviz source of the picture that `draw_dot` draws */
    DG_JSON,            /**< the trace itself; see dg_json_from_trace() */
    DG_TABLE, /**< name, op, data and grad as aligned text; with shapes where there are any */
    DG_PNG,   /**< the SVG by librsvg, 144 pixels an inch if the scale is 1 */
    DG_PDF,   /**< the SVG by librsvg, on one page of its size */
    /** What dg_inspect_new() finds and dg_summary_new() counts, as text or JSON; see
     * dg_report_options. Its title is dg_draw_options.title. */
    DG_REPORT
} dg_format;

/** Who places the nodes. */
typedef enum dg_layout {
    DG_LAYOUT_AUTO = 0, /**< flow */
    DG_LAYOUT_DOT,      /**< Graphviz's dot; slow: half a minute for 3,000 values */
    DG_LAYOUT_FLOW      /**< dotgrad's own: some seconds for 100,000 values */
} dg_layout;

/** Which colours a picture has. */
typedef enum dg_theme {
    DG_THEME_AUTO = 0, /**< SVG: those that the reader or the page asks for; else the light ones */
    DG_THEME_LIGHT,    /**< for a light background */
    DG_THEME_DARK      /**< for a dark background; PNG has it */
} dg_theme;

/** Where the data flows. Where it flows up or down, the fields of a record are stacked. */
typedef enum dg_direction {
    DG_LEFT_TO_RIGHT = 0, /**< operands on the left of what is computed from them */
    DG_TOP_TO_BOTTOM,     /**< operands above it */
    DG_RIGHT_TO_LEFT,     /**< operands on the right */
    DG_BOTTOM_TO_TOP,     /**< operands below it */
    /** From left to right or from top to bottom: where the text is larger when the picture is
     * scaled to the width that dg_draw_options.fit says. Of a large graph by an estimate. */
    DG_DIRECTION_AUTO
} dg_direction;

/** What a picture is made of. */
typedef enum dg_style {
    /** The micrograd lectures' picture: a record for each value, an ellipse for each op. */
    DG_STYLE_RECORD = 0,
    /** A circuit: each op is a circle, each value the wire that leaves it, with the data above and
     * the gradient below, or the data on the left and the gradient on the right of a wire that goes
     * up or down. Names stand at the ends of the wires that come in and go out, and beside the op
     * of those between. A wire forks where its value is used several times. A gradient that was
     * never computed leaves its side of the wire empty. */
    DG_STYLE_WIRE,
    /** One record for a value and its op, `{ c = a + b | data | grad }`. An operand without a label
     * is written as its number where it is a scalar leaf, and else as three points. */
    DG_STYLE_MERGED
} dg_style;

/** What stands in a picture; a set of bits. What does not is in the tooltips. A box in which
 * nothing stands is a dot. */
typedef enum dg_show {
    DG_SHOW_LABEL = 1 << 0, /**< the labels of values */
    DG_SHOW_DATA = 1 << 1,  /**< their data */
    DG_SHOW_GRAD = 1 << 2,  /**< their gradients */
    DG_SHOW_OP = 1 << 3,    /**< the texts of ops; in #DG_STYLE_MERGED, what is computed */
    DG_SHOW_SHAPE = 1 << 4, /**< the shapes of tensors */
    DG_SHOW_WORDS = 1 << 5  /**< the words "data" and "grad" before numbers in records */
} dg_show;

/** What came of a picture: see dg_draw_options.info. */
typedef struct dg_picture_info {
    dg_direction direction; /**< not #DG_DIRECTION_AUTO */
    double width;           /**< in points */
    double height;          /**< likewise */
    double fit;             /**< dg_draw_options.fit, or its default */
    /** Of the text, in CSS pixels (of 3/4 point), where the picture is made smaller to be no wider
     * than that. */
    double text_size;
} dg_picture_info;

/**
 * Series of pictures. All frames of a series have the same size and the same coordinates.
 *
 * The first of a backward pass has no gradients, the second the root's, 1. Each of the others adds
 * what one op contributes to its operands' gradients, in the order of the lectures' `backward`:
 * from the root down, each op after all that use its value. What takes part stands out. The steps
 * are computed from the data in the trace, which must be scalars and ops of dotgrad's or have local
 * gradients of their own: #DG_INVALID otherwise. If the trace's root has a gradient, nodes without
 * one get none.
 */
typedef enum dg_frames {
    DG_FRAMES_NONE = 0, /**< one picture, with the gradients in the trace */
    DG_FRAMES_BACKWARD  /**< one for each step of the backward pass */
} dg_frames;

/** What an edge from an operand to an op says. Where an operand is used several times by one op,
 * its one edge says the sum, and how often behind it: `6.0000 (×2)`. Nothing where it is not
 * known: the op is not one of dotgrad's, or, of a contribution or a norm, the op or the operand has
 * no gradient. The name of an operand (dg_trace_operand_name()) stands on its edge in any case,
 * before a number. */
typedef enum dg_edges {
    DG_EDGES_NONE = 0, /**< nothing but ×2, where an operand is used twice */
    /** The local gradient: of the op by the operand. Where either is a tensor, how much larger the
     * norm of the contribution is than that of the gradient of the op's value: "norm ×0.5000". */
    DG_EDGES_LOCAL,
    /** The contribution: the local gradient times that of the op's value, which is what the edge
     * adds to the gradient of the operand. Of an array its Euclidean norm: "norm 0.5000". */
    DG_EDGES_CONTRIBUTION
} dg_edges;

/** What the colours of values say. Ten colours of even steps in lightness and hue stand for the
 * magnitudes of numbers on a logarithmic scale, from the decade of the smallest to that of the
 * largest in the picture, at most 16 decades: the larger, the darker on a light background, and the
 * brighter on a dark one. A tensor has the colour of its largest magnitude. What is not on the
 * scale has the background's colour and a pattern: dots for zero, slanted lines for what is not
 * known, vertical lines for infinity, crossed lines for nan. Gradients that vanish or are huge (see
 * #dg_gradient_state) also have a triangle that points down or up. Ops have no colour. A legend
 * below the picture has the range and the patterns. */
typedef enum dg_color {
    DG_COLOR_NONE = 0, /**< whether a value is a leaf, computed, or the root */
    DG_COLOR_GRAD,     /**< the magnitude of its gradient */
    DG_COLOR_DATA      /**< the magnitude of its data */
} dg_color;

/** How a report is written. Zero means the default. */
typedef struct dg_report_options {
    int json;              /**< not 0: as JSON, whose form the manual page describes */
    dg_parameter_key sort; /**< of the parameters; 0: the order in which data reaches them */
    int descending;        /**< not 0: the largest first */
    size_t rows;           /**< the most rows of each list; 0: 20 of text, all of JSON */
    int sparklines; /**< not 0: the text has histograms of block elements (U+2581 to U+2588) */
} dg_report_options;

/** Something that is said of a value: a badge with its number on the value, and a line below the
 * picture. */
typedef struct dg_badge {
    size_t node;          /**< the value; #DG_NO_NODE: only the line */
    dg_severity severity; /**< an error's badge is filled, a warning's square, a note's round */
    const char *text;     /**< what is said, UTF-8; line ends become spaces */
} dg_badge;

/** At most how many badges are drawn: what comes after them is counted. */
#define DG_BADGES_MAX 99

/** How to draw. Zero, or a NULL pointer to the whole, means the default. */
typedef struct dg_draw_options {
    dg_format format; /**< what to write */
    dg_layout layout; /**< who places the nodes */
    /** Begins every id in the SVG: a letter, then letters, digits, '-', '_' or '.', at most 64
     * characters. NULL: "dotgrad". Formats that are no picture ignore it. */
    const char *id_prefix;
    /** The SVG's title, for readers who do not see it. Line ends become spaces. NULL or blank:
     * "Computation graph of" and the root's name. */
    const char *title;
    /** The SVG's description, likewise. NULL or blank: the graph in words; of a large graph, its
     * first values. */
    const char *description;
    /** Not 0: the SVG has a viewBox but no width and height, so that it is scaled to the page it is
     * in. PNG and PDF ignore it. */
    int no_size;
    /** Receives what went wrong; may be NULL. */
    dg_error *error;
    /** Called at the beginning of each phase of a picture: "measuring", "laying out", "writing",
     * and for PNG and PDF "rasterising". The text is static. The function must not draw. NULL: no
     * calls.
     */
    void (*progress)(void *context, const char *phase);
    void *progress_context; /**< passed to progress */
    /** The date of a PDF in seconds since 1970, a decimal number from 0 to 253402300799, as the
     * environment variable SOURCE_DATE_EPOCH has it. NULL: the first of January 2000. The library
     * does not read that variable: a program that wants it passes `getenv("SOURCE_DATE_EPOCH")`. */
    const char *source_date_epoch;
    /** Which colours a picture has. Those of #DG_THEME_LIGHT and #DG_THEME_DARK are fixed: neither
     * the reader's preference nor CSS variables of the page change them. */
    dg_theme theme;
    dg_direction direction; /**< where the data flows; DOT, JSON and tables ignore it */
    /** The size of the text in points, from 4 to 72; boxes grow with it, the space between them
     * does not. 0: 13. */
    double font_size;
    /** How large a picture is, from 0.001 to 100; 0: 1. It scales the width and height of an SVG
     * (not its viewBox), the page of a PDF, and a PNG, which with 1 has 2 pixels a point. With 0
     * a page that would be wider or higher than 14,400 points, the most that viewers take, is
     * scaled to that. */
    double scale;
    /** How numbers are written, in every format but #DG_DOT and #DG_JSON. NULL or "auto": with four
     * decimals, and as 1.50e-07 where these would show nothing: below 5e-5, and from 1e6 on. Else a
     * printf format with one conversion of a double and any text around it, such as "%.3g", of at
     * most 64 bytes, with a width and precision of at most 32. What reads as zero has no minus
     * sign. */
    const char *numbers;
    /** Not 0: below the picture, a legend explains the colours and words that occur in it. */
    int legend;
    dg_style style; /**< what the picture is made of; only pictures have one */
    unsigned show;  /**< what stands in it, of #dg_show; 0: all, in wires but the words */
    /** What stands out while the rest recedes: "NAME", the value of that label or else id (`v3`),
     * or "NAME..NAME", all paths between two values. NULL: nothing. #DG_INVALID where there is no
     * such value or no path. Formats that are no picture ignore it. */
    const char *highlight;
    /** The width in CSS pixels of the column in which the picture will stand, from 50 to 20,000,
     * for #DG_DIRECTION_AUTO and for info. 0: 736. */
    double fit;
    /** Receives what came of an SVG, PNG or PDF; may be NULL. */
    dg_picture_info *info;
    /** Pictures of the steps of a backward pass instead of one of its result; see #dg_frames.
     * Formats that are no picture ignore it. */
    dg_frames frames;
    /** Which of the frames, from 1 to dg_frame_count(). 0: all, one on each page of a PDF; other
     * pictures hold one. */
    size_t frame;
    /** What edges say. Formats that are no picture ignore it. */
    dg_edges edges;
    dg_color color; /**< what colours say; formats that are no picture ignore it */
    /** The value of that label, or else id (`v3`), whose gradient is explained: the largest paths
     * by which it comes (see dg_why_new()) stand out while the rest recedes, with their local
     * gradients on their edges. NULL: none. #DG_INVALID
     * where there is no such value or no path to it, and together with highlight. Formats that are
     * no picture ignore it. */
    const char *why;
    dg_inspect_options inspect; /**< the thresholds of an inspection */
    /** An inspection of the trace that is drawn, borrowed. NULL: one is made where it is needed. */
    const dg_inspect *inspection;
    dg_report_options report; /**< how #DG_REPORT is written; other formats ignore it */
    /** Not 0: the findings of an inspection have badges: on the value
     * that each is about, or, of several, on the first 12. Formats that are no picture ignore it.
     */
    int findings;
    const dg_badge *badges; /**< more badges, after those of findings; borrowed */
    size_t badge_count;     /**< how many these are */
    /** What is folded: see fold.h. With #DG_JSON and #DG_TABLE, what is written is the trace of
     * dg_trace_from_fold(). #DG_REPORT ignores it. #DG_INVALID together with frames. */
    dg_fold_options fold;
} dg_draw_options;

/** The format called @p name ("svg", "svg_inline", "dot", "json", "table", "png", "pdf", "report";
 * "gv" and "txt" are understood too), or #DG_FORMAT_AUTO where there is none. */
DG_API dg_format dg_format_from_name(const char *name);

/** The format that the extension of @p path asks for, or #DG_FORMAT_AUTO. */
DG_API dg_format dg_format_from_path(const char *path);

/** The name of @p format, or NULL. Static. */
DG_API const char *dg_format_name(dg_format format);

/**
 * Checks the mathematics in a label: what is between dollar signs, see above.
 * @param label the label
 * @param error receives what is not understood and is drawn as it was typed; may be NULL
 * @return #DG_OK; #DG_FORMAT; #DG_INVALID for NULL; #DG_NOMEM
 */
DG_API dg_status dg_label_check(const char *label, dg_error *error);

/** At most how many frames are drawn of one graph: what all of them take grows with its square. */
#define DG_FRAMES_MAX 1000

/** How many frames #DG_FRAMES_BACKWARD has for @p t: two, and one for each op; 0 where it has none,
 * for the reasons given there, more than #DG_FRAMES_MAX, for NULL, and when out of memory. */
DG_API size_t dg_frame_count(const dg_trace *t);

/**
 * Draws everything that @p root was computed from into the file @p path: its trace, by
 * dg_draw_trace().
 * @return #DG_OK; #DG_FORMAT for what dg_trace_check() refuses; #DG_INVALID for NULL, or an option
 *         that makes no sense; #DG_NOMEM; #DG_LIMIT (a picture too large for its format);
 *         #DG_RENDER; #DG_IO. The text is in options->error
 */
DG_API dg_status dg_draw_dot(const dg_value *root, const char *path,
                             const dg_draw_options *options);

/** Draws @p t into the file @p path, as dg_write_file() writes it. SVG is written while it is made
 * and never held as a whole. */
DG_API dg_status dg_draw_trace(const dg_trace *t, const char *path, const dg_draw_options *options);

/**
 * The picture of @p t as bytes, with a terminating NUL that @p size does not count. Text formats
 * end in a newline. The caller frees the bytes with dg_free(). NULL for the reasons that
 * dg_draw_dot() lists.
 */
DG_API char *dg_render(const dg_trace *t, size_t *size, const dg_draw_options *options);

/** Takes the next @p size bytes, which are borrowed. Returns 0 to go on, or anything else to stop.
 */
typedef int dg_write_function(void *context, const void *bytes, size_t size);

/**
 * The bytes that dg_render() would return, in pieces: SVG in pieces of about 64 KiB while it is
 * made, any other format in one piece. After an error the pieces are no whole picture.
 * @param t       the trace
 * @param write   receives the pieces; it must not draw
 * @param context passed to @p write
 * @param options as for dg_render()
 * @return as dg_draw_dot(); #DG_IO where @p write stopped
 */
DG_API dg_status dg_render_to(const dg_trace *t, dg_write_function *write, void *context,
                              const dg_draw_options *options);

/**
 * Replaces the contents of the file @p path, or leaves it as it was: the bytes go to a temporary
 * file in the same folder, which is renamed over it. A file that has these contents already is not
 * touched. A file without write permission is an error. A symbolic link is followed; a device, a
 * pipe, or what an open descriptor is the name of (/dev/fd/3), is written to directly.
 *
 * The new file has the permissions of the old one, its access control list and its extended
 * attributes, and its owner and group as far as the process may give them; where the group cannot
 * be kept, group and others have the rights that both had. What cannot be kept without giving
 * somebody more rights is an error. Set-user-id, set-group-id and file capabilities go; other hard
 * links keep the old contents. The bytes are on the disk (fsync) before the name is theirs.
 * Temporary files
 * (.dotgrad-PID-N.tmp) of processes that were killed, in the same folder, are removed.
 * @param path    the file
 * @param bytes   the new contents; borrowed
 * @param size    how many bytes
 * @param changed receives 1 where the file was written; may be NULL
 * @param error   receives the reason; may be NULL
 * @return #DG_OK, #DG_IO, #DG_NOMEM or #DG_INVALID
 */
DG_API dg_status dg_write_file(const char *path, const void *bytes, size_t size, int *changed,
                               dg_error *error);

/** A file that is written piece by piece. */
typedef struct dg_file_writer dg_file_writer;

/** Begins to write the file @p path, as dg_write_file() does; the path is borrowed until
 * dg_file_writer_end(), which has to follow and says what went wrong. NULL when out of memory. */
DG_API dg_file_writer *dg_file_writer_new(const char *path);

/** Takes the next @p size bytes: a #dg_write_function whose context is the dg_file_writer. Not 0
 * after an error. */
DG_API int dg_file_writer_put(void *writer, const void *bytes, size_t size);

/** Whether the file is replaced at the end (1), or gets the bytes at once (0): a device, a pipe, or
 * a descriptor. */
DG_API int dg_file_writer_replaces(const dg_file_writer *writer);

/** @p sync 0: does not wait until the bytes are on the disk. After a power failure the file may
 * then be neither the old nor the new one. */
DG_API void dg_file_writer_set_sync(dg_file_writer *writer, int sync);

/**
 * Makes the file hold what was put, and frees @p writer.
 * @param writer  NULL is allowed: there is nothing to do
 * @param keep    0: the file stays as it was
 * @param changed receives 1 where the file was written; may be NULL
 * @param error   receives the reason; may be NULL
 * @return as dg_write_file()
 */
DG_API dg_status dg_file_writer_end(dg_file_writer *writer, int keep, int *changed,
                                    dg_error *error);

#ifdef __cplusplus
}
#endif

#endif
