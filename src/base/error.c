#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

dg_status dgi_error(dg_error *error, dg_status status, const char *format, ...)
{
    if (!error)
        return status;
    error->status = status;
    va_list args;
    va_start(args, format);
    int size = vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    if (size >= (int)sizeof error->text) {
        /* The last four bytes make room for an ellipsis; a cut character goes as a whole. */
        size_t end = sizeof error->text - 4;
        while (end > 0 && ((unsigned char)error->text[end] & 0xC0) == 0x80)
            end--;
        memcpy(error->text + end, "\xE2\x80\xA6", 4);
    }
    for (char *p = error->text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = ' ';
    return status;
}

const char *dg_status_text(dg_status status)
{
    switch (status) {
    case DG_OK:
        return "done";
    case DG_NOMEM:
        return "out of memory";
    case DG_INVALID:
        return "invalid argument";
    case DG_LIMIT:
        return "over a limit";
    case DG_SYNTAX:
        return "the program is wrong";
    case DG_FORMAT:
        return "the trace is wrong";
    case DG_IO:
        return "input or output failed";
    case DG_RENDER:
        return "the picture could not be made";
    }
    return "unknown status";
}

const char *dg_version(void)
{
    return DG_VERSION;
}

void dg_free(void *memory)
{
    free(memory);
}
