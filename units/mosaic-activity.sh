#!/bin/sh
# Reports what an agent does, for `fleet status`. A program calls it as a hook, and a script may call it by hand:
#
#   mosaic-activity working|waiting|idle|limited [REASON]
#   mosaic-activity prompt          works on a new prompt
#   mosaic-activity started         is idle in a conversation that has just begun; reads the event on standard input
#   mosaic-activity tool            works, or waits if the tool is a question; reads the event
#   mosaic-activity question        waits for an answer; reads the event for the reason
#   mosaic-activity done [EVENT]    is idle after a turn, for a program that does not tell the beginning of one
#   mosaic-activity conversation ID tells the conversation, and nothing else
#   mosaic-activity failure         is idle after an error, or limited; reads the event
#
# Writes the file $MOSAIC_AGENT_ACTIVITY, of at most 0.5 kB:
#
#   STATE PID START       the program that reports, with its start in ticks since the boot: see find_runtime
#   REASON                one line, may be empty
#
# The time of the file is the time of the change: a report of the same activity leaves the file as it is.
#
# It prints nothing and always succeeds, because a hook that fails or speaks disturbs the program. It calls neither tmux nor
# fleet, and starts at most two processes.
set -u
LC_ALL=C
newline='
'

# Sets runtime to `PID START` of the program that runs this hook. Fails if that is not the agent itself, but
# - a process outside of the agent's control group, or one that does not descend from the agent's pane;
# - a program that another agent's program has started, such as `claude -p` in a shell of claude.
# The program is the first ancestor that is no shell, or else the shell right below the pane.
find_runtime() {
  runtime='' top='' pid=$PPID
  group_of self && own=$group && group_of "$MOSAIC_AGENT_PANE" || return 1
  case $own in "$group" | "$group"/*) ;; *) return 1 ;; esac
  while [ "$pid" != "$MOSAIC_AGENT_PANE" ]; do
    [ "$pid" -gt 1 ] && read_stat "$pid" || return 1
    top="$pid $start"
    case $comm in
    sh | dash | bash | zsh | ash | ksh | fish | busybox) ;;
    *)
      if [ -z "$runtime" ]; then
        runtime=$top
      else
        case $comm in
        claude | codex | gemini | opencode | aider | cursor-agent | copilot | amp | goose | qwen | crush | kiro-cli) return 1 ;;
        esac
      fi
      ;;
    esac
    pid=$parent
  done
  runtime=${runtime:-$top}
  [ -n "$runtime" ]
}

# group_of PID
# Sets group to the control group of a process.
group_of() {
  group=''
  while IFS= read -r line; do
    case $line in 0::*) group=${line#0::} ;; esac
  done <"/proc/$1/cgroup" || return 1
  [ -n "$group" ]
}

# read_stat PID
# Sets comm, parent and start (proc(5), /proc/PID/stat: fields 2, 4 and 22).
read_stat() {
  IFS= read -r stat <"/proc/$1/stat" || return 1
  comm=${stat#*\(} comm=${comm%\)*}
  # shellcheck disable=SC2086 # these are its fields, from the third on
  set -- ${stat##*\) }
  parent=$2 start=${20}
}

# Succeeds if the program that has reported first in this run still lives, and is another one: it runs this one.
is_nested() {
  [ "$old_runtime" != "$runtime" ] && [ -n "$old_runtime" ] && read_stat "${old_runtime% *}" &&
    [ "$start" = "${old_runtime#* }" ]
}

# Sets event to the beginning of the event, which is one JSON object. To read it by the shell would take long.
read_event() { event=$(dd bs=4096 count=1); }

# value_of NAME
# Sets value to the first string of this name in the event; empty if there is none.
value_of() {
  value=''
  case $event in *"\"$1\":"*) ;; *) return 0 ;; esac
  value=${event#*"\"$1\":"}
  value=${value#"${value%%[! ]*}"}
  case $value in \"*) value=${value#\"} ;; *) value='' ;; esac
  value=${value%%\"*}
}

# Sets reason to the question of the event: `Bash(rm -rf build)`, or the message.
read_reason() {
  value_of tool_name
  tool=$value
  if [ -n "$tool" ]; then
    for name in command file_path url question; do
      value_of "$name"
      [ -z "$value" ] || break
    done
    reason=$tool${value:+"($value)"}
  else
    value_of message
    reason=$value
  fi
}

# keep_conversation ID
# Keeps the id of the conversation: the next start of the agent continues it.
keep_conversation() {
  value=$1
  [ -n "${MOSAIC_AGENT_CONVERSATION:-}" ] || return 0
  case $value in '' | -* | *[!0-9A-Za-z_-]*) return 0 ;; esac
  known=''
  [ ! -e "$MOSAIC_AGENT_CONVERSATION" ] || IFS= read -r known <"$MOSAIC_AGENT_CONVERSATION" || :
  [ "$known" != "$value" ] || return 0
  mkdir -p "${MOSAIC_AGENT_CONVERSATION%/*}" && printf '%s\n' "$value" >"$MOSAIC_AGENT_CONVERSATION"
}

# is_subagent ID
# Succeeds for a thread of codex that belongs to a subagent. codex tells the ends of its turns as well, and the beginning of
# the thread's file is all that tells them apart.
is_subagent() {
  set +f
  set -- "${CODEX_HOME:-$HOME/.codex}"/sessions/*/*/*/rollout-*-"$1".jsonl
  set -f
  [ -r "$1" ] || return 1
  event=$(dd bs=4096 count=1 <"$1")
  case $event in *'"source":{"subagent"'*) ;; *) return 1 ;; esac
}

# report STATE [REASON]
report() {
  state=$1 reason=${2:-} is_new=''
  case $state in
  working | waiting | idle | limited) ;;
  prompt) state=working is_new=1 ;;
  done) event=${2:-} reason='' is_new=1 ;;
  conversation) reason='' ;;
  started | tool | question | failure) read_event ;;
  *) return ;;
  esac
  [ -n "${MOSAIC_AGENT_ACTIVITY:-}" ] && [ -n "${MOSAIC_AGENT_PANE:-}" ] || return
  find_runtime || return
  old='' old_reason=''
  [ ! -e "$MOSAIC_AGENT_ACTIVITY" ] || { IFS= read -r old && IFS= read -r old_reason; } <"$MOSAIC_AGENT_ACTIVITY" || :
  old_runtime=${old#* }
  if is_nested; then return; fi
  case $state in
  started)
    state=idle
    value_of session_id
    keep_conversation "$value"
    ;;
  conversation)
    keep_conversation "${2:-}"
    return
    ;;
  done)
    state=idle
    value_of thread-id
    if [ -n "$value" ] && is_subagent "$value"; then return; fi
    keep_conversation "$value"
    ;;
  tool)
    value_of tool_name
    case $value in
    AskUserQuestion | ExitPlanMode) state=waiting && read_reason ;;
    *) state=working ;;
    esac
    ;;
  question)
    state=waiting && read_reason
    # A second event tells of the same question, in general words.
    case $tool$old in "waiting $runtime") return ;; esac
    ;;
  failure)
    value_of error
    case $value in
    rate_limit* | billing*)
      value_of error_details
      state=limited reason=$value
      ;;
    *) state=idle ;;
    esac
    ;;
  esac
  reason=$(printf '%.200s' "${reason%%"$newline"*}")
  [ -n "$is_new" ] || [ "$state $runtime" != "$old" ] || [ "$reason" != "$old_reason" ] || return
  umask 077
  printf '%s\n%s\n' "$state $runtime" "$reason" >"${MOSAIC_AGENT_ACTIVITY%/*}/.$$" &&
    mv -f "${MOSAIC_AGENT_ACTIVITY%/*}/.$$" "$MOSAIC_AGENT_ACTIVITY"
}

set -f
report "$@" >/dev/null 2>&1 3>&- || :
exit 0
