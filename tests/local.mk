# The Check suites see the inside, too: they are linked with libdg.la.
#
# A suite is one line in CHECK_SUITES: it is made of the file of its name, and of what it uses of the support
# library. All of these are linked once, into the program `suites`, and each is a link to it (see suites.c).
# Those whose functions the linker replaces, that need libraries or sanitizers of their own or take arguments are
# programs by themselves.
# `tests/run NAME` runs one.
if HAVE_CHECK
check_PROGRAMS += %D%/suites $(CHECK_PROGRAMS_ALONE)
check_SCRIPTS = $(CHECK_SUITES)
TESTS += $(CHECK_PROGRAMS_ALONE) $(CHECK_SUITES)
endif
tests_suites_SOURCES = %D%/suites.c $(CHECK_SUITES:=.c)
tests_suites_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS) -DSUITE_OF_MANY
tests_suites_LDADD = $(LDADD) $(GRAPHVIZ_LIBS)
$(CHECK_SUITES): %D%/suites$(EXEEXT)
	@$(LN_S) -f suites $@
CLEANFILES += $(CHECK_SUITES)

if !HAVE_CHECK
check-local:
	@echo "Check is not installed: the unit suites are left out"
endif

# What every test is started with; shell commands, each ended by a semicolon.
AM_TESTS_ENVIRONMENT = \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	LSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0; \
	export LSAN_OPTIONS;
EXTRA_DIST += %D%/lsan.supp

# tests/run compiles tests with CFLAGS that say nothing of optimising. This is for what runs longer than it compiles.
LONG_RUNNING = $(AM_CFLAGS) -O1

# The defaults of a program that has no _LDADD of its own.
AM_CPPFLAGS += $(CHECK_CFLAGS)
LDADD = %D%/libsupport.a libdg.la $(CHECK_LIBS) -lm

# In both lists the longest come first: others run beside them.
CHECK_PROGRAMS_ALONE = \
	%D%/test_alloc \
	%D%/test_draw_styles \
	%D%/test_draw_geometry \
	%D%/test_draw_same \
	%D%/test_threads \
	%D%/test_lang \
	%D%/test_op_answers \
	%D%/test_differentiate \
	%D%/test_inspect_cases
CHECK_SUITES = \
	%D%/test_layout_random \
	%D%/test_trace \
	%D%/test_trace_build \
	%D%/test_trace_contributions \
	%D%/test_trace_fields \
	%D%/test_trace_json \
	%D%/test_trace_json_refused \
	%D%/test_trace_nested \
	%D%/test_trace_tensor \
	%D%/test_trace_version2 \
	%D%/test_engine_programs \
	%D%/test_engine_ops \
	%D%/test_engine \
	%D%/test_inspect \
	%D%/test_inspect_healthy \
	%D%/test_inspect_random \
	%D%/test_inspect_analysis \
	%D%/test_fold \
	%D%/test_inspect_fold \
	%D%/test_inspect_summary \
	%D%/test_inspect_tensors \
	%D%/test_why \
	%D%/test_why_paths \
	%D%/test_slice \
	%D%/test_base \
	%D%/test_error \
	%D%/test_engine_copy \
	%D%/test_engine_passes \
	%D%/test_engine_nonfinite \
	%D%/test_rewind \
	%D%/test_base_numbers \
	%D%/test_tensor \
	%D%/test_tensor_passes \
	%D%/test_tensor_elementwise \
	%D%/test_tensor_ops \
	%D%/test_matmul \
	%D%/test_softmax \
	%D%/test_chain \
	%D%/test_lang_api \
	%D%/test_lang_limits \
	%D%/test_nn \
	%D%/test_nn_rng \
	%D%/test_fused_dot \
	%D%/test_nn_gradient \
	%D%/test_nn_loss \
	%D%/test_nn_optimizer \
	%D%/test_nn_fit \
	%D%/test_nn_fit_graph \
	%D%/test_nn_history \
	%D%/test_nn_nonfinite \
	%D%/test_nn_tensor \
	%D%/test_scope \
	%D%/test_layout \
	%D%/test_layout_clusters \
	%D%/test_layout_edges %D%/test_layout_ranks \
	%D%/test_draw \
	%D%/test_draw_scene \
	%D%/test_draw_dot \
	%D%/test_draw_svg \
	%D%/test_draw_math \
	%D%/test_draw_highlight \
	%D%/test_draw_why \
	%D%/test_draw_direction \
	%D%/test_draw_badges \
	%D%/test_draw_fold \
	%D%/test_draw_color \
	%D%/test_draw_edges \
	%D%/test_draw_frames \
	%D%/test_draw_tensor \
	%D%/test_draw_tooltips \
	%D%/test_draw_unknown \
	%D%/test_draw_file

# Helpers of the suites; each takes from the library what it uses.
check_LIBRARIES += %D%/libsupport.a
tests_libsupport_a_SOURCES = \
	%D%/check_main.h \
	%D%/check_place.h \
	%D%/dot_read.c %D%/dot_read.h \
	%D%/draw_support.h \
	%D%/engine_support.h \
	%D%/error_support.h \
	%D%/lang_cases.c %D%/lang_cases.h \
	%D%/lang_check.c %D%/lang_check.h \
	%D%/fold_support.h \
	%D%/lang_support.h \
	%D%/layout_support.h \
	%D%/nn_reference.h \
	%D%/nn_support.h \
	%D%/op_formulas.h \
	%D%/tensor_programs.h \
	%D%/tensor_support.h \
	%D%/suites.h \
	%D%/svg_shapes.h \
	%D%/trace_support.h \
	%D%/why_support.h \
	%D%/xml_scan.c %D%/xml_scan.h
if HAVE_CHECK
tests_libsupport_a_SOURCES += %D%/check_place.c %D%/draw_support.c %D%/svg_shapes.c
endif
tests_libsupport_a_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_libsupport_a_CFLAGS = $(LONG_RUNNING)

# The programs of the language tests are data.
tests_test_op_answers_CPPFLAGS = $(AM_CPPFLAGS) -DOP_ANSWERS='"$(abs_top_srcdir)/tests/op_answers.txt"'
EXTRA_DIST += %D%/op_answers.py %D%/op_answers.txt
tests_test_lang_CPPFLAGS = $(AM_CPPFLAGS) -DLANG_TESTS='"$(abs_top_srcdir)/tests/lang"'
EXTRA_DIST += %D%/lang

# Those of inspections are, too.
tests_test_inspect_cases_CPPFLAGS = $(AM_CPPFLAGS) -DINSPECT_TESTS='"$(abs_top_srcdir)/tests/inspect"'
EXTRA_DIST += %D%/inspect

# The one that looks at pixels.
tests_test_draw_same_CPPFLAGS = $(AM_CPPFLAGS) $(RSVG_CFLAGS)
tests_test_draw_same_LDADD = $(LDADD) $(RSVG_LIBS)

# Those that test whether pictures are valid, not how few crossings they have.
SMALL_EFFORT = $(AM_LDFLAGS) -Wl,--wrap=dgi_layout_run
tests_test_draw_geometry_SOURCES = %D%/test_draw_geometry.c %D%/small_effort.c
tests_test_draw_geometry_CFLAGS = $(LONG_RUNNING)
tests_test_draw_geometry_LDFLAGS = $(SMALL_EFFORT)
tests_test_draw_styles_SOURCES = %D%/test_draw_styles.c %D%/small_effort.c
tests_test_draw_styles_CFLAGS = $(LONG_RUNNING)
tests_test_draw_styles_LDFLAGS = $(SMALL_EFFORT)
tests_test_draw_same_SOURCES = %D%/test_draw_same.c %D%/small_effort.c
tests_test_draw_same_LDFLAGS = $(SMALL_EFFORT)

# The one whose allocations fail when it says so.
tests_test_alloc_SOURCES = %D%/test_alloc.c %D%/alloc_suites.h %D%/failing_alloc.c %D%/failing_alloc.h \
	%D%/alloc_base.c %D%/alloc_engine.c %D%/alloc_tensor.c %D%/alloc_nn.c %D%/alloc_trace.c \
	%D%/alloc_layout.c %D%/alloc_draw.c %D%/alloc_inspect.c %D%/alloc_lang.c
tests_test_alloc_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free

# The fuzz targets, run over their corpora as an ordinary test, and as libFuzzer programs (only built)
# with --enable-fuzzers.
REPLAYS = %D%/fuzz/replay_fold %D%/fuzz/replay_label %D%/fuzz/replay_lang %D%/fuzz/replay_layout %D%/fuzz/replay_math \
	%D%/fuzz/replay_trace
check_PROGRAMS += $(REPLAYS)
tests_fuzz_replay_fold_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_fold.c
tests_fuzz_replay_label_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_label.c
tests_fuzz_replay_label_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_fuzz_replay_label_LDADD = $(LDADD) $(GRAPHVIZ_LIBS)
tests_fuzz_replay_lang_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_lang.c
tests_fuzz_replay_layout_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_layout.c
tests_fuzz_replay_math_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_math.c
tests_fuzz_replay_trace_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_trace.c
TESTS += %D%/fuzz/replay.sh
dist_check_SCRIPTS += %D%/fuzz/replay.sh
EXTRA_DIST += %D%/fuzz/corpus-fold %D%/fuzz/corpus-label %D%/fuzz/corpus-lang %D%/fuzz/corpus-layout %D%/fuzz/corpus-math \
	%D%/fuzz/corpus-trace
if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_fold %D%/fuzz/fuzz_label %D%/fuzz/fuzz_lang %D%/fuzz/fuzz_layout %D%/fuzz/fuzz_math %D%/fuzz/fuzz_trace
FUZZER = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_fold_LDFLAGS = $(FUZZER)
tests_fuzz_fuzz_label_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_fuzz_fuzz_label_LDADD = $(LDADD) $(GRAPHVIZ_LIBS)
tests_fuzz_fuzz_label_LDFLAGS = $(FUZZER)
tests_fuzz_fuzz_lang_LDFLAGS = $(FUZZER)
tests_fuzz_fuzz_layout_LDFLAGS = $(FUZZER)
tests_fuzz_fuzz_math_LDFLAGS = $(FUZZER)
tests_fuzz_fuzz_trace_LDFLAGS = $(FUZZER)
endif

# By hand: how the layout compares with dot's (layout_compare; clusters_compare), what a scalar value costs by the public interface
# alone (scalar_path), and the time of a training step against that of its products (tensor_step). For example
# `make tests/bench/tensor_step`.
EXTRA_PROGRAMS = %D%/bench/layout_compare %D%/bench/clusters_compare %D%/bench/scalar_path \
	%D%/bench/tensor_step
tests_bench_tensor_step_LDADD = $(LDADD) -lopenblas

# What `make bench` measures with.
BENCH = %D%/bench/pipeline %D%/bench/geometry %D%/bench/engine %D%/bench/stopwatch
EXTRA_PROGRAMS += $(BENCH)
BENCH_DRAWING = %D%/bench/drawing.c %D%/bench/drawing.h %D%/bench/cells.c %D%/bench/cells.h
BENCH_GRAPHS = %D%/bench/graphs.c %D%/bench/graphs.h %D%/bench/measure.h
tests_bench_pipeline_SOURCES = %D%/bench/pipeline.c $(BENCH_GRAPHS) $(BENCH_DRAWING)
tests_bench_geometry_SOURCES = %D%/bench/geometry.c $(BENCH_DRAWING)
tests_bench_engine_SOURCES = %D%/bench/engine.c $(BENCH_GRAPHS)

# The tables of doc/performance.md; BENCH_QUICK=1 only shows that everything works.
EXTRA_DIST += %D%/bench/run %D%/bench/adolc.cpp
# `make bench-record` puts them into the page.
.PHONY: bench bench-record
bench bench-record: dotgrad $(BENCH)
	@abs_top_srcdir='$(abs_top_srcdir)' abs_top_builddir='$(abs_top_builddir)' \
	    BENCH_RECORD="`test $@ = bench || echo '$(abs_top_srcdir)/doc/performance.md'`" \
	    '$(srcdir)/tests/bench/run'

# The shell tests; they run in the build folder. Those of the command's own code come first: sanitizers watch these,
# too. The others try other people's tools, compare what is the same for every build, or run the same code at
# greater length.
WATCHED_TESTS = \
	%D%/surroundings.sh \
	%D%/cli.sh \
	%D%/depfile.sh \
	%D%/check.sh \
	%D%/crash.sh \
	%D%/memory.sh \
	%D%/files.sh \
	%D%/inline.sh \
	%D%/fold.sh \
	%D%/styles.sh \
	%D%/plugin.sh \
	%D%/plugin_geometry.sh \
	%D%/programs.sh \
	%D%/samples.sh \
	%D%/watch.sh \
	%D%/why.sh
UNWATCHED_TESTS = \
	%D%/integrations_sphinx.sh \
	%D%/integrations_docs.sh \
	%D%/integrations_browser.sh \
	%D%/integrations_width.sh \
	%D%/integrations_options.sh \
	%D%/progress.sh \
	%D%/bytes.sh \
	%D%/epoch.sh \
	%D%/exports.sh \
	%D%/fresh.sh \
	%D%/history.sh \
	%D%/install.sh \
	%D%/integrations_asciidoctor.sh \
	%D%/integrations_cmake.sh \
	%D%/integrations_doxygen.sh \
	%D%/integrations_latex.sh \
	%D%/integrations_make.sh \
	%D%/integrations_mdbook.sh \
	%D%/integrations_meson.sh \
	%D%/integrations_mkdocs.sh \
	%D%/integrations_ninja.sh \
	%D%/integrations_pandoc.sh \
	%D%/integrations_sphinx_places.sh \
	%D%/lang_tensor.sh \
	%D%/tensor_ops.sh \
	%D%/layers.sh \
	%D%/legend.sh \
	%D%/manual.sh \
	%D%/number_formats.sh \
	%D%/python.sh \
	%D%/python_module.sh \
	%D%/readme.sh \
	%D%/gradients.sh \
	%D%/renderers.sh \
	%D%/report.sh \
	%D%/theme.sh \
	%D%/gradcheck.sh \
	%D%/heat.sh \
	%D%/samples_figures.sh \
	%D%/slides.sh \
	%D%/trace_nested.sh
SHELL_TESTS = $(WATCHED_TESTS) $(UNWATCHED_TESTS)
TESTS += $(WATCHED_TESTS)
if !SANITIZERS
TESTS += $(UNWATCHED_TESTS)
endif
dist_check_SCRIPTS += $(SHELL_TESTS)
EXTRA_DIST += %D%/findings.txt %D%/lint %D%/run %D%/setup.sh %D%/stage
EXTRA_DIST += %D%/why.py %D%/lib.sh %D%/plugin_lib.sh %D%/plugin_geometry.py %D%/gv %D%/draw_dot.py %D%/lang_tensor.py %D%/tensor_ops.py %D%/contrast.py %D%/heat.py %D%/legend.py %D%/number_formats.py %D%/renderers.py %D%/trace_nested.py %D%/history.py %D%/report.py %D%/exports.txt
EXTRA_DIST += %D%/python_draw.py %D%/python_lectures.py %D%/python_notebooks.py %D%/python_tensor.py %D%/python_torch.py \
	 %D%/python_speed.py %D%/python_value.py
EXTRA_DIST += %D%/integrations_lib.sh %D%/integrations_page.py %D%/integrations_links.py %D%/integrations_browser.py \
	%D%/browsers.py %D%/integrations_fences.py %D%/integrations_width.py

# The plugin of Graphviz in a program of its own, for plugin.sh.
if GRAPHVIZ_PLUGIN
check_PROGRAMS += %D%/plugin_draw
tests_plugin_draw_SOURCES = %D%/plugin_draw.c src/graphviz/layout_clusters.c src/graphviz/layout_curves.c \
	src/graphviz/layout_flat.c src/graphviz/layout_loops.c \
	src/graphviz/layout_plugin.c src/graphviz/layout_plugin.h src/graphviz/layout_ports.c \
	src/graphviz/layout_ranks.c src/graphviz/layout_ratio.c src/graphviz/libgvc.h
tests_plugin_draw_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_plugin_draw_LDADD = libdg_layout.la $(GRAPHVIZ_PLUGIN_LIBS) $(GRAPHVIZ_LIBS)
endif

# Takes the place of Graphviz's layout in crash.sh; -rpath makes libtool build a shared one.
check_LTLIBRARIES += %D%/preload.la
tests_preload_la_SOURCES = %D%/preload.c
tests_preload_la_LDFLAGS = -module -avoid-version -rpath /nowhere

# Lets memory end in memory.sh.
check_LTLIBRARIES += %D%/fail_memory.la
tests_fail_memory_la_SOURCES = %D%/fail_memory.c
tests_fail_memory_la_LDFLAGS = -module -avoid-version -rpath /nowhere
