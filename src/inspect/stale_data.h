/* Data that are not what their op computes. */
#ifndef DGI_INSPECT_STALE_DATA_H
#define DGI_INSPECT_STALE_DATA_H

#include "inspect/inspection.h"

/* Marks stale data: those that their op does not compute of its operands, and their operands that
 * are leaves. The result is the precision of the trace: if its dtype says that it has less than
 * double precision, or most data are a little off, as of numbers written with fewer digits, none
 * are stale. 0 for double precision. */
double dgi_mark_stale_data(dg_inspect *x);

#endif
