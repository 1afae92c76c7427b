/**
 * @file draw.h
 * @brief A trace as a picture: SVG, PNG, PDF, Graphviz source, JSON or a table.
 *
 * Every value is a record `{ label | data | grad }`, every operation a node of its own before the
 * value it makes, laid out from left to right: the documents' `draw_dot`. The same trace gives the
 * same bytes on every machine, but for PNG and PDF, whose letters are those of its fonts.
 *
 * A tensor's record is `{ label | shape | data | grad }`. Up to 8 numbers are written out in rows,
 * as nested lists; of more there is a summary: min, max, mean, norm (Euclidean), and how many are
 * not finite, which the others do not count. Numbers that four decimals would show as 0.0000,
 * though they are not zero, are written as 1.50e-07. A gradient that was never computed is `None`,
 * as in PyTorch.
 *
 * Layout happens inside this process. Where #DG_LAYOUT_DOT asks for Graphviz, that may abort or
 * crash the process on out-of-memory or a very deep graph, and is not safe to use from two threads:
 * all such drawing takes one lock, and a program that uses libgvc itself must not do so at the same
 * time. The command draws in a child process for that reason. Nothing else uses Graphviz.
 */
#ifndef DOTGRAD_DRAW_H
#define DOTGRAD_DRAW_H

#include <dotgrad/base.h>
#include <dotgrad/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What to write. */
typedef enum dg_format {
    DG_FORMAT_AUTO = 0, /**< by the extension of the path; SVG where that says nothing */
    DG_SVG,             /**< an SVG document */
    DG_SVG_INLINE,      /**< SVG to paste into HTML: no prolog, no blank line */
    DG_DOT,             /**< Graphviz source of exactly the documents' picture */
    DG_JSON,            /**< the trace itself; see dg_json_from_trace() */
    DG_TABLE, /**< name, op, data and grad as aligned text; with shapes where there are any */
    DG_PNG,   /**< the SVG by librsvg, 144 pixels an inch */
    DG_PDF    /**< the SVG by librsvg, on one page of its size */
} dg_format;

/** Who places the nodes. */
typedef enum dg_layout {
    DG_LAYOUT_AUTO = 0, /**< flow */
    DG_LAYOUT_DOT,      /**< Graphviz's dot, which needs minutes for some thousand values */
    DG_LAYOUT_FLOW      /**< dotgrad's own, fast at any size; takes no lock */
} dg_layout;

/** How to draw. Zero, or a NULL pointer to the whole, means the default. */
typedef struct dg_draw_options {
    dg_format format; /**< what to write */
    dg_layout layout; /**< who places the nodes */
    const char
        *id_prefix;    /**< begins every id in the SVG: a letter, then letters, digits, '-', '_',
                            '.', at most 64; default "dotgrad" */
    const char *title; /**< names the SVG, for who does not see it; line ends are spaces. NULL or
                            blank: "Computation graph of" the root */
    const char *description; /**< describes it; NULL or blank: the graph in words, the first values
                                of a large one */
    int no_size;     /**< not 0: the SVG has a viewBox, but no width and height, and takes the
                          size of its place; PNG and PDF are not concerned */
    dg_error *error; /**< receives what went wrong */
    void (*progress)(void *context, const char *phase); /**< is told what begins: "measuring",
                                "laying out", "writing" or, for PNG and PDF, "rasterising"; the text
                                is static. It must not draw. NULL: nobody is told */
    void *progress_context;                             /**< is given to progress */
    const char *source_date_epoch; /**< when a PDF says it was made, in seconds since 1970 as the
                                environment variable of this name has it: a decimal number from 0
                                to 253402300799; NULL: the first of January 2000. The library itself
                                reads no environment: a program that builds give the variable to
                                passes `getenv("SOURCE_DATE_EPOCH")` */
} dg_draw_options;

/** The format called @p name ("svg", "svg_inline", "dot", "json", "table", "png", "pdf"; "gv" and
 * "txt" are understood too), or #DG_FORMAT_AUTO where there is none. */
DG_API dg_format dg_format_from_name(const char *name);

/** The format that the extension of @p path asks for, or #DG_FORMAT_AUTO. */
DG_API dg_format dg_format_from_path(const char *path);

/** The name of @p format, or NULL. Static. */
DG_API const char *dg_format_name(dg_format format);

/**
 * Draws everything that @p root was computed from into the file @p path: its trace, by
 * dg_draw_trace().
 * @return #DG_FORMAT for what dg_trace_check() refuses, #DG_INVALID for NULL, a bad prefix or a
 *         bad date, #DG_NOMEM, #DG_LIMIT (a picture too large for its
 *         format), #DG_RENDER, #DG_IO; the text is in options->error
 */
DG_API dg_status dg_draw_dot(const dg_value *root, const char *path,
                             const dg_draw_options *options);

/** Draws @p t into the file @p path, as dg_write_file() writes it; the text is never held as a
 * whole where it is SVG, made by flow. */
DG_API dg_status dg_draw_trace(const dg_trace *t, const char *path, const dg_draw_options *options);

/**
 * The picture of @p t as bytes, ended by a terminator that @p size does not count. Text formats end
 * in a newline. The caller frees it with dg_free(). NULL for the reasons given at dg_draw_dot().
 */
DG_API char *dg_render(const dg_trace *t, size_t *size, const dg_draw_options *options);

/** Takes the next @p size bytes, which are borrowed. Returns 0, or anything else to be given no
 * more. */
typedef int dg_write_function(void *context, const void *bytes, size_t size);

/**
 * The picture of @p t in pieces, one after another, as dg_render() would give it: SVG made by flow
 * in pieces of about 64 KiB while it is written, anything else in one. After an error what was
 * given is no picture.
 * @param t       the trace
 * @param write   receives the pieces; it must not draw
 * @param context is given to it
 * @param options as for dg_render()
 * @return as dg_draw_dot(); #DG_IO where @p write wanted no more
 */
DG_API dg_status dg_render_to(const dg_trace *t, dg_write_function *write, void *context,
                              const dg_draw_options *options);

/**
 * Makes the file @p path hold exactly the @p size bytes at @p bytes, or leaves it as it was: they
 * go to a temporary file in the same folder that is renamed over it. A file that holds them already
 * is not touched; one that may not be written is an error. A link is followed; a device or pipe is
 * written to directly.
 * @param path    the file
 * @param bytes   what it shall hold; borrowed
 * @param size    how many
 * @param changed receives 1 where the file was written; may be NULL
 * @param error   receives the reason; may be NULL
 * @return #DG_OK, #DG_IO, #DG_NOMEM or #DG_INVALID
 */
DG_API dg_status dg_write_file(const char *path, const void *bytes, size_t size, int *changed,
                               dg_error *error);

#ifdef __cplusplus
}
#endif

#endif
