#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const char ELLIPSIS[] = "\xE2\x80\xA6";

dg_status dgi_error_v(dg_error *error, dg_status status, const char *format, va_list args)
{
    if (!error)
        return status;
    error->status = status;
    error->file[0] = '\0';
    error->line = error->column = 0;
    int size = vsnprintf(error->text, sizeof error->text, format, args);
    if (size >= (int)sizeof error->text) {
        size_t most = sizeof error->text - sizeof ELLIPSIS;
        size_t end = dgi_utf8_prefix(error->text, sizeof error->text, most);
        memcpy(error->text + end, ELLIPSIS, sizeof ELLIPSIS);
    }
    /* Controls: C0, DEL, and C1, which are two bytes */
    for (char *p = error->text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = ' ';
        else if (*p == '\xC2' && (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] < 0xA0)
            p[0] = p[1] = ' ';
    }
    return status;
}

dg_status dgi_error(dg_error *error, dg_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    dgi_error_v(error, status, format, args);
    va_end(args);
    return status;
}

void dgi_error_place(dg_error *error, const char *file, size_t line, size_t column)
{
    if (!error)
        return;
    error->line = line;
    error->column = column;
    /* The end of a long path is what tells it from others. */
    size_t size = file ? strlen(file) : 0, most = sizeof error->file - sizeof ELLIPSIS;
    const char *cut = "";
    if (size >= sizeof error->file) {
        cut = ELLIPSIS;
        for (file += size - most; dgi_is_continuation(*file); file++)
            ;
    }
    snprintf(error->file, sizeof error->file, "%s%s", cut, file ? file : "");
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
