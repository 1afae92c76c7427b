#!/usr/bin/env bash
# The tables of functions in the manual say what the op tables say; the man page and the completions have the
# options of --help.
# shellcheck source=tests/lib.sh
. "${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}/tests/lib.sh"

run 0 "$dotgrad" --list-ops
sed '1,/^$/d; /^other functions$/,$d' "$tmp/out" | sed '/^$/d' >"$tmp/listed-tensor-ops"
sed '1,/^other functions$/d' "$tmp/out" >"$tmp/listed-functions"
sed -i '/^$/,$d' "$tmp/out"
# name|formula|derivative, from the columns of the listing
sed 1d "$tmp/out" | awk '{print $1 "|" substr($0, 27, 42) "|" substr($0, 70)}' |
    sed 's/ *|/|/g; s/ *$//' | sort >"$tmp/ops"

# the same from the rows "| `name(x, y)` | formula | derivative |" of the manual
sed -n 's/^| `\([a-z0-9_]*\)([^`]*)` | \(.*\) | \(.*\) |$/\1|\2|\3/p' "$top_src/doc/language.md" |
    sed 's/\\|/|/g' | sort >"$tmp/manual"

checks=$((checks + 1))
[ "$(wc -l <"$tmp/ops")" -gt 10 ] || fail "--list-ops lists too few ops to be right"
same "$tmp/ops" "$tmp/manual"

# The sample of all ops has all of them; those with an operator, by it.
"$dotgrad" -Tjson "$samples/ops.dg" | sed -n 's/.*"op": "\([^"]*\)".*/\1/p' | sed 's/^\*\*[-0-9].*/**k/; s/([-0-9.]*)$/(k)/' | sort -u >"$tmp/drawn"
"$dotgrad" --list-ops | sed '/^$/,$d' | sed 1d | awk '$2 != "-" { print $2 }' | sort -u >"$tmp/listed"
same "$tmp/listed" "$tmp/drawn"

# The same of the functions of whole tensors: name|arguments|formula.
sed 1d "$tmp/listed-tensor-ops" | awk '{print $1 "|" substr($0, 29, 29) "|" substr($0, 59)}' |
    sed 's/ *|/|/g; s/ *$//' | sort >"$tmp/ops"
sed -n '/^| tensor function /,/^$/s/^| `\([a-z_]*\)(\([^`]*\))` | \(.*\) |$/\1|\2|\3/p' \
    "$top_src/doc/language.md" | sort >"$tmp/manual"
checks=$((checks + 1))
[ "$(wc -l <"$tmp/ops")" -gt 10 ] || fail "--list-ops lists too few ops on tensors to be right"
same "$tmp/ops" "$tmp/manual"

# The other functions, each "name(arguments)" and a line of help: signature|help. The man page has their names.
paste -d'|' - - <"$tmp/listed-functions" | sed 's/|    /|/' >"$tmp/ops"
sed -n '/^| other function /,/^$/s/^| `\([^`]*)\)` | \(.*\) |$/\1|\2/p' "$top_src/doc/language.md" >"$tmp/manual"
checks=$((checks + 1))
[ "$(wc -l <"$tmp/ops")" -gt 20 ] || fail '--list-ops lists too few functions to be right'
same "$tmp/ops" "$tmp/manual"
sed 's/(.*//' "$tmp/ops" >"$tmp/words"
sed -n '/^Besides the operations there are/,/ \.$/s/^\.BR \([A-Za-z0-9_]*\) .*/\1/p' "$top_src/doc/dotgrad.1" >"$tmp/manual"
same "$tmp/words" "$tmp/manual"
# Signatures that stand elsewhere in the manual have the same defaults: "fit(n, xs, ys, steps=20, ...".
tr '\n' ' ' <"$top_src/doc/language.md" >"$tmp/manual"
for function in fit train MLP Layer Neuron; do
    checks=$((checks + 1))
    signature=$(sed -n "s/^\($function(.*)\)|.*/\1/p" "$tmp/ops")
    [ "$(grep -oF "\`$signature\`" "$tmp/manual" | wc -l)" -gt 1 ] || fail "the manual does not describe $signature"
done

### Options: "-e --expr TEXT" from each row of --help

run 0 "$dotgrad" --help
sed -nE '/^(  -|      --)/{ s/^ *//; s/  +.*//; s/,//; p }' "$tmp/out" | sort >"$tmp/options"
checks=$((checks + 1))
[ "$(wc -l <"$tmp/options")" -gt 25 ] || fail '--help lists too few options to be right'
sed -n '/^\.SH OPTIONS/,/^\.SH INPUT/p' "$top_src/doc/dotgrad.1" | sed -n '/^\.TP/{ n; p }' |
    sed -E 's/^\.BR? //; s/\\f[IP]//g; s/\\-/-/g; s/[",]//g; s/ +/ /g; s/= /=/' | sort >"$tmp/manual"
same "$tmp/options" "$tmp/manual"

# What must be offered after each option that has an argument, in a file of its name: the values that the command
# knows, or x.dg, the only file here.
touch x.dg
mkdir "$tmp/values"
while read -r words; do
    for option in $words; do
        case $option in
        -f*) ;; # its argument is a part of it
        -*)
            case $words in
            *' '[A-Z]*)
                "$dotgrad" "$option" '?' 2>&1 </dev/null | sed -nE 's/.* there (are|is) //p' |
                    sed -E 's/(,| and) /\n/g' | sort >"$tmp/values/$option"
                case ${words##* } in
                PATH | FILE) echo x.dg >"$tmp/values/$option" ;;
                NAME) [ "$option" != --input-name ] || echo x.dg >"$tmp/values/$option" ;;
                esac
                ;;
            esac
            ;;
        esac
    done
done <"$tmp/options"
tr ' ' '\n' <"$tmp/options" | grep '^-' | sort >"$tmp/words"

# In bash, what the completion offers after some words.
# shellcheck source=doc/dotgrad.bash
. "$top_src/doc/dotgrad.bash"
offers() # WORD...
{
    # shellcheck disable=SC2034
    local COMP_WORDS=(dotgrad "$@") COMP_CWORD=$# COMPREPLY=()
    _dotgrad
    printf '%s\n' "${COMPREPLY[@]}" | sort
}
last='bash: the options'
offers - | sed 's/\(diagnostics-format\)=.*/\1=HOW/' | sort -u >"$tmp/completion"
same "$tmp/words" "$tmp/completion"
while read -r option; do
    case $option in
    -f*) continue ;;
    esac
    last="bash: completion after $option"
    offers "$option" '' | grep . >"$tmp/completion"
    [ -e "$tmp/values/$option" ] || echo x.dg >"$tmp/files"
    if [ -e "$tmp/values/$option" ]; then
        same "$tmp/values/$option" "$tmp/completion"
    else
        same "$tmp/files" "$tmp/completion"
    fi
done <"$tmp/words"

# In zsh, what the function asks _arguments for: the option's name, and what is to be offered behind it.
if command -v zsh >/dev/null; then
    run 0 zsh -f -n "$top_src/doc/_dotgrad" && err_empty
    # shellcheck disable=SC2016
    run 0 zsh -f -c '_arguments() { print -rl -- "$@" }; source "$1"' - "$top_src/doc/_dotgrad" && err_empty
    # -s+: the argument in the same word or the next; --long=: behind the sign or in the next
    sed -nE 's/^(\([^)]*\))?\*?(-[A-Za-z]|-M[DFPTQ]|--[a-z-]+|-fdiagnostics-format)(\+|=|=-)?\[.*\](:.*)?$/\2\t\4/p' "$tmp/out" >"$tmp/specs"
    last='zsh: the options'
    cut -f 1 "$tmp/specs" | sed 's/^-fdiagnostics-format$/&=HOW/' | sort >"$tmp/completion"
    same "$tmp/words" "$tmp/completion"
    while IFS=$'\t' read -r option argument; do
        case $argument in
        *:_files) echo x.dg ;;
        *'_values -s , list '*) printf '%s\n' "${argument##* list }" | tr ' ' '\n' | sort ;; # of a list, each behind a comma
        *'('*) printf '%s\n' "${argument##*\(}" | tr -d ')' | tr ' ' '\n' | sort ;;
        esac >"$tmp/completion"
        last="zsh: completion after $option"
        checks=$((checks + 1))
        if [ "$option" = -fdiagnostics-format ]; then
            is_text "$tmp/completion" $'json\ntext' "$last"
        elif [ -n "$argument" ]; then
            same "$tmp/values/$option" "$tmp/completion"
        elif [ -e "$tmp/values/$option" ]; then
            fail "$option has an argument"
        fi
    done <"$tmp/specs"
else
    note 'zsh is not here; its completion is not looked at'
fi

# In fish, what it offers.
if command -v fish >/dev/null; then
    run 0 fish --no-execute "$top_src/doc/dotgrad.fish" && err_empty
    mkdir -p "$tmp/fish"
    # shellcheck disable=SC2016
    # shellcheck disable=SC2046 # a word for each option
    run 0 env HOME="$tmp/fish" fish --no-config -c 'source $argv[1]
        set folder $argv[2]
        complete -C "dotgrad -" | cut -f 1 >$folder/words
        complete -C "dotgrad " | cut -f 1 >$folder/files
        for option in $argv[3..]
            complete -C "dotgrad $option " | cut -f 1 >$folder/$option
        end' "$top_src/doc/dotgrad.fish" "$tmp/fish" $(cd "$tmp/values" && echo -*) && err_empty
    last='fish: the options'
    sed 's/\(diagnostics-format\)=.*/\1=HOW/' "$tmp/fish/words" | sort -u >"$tmp/completion"
    same "$tmp/words" "$tmp/completion"
    is_text "$tmp/fish/files" x.dg 'fish: the files'
    for values in "$tmp"/values/-*; do
        last="fish: completion after ${values##*/}"
        sort "$tmp/fish/${values##*/}" >"$tmp/completion"
        same "$values" "$tmp/completion"
    done
else
    note 'fish is not here; its completion is not looked at'
fi
finish
