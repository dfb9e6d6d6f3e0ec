#!/bin/sh
# Runs the program of a preset in an agent's pane, so it continues its conversation after a crash or a boot:
#
#   mosaic-runtime PRESET [--no-hooks] [--as-is] [--resume LINE] [COMMAND]
#
# COMMAND is a line for sh, and the preset's own one by default. --no-hooks adds no hooks for the activity. --as-is adds
# nothing for the conversation either, because COMMAND has options for that. LINE replaces the line that continues a
# conversation; if it is empty, each start begins a new one.
#
# $MOSAIC_AGENT_CONVERSATION is a file. It exists once a first start has happened, and contains the id of the conversation,
# or nothing as long as that is unknown: most programs choose it themselves, and their hooks tell it (mosaic-activity). If a
# program takes one, it follows from the names of the fleet and the agent, so it outlives the loss of this file.
#
# Variables begin with mosaic_: an agent's own variable of the same name would get another value.
set -u
mosaic_fleet=mosaic
# shellcheck disable=SC2034 # the presets read it
mosaic_preset=${1:-} mosaic_hooks=1 mosaic_as_is='' mosaic_line=''
[ $# = 0 ] || shift
while [ $# -gt 0 ]; do
  case $1 in
  --no-hooks)
    # shellcheck disable=SC2034 # as above
    mosaic_hooks=''
    ;;
  --as-is) mosaic_as_is=1 ;;
  --resume)
    mosaic_line=${2:-:}
    shift
    ;;
  *) break ;;
  esac
  shift
done
mosaic_own=${1:-}

# put_file NAME TEXT
# Writes a file for the program into the agent's runtime directory, and sets mosaic_file to its path.
# shellcheck disable=SC2317 # the presets call it
put_file() {
  mosaic_file=${MOSAIC_AGENT_BUSY%/*}/$1
  (umask 077 && printf '%s\n' "$2" >"$mosaic_file")
}

# Each preset sets mosaic_command, mosaic_begin, mosaic_resume and mosaic_latest (the words that it adds for a conversation),
# mosaic_added (its words for hooks), and perhaps makes the files that these need.
mosaic_command='' mosaic_begin='' mosaic_resume='' mosaic_latest='' mosaic_added='' mosaic_file=''
# PRESETS
[ -n "$mosaic_command" ] || {
  echo "mosaic-runtime: unknown preset: $mosaic_preset" >&2
  exit 127
}
mosaic_command="${mosaic_own:-$mosaic_command}${mosaic_added:+ $mosaic_added}"

# The keys are for the program, which gets the default of a signal that is trapped here, not ignored.
trap : INT QUIT TSTP

case $mosaic_as_is${mosaic_line:-"$mosaic_resume"} in 1* | : | '') MOSAIC_AGENT_CONVERSATION='' ;; esac
if [ -z "${MOSAIC_AGENT_CONVERSATION:-}" ]; then
  exec /bin/sh -c "$mosaic_command"
fi

# name_uuid NAME
# Prints the UUID of version 5 for a name (RFC 9562, 5.5). The namespace is this tool's own.
name_uuid() {
  mosaic_sum=$(printf '\154\107\237\020\235\123\115\076\243\156\207\314\026\133\362\101%s' "$1" | sha1sum)
  mosaic_rest=${mosaic_sum%% *}
  mosaic_uuid=''
  for mosaic_length in ???????? ???? ???? ???? ????????????; do
    # shellcheck disable=SC2295 # this is a pattern
    mosaic_tail=${mosaic_rest#$mosaic_length}
    mosaic_part=${mosaic_rest%"$mosaic_tail"}
    case $mosaic_uuid in
    *-*-*-*) ;;
    *-*-*)
      case $mosaic_part in
      [048c]*) mosaic_part=8${mosaic_part#?} ;;
      [159d]*) mosaic_part=9${mosaic_part#?} ;;
      [26ae]*) mosaic_part=a${mosaic_part#?} ;;
      *) mosaic_part=b${mosaic_part#?} ;;
      esac
      ;;
    *-*) mosaic_part=5${mosaic_part#?} ;;
    esac
    mosaic_uuid=${mosaic_uuid:+$mosaic_uuid-}$mosaic_part
    mosaic_rest=$mosaic_tail
  done
  echo "$mosaic_uuid"
}

# try LINE
# Runs a line, and sets mosaic_status to its exit status. Succeeds if the line did what it is for: a program that finds no
# such conversation, or finds it in use, ends within seconds, with a status of its own.
try() {
  read -r mosaic_began _ </proc/uptime
  mosaic_status=0
  /bin/sh -c "$1" || mosaic_status=$?
  read -r mosaic_now _ </proc/uptime
  [ "$mosaic_status" = 0 ] || [ "$mosaic_status" -ge 126 ] || [ $((${mosaic_now%.*} - ${mosaic_began%.*})) -ge 15 ]
}

# is_alone
# Succeeds if no other agent of the fleet runs this program in the same folder: then the last conversation of the folder is
# hardly that of another one.
is_alone() {
  mosaic_agents=${MOSAIC_AGENT_TOOLS%/tools/fleet}/fleet/agents
  mosaic_place=$(grep '^MOSAIC_AGENT_WORKDIR=' "$mosaic_agents/${MOSAIC_AGENT_NAME:-}.env" 2>/dev/null) || return 0
  for mosaic_other in "$mosaic_agents"/*.env; do
    [ "$mosaic_other" != "$mosaic_agents/${MOSAIC_AGENT_NAME:-}.env" ] || continue
    if grep -qsxF -e "$mosaic_place" "$mosaic_other" && grep -qs "/mosaic-runtime[^ ]* $mosaic_preset" "$mosaic_other"; then
      return 1
    fi
  done
}

mosaic_takes_id=''
# shellcheck disable=SC2016 # the shell of the line expands it
case $mosaic_begin in *'$MOSAIC_CONVERSATION'*) mosaic_takes_id=1 ;; esac
mosaic_first=$(name_uuid "$mosaic_fleet/${MOSAIC_AGENT_NAME:-}")
mosaic_known='' MOSAIC_CONVERSATION=''
if [ -e "$MOSAIC_AGENT_CONVERSATION" ]; then
  mosaic_known=1
  IFS= read -r MOSAIC_CONVERSATION <"$MOSAIC_AGENT_CONVERSATION" || :
  case $MOSAIC_CONVERSATION in -* | *[!0-9A-Za-z_-]*) MOSAIC_CONVERSATION='' ;; esac
fi
if [ -n "$mosaic_takes_id" ]; then
  MOSAIC_CONVERSATION=${MOSAIC_CONVERSATION:-$mosaic_first}
elif [ "$MOSAIC_CONVERSATION" = "$mosaic_first" ]; then
  MOSAIC_CONVERSATION='' # an earlier version has written it, and the program does not know it
fi
export MOSAIC_CONVERSATION
mosaic_begin="$mosaic_command${mosaic_begin:+ $mosaic_begin}"
mosaic_resume=${mosaic_line:-"$mosaic_command $mosaic_resume"}
if [ -z "$MOSAIC_CONVERSATION" ]; then
  # shellcheck disable=SC2016 # as above
  case $mosaic_resume in
  *'$MOSAIC_CONVERSATION'*)
    mosaic_resume=''
    [ -z "$mosaic_latest" ] || [ -n "$mosaic_line" ] || ! is_alone || mosaic_resume="$mosaic_command $mosaic_latest"
    ;;
  esac
fi

if [ -n "$mosaic_known" ]; then
  if [ -n "$mosaic_resume" ]; then
    if try "$mosaic_resume"; then exit "$mosaic_status"; fi
    echo 'mosaic-runtime: there is no conversation to continue: beginning a new one' >&2
  fi
else
  (umask 077 && mkdir -p "${MOSAIC_AGENT_CONVERSATION%/*}" && echo "$MOSAIC_CONVERSATION" >"$MOSAIC_AGENT_CONVERSATION") ||
    echo "mosaic-runtime: cannot write $MOSAIC_AGENT_CONVERSATION: the next start begins a new conversation" >&2
fi
if try "$mosaic_begin" || [ -n "$mosaic_known" ]; then exit "$mosaic_status"; fi
# The file was lost, but the conversation is still there.
[ -z "$mosaic_takes_id" ] || try "$mosaic_resume" || :
exit "$mosaic_status"
