# bash completion for dotgrad                                            -*- shell-script -*-

_dotgrad()
{
    local cur prev prefix='' words=() word
    # The words as typed: bash may have taken "--layout=dot" apart at the sign.
    cur=${COMP_WORDS[COMP_CWORD]}
    prev=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]] && ((COMP_CWORD > 1)); then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $cur == --*=* ]]; then
        prev=${cur%%=*}
        prefix=$prev=
        cur=${cur#*=}
    elif [[ $cur == -[TKo]?* ]]; then
        prev=${cur:0:2}
        prefix=$prev
        cur=${cur:2}
    fi
    COMPREPLY=()

    case $prev in
    -T | --format)
        words=(svg svg_inline dot json table report png pdf)
        ;;
    -K | --layout)
        words=(auto dot flow)
        ;;
    --theme)
        words=(auto light dark)
        ;;
    --direction)
        words=(LR TB RL BT auto)
        ;;
    --color)
        words=(none grad data)
        ;;
    --edges)
        words=(none local contribution)
        ;;
    --frames)
        words=(backward)
        ;;
    --style)
        words=(record wire merged)
        ;;
    --show)
        # Each name after the last comma.
        local before=
        [[ $cur != *,* ]] || before=${cur%,*},
        words=("$before"{label,data,grad,op,shape,words})
        ;;
    --sort)
        words=({,-}{name,grad,data,ratio,size})
        ;;
    --threshold)
        # Each name after the last comma.
        local before=
        [[ $cur != *,* ]] || before=${cur%,*},
        words=("$before"{saturated,vanishing,vanishing-ratio,exploding,exploding-ratio,learning-rate,update-min,update-max,tolerance})
        ;;
    --fail-on)
        local before=
        [[ $cur != *,* ]] || before=${cur%,*},
        words=("$before"{any,error,warning,nonfinite,nonfinite-data,nonfinite-gradient,masked-nan,inconsistent,accumulated-twice}
            "$before"{unset,detached,no-backward,dead-relu,saturated,vanishing,exploding,update-ratio,constant-parameter}
            "$before"{zero-gradient,duplicate-label,unknown-op})
        ;;
    --labels)
        words=(names explicit)
        ;;
    --input-format)
        words=(json program)
        ;;
    -o | --output | -MF | --input-name | --history)
        while IFS= read -r word; do
            COMPREPLY+=("$prefix$word")
        done < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
        return
        ;;
    -e | --expr | -r | --root | --title | --description | --id-prefix | --numbers | --highlight | --fold | --open | --around | --between | --why | --frame | --fit | --font-size | --scale | -MT | -MQ | --cell | --line-offset | --history-every | --rows | --time-limit | --memory-limit | --max-nodes)
        return
        ;;
    *)
        if [[ $cur == -* ]]; then
            words=(-e --expr -o --output -O -T --format -r --root --labels --input-format -K --layout --numbers --legend --findings --gradcheck --theme
                --direction --fit --highlight --frames --frame --font-size --scale --style --show --color --edges --fold --open --whole-leaves --explain-fold --around --between --title --description
                --id-prefix --no-size --why --json --sort --rows --threshold --fail-on --history --history-every --time-limit --memory-limit --max-nodes -MD -MF -MT -MQ -MP --check --watch --no-sync
                --input-name --cell --line-offset -fdiagnostics-format=text -fdiagnostics-format=json --list-ops -q --quiet -v --verbose -h --help -V --version)
        else
            # Programs, traces, and folders that may hold some.
            while IFS= read -r word; do
                if [[ -d $word || $word == *.dg || $word == *.json ]]; then
                    COMPREPLY+=("$word")
                fi
            done < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            return
        fi
        ;;
    esac
    for word in "${words[@]}"; do
        if [[ $word == "$cur"* ]]; then
            COMPREPLY+=("$prefix$word")
        fi
    done
}

complete -F _dotgrad dotgrad
