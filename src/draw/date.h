/* The date of a PDF. */
#ifndef DGI_DATE_H
#define DGI_DATE_H

#include <dotgrad/base.h>

enum { DGI_DATE_SIZE = sizeof "2000-01-01T00:00:00Z" };

/* The date as ISO 8601 has it, the same in every time zone: of SOURCE_DATE_EPOCH's value `epoch`,
 * or, where that is NULL, always the same. */
dg_status dgi_date(char date[DGI_DATE_SIZE], const char *epoch, dg_error *error);

#endif
