#include <config.h>

#include "draw/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/error.h"

#define EPOCH_MAX                                                                                  \
    253402300799LL /* the last second of the year 9999: dates have four digits for it */

static bool read_epoch(const char *text, long long *seconds)
{
    *seconds = 0;
    if (!*text)
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        *seconds = *seconds * 10 + (*text - '0');
        if (*seconds > EPOCH_MAX)
            return false;
    }
    return *text == '\0';
}

dg_status dgi_date(char date[DGI_DATE_SIZE], const char *epoch, dg_error *error)
{
    long long seconds = 946684800; /* 2000-01-01: the same bytes at any time */
    if (epoch && !read_epoch(epoch, &seconds))
        return dgi_error(
            error, DG_INVALID,
            "SOURCE_DATE_EPOCH is '%s', not a number of seconds since 1970, from 0 to %lld", epoch,
            EPOCH_MAX);
    time_t time = (time_t)seconds;
    struct tm tm;
    if (time != seconds || !gmtime_r(&time, &tm) ||
        strftime(date, DGI_DATE_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return dgi_error(error, DG_LIMIT, "this machine has no dates so late");
    return DG_OK;
}
