/* Check writes the place of each assertion that holds into a file, so that it knows where a test
 * crashed; in suites that look at many things this took half of the time. Here the place is kept in
 * memory, and written when a signal ends the test. */
#ifndef CHECK_PLACE_H
#define CHECK_PLACE_H

#include <check.h>

extern const char *volatile crash_file;
extern volatile int crash_line;

/* From now on, where no sanitizer does it already. */
void tell_places_of_crashes(void);

/* What Check's macros call. */
#define _mark_point(file, line) ((void)(crash_file = (file), crash_line = (line)))

#endif
