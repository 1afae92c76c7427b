/* Data that are not what their op computes. */
#ifndef DGI_INSPECT_STALE_DATA_H
#define DGI_INSPECT_STALE_DATA_H

#include "inspect/inspection.h"

/* Marks stale data: those that their op does not compute of its operands, and their operands that
 * are leaves. The result is the precision of the trace: if most data are a little off, it was
 * written with fewer digits or computed in single precision, and none are stale. */
double dgi_mark_stale_data(dg_inspect *x);

#endif
