dist_man_MANS = %D%/dotgrad.1

# Completion for bash is installed under the command's name.
EXTRA_DIST += %D%/dotgrad.bash
completiondir = $(datadir)/bash-completion/completions
completion_DATA = %D%/completion/dotgrad
CLEANFILES += %D%/completion/dotgrad

%D%/completion/dotgrad: %D%/dotgrad.bash
	$(AM_V_GEN)$(MKDIR_P) $(@D) && rm -f $@ && cat '$(srcdir)/doc/dotgrad.bash' >$@

# The pages, and the pictures in them, which fresh.sh compares with what is drawn.
EXTRA_DIST += %D%/architecture.md %D%/language.md %D%/performance.md %D%/training.md %D%/pictures

# Draws them anew: each from the sample of its name. They are committed, so that the pages have them
# where nothing is built.
.PHONY: pictures
pictures: dotgrad
	$(AM_V_GEN)for picture in '$(srcdir)'/doc/pictures/*.svg; do \
	  name=`basename $$picture .svg`; \
	  ./dotgrad '$(srcdir)'/samples/$$name.dg -o $$picture || exit 1; \
	done
