# Check suites, one for each room, linked with the rooms themselves so that they see the inside too.
TEST_LIBS = libdg.la $(CHECK_LIBS)
TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(GRAPHVIZ_CFLAGS) $(JANSSON_CFLAGS)

if HAVE_CHECK
check_PROGRAMS += $(CHECK_SUITES)
TESTS += $(CHECK_SUITES)
endif

CHECK_SUITES =

# One stanza for each suite, like this:
#   CHECK_SUITES += %D%/test_engine
#   tests_test_engine_SOURCES = %D%/test_engine.c
#   tests_test_engine_CPPFLAGS = $(TEST_CPPFLAGS)
#   tests_test_engine_LDADD = $(TEST_LIBS)
