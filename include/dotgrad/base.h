/**
 * @file base.h
 * @brief What every other header of dotgrad needs: statuses and error texts.
 */
#ifndef DOTGRAD_BASE_H
#define DOTGRAD_BASE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks what the shared library exports. */
#if defined(__GNUC__)
#define DG_API __attribute__((visibility("default")))
#else
#define DG_API
#endif

/** @name Version
 * The version of these headers; dg_version() returns that of the library a program runs with.
 * @{ */
#define DG_VERSION_MAJOR 0
#define DG_VERSION_MINOR 2
#define DG_VERSION_PATCH 0
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

/** A status and its text, supplied by the caller; `text` is one line without a final newline. */
typedef struct dg_error {
    dg_status status; /**< DG_OK where nothing went wrong */
    char text[240];   /**< what went wrong, in UTF-8; "" where nothing did; cut where too long */
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
