/* The thresholds of an inspection. */
#ifndef DGI_INSPECT_OPTIONS_H
#define DGI_INSPECT_OPTIONS_H

#include <dotgrad/inspect.h>

/* The options with every default filled in; NULL: all defaults. */
dg_inspect_options dgi_inspect_options_resolve(const dg_inspect_options *given);

#endif
