# Completion of fleet for fish 3.1 or newer. Either once in ~/.config/fish/config.fish:
#   fleet completion fish | source
# or as the file ~/.config/fish/completions/fleet.fish.
function __fleet_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # A quote that is still open is no part of the word.
    set -l current (string replace -r '^["\']' '' -- $token | string replace -ra '\\\\(.)' '$1')
    set -l answer (command fleet __complete words $words[2..-1] "$current" 2>/dev/null)
    set -q answer[1]; or return
    set -l head (string split \t -- $answer[1])
    test (count $answer) -gt 1; and printf '%s\n' $answer[2..-1]
    set -l path (string sub -s (math (string length -- "$head[2]") + 1) -- "$current")
    switch $head[1]
        case any
            __fleet_prefixed "$head[2]" (__fish_complete_path "$path")
        case yaml
            set -l all (__fish_complete_path "$path")
            set -l fitting (string match -r '^[^\t]*(?:/|\.ya?ml)(?:\t.*)?$' -- $all)
            set -q fitting[1]; and set all $fitting
            __fleet_prefixed "$head[2]" $all
        case folders
            __fleet_prefixed "$head[2]" (__fish_complete_directories "$path")
        case line
            set -l at (contains -i -- -- $words); or set at 2
            complete -C (string join ' ' -- (string escape -- $words[(math $at + 1)..-1]) "$token")
    end
end

function __fleet_prefixed -a prefix
    for path in $argv[2..-1]
        printf '%s%s\n' $prefix $path
    end
end

complete -c fleet -f -k -a '(__fleet_complete)'
