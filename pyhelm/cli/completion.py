"""`pyhelm completion SHELL`: the scripts by which shells ask `pyhelm __complete` what to offer.

REQUEST stands for the word that asks; `complete.py` says what the answer looks like. No script
runs what a person has typed so far: quotes and `~` are read, `$(…)` is not.
"""

from __future__ import annotations

from pyhelm.cli.call import Call
from pyhelm.cli.complete import REQUESTS

_BASH = r"""# bash completion for pyhelm

_pyhelm_words()
{
    # Bash parts words at = and :, which belong to them here; a blank says where one starts.
    local i part before rest=${COMP_LINE:0:COMP_POINT}
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        [[ $rest == *"$part"* ]] || part=${rest##*[[:space:]]}
        before=${rest%%"$part"*}
        [[ -n $part ]] || before=$rest
        if ((i == 0)) || [[ $before == *[[:space:]]* ]]; then
            words+=("$part")
        else
            words[${#words[@]}-1]+=$part
        fi
        rest=${rest#*"$part"}
    done
}

_pyhelm_unquoted()
{
    local i word
    for i in "${!words[@]}"; do
        word=${words[i]}
        [[ $word == *[\$\`\;\&\|\<\>\(\)]* ]] || eval "words[i]=$word" 2>/dev/null
    done
}

_pyhelm_listed()
{
    # Several words are only listed, so that they may have their meanings beside them.
    local i word longest=0 tab=$'\t' room
    for word in "${COMPREPLY[@]%%$tab*}"; do
        ((${#word} > longest)) && longest=${#word}
    done
    room=$((${COLUMNS:-80} - longest - 4))
    for i in "${!COMPREPLY[@]}"; do
        [[ ${COMPREPLY[i]} == *$tab* ]] || continue
        word=${COMPREPLY[i]#*$tab}
        ((${#word} > room && room > 8)) && word="${word:0:room-1}…"
        printf -v "COMPREPLY[$i]" '%-*s  (%s)' "$longest" "${COMPREPLY[i]%%$tab*}" "$word"
    done
}

_pyhelm()
{
    local words cur line answer directive prefix program tab=$'\t'
    COMPREPLY=()
    _pyhelm_words
    _pyhelm_unquoted
    program=$(type -P "${words[0]}") || program=pyhelm
    answer=$(PYHELM_ACTIVE_HELP=0 "$program" REQUEST "${words[@]:1}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    cur=${words[${#words[@]}-1]}
    [[ $cur == -*=* ]] && cur=${cur#*=}
    ((directive & 1)) && return
    if [[ -n $(type -t compopt) ]]; then
        ((directive & 2)) && compopt -o nospace
        ((directive & 4)) && compopt +o default
        ((directive & 16)) && compopt -o filenames
    fi
    if ((directive & 16)); then
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$cur")
        return
    fi
    while IFS= read -r line; do
        [[ -n $line && ${line%%$tab*} == "$cur"* ]] && COMPREPLY+=("$line")
    done <<<"$answer"
    if ((${#COMPREPLY[@]} == 1)) || [[ $COMP_TYPE == 37 || $COMP_TYPE == 42 ]]; then
        local i
        for i in "${!COMPREPLY[@]}"; do printf -v "COMPREPLY[$i]" %q "${COMPREPLY[i]%%$tab*}"; done
    else
        _pyhelm_listed
    fi
    # Bash puts back what stands before its own parting.
    for line in = :; do
        if [[ $cur == *"$line"* && $COMP_WORDBREAKS == *"$line"* ]]; then
            prefix=${cur%"${cur##*$line}"}
            COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
        fi
    done
}

complete -o default -F _pyhelm pyhelm
"""

_ZSH = r"""#compdef pyhelm

_pyhelm()
{
    local -a answer asked offered
    local line name meaning directive
    asked=("${(@Q)words[1,CURRENT]}")
    answer=("${(@f)$("${asked[1]/#\~/$HOME}" REQUEST "${(@)asked[2,-1]}" 2>/dev/null)}")
    directive=${answer[-1]#:}
    [[ $directive == <-> ]] || return
    answer[-1]=()
    (( directive & 1 )) && return
    # Of --flag=value the value alone is completed.
    compset -P '-*='
    if (( directive & 16 )); then
        _files -/
        return
    fi
    for line in "${answer[@]}"; do
        name=${line%%$'\t'*}
        meaning=
        [[ $line == *$'\t'* ]] && meaning=${line#*$'\t'}
        if [[ $name == '_activeHelp_ '* ]]; then
            compadd -x "${name#_activeHelp_ }"
        elif [[ -n $name ]]; then
            offered+=("${name//:/\\:}${meaning:+:$meaning}")
        fi
    done
    if (( directive & 2 )); then
        _describe -t pyhelm pyhelm offered -S '' && return
    else
        _describe -t pyhelm pyhelm offered && return
    fi
    (( directive & 4 )) || _files
}

# Read by `source`, it registers itself; as a file of $fpath it is called at once.
if [[ $funcstack[1] == _pyhelm ]]; then
    _pyhelm
else
    compdef _pyhelm pyhelm
fi
"""

_FISH = r"""# fish completion for pyhelm

function __pyhelm_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct | string unescape)
    test (count $typed) -eq 0; and set typed ''
    set -l answer (PYHELM_ACTIVE_HELP=0 $words[1] REQUEST $words[2..-1] $typed 2>/dev/null)
    test (count $answer) -eq 0; and return
    set -l directive (string replace -r '^:' '' -- $answer[-1])
    set -e answer[-1]
    # Directives are sums of powers of two.
    test (math "$directive % 2") -eq 1; and return
    # Of --flag=value fish completes the whole word.
    set -l before (string match -r -- '^-[^=]*=' $typed)
    set -l value (string replace -r -- '^-[^=]*=' '' $typed)
    if test (math "floor($directive / 16) % 2") -eq 1
        __fish_complete_directories $value | string replace -r '^' "$before"
        return
    end
    set -l found (printf '%s\n' $answer | string match -e -- $value)
    if test -n "$found"
        printf '%s\n' "$before"$found
    else if test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path $value | string replace -r '^' "$before"
    end
end

complete -c pyhelm -e
complete -c pyhelm -f -a '(__pyhelm_complete)'
"""

_POWERSHELL = r"""# PowerShell completion for pyhelm

Register-ArgumentCompleter -Native -CommandName pyhelm -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object {
        $_.Extent.EndOffset -lt $cursorPosition
    })
    $words = @($before | Select-Object -Skip 1 | ForEach-Object {
        if ($_.PSObject.Properties['Value']) { "$($_.Value)" } else { $_.Extent.Text }
    })
    # Before 7.3 an empty word must be quoted to reach a program.
    $old = $PSVersionTable.PSVersion -lt [version]'7.3' -or
        $PSNativeCommandArgumentPassing -eq 'Legacy'
    $words += if ($wordToComplete -eq '' -and $old) { '""' } else { $wordToComplete }
    $env:PYHELM_ACTIVE_HELP = '0'
    $answer = @(& $commandAst.CommandElements[0].Extent.Text REQUEST @words 2>$null)
    Remove-Item Env:PYHELM_ACTIVE_HELP
    if ($answer.Count -eq 0) { return }
    $directive = [int]$answer[-1].TrimStart(':')
    if ($directive -band 1) { return }
    $prefix = ''
    if ($wordToComplete -match '^(-[^=]*=)(.*)$') {
        $prefix = $Matches[1]
        $wordToComplete = $Matches[2]
    }
    $found = @($answer | Select-Object -SkipLast 1 | Where-Object {
        $_.StartsWith($wordToComplete, [StringComparison]::Ordinal)
    })
    # Nothing at all lets PowerShell complete files; an empty text keeps it from that.
    if ($found.Count -eq 0) { if ($directive -band 4) { '' }; return }
    foreach ($line in $found) {
        $name, $meaning = $line.Split("`t", 2)
        if (-not $meaning) { $meaning = $name }
        $text = $prefix + $name
        if ($text -match '[\s''"`$(){};,|&<>@#]') { $text = "'" + $text.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new(
            $text, $name, 'ParameterValue', $meaning)
    }
}
"""


def bash(call: Call) -> None:
    """Print the script for bash."""
    _print(call, _BASH)


def zsh(call: Call) -> None:
    """Print the script for zsh."""
    _print(call, _ZSH)


def fish(call: Call) -> None:
    """Print the script for fish."""
    _print(call, _FISH)


def powershell(call: Call) -> None:
    """Print the script for PowerShell."""
    _print(call, _POWERSHELL)


def _print(call: Call, script: str) -> None:
    request = REQUESTS[1] if call.values["no_descriptions"] else REQUESTS[0]
    call.terminal.write(script.replace("REQUEST", request))
