/* The files of a picture's frames: names with a number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/job.h"
#include "cli/text.h"

/* The most digits that a name may ask for. */
enum { DIGITS_MAX = 9 };

/* The size of the conversion at the beginning of a text, %d, %3d or %03d; 0: it is none. */
static size_t conversion_size(const char *conversion, int *digits, bool *zeros)
{
    const char *p = conversion + 1;
    *zeros = *p == '0';
    p += *zeros;
    *digits = *p >= '1' && *p <= '0' + DIGITS_MAX ? *p++ - '0' : 0;
    return *p == 'd' && (*digits || !*zeros) ? (size_t)(p + 1 - conversion) : 0;
}

bool is_frame_pattern(const char *path)
{
    size_t conversions = 0, size;
    for (const char *p = path; (p = strchr(p, '%')); p += size) {
        int digits;
        bool zeros;
        size = p[1] == '%' ? 2 : conversion_size(p, &digits, &zeros);
        if (size == 0)
            return false;
        conversions += p[1] != '%';
    }
    return conversions == 1;
}

char *frame_path(const char *pattern, size_t frame)
{
    text t;
    text_init(&t);
    for (const char *p = pattern; *p;) {
        int digits;
        bool zeros;
        if (*p != '%') {
            text_putc(&t, *p++);
        } else if (p[1] == '%') {
            text_putc(&t, '%');
            p += 2;
        } else {
            p += conversion_size(p, &digits, &zeros);
            text_printf(&t, zeros ? "%0*zu" : "%*zu", digits, frame);
        }
    }
    return text_take(&t);
}
