#!/bin/sh
# Checks the units and the start script in a folder (its own, unless told): test-fleet-units.sh [DIR]
#
# Prints a line for each kept rule, and one for each place with a broken one; fails if there is one. Needs
# systemd-analyze, but no running user manager, and starts nothing.
set -eu
export LC_ALL=C

here=$(cd "${1:-$(dirname "$0")}" && pwd)
faults=0
fault() {
  echo "FAULT $1"
  faults=$((faults + 1))
}

# rule TEXT FAULTS: the rule holds if there are no faults, of which there is one a line.
rule() {
  if [ -z "$2" ]; then
    echo "ok    $1"
    return
  fi
  while IFS= read -r line; do fault "$line"; done <<EOF
$2
EOF
}

# only PATTERN: the one matching file in the folder; none or several are a fault.
only() {
  # shellcheck disable=SC2086 # the pattern is to be expanded
  set -- "$1" "$here"/$1
  if [ $# = 2 ] && [ -f "$2" ]; then
    basename "$2"
  else
    echo "FAULT there is not exactly one $1 in $here" >&2
    exit 1
  fi
}
holder=$(only '*-tmux-holder.service')
agent=$(only '*-agent@.service')
script=$(only 'start-*.sh')

# ---- each file by itself

if sh -n "$here/$script" 2>/dev/null; then
  rule "$script is a shell script without syntax errors" ''
else
  fault "$script has a syntax error: $(sh -n "$here/$script" 2>&1 | head -n 1)"
fi
rule "$script may be run" "$([ -x "$here/$script" ] || echo "$script lacks its run bit: chmod +x $script")"

# systemd-analyze wants to see the script where the units look for it, and a runtime directory that it can write to.
verify() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  mkdir "$scratch/run" "$scratch/units"
  cp "$here/$holder" "$here/$agent" "$scratch/units"
  grep -ho '%E/[^ ]*' "$here/$holder" "$here/$agent" | sort -u | while IFS= read -r path; do
    case $path in *.sh)
      place=$scratch/$(dirname "${path#%E/}")
      mkdir -p "$place"
      cp "$here/$script" "$place" && chmod +x "$place/$script"
      ;;
    esac
  done
  HOME=$scratch XDG_CONFIG_HOME=$scratch XDG_RUNTIME_DIR=$scratch/run SYSTEMD_UNIT_PATH=$scratch/units: SYSTEMD_LOG_LEVEL=warning \
    systemd-analyze --user verify "$scratch/units/$holder" "$scratch/units/$agent" >"$scratch/said" 2>&1 || echo "exit status $?" >>"$scratch/said"
  # Other units of this machine may have faults of their own.
  sed "s|$scratch/units/||g" "$scratch/said" | grep -e "^${agent%%@*}@" -e "^$holder" -e "Unit ${agent%%@*}@" -e "Unit $holder" -e '^exit status' || :
}
if command -v systemd-analyze >/dev/null; then
  rule "$holder and $agent are units without syntax errors" "$(verify)"
else
  fault "$holder and $agent could not be checked for syntax errors: systemd-analyze is not installed"
fi

# ---- between the files

# setting UNIT NAME: all words of the unit for this setting, one a line.
setting() {
  sed -n "s/^$2[[:space:]]*=[[:space:]]*//p" "$here/$1" | tr -s '[:blank:]' '\n'
}
has_holder() { setting "$agent" "$1" | grep -qxF "$holder"; }

rule "$agent requires $holder" "$(has_holder Requires || has_holder BindsTo || echo "$agent does not require the holder: Requires=$holder")"
rule "$agent follows $holder" "$(has_holder After || echo "$agent does not follow the holder: After=$holder")"

# ---- the calls to tmux

# Reads the units and the script word by word, without comments and quotes, and prints the faults of one kind.
tmux_faults() {
  (cd "$here" && awk -v kind="$1" -v holder="$holder" -v agent="$agent" '
    function fault(text) { printf "%s:%d: %s: %s\n", FILENAME, first, text, shown }

    # Whether this word is a command of tmux or one of its aliases; other words are those of a message.
    function is_command(word) {
      return word ~ /^(new|neww|attach|a|at|has|ls|lsp|lsw|set|show|send|display|info|if|run|source|kill[a-z]*|[a-z]+-[a-z]+)$/
    }
    function check_call(from,    i, l, n, starts) {
      if (words[from + 1] !~ /^[-$]/ && !is_command(words[from + 1])) return
      for (i = from + 1; i <= count && words[i] !~ /(^|\/)tmux$/; i++) {
        if (is_command(words[i]) && words[i - 1] !~ /^-[A-Za-z]*[LSf]$/) break
        if (words[i] ~ /^-[A-Za-z]*L/) l = 1
        if (words[i] ~ /^-[A-Za-z]*N/) n = 1
      }
      starts = words[i] == "start-server" && FILENAME != agent
      if (kind == "socket" && !l) fault("a tmux call without -L")
      if (kind == "server" && !n && !starts) fault("a tmux call without -N, which may start a server")
    }
    # A target is exact only as =NAME: with both signs, or as the id of a pane, which a server gives only once.
    function check_kill(from,    i, target) {
      for (i = from + 1; i <= count && words[i] ~ /^-/ && words[i] != "-t"; i++) if (words[i] ~ /^-[a-z]*a/) target = "all others"
      if (target == "" && words[i] == "-t") target = words[i + 1]
      if (target == "") fault(words[from] " without a target")
      else if (words[from] ~ /^kill-?p/ && target ~ /^(%[0-9]+|[$]id)$/) return
      else if (target !~ /^=[^:=]+:$/) fault(words[from] " with a target that is not exact (=NAME: is)")
    }
    function check(    i) {
      shown = line
      gsub(/^[ \t]+/, "", shown)
      gsub(/["\047`(){}|&;\\]/, " ", line)
      if (FILENAME ~ /service$/) sub(/^[A-Za-z]+=[-@:+!]*/, "", line)
      count = split(line, words, /[ \t]+/)
      for (i = 1; i <= count; i++) {
        if (words[i] ~ /(^|\/)tmux$/) check_call(i)
        if (kind != "stop") continue
        if (words[i] ~ /^kill-ser/ || words[i] ~ /(^|\/)(pkill|killall)$/) fault("this ends the whole server")
        if (words[i] ~ /^(kill-ses[a-z]*|kill-[wp][a-z]*|kill[wp])$/) check_kill(i)
      }
    }
    FNR == 1 { line = "" }
    /^[ \t]*[#;]/ { next }
    {
      if (line == "") first = FNR
      line = line $0
      if (line ~ /\\$/) { sub(/\\$/, " ", line); next }
      check()
      line = ""
    }
  ' "$holder" "$agent" "$script")
}
rule 'every tmux call names its socket (-L)' "$(tmux_faults socket)"
rule "no tmux call but the holder's may start a server (-N)" "$(tmux_faults server)"
rule 'nothing that stops a session can hit another one, or the server' "$(tmux_faults stop)"

[ "$faults" = 0 ] || exit 1
