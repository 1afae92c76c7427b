/* Arguments of the functions that are built in. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "lang/builtins.h"

bool dgi_check_whole(dgi_runtime *rt, dgi_span about, const char *what, double number, int least)
{
    if (number == floor(number) && number >= least && number < 0x1p53)
        return true;
    char text[DGI_NUMBER_ROOM];
    dgi_shortest(text, number);
    if (number >= 0x1p53)
        return dgi_fail(rt, about, "%s must be below 9007199254740992, not %s", what, text);
    return dgi_fail(rt, about, "%s must be a whole number from %d on, not %s", what, least, text);
}

bool dgi_read_int(dgi_runtime *rt, const dgi_operand *argument, const char *what, int *number)
{
    double x = argument->object.as.number;
    if (!(x == floor(x) && fabs(x) < 1e9))
        return dgi_fail(rt, argument->span, "%s is a whole number", what);
    *number = (int)x;
    return true;
}

bool dgi_read_bool(dgi_runtime *rt, const dgi_operand *argument, const char *what, bool *truth)
{
    if (!argument)
        return true;
    if (argument->object.kind != DGI_OBJECT_BOOL)
        return dgi_fail(rt, argument->span, "%s is True or False, not %s", what,
                        dgi_object_name(&argument->object));
    *truth = argument->object.as.number != 0.0;
    return true;
}

bool dgi_choose(dgi_runtime *rt, dgi_span about, const char *what, const char *const *names,
                size_t n, const dgi_object *string, size_t *choice)
{
    const char *text = string->as.text;
    size_t size = string->size;
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], text, size) == 0) {
            *choice = i;
            return true;
        }
    }
    dgi_suggestion s = dgi_suggest_for(text, size);
    for (size_t i = 0; i < n; i++)
        dgi_suggest(&s, names[i]);
    return dgi_fail_hint(rt, about, dgi_hint(rt, &s), "there is no %s '%.*s'", what,
                         dgi_shown_length(text, size), text);
}

bool dgi_read_choice(dgi_runtime *rt, const dgi_operand *argument, const char *what,
                     const char *const *names, size_t n, size_t *choice)
{
    *choice = 0;
    if (!argument)
        return true;
    if (argument->object.kind != DGI_OBJECT_STRING)
        return dgi_fail(rt, argument->span, "the %s must be a string, not %s", what,
                        dgi_object_name(&argument->object));
    return dgi_choose(rt, argument->span, what, names, n, &argument->object, choice);
}
