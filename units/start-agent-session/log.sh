# shellcheck shell=sh
# The log: writes the output of a pane to files.
#
# Call   --log NAME DIRECTORY FOLDER SIZE KEEP EVENT [COPY], by tmux (pipe-pane).
# In     the output of the pane as standard input.
# Out    output.log, output.log.1 and so on in FOLDER.

# keep_log NAME DIRECTORY FOLDER SIZE KEEP EVENT [COPY]
# Appends its input, the output of a pane, to FOLDER/output.log. Before this file exceeds SIZE bytes, it becomes output.log.1
# and so on; KEEP of these stay. EVENT names the beginning. With COPY, the input begins with the copy of an old screen, which
# is left out.
#
# tmux keeps all unread output in memory, without limit. So this must read on while the disk is full,
# slow or stuck. Only the writer, a process at the other end of a pipe, touches the disk. The input goes into that pipe in
# batches: each fits into an empty one. After each batch this waits until the writer has written it, for 5 s at most; then
# it drops and counts the input until the writer goes on. It also drops what has piled up in a tmux server that has grown by
# 64 MB. dd passes on each read at once and holds nothing back.
#
# Descriptor 3 is the pipe, 4 the input, and 5 the other end of the pipe.
keep_log() {
  set +e
  export LC_ALL=C
  PATH=$PATH:/usr/local/bin:/usr/bin:/bin
  name=$1 directory=$2 file=$3/output.log size=$4 keep=$5 event=$6 copy=${7:-}
  trap '' TERM HUP # the end of the server ends the input too, and its rest is worth keeping
  exec 4<&0 </dev/null >/dev/null 2>&1
  began=$(date '+%s%3N %Y-%m-%dT%H:%M:%S%z')
  set_uptime
  booted=$((${began% *} - uptime)) lost=0 is_full=
  await_former
  mkfifo -m 600 "$directory/log.$$" && exec 3<>"$directory/log.$$" && exec 5<"$directory/log.$$" || return
  rm -f "$directory/log.$$"
  start_writer
  put_mark "${event%% *}" "=== agent $name: $event, ${began#* } ==="
  [ -z "$copy" ] || sed -u -n '/\^mosaic-log screen/q' <&4
  while :; do
    await_writer 110 || recover || return
    if ! read -r _ length <"/proc/$writer/fdinfo/1"; then length=0; fi # the position after an append is the length
    [ "$((length + batch))" -le "$size" ] || rotate
    set_uptime
    [ "$((booted + uptime - marked))" -lt 60000 ] || put_mark at
    pass_batch || return
    drop_excess || return
  done
}

# The one before may still write the end of its run.
await_former() {
  former=
  if [ -r "$directory/log" ]; then read -r former <"$directory/log"; fi
  echo "$$" >"$directory/log"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if [ -z "$former" ] || ! kill -0 "$former"; then return; fi
    sleep 0.1
  done
}

# start_writer [ROTATED]
# Sets writer, and sent to the number of bytes for it.
start_writer() {
  (
    umask 077
    exec 3>&- 4<&-
    if [ -n "${1:-}" ]; then shift_files; fi
    [ -d "${file%/*}" ] || mkdir -p "${file%/*}"
    exec dd bs=4k <&5 5<&- >>"$file"
  ) &
  writer=$! sent=0
}

# Renames the files. Removes those above the number: it may have become smaller.
shift_files() {
  above=$((keep + 1))
  while [ -e "$file.$above" ]; do rm -f "$file.$above" && above=$((above + 1)); done
  while [ "$keep" -gt 1 ]; do
    [ ! -e "$file.$((keep - 1))" ] || mv -f "$file.$((keep - 1))" "$file.$keep"
    keep=$((keep - 1))
  done
  if [ "$keep" = 1 ]; then mv -f "$file" "$file.1"; else rm -f "$file"; fi
}

# The writer has written everything by now, and waits for more.
rotate() {
  kill -s KILL "$writer"
  wait "$writer"
  start_writer rotated
  put_mark at
}

# put_mark KIND [LINE]
# Puts a mark with the time into the log, as a sequence that a terminal does not show, and a line of its own if there is one.
put_mark() {
  marked=$((booted + uptime))
  # shellcheck disable=SC1003 # the sequence ends with a backslash
  text=$(printf '\033^mosaic-log %s %s\033\\' "$1" "$marked")
  if [ -n "${2:-}" ]; then text="$newline$text$2$newline"; fi
  printf %s "$text" >&3
  sent=$((sent + ${#text}))
}

# A batch, in bytes. A pipe has 16 pages. Linux puts several writes into a page as long as they fit as a whole, so a page holds
# at least 3.5 kB in writes of 512 bytes. A user with very many pipes gets smaller ones: then dd fails instead of waiting.
batch=57344

# Passes on a batch. Fails at the end of the input, and without a dd that can do this.
pass_batch() {
  if [ -n "$is_full" ]; then block=4096 blocks=14; else block=512 blocks=104; fi
  report=$(dd bs=$block count=$blocks oflag=nonblock <&4 2>&1 >&3 3>&- 4<&- 5<&-)
  status=$?
  set_bytes
  sent=$((sent + bytes))
  [ "$bytes" = "$((block * blocks))" ] && is_full=1 || is_full=
  reads=${report%%' records in'*}
  [ "$reads" != "$report" ] || return 1
  # It may warn of short reads before.
  reads=${reads##*"$newline"}
  if [ "$status" = 0 ]; then [ "$((${reads%+*} + ${reads#*+}))" = "$blocks" ]; else lost=$((lost + block)); fi
}

# Sets bytes to the number in the report of dd.
set_bytes() {
  bytes=${report##*"$newline"} bytes=${bytes%% *}
  case $bytes in '' | *[!0-9]*) bytes=0 ;; esac
}

# Sets uptime, ms.
set_uptime() {
  read -r uptime _ </proc/uptime
  uptime=${uptime%.*}${uptime#*.}0
}

# await_writer TRIES
# Waits until the writer has written everything. Fails if it has not after so many looks.
await_writer() {
  tries=0
  while :; do
    written=
    { read -r _ && read -r _ written; } <"/proc/$writer/io"
    [ "${written:-0}" -lt "$sent" ] || return 0
    tries=$((tries + 1))
    [ "$tries" -lt "$1" ] || return 1
    if [ "$tries" -ge 70 ]; then sleep 0.1; elif [ "$tries" -ge 20 ]; then sleep 0.02; fi
  done
}

# Drops the input until the writer goes on, or another one can write. Fails at the end of the input.
recover() {
  pause=1
  while :; do
    if ! read -r stat <"/proc/$writer/stat"; then stat=; fi
    case ${stat##*) } in [ZX]* | '') replace_writer ;; esac
    drop_for "$pause" || return
    [ "$pause" -ge 8 ] || pause=$((pause * 2))
    if await_writer 2 && put_loss; then return 0; fi
  done
}

# Replaces an ended writer, because the disk is full for example.
replace_writer() {
  wait "$writer"
  report=$(dd bs=64k iflag=nonblock of=/dev/null <"/proc/$$/fd/5" 2>&1 3>&- 4<&- 5<&-)
  set_bytes
  lost=$((lost + bytes + 4096))
  start_writer
}

# drop_for SECONDS
# Reads the input for so long and drops it. Fails at its end. By default, timeout sends the signal to dd and once more to its
# group. A second one would end dd before its report.
drop_for() {
  report=$(timeout --foreground -s INT "$1" dd bs=64k of=/dev/null <&4 2>&1 3>&- 4<&- 5<&-) && return 1
  set_bytes
  lost=$((lost + bytes))
}

# Tells the loss in the log. Fails if the writer cannot write that.
put_loss() {
  [ "$lost" -gt 0 ] || return 0
  set_uptime
  put_mark lost "=== agent $name: about $(((lost + 1023) / 1024)) kB of its output are missing here: the disk was full or slow ==="
  await_writer 110 && lost=0
}

# The growth of tmux after which a drop is due, in pages of 4 kB.
allowed=16384

# Drops what has piled up in tmux, the parent of this process, if that has grown by 64 MB during full batches. tmux keeps the
# memory that this frees, and fills it again without growing. So after the first drop, it is due after 4 MB of growth.
drop_excess() {
  if [ -z "$is_full" ]; then
    pages=
  elif read -r _ resident _ <"/proc/$PPID/statm"; then
    [ "$((resident - ${pages:=$resident}))" -lt "$allowed" ] || { drop_for 1 && pages='' allowed=1024 || return 1; }
  fi
  [ "$lost" = 0 ] || put_loss || :
}

case ${1:-} in
--log)
  shift
  keep_log "$@"
  exit
  ;;
esac
