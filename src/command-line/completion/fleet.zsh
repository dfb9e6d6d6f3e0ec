#compdef fleet
# Completion of fleet for zsh. Either once in ~/.zshrc, after compinit:
#   eval "$(fleet completion zsh)"
# or as a file _fleet in a folder of $fpath.
_fleet() {
  local fleet=fleet line kind prefix
  [[ $words[1] == */* && -x ${(Q)words[1]} ]] && fleet=${(Q)words[1]}
  local -a answer before described
  before=("${(@Q)words[2,CURRENT-1]}")
  (( CURRENT > 2 )) || before=()
  answer=("${(@f)$(command $fleet __complete words "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
  kind=${answer[1]%%$'\t'*}
  prefix=${answer[1]#*$'\t'}
  for line in "${(@)answer[2,-1]}"; do
    [[ -n $line ]] || continue
    local value=${line%%$'\t'*} about=${line#*$'\t'}
    value=${value//\\/\\\\}
    described+=("${value//:/\\:}${about:+:$about}")
  done
  local found=1
  (( $#described )) && _describe -V -t values value described && found=0
  [[ -n $prefix ]] && compset -P "${(b)prefix}"
  case $kind in
    any) _files && found=0 ;;
    yaml) _files -g '*.(yaml|yml)' && found=0 ;;
    folders) _files -/ && found=0 ;;
    line)
      # The rest of the line is a command of its own.
      local at=${words[(ie)--]}
      (( at < CURRENT )) || at=2
      shift $at words
      (( CURRENT -= at ))
      _normal && found=0
      ;;
  esac
  return found
}
# Runs at once if zsh has loaded this file for its first completion.
if [[ $funcstack[1] == _fleet ]]; then
  _fleet "$@"
else
  compdef _fleet fleet
fi
