pkginclude_HEADERS = \
	include/dotgrad/base.h \
	include/dotgrad/dotgrad.h \
	include/dotgrad/draw.h \
	include/dotgrad/engine.h \
	include/dotgrad/fold.h \
	include/dotgrad/inspect.h \
	include/dotgrad/lang.h \
	include/dotgrad/nn.h \
	include/dotgrad/tensor.h \
	include/dotgrad/trace.h

# The layout by itself: the Graphviz plugin has nothing else in it.
noinst_LTLIBRARIES += libdg_layout.la
libdg_layout_la_SOURCES = \
	%D%/layout/bus_tracks.c \
	%D%/layout/cluster_frames.c \
	%D%/layout/cluster_order.c \
	%D%/layout/cluster_ranks.c \
	%D%/layout/cluster_verification.c \
	%D%/layout/clusters.c %D%/layout/clusters.h \
	%D%/layout/colour_refinement.c %D%/layout/colour_refinement.h \
	%D%/layout/constraint_graph.c \
	%D%/layout/coordinate_assignment.c %D%/layout/coordinate_assignment.h \
	%D%/layout/crossing_count.c \
	%D%/layout/crossing_minimisation.c %D%/layout/crossing_minimisation.h \
	%D%/layout/cycle_removal.c \
	%D%/layout/edge_routing.c \
	%D%/layout/feasible_tree.c %D%/layout/feasible_tree.h \
	%D%/layout/initial_coordinates.c \
	%D%/layout/layer_assignment.c \
	%D%/layout/layout.c %D%/layout/layout.h \
	%D%/layout/median_balancing.c \
	%D%/layout/network_simplex.c %D%/layout/network_simplex.h \
	%D%/layout/pair_order.c %D%/layout/pairs.c \
	%D%/layout/phases.h \
	%D%/layout/proper_layering.c \
	%D%/layout/rank_options.c \
	%D%/layout/transpose_sift.c \
	%D%/layout/verification.c

# Everything but the command, once: the tests link with this, so that they see the inside, too.
noinst_LTLIBRARIES += libdg.la
libdg_la_SOURCES = \
	%D%/draw/date.c %D%/draw/date.h \
	%D%/draw/draw.c \
	%D%/draw/format.c \
	%D%/draw/options.c %D%/draw/options.h \
	%D%/draw/scene.c %D%/draw/scene.h \
	%D%/draw/arrange.c %D%/draw/arrange.h \
	%D%/draw/place/estimate.c \
	%D%/draw/place/flow.c \
	%D%/draw/place/groups.c %D%/draw/place/groups.h \
	%D%/draw/place/legend.c %D%/draw/place/notes.c %D%/draw/place/place.c %D%/draw/place/place.h \
	%D%/draw/style/box_geometry.c %D%/draw/style/box_geometry.h \
	%D%/draw/style/box_text.c %D%/draw/style/box_text.h \
	%D%/draw/style/edge_names.c %D%/draw/style/edge_names.h \
	%D%/draw/style/edge_norms.c %D%/draw/style/edge_norms.h \
	%D%/draw/style/edge_text.c %D%/draw/style/edge_text.h \
	%D%/draw/style/edges.c %D%/draw/style/edges.h \
	%D%/draw/style/equation.c %D%/draw/style/equation.h \
	%D%/draw/style/explanation.c %D%/draw/style/explanation.h \
	%D%/draw/style/font_metrics.c %D%/draw/style/font_metrics.h \
	%D%/draw/style/frames.c %D%/draw/style/frames.h \
	%D%/draw/style/folded.c %D%/draw/style/folded.h \
	%D%/draw/style/group_text.c %D%/draw/style/group_text.h \
	%D%/draw/style/heat.c %D%/draw/style/heat.h \
	%D%/draw/style/highlight.c %D%/draw/style/highlight.h \
	%D%/draw/style/label_text.c %D%/draw/style/label_text.h \
	%D%/draw/style/math.h \
	%D%/draw/style/math_layout.c \
	%D%/draw/style/math_parse.c \
	%D%/draw/style/math_symbols.c \
	%D%/draw/style/math_words.c \
	%D%/draw/style/node_text.c %D%/draw/style/node_text.h \
	%D%/draw/style/notes.c %D%/draw/style/notes.h \
	%D%/draw/style/legend.c %D%/draw/style/legend.h \
	%D%/draw/style/number_text.c %D%/draw/style/number_text.h \
	%D%/draw/style/record_field.c %D%/draw/style/record_field.h \
	%D%/draw/style/style.c %D%/draw/style/style.h \
	%D%/draw/style/tensor_statistics.c %D%/draw/style/tensor_statistics.h \
	%D%/draw/style/tensor_text.c %D%/draw/style/tensor_text.h \
	%D%/draw/style/wire_geometry.c \
	%D%/draw/write/dot.c \
	%D%/draw/write/attributes.c %D%/draw/write/file.c %D%/draw/write/file.h \
	%D%/draw/write/temporary.c %D%/draw/write/temporary.h \
	%D%/draw/write/formats.h \
	%D%/draw/write/grid.c %D%/draw/write/grid.h \
	%D%/draw/write/report.c %D%/draw/write/report.h \
	%D%/draw/write/report_json.c \
	%D%/draw/write/report_tables.c \
	%D%/draw/write/report_text.c \
	%D%/draw/write/raster.c %D%/draw/write/raster_size.c \
	%D%/draw/write/sink.c %D%/draw/write/sink.h \
	%D%/draw/write/svg.c %D%/draw/write/svg.h \
	%D%/draw/write/svg_box.c %D%/draw/write/svg_legend.c %D%/draw/write/svg_edge.c %D%/draw/write/svg_folded.c %D%/draw/write/svg_groups.c %D%/draw/write/svg_heat.c %D%/draw/write/svg_notes.c \
	%D%/draw/write/svg_parts.h %D%/draw/write/svg_text.c %D%/draw/write/svg_wire.c \
	%D%/draw/write/svg_write.c %D%/draw/write/svg_write.h \
	%D%/draw/write/table.c \
	%D%/draw/write/theme.c %D%/draw/write/theme.h \
	%D%/graphviz/place.c \
	%D%/graphviz/render_plugin.c %D%/graphviz/render_plugin.h \
	%D%/base/buf.c %D%/base/buf.h \
	%D%/base/decimal.c %D%/base/decimal.h \
	%D%/base/error.c %D%/base/error.h \
	%D%/base/grow.c %D%/base/grow.h \
	%D%/base/json_text.c %D%/base/json_text.h \
	%D%/base/json_scan.c %D%/base/json_scan.h \
	%D%/base/literal.c %D%/base/literal.h \
	%D%/base/number.c %D%/base/number.h \
	%D%/base/point.h \
	%D%/base/source.c %D%/base/source.h \
	%D%/base/suggest.c %D%/base/suggest.h \
	%D%/base/strmap.c %D%/base/strmap.h \
	%D%/base/utf8.c %D%/base/utf8.h \
	%D%/engine/accessors.c \
	%D%/engine/array.h \
	%D%/engine/backward.c \
	%D%/engine/product.c %D%/engine/product.h \
	%D%/engine/broadcast.c \
	%D%/engine/copy.c \
	%D%/engine/dot_product.c %D%/engine/dot_product.h \
	%D%/engine/elementwise.c \
	%D%/engine/detached.h \
	%D%/engine/forward.c \
	%D%/engine/gradcheck.c \
	%D%/engine/graph.c %D%/engine/graph.h \
	%D%/engine/kernels.h \
	%D%/engine/labels.c \
	%D%/engine/limits.c %D%/engine/limits.h \
	%D%/engine/math.h \
	%D%/engine/matmul.c \
	%D%/engine/nonfinite.c \
	%D%/engine/ops.c %D%/engine/ops.def \
	%D%/engine/reachable.c %D%/engine/reachable.h \
	%D%/engine/map.c %D%/engine/map_functions.c \
	%D%/engine/record.c %D%/engine/record.h %D%/engine/record_ops.def \
	%D%/engine/differentiate.c %D%/engine/derivatives.def \
	%D%/engine/vjp.h %D%/engine/vjp_reduction.c %D%/engine/vjp_tensor.c \
	%D%/engine/reduce.c %D%/engine/reductions.c \
	%D%/engine/ternary.c \
	%D%/engine/scopes.c \
	%D%/engine/shape.c \
	%D%/engine/softmax.c \
	%D%/engine/special.c \
	%D%/engine/tensor.c \
	%D%/engine/tensor_arena.c \
	%D%/engine/tensor_ops.c %D%/engine/tensor_ops.def \
	%D%/engine/traversal.h \
	%D%/engine/zero_grad.c \
	%D%/inspect/analysis.c %D%/inspect/analysis.h \
	%D%/inspect/fold_summary.c \
	%D%/inspect/array_sums.c %D%/inspect/array_sums.h \
	%D%/inspect/find_constants.c \
	%D%/inspect/find_dead_relus.c \
	%D%/inspect/find_duplicate_labels.c \
	%D%/inspect/find_inconsistent.c \
	%D%/inspect/find_magnitudes.c \
	%D%/inspect/find_nonfinite_data.c \
	%D%/inspect/find_nonfinite_gradient.c \
	%D%/inspect/find_saturated.c \
	%D%/inspect/find_unknown_ops.c \
	%D%/inspect/find_unset.c \
	%D%/inspect/find_update_ratios.c \
	%D%/inspect/find_zero_gradients.c \
	%D%/inspect/finding.c \
	%D%/inspect/inspect.c %D%/inspect/inspection.h \
	%D%/inspect/kinds.def \
	%D%/inspect/names.c %D%/inspect/names.h \
	%D%/inspect/nonfinite.c %D%/inspect/nonfinite.h \
	%D%/inspect/options.c %D%/inspect/options.h \
	%D%/inspect/scaled.h \
	%D%/inspect/scope_groups.c %D%/inspect/scope_groups.h \
	%D%/inspect/stale_data.c %D%/inspect/stale_data.h \
	%D%/inspect/summary.c %D%/inspect/summary.h \
	%D%/inspect/summary_order.c \
	%D%/inspect/summary_parameters.c \
	%D%/inspect/summary_scopes.c \
	%D%/inspect/summary_statistics.c \
	%D%/inspect/summary_values.c \
	%D%/inspect/state.c \
	%D%/inspect/text_table.c %D%/inspect/text_table.h \
	%D%/inspect/why.c %D%/inspect/why.h \
	%D%/inspect/why_cause.c \
	%D%/inspect/why_json.c \
	%D%/inspect/why_names.c %D%/inspect/why_names.h \
	%D%/inspect/why_paths.c \
	%D%/inspect/why_sentence.c %D%/inspect/why_sentence.h \
	%D%/inspect/why_sums.c \
	%D%/inspect/why_tensors.c \
	%D%/inspect/why_text.c \
	%D%/lang/arguments.c \
	%D%/lang/arithmetic.c \
	%D%/lang/attributes.c \
	%D%/lang/builtins.c %D%/lang/builtins.h \
	%D%/lang/builtins.def \
	%D%/lang/builtins_list.c \
	%D%/lang/builtins_loss.c \
	%D%/lang/builtins_nn.c \
	%D%/lang/builtins_random.c \
	%D%/lang/builtins_shape.c \
	%D%/lang/builtins_tensor.c \
	%D%/lang/builtins_text.c \
	%D%/lang/builtins_torch.c \
	%D%/lang/builtins_train.c \
	%D%/lang/builtins_value.c \
	%D%/lang/coercion.c \
	%D%/lang/diagnose.c %D%/lang/diagnose.h \
	%D%/lang/evaluate_call.c \
	%D%/lang/evaluate_condition.c \
	%D%/lang/evaluate_function.c \
	%D%/lang/evaluate_import.c \
	%D%/lang/evaluate_list.c \
	%D%/lang/evaluate_loop.c \
	%D%/lang/evaluate_statement.c \
	%D%/lang/evaluator.c %D%/lang/evaluator.h \
	%D%/lang/execute.c \
	%D%/lang/format.c \
	%D%/lang/format_spec.c \
	%D%/lang/indexing.c \
	%D%/lang/lexer.c %D%/lang/lexer.h \
	%D%/lang/lists.c \
	%D%/lang/literal.c \
	%D%/lang/machine.c %D%/lang/machine.h \
	%D%/lang/modules.c %D%/lang/modules.h \
	%D%/lang/notebook.c %D%/lang/notebook.h \
	%D%/lang/object_pool.c \
	%D%/lang/object.h \
	%D%/lang/operations.h \
	%D%/lang/parse_block.c \
	%D%/lang/parse_comprehension.c \
	%D%/lang/parse_expression.c \
	%D%/lang/parse_import.c \
	%D%/lang/parse_parameters.c \
	%D%/lang/parse_statement.c \
	%D%/lang/parser.c %D%/lang/parser.h \
	%D%/lang/program.c \
	%D%/lang/resolve.c %D%/lang/resolve.h \
	%D%/lang/runtime.c %D%/lang/runtime.h \
	%D%/lang/series.c \
	%D%/lang/syntax.h \
	%D%/lang/syntax_error.c \
	%D%/lang/targets.c \
	%D%/nn/fit.c \
	%D%/nn/fit_graph.c \
	%D%/nn/history.c %D%/nn/history.h \
	%D%/nn/history_groups.c \
	%D%/nn/history_run.c \
	%D%/nn/history_text.c \
	%D%/nn/loss.c \
	%D%/nn/module.c %D%/nn/module.h \
	%D%/nn/optimizer.c \
	%D%/nn/rng.c \
	%D%/nn/training.c %D%/nn/training.h \
	%D%/trace/check.c \
	%D%/trace/edge_index.c \
	%D%/trace/copy.h \
	%D%/trace/fold.c %D%/trace/fold.h \
	%D%/trace/fold_boxes.c \
	%D%/trace/fold_cut.c \
	%D%/trace/fold_edges.c \
	%D%/trace/fold_explain.c \
	%D%/trace/fold_levels.c %D%/trace/fold_levels.h \
	%D%/trace/fold_repeats.c \
	%D%/trace/fold_split.c \
	%D%/trace/fold_numbers.h %D%/trace/fold_trace.c \
	%D%/trace/fold_view.c %D%/trace/fold_view.h \
	%D%/trace/fold_tree.c \
	%D%/trace/json_arrays.c %D%/trace/json_arrays.h \
	%D%/trace/json_node.c \
	%D%/trace/json_edges.c \
	%D%/trace/json_read.c %D%/trace/json_read.h \
	%D%/trace/json_write.c \
	%D%/trace/accessors.c \
	%D%/trace/annotations.c %D%/trace/annotations.h \
	%D%/trace/local_gradients.c %D%/trace/local_gradients.h \
	%D%/trace/scalar_ops.c %D%/trace/scalar_ops.h \
	%D%/trace/contributions.c %D%/trace/contributions.h \
	%D%/trace/recompute.c %D%/trace/recompute.h \
	%D%/trace/rounding.c %D%/trace/rounding.h \
	%D%/trace/node_ids.c %D%/trace/node_ids.h \
	%D%/trace/scope_tree.c %D%/trace/scope_tree.h \
	%D%/trace/select.c \
	%D%/trace/slice.c \
	%D%/trace/capture.c \
	%D%/trace/suggest.c \
	%D%/trace/tensor.c \
	%D%/trace/topological_order.c %D%/trace/topological_order.h \
	%D%/trace/trace.c %D%/trace/trace.h
libdg_layout_la_CFLAGS = $(AM_CFLAGS) $(DG_LIBRARY_CFLAGS)
libdg_la_CFLAGS = $(AM_CFLAGS) $(DG_LIBRARY_CFLAGS)
libdg_la_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS) $(RSVG_CFLAGS)
libdg_la_LIBADD = libdg_layout.la $(GRAPHVIZ_PLUGIN_LIBS) $(GRAPHVIZ_LIBS)

lib_LTLIBRARIES += libdotgrad.la
libdotgrad_la_SOURCES =
libdotgrad_la_LIBADD = libdg.la
libdotgrad_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(DOTGRAD_LIBRARY_VERSION)
if !SANITIZERS
libdotgrad_la_LDFLAGS += -no-undefined
endif

# The layout for Graphviz's own programs: `dot -c` finds it by its name, and by the version in that.
if GRAPHVIZ_PLUGIN
graphvizplugin_LTLIBRARIES = libgvplugin_dotgrad.la
libgvplugin_dotgrad_la_SOURCES = \
	%D%/graphviz/layout_curves.c \
	%D%/graphviz/layout_flat.c %D%/graphviz/layout_loops.c \
	%D%/graphviz/layout_plugin.c %D%/graphviz/layout_plugin.h \
	%D%/graphviz/layout_clusters.c %D%/graphviz/layout_ports.c %D%/graphviz/layout_ranks.c %D%/graphviz/layout_ratio.c \
	%D%/graphviz/libgvc.h
libgvplugin_dotgrad_la_CPPFLAGS = $(AM_CPPFLAGS) $(GRAPHVIZ_CFLAGS)
libgvplugin_dotgrad_la_LDFLAGS = -module -version-info $(GRAPHVIZ_PLUGIN_VERSION):0:0
libgvplugin_dotgrad_la_LIBADD = libdg_layout.la $(GRAPHVIZ_LIBS)
endif

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = dotgrad.pc

bin_PROGRAMS += dotgrad
dotgrad_SOURCES = \
	%D%/cli/check.c \
	%D%/cli/depfile.c \
	%D%/cli/diagnostics.c \
	%D%/cli/diagnostics.h \
	%D%/cli/findings.c \
	%D%/cli/frames.c %D%/cli/gradcheck.c \
	%D%/cli/help.c %D%/cli/history.c \
	%D%/cli/input.c \
	%D%/cli/interrupts.c \
	%D%/cli/job.c \
	%D%/cli/job.h \
	%D%/cli/limits.c \
	%D%/cli/main.c \
	%D%/cli/option_table.c \
	%D%/cli/options.c \
	%D%/cli/options.h \
	%D%/cli/output.c \
	%D%/cli/output.h \
	%D%/cli/paths.c %D%/cli/process.h \
	%D%/cli/progress.c \
	%D%/cli/reduce.c \
	%D%/cli/subprocess.c \
	%D%/cli/text.c %D%/cli/text.h \
	%D%/cli/trace.c \
	%D%/cli/watch.c \
	%D%/cli/why.c
dotgrad_LDADD = libdotgrad.la

# The Python module: an extension on the limited API, and a package, which is put together in the build folder, too.
PYTHON_PACKAGE = \
	%D%/python/dotgrad/__init__.py \
	%D%/python/dotgrad/_core.pyi \
	%D%/python/dotgrad/arrays.py \
	%D%/python/dotgrad/foreign.py \
	%D%/python/dotgrad/graph.py \
	%D%/python/dotgrad/magic.py \
	%D%/python/dotgrad/nn.py \
	%D%/python/dotgrad/program.py \
	%D%/python/dotgrad/py.typed \
	%D%/python/dotgrad/pytorch.py \
	%D%/python/dotgrad/scopes.py
EXTRA_DIST += $(PYTHON_PACKAGE) %D%/python/backend.py
if PYTHON_MODULE
pythonpackagedir = $(dotgradpythondir)/dotgrad
pythonpackage_LTLIBRARIES = %D%/python/dotgrad/_core.la
pythonpackage_DATA = $(PYTHON_PACKAGE)
src_python_dotgrad__core_la_SOURCES = \
	%D%/python/arena.c \
	%D%/python/core.h \
	%D%/python/errors.c \
	%D%/python/module.c \
	%D%/python/network.c \
	%D%/python/options.c \
	%D%/python/program.c \
	%D%/python/tensor.c \
	%D%/python/trace.c \
	%D%/python/value.c
src_python_dotgrad__core_la_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS) -DPy_LIMITED_API=0x030b0000
src_python_dotgrad__core_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -shrext .abi3.so
src_python_dotgrad__core_la_LIBADD = libdotgrad.la
pythoninfodir = $(dotgradpythondir)/dotgrad-$(PACKAGE_VERSION).dist-info
nodist_pythoninfo_DATA = %D%/python/METADATA

noinst_DATA = %D%/python/package.stamp
%D%/python/package.stamp: %D%/python/dotgrad/_core.la $(PYTHON_PACKAGE)
	$(AM_V_GEN)for file in $(PYTHON_PACKAGE); do \
	    test -e $$file || $(LN_S) '$(abs_srcdir)'/$$file $$file || exit 1; \
	done; \
	$(LN_S) -f .libs/_core.abi3.so %D%/python/dotgrad/_core.abi3.so && touch $@

# It is linked anew when it is installed, with the library that was installed before. libtool's own file is of no use
# to Python.
# (By a variable: automake would take a rule of that name for one that replaces its own.)
PYTHON_INSTALL = install-pythonpackageLTLIBRARIES
$(PYTHON_INSTALL): install-libLTLIBRARIES
install-data-hook:
	rm -f '$(DESTDIR)$(pythonpackagedir)/_core.la'
uninstall-hook:
	rm -f '$(DESTDIR)$(pythonpackagedir)/_core.abi3.so'

CLEANFILES += %D%/python/package.stamp %D%/python/dotgrad/_core.abi3.so
endif

clean-local: clean-python-package
.PHONY: clean-python-package
clean-python-package:
	-test -e '$(srcdir)/configure' && test . -ef '$(srcdir)' || rm -rf %D%/python/dotgrad/*.py %D%/python/dotgrad/*.pyi \
	    %D%/python/dotgrad/py.typed %D%/python/dotgrad/__pycache__
