/**
 * @file base.h
 * @brief What every other header of dotgrad needs: version, statuses, errors.
 */
#ifndef DOTGRAD_BASE_H
#define DOTGRAD_BASE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks the functions that the shared library exports. */
#if defined(__GNUC__)
#define DG_API __attribute__((visibility("default")))
#else
#define DG_API
#endif

/** @name Version
 * The version of these headers; dg_version() returns that of the library a program runs with.
 * @{ */
#define DG_VERSION_MAJOR 0 /**< the first number of #DG_VERSION */
#define DG_VERSION_MINOR 2 /**< the second */
#define DG_VERSION_PATCH 0 /**< the third */
#define DG_VERSION "0.2.0" /**< MAJOR.MINOR.PATCH */
/** @} */

/** How a call ended. */
typedef enum dg_status {
    DG_OK = 0,  /**< done */
    DG_NOMEM,   /**< out of memory */
    DG_INVALID, /**< an argument that makes no sense: NULL, two graphs mixed, a bad index */
    DG_LIMIT,   /**< larger than a documented limit */
    DG_SYNTAX,  /**< a program that is wrong */
    DG_FORMAT,  /**< a trace from outside that is wrong */
    DG_IO,      /**< a file that cannot be read or written */
    DG_RENDER   /**< Graphviz, librsvg or cairo could not make the picture */
} dg_status;

/**
 * What went wrong, and where: the one way in which every part of the library says so. A caller
 * supplies one, as a last parameter or in an options struct, or borrows that of a graph, a program
 * or a training run. It owns all that it holds: a copy stays good when what it is about was freed.
 *
 * A call that takes one sets it to #DG_OK, "" and no place first. `(dg_error){0}` is such a one.
 */
typedef struct dg_error {
    dg_status status; /**< #DG_OK where nothing went wrong */
    char text[512];   /**< what went wrong: one line of UTF-8 without control characters; cut after
                           a whole character, with an ellipsis, where too long; "" for #DG_OK */
    char file[256]; /**< the file, or what the caller called the text, that it is about; cut at its
                         start, after an ellipsis, where too long; "" where there is none */
    size_t line;    /**< in that text, counted from 1; 0 where not known */
    size_t column;  /**< in that line, counted from 1: in bytes for a program, as GCC does, in
                         characters for JSON; 0 where not known */
} dg_error;

/** What @p status means, in a few words. Never NULL; static. */
DG_API const char *dg_status_text(dg_status status);

/** The version of the library a program runs with: #DG_VERSION when it was built. Static. */
DG_API const char *dg_version(void);

/** Frees what dg_render() or dg_json_from_trace() returned. NULL is allowed. */
DG_API void dg_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
