/**
 * @file lang.h
 * @brief The `.dg` language: programs in a subset of Python.
 *
 * Running a program makes values in a graph, runs the backward passes it asks for, and names a root
 * to draw. `doc/language.md` describes the language. What is wrong with a program is not printed
 * but returned, as a list of diagnostics; a program is read on after an error so that several can
 * be reported at once.
 */
#ifndef DOTGRAD_LANG_H
#define DOTGRAD_LANG_H

#include <dotgrad/base.h>
#include <dotgrad/engine.h>
#include <dotgrad/nn.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A program that was run: its names, its root and what was wrong with it. */
typedef struct dg_program dg_program;

/** @name Limits: beyond them a program is wrong (#DG_SYNTAX), with a diagnostic of its own
 * @{ */
#define DG_PROGRAM_MAX ((size_t)1 << 26) /**< bytes of a program */
#define DG_NESTING_MAX 1000              /**< brackets inside each other */
#define DG_DIAGNOSTICS_MAX 20            /**< diagnostics that are kept; the rest is counted */
/** @} */

/** How values get their labels. */
typedef enum dg_labels {
    DG_LABELS_NAMES = 0, /**< a value without a label takes the name it is assigned to */
    DG_LABELS_EXPLICIT   /**< only `label=` and `.label` give labels, exactly as in the documents */
} dg_labels;

/** One thing that is wrong with a program. Strings are borrowed from the program. */
typedef struct dg_diagnostic {
    dg_error error;       /**< #DG_SYNTAX, what is wrong, without a final period, and where: the
                               name that was given for the program, line and column in bytes */
    size_t length;        /**< bytes from that column on that it is about; at least 1 */
    const char *hint;     /**< what may mend it ("did you mean 'b'?"); "" where nothing is known */
    const char *rendered; /**< as it is printed: GCC's line, the source line and a caret under it,
                               ended by a newline */
} dg_diagnostic;

/**
 * Runs the @p size bytes of program at @p text in the graph @p g.
 * @param g      where the values are made; they stay there when the program is freed
 * @param text   the program, in UTF-8; borrowed for the call
 * @param size   its bytes
 * @param name   what diagnostics call the program; NULL for "<program>"
 * @param labels how values get their labels
 * @return the program, which the caller frees with dg_program_free(), also when the program is
 *         wrong (ask dg_program_status()); NULL when out of memory or where @p g or @p text is NULL
 */
DG_API dg_program *dg_program_run(dg_graph *g, const char *text, size_t size, const char *name,
                                  dg_labels labels);

/** @name Notebooks
 * @{ */

/** The code cells of a notebook. */
typedef struct dg_notebook dg_notebook;

/**
 * Reads a notebook, the JSON of an `.ipynb` file. Cells that are for another language, as `%%bash`
 * in their first line says, are empty.
 * @param text  the JSON, in UTF-8; borrowed for the call
 * @param size  its bytes
 * @param error receives what is wrong: #DG_FORMAT, with the line where it is no JSON, #DG_NOMEM or
 *              #DG_INVALID; may be NULL
 * @return the notebook, which the caller frees with dg_notebook_free(); NULL with the error
 */
DG_API dg_notebook *dg_notebook_read(const char *text, size_t size, dg_error *error);

/** Frees @p nb. NULL is allowed. */
DG_API void dg_notebook_free(dg_notebook *nb);

/** The number of code cells; 0 for NULL. */
DG_API size_t dg_notebook_cell_count(const dg_notebook *nb);

/** The program that the first @p cells code cells are, one behind the other; 0: all. Borrowed from
 * the notebook; NULL for NULL. @p size receives its bytes; it may be NULL. To run it, give the
 * notebook as an option, so that diagnostics name the cell. */
DG_API const char *dg_notebook_program(const dg_notebook *nb, size_t cells, size_t *size);

/** @} */

/** How to run a program. Zero means the default. */
typedef struct dg_program_options {
    const char *name;    /**< what diagnostics call the program; default "<program>" */
    dg_labels labels;    /**< how values get their labels */
    dg_history *history; /**< records what `fit` and `train` do, also where they fail; borrowed.
                              Default: none */
    double seconds; /**< of processor time that the process may take for the program; then it ends
                         with a diagnostic where it was. Default: any time */
    const dg_notebook *notebook; /**< whose program it is: diagnostics call their place
                              "NAME:cell 3", and lines are the cell's; borrowed for the call.
                              Default: none */
} dg_program_options;

/** As dg_program_run(), with options; NULL: all defaults. */
DG_API dg_program *dg_program_run_with(dg_graph *g, const char *text, size_t size,
                                       const dg_program_options *options);

/** Frees @p p; the values it made belong to their graph. NULL is allowed. */
DG_API void dg_program_free(dg_program *p);

/** #DG_OK, or #DG_SYNTAX where there are diagnostics, or #DG_INVALID for NULL. */
DG_API dg_status dg_program_status(const dg_program *p);

/** How many things are wrong, those beyond #DG_DIAGNOSTICS_MAX included. 0 for NULL. */
DG_API size_t dg_program_error_count(const dg_program *p);

/** Diagnostic @p i, in the order of the text; NULL where there is none (or it was not kept). */
DG_API const dg_diagnostic *dg_program_diagnostic(const dg_program *p, size_t i);

/** What the program has printed, in UTF-8, terminated; "" where it has printed nothing, and for
 * NULL. Borrowed from the program. @p size receives its bytes; it may be NULL. */
DG_API const char *dg_program_output(const dg_program *p, size_t *size);

/** Note @p i about the program, which is not wrong: "net.dg:1:1: note: ...". NULL where there is
 * none. Borrowed from the program. */
DG_API const char *dg_program_note(const dg_program *p, size_t i);

/** What to draw: the value given to the last `draw_dot`, else the root of the last `backward`, else
 * the last value made or named by a statement; NULL where there is none. Owned by the graph. */
DG_API dg_value *dg_program_root(const dg_program *p);

/** The `rankdir` given to the last `draw_dot`: "LR", "TB", "RL" or "BT" (see #dg_direction); NULL
 * where it has none. Static. */
DG_API const char *dg_program_rankdir(const dg_program *p);

/** The value that the name @p name stands for at the end of the program, or NULL; of a list that
 * became a tensor, the tensor. */
DG_API dg_value *dg_program_find(const dg_program *p, const char *name);

/**
 * What the names of the program stand for at its end, for dg_trace_from_values(): what the root
 * does not depend on can be found among them. In the order in which the names were first bound; for
 * a network its parameters. Leaves that an expression has read are not in it: they may have been
 * plain numbers, such as a learning rate; where they were not, what was computed from them is.
 * @param p the program
 * @param n receives how many they are; may be NULL
 * @return the values, which the graph owns, in an array that the program does; NULL for none
 */
DG_API dg_value *const *dg_program_values(const dg_program *p, size_t *n);

/** The name of the program's that is nearest to @p name, for a suggestion, or NULL where none is
 * near. Borrowed from the program. */
DG_API const char *dg_program_suggest(const dg_program *p, const char *name);

/** A function of the language that is in no table of ops (dg_op_at(), dg_tensor_op_at()): it makes
 * leaves or networks, differentiates, computes a loss or trains. */
typedef struct dg_builtin {
    const char *name;      /**< as it is called in a program */
    const char *arguments; /**< its parameters with their defaults: "n, xs, ys, steps=20, ..." */
    const char *help;      /**< what it does or makes, in a line */
} dg_builtin;

/** The number of these functions. */
DG_API size_t dg_builtin_count(void);

/** Function @p i, or NULL where there is none. Static. */
DG_API const dg_builtin *dg_builtin_at(size_t i);

#ifdef __cplusplus
}
#endif

#endif
