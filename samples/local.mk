# The C samples use only the public API; the .dg samples are drawn by the tests.
check_PROGRAMS += \
	%D%/curve \
	%D%/fit_line \
	%D%/hello \
	%D%/inspect \
	%D%/line \
	%D%/mlp \
	%D%/moons \
	%D%/nudge \
	%D%/xor

samples_curve_LDADD = libdotgrad.la
samples_fit_line_LDADD = libdotgrad.la -lm
samples_hello_LDADD = libdotgrad.la
samples_inspect_LDADD = libdotgrad.la -lm
samples_line_LDADD = libdotgrad.la -lm
samples_mlp_LDADD = libdotgrad.la -lm
samples_moons_LDADD = libdotgrad.la -lm
samples_nudge_LDADD = libdotgrad.la -lm
samples_xor_LDADD = libdotgrad.la -lm

DG_SAMPLES = \
	%D%/descent.dg \
	%D%/lecture.dg \
	%D%/mlp.dg \
	%D%/network.dg \
	%D%/neuron.dg \
	%D%/neuron_exp.dg \
	%D%/ops.dg \
	%D%/reuse.dg \
	%D%/xor.dg \
	%D%/lectures/chain.dg \
	%D%/lectures/circuit_product.dg \
	%D%/lectures/circuit_sigmoid.dg \
	%D%/lectures/cross_entropy.dg \
	%D%/lectures/dead_relu.dg \
	%D%/lectures/layer_neuron.dg \
	%D%/lectures/mlp_example.dg \
	%D%/lectures/neuron.dg \
	%D%/lectures/reuse.dg \
	%D%/lectures/ten_sigmoids.dg \
	%D%/lectures/xor_tensors.dg \
	%D%/gradients/accumulated-twice-repaired.dg \
	%D%/gradients/accumulated-twice.dg \
	%D%/gradients/constant-parameter-repaired.dg \
	%D%/gradients/constant-parameter.dg \
	%D%/gradients/dead-relu-repaired.dg \
	%D%/gradients/dead-relu.dg \
	%D%/gradients/detached-repaired.dg \
	%D%/gradients/detached.dg \
	%D%/gradients/duplicate-label-repaired.dg \
	%D%/gradients/duplicate-label.dg \
	%D%/gradients/exploding-repaired.dg \
	%D%/gradients/exploding.dg \
	%D%/gradients/inconsistent-repaired.dg \
	%D%/gradients/inconsistent.dg \
	%D%/gradients/masked-nan-repaired.dg \
	%D%/gradients/masked-nan.dg \
	%D%/gradients/no-backward-repaired.dg \
	%D%/gradients/no-backward.dg \
	%D%/gradients/nonfinite-data-repaired.dg \
	%D%/gradients/nonfinite-data.dg \
	%D%/gradients/nonfinite-gradient-repaired.dg \
	%D%/gradients/nonfinite-gradient.dg \
	%D%/gradients/saturated-repaired.dg \
	%D%/gradients/saturated.dg \
	%D%/gradients/unset-repaired.dg \
	%D%/gradients/unset.dg \
	%D%/gradients/update-ratio.dg \
	%D%/gradients/vanishing-repaired.dg \
	%D%/gradients/vanishing.dg \
	%D%/gradients/zero-gradient-repaired.dg \
	%D%/gradients/zero-gradient.dg

# Slides: see their README.
EXTRA_DIST += %D%/slides/Makefile %D%/slides/README.md %D%/slides/neuron.dg %D%/slides/slides.html \
	%D%/slides/slides.tex

# What the samples learn, plotted: `make plots` writes samples/plots/*.svg in the build folder.
PLOTS = curve history loss moons
EXTRA_DIST += %D%/plots/curve.gp %D%/plots/history.gp %D%/plots/loss.gp %D%/plots/moons.gp

.PHONY: plots
plots: dotgrad$(EXEEXT) %D%/curve$(EXEEXT) %D%/mlp$(EXEEXT) %D%/moons$(EXEEXT)
	@if command -v gnuplot >/dev/null; then \
	    plots=`cd '$(srcdir)/samples/plots' && pwd` && dotgrad=`pwd`/dotgrad && $(MKDIR_P) %D%/plots && cd %D%/plots && \
	    ../curve >curve.tsv && ../mlp mlp.svg >loss.tsv && ../moons plane.tsv >moons.tsv && \
	    $$dotgrad -o mlp_dg.svg --history=history.txt $$plots/../mlp.dg && \
	    for plot in $(PLOTS); do \
	        gnuplot "$$plots/$$plot.gp" >$$plot.svg.new && mv $$plot.svg.new $$plot.svg && \
	        echo "  PLOT     %D%/plots/$$plot.svg" || exit 1; \
	    done; \
	else \
	    echo 'plots: gnuplot is not installed, so nothing is plotted'; \
	fi

clean-local: clean-plots
.PHONY: clean-plots
clean-plots:
	-rm -f %D%/plots/*.tsv %D%/plots/*.txt %D%/plots/*.svg %D%/plots/*.new

# Installed with the pages, which name them.
nobase_dist_doc_DATA += $(DG_SAMPLES) %D%/gradients/unknown-op.json %D%/gradients/unknown-op-repaired.json
nobase_dist_doc_DATA += %D%/curve.c %D%/fit_line.c %D%/hello.c %D%/inspect.c %D%/line.c %D%/mlp.c %D%/moons.c %D%/nudge.c \
	%D%/xor.c
# A notebook, for the Python module.
nobase_dist_doc_DATA += %D%/neuron.ipynb
EXTRA_DIST += %D%/run
