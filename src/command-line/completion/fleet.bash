# shellcheck shell=bash
# Completion of fleet for bash 4.4 or newer. Needs no bash-completion. Once in ~/.bashrc:
#   eval "$(fleet completion bash)"
_fleet() {
  local fleet=fleet kind reply
  [[ $1 == */* && -x $1 ]] && fleet=$1
  local -a answer
  # Expands nothing of the line. $2 is the part of it that bash replaces.
  mapfile -t answer < <(command "$fleet" __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  kind=${answer[0]%%$'\t'*}
  COMPREPLY=("${answer[@]:1}")
  [[ $kind == none || -z $kind ]] && return
  compopt -o filenames
  case $kind in
    folders) mapfile -t answer < <(compgen -d -- "$2") ;;
    yaml) mapfile -t answer < <(compgen -d -- "$2"; compgen -f -X '!*.y@(a|)ml' -- "$2") ;;
    line)
      local -a words=("${COMP_WORDS[@]:0:COMP_CWORD}")
      if [[ ${words[-1]} == -- || ${words[-1]} == sandbox ]]; then
        mapfile -t answer < <(compgen -c -- "$2" | sort -u)
      else
        mapfile -t answer < <(compgen -f -- "$2")
      fi
      ;;
    *) mapfile -t answer < <(compgen -f -- "$2") ;;
  esac
  # Any name of a file is allowed.
  [[ $kind == yaml && ${#answer[@]} == 0 ]] && mapfile -t answer < <(compgen -f -- "$2")
  for reply in "${answer[@]}"; do COMPREPLY+=("$reply"); done
}
complete -o nosort -F _fleet fleet
