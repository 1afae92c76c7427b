nobase_include_HEADERS = \
	include/dotgrad/base.h \
	include/dotgrad/dotgrad.h \
	include/dotgrad/draw.h \
	include/dotgrad/engine.h \
	include/dotgrad/lang.h \
	include/dotgrad/trace.h

# All rooms but the command, once: the tests link with this, so that they see the inside too.
noinst_LTLIBRARIES += libdg.la
libdg_la_SOURCES = \
	%D%/base/buf.c %D%/base/buf.h \
	%D%/base/error.c %D%/base/error.h \
	%D%/base/number.c %D%/base/number.h \
	%D%/base/strmap.c %D%/base/strmap.h \
	%D%/base/utf8.c %D%/base/utf8.h \
	%D%/engine/gradcheck.c \
	%D%/engine/graph.c %D%/engine/graph.h \
	%D%/engine/math.h \
	%D%/engine/ops.c %D%/engine/ops.def \
	%D%/engine/passes.c \
	%D%/engine/walk.h
libdg_la_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS) $(RSVG_CFLAGS) $(JANSSON_CFLAGS)
libdg_la_LIBADD = $(GRAPHVIZ_PLUGIN_LIBS) $(GRAPHVIZ_LIBS) $(RSVG_LIBS) $(JANSSON_LIBS)

lib_LTLIBRARIES += libdotgrad.la
libdotgrad_la_SOURCES =
libdotgrad_la_LIBADD = libdg.la
libdotgrad_la_LDFLAGS = -version-info $(DOTGRAD_LIBRARY_VERSION)
if !SANITIZERS
libdotgrad_la_LDFLAGS += -no-undefined
endif

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = dotgrad.pc
