dist_man_MANS = %D%/dotgrad.1

# Completions, each under the name by which its shell finds it.
EXTRA_DIST += %D%/dotgrad.bash
completiondir = $(datadir)/bash-completion/completions
completion_DATA = %D%/completion/dotgrad
CLEANFILES += %D%/completion/dotgrad
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/_dotgrad
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_fishcompletion_DATA = %D%/dotgrad.fish

%D%/completion/dotgrad: %D%/dotgrad.bash
	$(AM_V_GEN)$(MKDIR_P) $(@D) && rm -f $@ && cat '$(srcdir)/doc/dotgrad.bash' >$@

# The pages, and the pictures in them, which fresh.sh compares with what is drawn. They are installed in the folders
# that they have here, so that the links between them lead somewhere.
nobase_dist_doc_DATA += %D%/HACKING.md %D%/architecture.md %D%/command.md %D%/engine.md %D%/gallery.md %D%/gradients.md %D%/index.md %D%/language.md %D%/large_graphs.md \
	%D%/performance.md %D%/python.md %D%/training.md
nobase_dist_doc_DATA += $(PICTURES)
PICTURES = %D%/pictures/descent.svg %D%/pictures/lecture.svg %D%/pictures/network.svg %D%/pictures/neuron.svg \
	%D%/pictures/neuron_exp.svg %D%/pictures/ops.svg %D%/pictures/reuse.svg \
	%D%/pictures/lectures/chain.svg %D%/pictures/lectures/circuit_product.svg %D%/pictures/lectures/circuit_sigmoid.svg \
	%D%/pictures/lectures/cross_entropy.svg %D%/pictures/lectures/dead_relu.svg %D%/pictures/lectures/dead_relu_findings.svg %D%/pictures/lectures/layer_neuron.svg \
	%D%/pictures/lectures/mlp_example.svg %D%/pictures/lectures/neuron.svg %D%/pictures/lectures/neuron_contributions.svg %D%/pictures/lectures/neuron_down.svg \
	%D%/pictures/lectures/reuse.svg %D%/pictures/lectures/ten_sigmoids.svg %D%/pictures/lectures/ten_sigmoids_heat.svg %D%/pictures/lectures/xor_tensors.svg \
	%D%/pictures/gradients/accumulated-twice.svg \
	%D%/pictures/large/mlp.svg \
	%D%/pictures/gradients/constant-parameter.svg \
	%D%/pictures/gradients/dead-relu.svg \
	%D%/pictures/gradients/detached.svg \
	%D%/pictures/gradients/duplicate-label.svg \
	%D%/pictures/gradients/exploding.svg \
	%D%/pictures/gradients/inconsistent.svg \
	%D%/pictures/gradients/masked-nan.svg \
	%D%/pictures/gradients/no-backward.svg \
	%D%/pictures/gradients/nonfinite-data.svg \
	%D%/pictures/gradients/nonfinite-gradient.svg \
	%D%/pictures/gradients/saturated.svg \
	%D%/pictures/gradients/unset.svg \
	%D%/pictures/gradients/update-ratio.svg \
	%D%/pictures/gradients/vanishing.svg \
	%D%/pictures/gradients/zero-gradient.svg \
	%D%/pictures/gradients/unknown-op.svg

# Draws them anew: those of lectures and gradients by the commands on their pages, the others each from the sample of its name. They
# are committed, so that the pages have them where nothing is built.
.PHONY: pictures
pictures: dotgrad
	$(AM_V_GEN)dotgrad=`pwd`/dotgrad; cd '$(srcdir)' && \
	for picture in doc/pictures/*.svg; do \
	  name=`basename $$picture .svg`; \
	  $$dotgrad samples/$$name.dg -o $$picture || exit 1; \
	done; \
	sed -n 's/^    dotgrad //p' doc/gallery.md doc/gradients.md doc/large_graphs.md | while read -r arguments; do \
	  $$dotgrad $$arguments || exit 1; \
	done

# What other tools need to draw, and a project of each that uses it.
integrationsdir = $(pkgdatadir)/integrations
dist_integrations_DATA = %D%/integrations/dotgrad.css
integrations_asciidoctordir = $(integrationsdir)/asciidoctor
dist_integrations_asciidoctor_DATA = %D%/integrations/asciidoctor/dotgrad.rb
integrations_cmakedir = $(integrationsdir)/cmake
dist_integrations_cmake_DATA = %D%/integrations/cmake/DotgradPictures.cmake
integrations_doxygendir = $(integrationsdir)/doxygen
dist_integrations_doxygen_SCRIPTS = %D%/integrations/doxygen/dotgrad_doxygen.py
integrations_mdbookdir = $(integrationsdir)/mdbook
dist_integrations_mdbook_SCRIPTS = %D%/integrations/mdbook/dotgrad-mdbook
integrations_mkdocsdir = $(integrationsdir)/mkdocs
dist_integrations_mkdocs_DATA = %D%/integrations/mkdocs/dotgrad_mkdocs.py
integrations_pandocdir = $(integrationsdir)/pandoc
dist_integrations_pandoc_DATA = %D%/integrations/pandoc/dotgrad.lua
integrations_sphinxdir = $(integrationsdir)/sphinx
dist_integrations_sphinx_DATA = %D%/integrations/sphinx/dotgrad_sphinx.py
nobase_dist_doc_DATA += %D%/integrations/README.md %D%/integrations/asciidoctor/README.md %D%/integrations/cmake/README.md \
	%D%/integrations/doxygen/README.md %D%/integrations/latex/README.md %D%/integrations/make/README.md \
	%D%/integrations/mdbook/README.md %D%/integrations/meson/README.md %D%/integrations/mkdocs/README.md \
	%D%/integrations/ninja/README.md %D%/integrations/pandoc/README.md %D%/integrations/sphinx/README.md
EXTRA_DIST += %D%/integrations/asciidoctor/example %D%/integrations/cmake/example %D%/integrations/doxygen/example \
	%D%/integrations/latex/example %D%/integrations/make/example %D%/integrations/mdbook/example \
	%D%/integrations/meson/example %D%/integrations/mkdocs/example %D%/integrations/ninja/example \
	%D%/integrations/pandoc/example %D%/integrations/sphinx/example

# The documentation as one site, site/html: the pages and the gallery by Sphinx, the manual page by Pandoc, the
# API by Doxygen, and the pictures by the integrations for them. In one process, since the index for the search
# that several make is another each time.
EXTRA_DIST += %D%/site/Doxyfile %D%/site/api.dox %D%/site/conf.py %D%/site/site.css
.PHONY: docs
docs: dotgrad
	$(AM_V_at)$(MKDIR_P) site/html/api site/pictures
	$(AM_V_GEN)site=`pwd`/site; DOTGRAD=`pwd`/dotgrad; DOTGRAD_VERSION='$(PACKAGE_VERSION)'; \
	  PYTHONDONTWRITEBYTECODE=1; export DOTGRAD DOTGRAD_VERSION PYTHONDONTWRITEBYTECODE; \
	  cd '$(srcdir)' && \
	  sphinx-build -q -W --keep-going -c doc/site -d "$$site/doctrees" doc "$$site/html" && \
	  { cat doc/site/Doxyfile; \
	    echo "PROJECT_NUMBER = $(PACKAGE_VERSION)"; \
	    echo "OUTPUT_DIRECTORY = \"$$site/html/api\""; \
	    echo "EXAMPLE_PATH = \"$$site/pictures\""; \
	    filter='python3 doc/integrations/doxygen/dotgrad_doxygen.py'; \
	    echo "INPUT_FILTER = \"$$filter --pictures \\\"$$site/pictures\\\" --path samples\""; \
	  } | doxygen -

clean-local: clean-site
.PHONY: clean-site
clean-site:
	rm -rf site
