# Sourced by samples/run and tests/run: Debian packages, and a build tree. Sets no options of the
# shell; every function returns non-zero after saying what went wrong.
# shellcheck shell=sh disable=SC2034,SC3013 # used where it is sourced; dash and bash have -nt

DOTGRAD_BUILD_PACKAGES='gcc make autoconf automake libtool pkg-config libc6-dev libgraphviz-dev
librsvg2-dev fonts-liberation python3-dev'

DOTGRAD_TEST_PACKAGES='check clang clang-format cmark cppcheck fish libclang-rt-14-dev g++ git graphviz librsvg2-bin
libopenblas-dev libxml2-utils locales man-db mypy python3 python3-numpy shellcheck xz-utils zsh'

# The tools that doc/integrations is for, what looks at their pages, and what draws SVG.
DOTGRAD_TOOL_PACKAGES='asciidoctor cairosvg cmake doxygen file meson mkdocs mupdf-tools ninja-build pandoc
poppler-utils python3-html5lib python3-myst-parser python3-pil python3-pymdownx python3-sphinx weasyprint'

# What only `tests/run --all` uses: browsers, themes, LaTeX and the packages that the tools ask for, and slow checkers.
DOTGRAD_ALL_PACKAGES='chromium clang-tidy firefox-esr furo latexmk lmodern mkdocs-material python3-ipykernel python3-nbconvert python3-torch python3-sphinx-rtd-theme
texlive-fonts-recommended texlive-latex-base texlive-latex-extra texlive-latex-recommended texlive-plain-generic
valgrind'

# What make is asked for; nothing: all.
build_targets=

say() {
    printf '%s\n' "$*"
}

# Those of the named packages that are not installed.
missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' ||
            printf '%s ' "$package"
    done
}

# Installs what is missing of the named packages, with apt-get where that is allowed.
install_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        say "These packages are missing. Install them with:"
        say "    sudo apt-get install $missing"
        return 1
    fi
    say "installing $missing"
    log=$(mktemp) || return 1
    # shellcheck disable=SC2086 # words are meant to be split
    if $as_root apt-get update >"$log" 2>&1 &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends $missing >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 20 "$log"
    rm -f "$log"
    say "apt-get failed. Install these packages: $missing"
    return 1
}

# Installs a package of npm into build-npm/, where it can be; the tests do without it.
install_npm_package() {
    [ ! -d "build-npm/node_modules/$1" ] || return 0
    command -v npm >/dev/null 2>&1 || install_packages npm || return 0
    say "installing $1"
    mkdir -p build-npm
    npm install --prefix build-npm --no-audit --no-fund "$1" >build-npm/install.log 2>&1 ||
        say "npm failed, see build-npm/install.log; what needs $1 is left out"
}

# Runs a command with its output in a log, of which the end is shown when it fails.
logged() {
    log=$1
    shift
    "$@" >"$log" 2>&1 && return 0
    say "failed: $*"
    tail -n 60 "$log"
    return 1
}

# Whether a file is older than any of the others, or not there.
older() {
    target=$1
    shift
    [ -e "$target" ] || return 0
    for source in "$@"; do
        [ ! "$source" -nt "$target" ] || return 0
    done
    return 1
}

# What a tree is configured with: the arguments, and those of the packages that configure looks for which
# are there. (dpkg-query fails where one is not.)
configuration() {
    say "$*"
    # shellcheck disable=SC2086 # words are meant to be split
    dpkg-query -W -f '${Package} ${Version}\n' $DOTGRAD_BUILD_PACKAGES $DOTGRAD_TEST_PACKAGES \
        2>/dev/null || :
}

# drop_other_tree DIR [CONFIGURE ARGUMENT]...: removes a tree that was configured otherwise.
drop_other_tree() {
    tree=$1
    shift
    [ ! -d "$tree" ] || [ "$(cat "$tree/configuration" 2>/dev/null)" = "$(configuration "$@")" ] ||
        rm -rf "$tree"
}

# Makes configure, where it is not there or not of today's files.
make_configure() {
    # configure refuses a folder of its own beside a build in the source folder itself.
    if [ -e config.status ]; then
        say "removing the build in the source folder (make distclean)"
        mkdir -p build
        logged build/distclean.log make distclean || return 1
    fi
    if older configure configure.ac Makefile.am src/local.mk samples/local.mk doc/local.mk \
        tests/local.mk; then
        say "making configure"
        mkdir -p build
        logged build/autogen.log ./autogen.sh || return 1
        # autoreconf leaves configure alone where its text would not change
        touch configure
    fi
}

# configure_tree DIR [CONFIGURE ARGUMENT]...: configures the folder DIR of the source tree (the working directory)
# where it needs it. What configure finds that does not depend on the compiler is kept for other trees in the file
# $configure_cache, if set. /bin/sh runs configure and libtool faster than the shell that configure would choose.
configure_tree() {
    dir=$1
    shift
    make_configure || return 1
    mkdir -p "$dir"
    older "$dir/Makefile" configure || return 0
    say "configuring $dir"
    cp "${configure_cache:-/dev/null}" "$dir/config.cache" 2>/dev/null
    (cd "$dir" && CONFIG_SHELL=/bin/sh && export CONFIG_SHELL &&
        logged configure.log ../configure --config-cache "$@") || return 1
    [ -z "${configure_cache:-}" ] || grep -E '^ac_cv_(build|host|func_|header_|path_|search_)|^pkg_cv_|'\
'^(test .*)?lt_cv_(ar_|deplibs|ld_|nm_|objdir|path_|sys_|to_|truncate)' "$dir/config.cache" >"$configure_cache"
    # What is installed later is found when it is configured again.
    rm -f "$dir/config.cache"
    configuration "$@" >"$dir/configuration"
}

# build_tree DIR [CONFIGURE ARGUMENT]...: configures it where it needs it, and builds all, or $build_targets.
build_tree() {
    configure_tree "$@" || return 1
    dir=$1
    say "building $dir"
    # A make that runs this has jobs to hand out itself.
    case ${MAKEFLAGS:-} in
    *jobserver*) jobs= ;;
    *) jobs=-j$(nproc) ;;
    esac
    # shellcheck disable=SC2086 # words are meant to be split
    logged "$dir/make.log" "${MAKE:-make}" -C "$dir" $jobs $build_targets || return 1
}
