/* The list of the suites that are in one program; see suites.c. */
#ifndef SUITES_H
#define SUITES_H

typedef int suite_main(void);

/* Called before main(). The suite is found by the name of its file. */
void enlist_suite(const char *file, suite_main *run);

#endif
