# Check suites, one for each room, linked with the rooms themselves so that they see the inside too.
TEST_LIBS = libdg.la $(CHECK_LIBS)
TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(GRAPHVIZ_CFLAGS) $(JANSSON_CFLAGS)

if HAVE_CHECK
check_PROGRAMS += $(CHECK_SUITES)
TESTS += $(CHECK_SUITES)
endif

CHECK_SUITES =

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

# One stanza for each suite, like this:
#   CHECK_SUITES += %D%/test_engine
#   tests_test_engine_SOURCES = %D%/test_engine.c %D%/check_main.h
#   tests_test_engine_CPPFLAGS = $(TEST_CPPFLAGS)
#   tests_test_engine_LDADD = $(TEST_LIBS)

# The longest comes first: others run beside it.
CHECK_SUITES += %D%/test_layout_random
tests_test_layout_random_SOURCES = %D%/test_layout_random.c %D%/layout_support.h %D%/check_main.h \
	%D%/engine_support.h
tests_test_layout_random_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_layout_random_LDADD = $(TEST_LIBS)

# The trace room.
CHECK_SUITES += %D%/test_trace
tests_test_trace_SOURCES = %D%/test_trace.c
tests_test_trace_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_trace_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_trace_json
tests_test_trace_json_SOURCES = %D%/test_trace_json.c
tests_test_trace_json_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_trace_json_LDADD = $(TEST_LIBS) $(JANSSON_LIBS)
CHECK_SUITES += %D%/test_trace_nested
tests_test_trace_nested_SOURCES = %D%/test_trace_nested.c %D%/check_main.h
tests_test_trace_nested_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_trace_nested_LDADD = $(TEST_LIBS) $(JANSSON_LIBS)
CHECK_SUITES += %D%/test_trace_tensor
tests_test_trace_tensor_SOURCES = %D%/test_trace_tensor.c %D%/check_main.h
tests_test_trace_tensor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_trace_tensor_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_trace_oom
tests_test_trace_oom_SOURCES = %D%/test_trace_oom.c
tests_test_trace_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_trace_oom_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc
tests_test_trace_oom_LDADD = $(TEST_LIBS) $(JANSSON_LIBS)

# The engine and base rooms.
CHECK_SUITES += %D%/test_numbers
tests_test_numbers_SOURCES = %D%/test_numbers.c %D%/engine_support.h
tests_test_numbers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_numbers_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_engine
tests_test_engine_SOURCES = %D%/test_engine.c %D%/check_main.h %D%/engine_support.h
tests_test_engine_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_engine_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_base
tests_test_base_SOURCES = %D%/test_base.c %D%/check_main.h %D%/engine_support.h
tests_test_base_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_base_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_passes
tests_test_passes_SOURCES = %D%/test_passes.c %D%/check_main.h %D%/engine_support.h
tests_test_passes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_passes_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_rewind
tests_test_rewind_SOURCES = %D%/test_rewind.c %D%/check_main.h %D%/engine_support.h
tests_test_rewind_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_rewind_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_base_numbers
tests_test_base_numbers_SOURCES = %D%/test_base_numbers.c %D%/check_main.h %D%/engine_support.h
tests_test_base_numbers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_base_numbers_LDADD = $(TEST_LIBS)

# Allocations of these suites fail when they say so.
FAILING_ALLOC = %D%/failing_alloc.c %D%/failing_alloc.h
CHECK_SUITES += %D%/test_engine_oom
tests_test_engine_oom_SOURCES = %D%/test_engine_oom.c %D%/engine_support.h $(FAILING_ALLOC)
tests_test_engine_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_engine_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=aligned_alloc,--wrap=free
tests_test_engine_oom_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_tensor_oom
tests_test_tensor_oom_SOURCES = %D%/test_tensor_oom.c %D%/check_main.h %D%/engine_support.h \
	$(FAILING_ALLOC)
tests_test_tensor_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_tensor_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=aligned_alloc,--wrap=free
tests_test_tensor_oom_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_tensor
tests_test_tensor_SOURCES = %D%/test_tensor.c %D%/check_main.h %D%/engine_support.h
tests_test_tensor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_tensor_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_tensor_passes
tests_test_tensor_passes_SOURCES = %D%/test_tensor_passes.c %D%/check_main.h %D%/engine_support.h
tests_test_tensor_passes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_tensor_passes_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_tensor_elementwise
tests_test_tensor_elementwise_SOURCES = %D%/test_tensor_elementwise.c %D%/check_main.h \
	%D%/engine_support.h
tests_test_tensor_elementwise_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_tensor_elementwise_LDADD = $(TEST_LIBS)

# The ops on whole arrays.
CHECK_SUITES += %D%/test_tensor_ops
tests_test_tensor_ops_SOURCES = %D%/test_tensor_ops.c %D%/tensor_support.h %D%/check_main.h %D%/engine_support.h
tests_test_tensor_ops_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_tensor_ops_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_matmul
tests_test_matmul_SOURCES = %D%/test_matmul.c %D%/tensor_support.h %D%/check_main.h %D%/engine_support.h
tests_test_matmul_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_matmul_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_softmax
tests_test_softmax_SOURCES = %D%/test_softmax.c %D%/tensor_support.h %D%/check_main.h %D%/engine_support.h
tests_test_softmax_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_softmax_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_chain
tests_test_chain_SOURCES = %D%/test_chain.c %D%/engine_support.h
tests_test_chain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_chain_LDADD = $(TEST_LIBS)

CHECK_SUITES += %D%/test_lang
tests_test_lang_SOURCES = %D%/test_lang.c
tests_test_lang_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_lang_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_lang_nn
tests_test_lang_nn_SOURCES = %D%/test_lang_nn.c
tests_test_lang_nn_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_lang_nn_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_lang_shapes
tests_test_lang_shapes_SOURCES = %D%/test_lang_shapes.c %D%/lang_support.h
tests_test_lang_shapes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_lang_shapes_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_lang_tensor
tests_test_lang_tensor_SOURCES = %D%/test_lang_tensor.c %D%/lang_support.h
tests_test_lang_tensor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_lang_tensor_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_lang_oom
tests_test_lang_oom_SOURCES = %D%/test_lang_oom.c
tests_test_lang_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_lang_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=aligned_alloc
tests_test_lang_oom_LDADD = $(TEST_LIBS)

# The nn room, and scopes through all rooms.
CHECK_SUITES += %D%/test_nn
tests_test_nn_SOURCES = %D%/test_nn.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_rng
tests_test_nn_rng_SOURCES = %D%/test_nn_rng.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_rng_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_rng_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_sums
tests_test_sums_SOURCES = %D%/test_sums.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_sums_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_sums_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_gradient
tests_test_nn_gradient_SOURCES = %D%/test_nn_gradient.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_gradient_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_gradient_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_loss
tests_test_nn_loss_SOURCES = %D%/test_nn_loss.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_loss_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_loss_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_optimizer
tests_test_nn_optimizer_SOURCES = %D%/test_nn_optimizer.c %D%/nn_reference.h %D%/nn_support.h \
	%D%/check_main.h %D%/engine_support.h
tests_test_nn_optimizer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_optimizer_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_fit
tests_test_nn_fit_SOURCES = %D%/test_nn_fit.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_fit_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_fit_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_fit_graph
tests_test_nn_fit_graph_SOURCES = %D%/test_nn_fit_graph.c %D%/nn_support.h %D%/check_main.h \
	%D%/engine_support.h
tests_test_nn_fit_graph_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_fit_graph_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_nonfinite
tests_test_nn_nonfinite_SOURCES = %D%/test_nn_nonfinite.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_nonfinite_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_nonfinite_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_oom
tests_test_nn_oom_SOURCES = %D%/test_nn_oom.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_nn_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=aligned_alloc,--wrap=free
tests_test_nn_oom_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_nn_tensor
tests_test_nn_tensor_SOURCES = %D%/test_nn_tensor.c %D%/nn_reference.h %D%/nn_support.h \
	%D%/check_main.h %D%/engine_support.h
tests_test_nn_tensor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_nn_tensor_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_scope
tests_test_scope_SOURCES = %D%/test_scope.c %D%/nn_support.h %D%/check_main.h %D%/engine_support.h
tests_test_scope_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_scope_LDADD = $(TEST_LIBS)

# The layout room.
CHECK_SUITES += %D%/test_layout
tests_test_layout_SOURCES = %D%/test_layout.c %D%/layout_support.h %D%/check_main.h %D%/engine_support.h
tests_test_layout_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_layout_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_layout_ranks
tests_test_layout_ranks_SOURCES = %D%/test_layout_ranks.c %D%/check_main.h %D%/engine_support.h
tests_test_layout_ranks_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_layout_ranks_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_layout_oom
tests_test_layout_oom_SOURCES = %D%/test_layout_oom.c %D%/check_main.h %D%/engine_support.h
tests_test_layout_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_layout_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=free
tests_test_layout_oom_LDADD = $(TEST_LIBS)

# The time of a training step against that of its products: `make tests/bench/tensor_step`.
EXTRA_PROGRAMS = %D%/bench/tensor_step
tests_bench_tensor_step_SOURCES = %D%/bench/tensor_step.c
tests_bench_tensor_step_CPPFLAGS = $(AM_CPPFLAGS) $(BLAS_CFLAGS)
tests_bench_tensor_step_LDADD = libdg.la $(BLAS_LIBS)

# How the layout compares with dot's: EXTRA, built by hand with `make tests/bench/layout_compare`.
EXTRA_PROGRAMS += %D%/bench/layout_compare
tests_bench_layout_compare_SOURCES = %D%/bench/layout_compare.c
tests_bench_layout_compare_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_layout_compare_LDADD = libdg.la -lm

# What a scalar value costs, by the public interface alone: `make tests/bench/scalar_path`.
EXTRA_PROGRAMS += %D%/bench/scalar_path
tests_bench_scalar_path_SOURCES = %D%/bench/scalar_path.c
tests_bench_scalar_path_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_scalar_path_LDADD = libdg.la
# What `make bench` measures with. They are built by hand, or by it.
BENCH = %D%/bench/pipeline %D%/bench/geometry %D%/bench/engine %D%/bench/stopwatch
EXTRA_PROGRAMS += $(BENCH)
BENCH_DRAWING = %D%/bench/drawing.c %D%/bench/drawing.h %D%/bench/cells.c %D%/bench/cells.h \
	%D%/xml_scan.c %D%/xml_scan.h
tests_bench_pipeline_SOURCES = %D%/bench/pipeline.c %D%/bench/graphs.c %D%/bench/graphs.h $(BENCH_DRAWING)
tests_bench_pipeline_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_pipeline_LDADD = libdg.la -lm
tests_bench_geometry_SOURCES = %D%/bench/geometry.c $(BENCH_DRAWING)
tests_bench_geometry_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_geometry_LDADD = -lm
tests_bench_engine_SOURCES = %D%/bench/engine.c %D%/bench/graphs.c %D%/bench/graphs.h
tests_bench_engine_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_engine_LDADD = libdg.la -lm
tests_bench_stopwatch_SOURCES = %D%/bench/stopwatch.c
tests_bench_stopwatch_CPPFLAGS = $(AM_CPPFLAGS)

# The tables of doc/performance.md; BENCH_QUICK=1 only shows that everything works.
EXTRA_DIST += %D%/bench/run %D%/bench/adolc.cpp
# `make bench-record` puts them into the page.
.PHONY: bench bench-record
bench bench-record: $(BENCH)
	@abs_top_srcdir='$(abs_top_srcdir)' abs_top_builddir='$(abs_top_builddir)' \
	    BENCH_RECORD="`test $@ = bench || echo '$(abs_top_srcdir)/doc/performance.md'`" \
	    '$(srcdir)/tests/bench/run'

# The draw room.
DRAW_SUPPORT = %D%/draw_support.c %D%/draw_support.h %D%/engine_support.h
DOT_READ = %D%/dot_read.c %D%/dot_read.h
XML_SCAN = %D%/xml_scan.c %D%/xml_scan.h
CHECK_SUITES += %D%/test_draw
tests_test_draw_SOURCES = %D%/test_draw.c $(DRAW_SUPPORT)
tests_test_draw_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_draw_dot
tests_test_draw_dot_SOURCES = %D%/test_draw_dot.c $(DRAW_SUPPORT) $(DOT_READ)
tests_test_draw_dot_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_dot_LDADD = $(TEST_LIBS) $(GRAPHVIZ_LIBS) $(JANSSON_LIBS)
CHECK_SUITES += %D%/test_draw_svg
tests_test_draw_svg_SOURCES = %D%/test_draw_svg.c $(DRAW_SUPPORT) $(XML_SCAN)
tests_test_draw_svg_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_svg_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_draw_geometry
tests_test_draw_geometry_SOURCES = %D%/test_draw_geometry.c $(DRAW_SUPPORT) $(XML_SCAN)
tests_test_draw_geometry_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_geometry_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_draw_tensor
tests_test_draw_tensor_SOURCES = %D%/test_draw_tensor.c $(DRAW_SUPPORT) $(DOT_READ) $(XML_SCAN)
tests_test_draw_tensor_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_tensor_LDADD = $(TEST_LIBS) $(GRAPHVIZ_LIBS)
CHECK_SUITES += %D%/test_draw_file
tests_test_draw_file_SOURCES = %D%/test_draw_file.c $(DRAW_SUPPORT)
tests_test_draw_file_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_file_LDADD = $(TEST_LIBS)
CHECK_SUITES += %D%/test_draw_same
tests_test_draw_same_SOURCES = %D%/test_draw_same.c $(DRAW_SUPPORT)
tests_test_draw_same_CPPFLAGS = $(TEST_CPPFLAGS) $(RSVG_CFLAGS)
tests_test_draw_same_LDADD = $(TEST_LIBS) $(RSVG_LIBS)
CHECK_SUITES += %D%/test_draw_oom
tests_test_draw_oom_SOURCES = %D%/test_draw_oom.c $(DRAW_SUPPORT)
tests_test_draw_oom_CPPFLAGS = $(TEST_CPPFLAGS)
tests_test_draw_oom_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
tests_test_draw_oom_LDADD = $(TEST_LIBS)

# The fuzz targets, run over their corpora as an ordinary test, and as libFuzzer programs (only built)
# with --enable-fuzzers.
FUZZ_LABEL = %D%/fuzz/fuzz_label.c $(DOT_READ) $(XML_SCAN)
check_PROGRAMS += %D%/fuzz/replay_label %D%/fuzz/replay_lang %D%/fuzz/replay_trace
check_PROGRAMS += %D%/fuzz/replay_layout
tests_fuzz_replay_layout_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_layout.c
tests_fuzz_replay_layout_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_replay_layout_LDADD = libdg.la
EXTRA_DIST += %D%/fuzz/corpus-layout
tests_fuzz_replay_label_SOURCES = %D%/fuzz/replay.c $(FUZZ_LABEL)
tests_fuzz_replay_label_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_fuzz_replay_label_LDADD = libdg.la $(GRAPHVIZ_LIBS)
tests_fuzz_replay_lang_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_lang.c
tests_fuzz_replay_lang_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_replay_lang_LDADD = libdg.la
tests_fuzz_replay_trace_SOURCES = %D%/fuzz/replay.c %D%/fuzz/fuzz_trace.c
tests_fuzz_replay_trace_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_replay_trace_LDADD = libdg.la
TESTS += %D%/fuzz/replay.sh
dist_check_SCRIPTS += %D%/fuzz/replay.sh
EXTRA_DIST += %D%/fuzz/corpus-label %D%/fuzz/corpus-lang %D%/fuzz/corpus-trace
if FUZZERS
noinst_PROGRAMS += %D%/fuzz/fuzz_label %D%/fuzz/fuzz_lang %D%/fuzz/fuzz_trace
noinst_PROGRAMS += %D%/fuzz/fuzz_layout
tests_fuzz_fuzz_layout_SOURCES = %D%/fuzz/fuzz_layout.c
tests_fuzz_fuzz_layout_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_layout_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_layout_LDADD = libdg.la
tests_fuzz_fuzz_label_SOURCES = $(FUZZ_LABEL)
tests_fuzz_fuzz_label_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_fuzz_fuzz_label_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_label_LDADD = libdg.la $(GRAPHVIZ_LIBS)
tests_fuzz_fuzz_lang_SOURCES = %D%/fuzz/fuzz_lang.c
tests_fuzz_fuzz_lang_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_lang_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_lang_LDADD = libdg.la
tests_fuzz_fuzz_trace_SOURCES = %D%/fuzz/fuzz_trace.c
tests_fuzz_fuzz_trace_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_trace_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_trace_LDADD = libdg.la
endif

# The shell tests: the command, and what a release consists of. They run in the build folder.
SHELL_TESTS = \
	%D%/bytes.sh \
	%D%/check.sh \
	%D%/cli.sh \
	%D%/crash.sh \
	%D%/depfile.sh \
	%D%/epoch.sh \
	%D%/exports.sh \
	%D%/fresh.sh \
	%D%/inline.sh \
	%D%/install.sh \
	%D%/integrations_asciidoctor.sh \
	%D%/integrations_browser.sh \
	%D%/integrations_cmake.sh \
	%D%/integrations_docs.sh \
	%D%/integrations_doxygen.sh \
	%D%/integrations_latex.sh \
	%D%/integrations_make.sh \
	%D%/integrations_mdbook.sh \
	%D%/integrations_meson.sh \
	%D%/integrations_mkdocs.sh \
	%D%/integrations_ninja.sh \
	%D%/integrations_pandoc.sh \
	%D%/integrations_sphinx.sh \
	%D%/integrations_sphinx_places.sh \
	%D%/lang_tensor.sh \
	%D%/layers.sh \
	%D%/manual.sh \
	%D%/plugin.sh \
	%D%/programs.sh \
	%D%/progress.sh \
	%D%/python.sh \
	%D%/readme.sh \
	%D%/samples.sh \
	%D%/samples_figures.sh \
	%D%/surroundings.sh \
	%D%/trace_nested.sh \
	%D%/watch.sh
TESTS += $(SHELL_TESTS)
dist_check_SCRIPTS += $(SHELL_TESTS)
EXTRA_DIST += %D%/lib.sh %D%/draw_dot.py %D%/lang_tensor.py %D%/trace_nested.py %D%/exports.txt
EXTRA_DIST += %D%/integrations_lib.sh %D%/integrations_page.py %D%/integrations_links.py %D%/integrations_browser.py \
	%D%/integrations_fences.py

# The plugin of Graphviz in a program of its own, for plugin.sh.
if GRAPHVIZ_PLUGIN
check_PROGRAMS += %D%/plugin_draw
tests_plugin_draw_SOURCES = %D%/plugin_draw.c src/draw/flow_plugin.c src/draw/libgvc.h
tests_plugin_draw_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
tests_plugin_draw_LDADD = libdg_layout.la $(GRAPHVIZ_PLUGIN_LIBS) $(GRAPHVIZ_LIBS)
endif

# Takes the place of Graphviz's layout in crash.sh; -rpath makes libtool build a shared one.
check_LTLIBRARIES += %D%/preload.la
tests_preload_la_SOURCES = %D%/preload.c
tests_preload_la_LDFLAGS = -module -avoid-version -rpath /nowhere
