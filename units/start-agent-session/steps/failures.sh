# shellcheck shell=sh
# Agents that end alike: counts them, and holds their group if so many in a row have failed alike.
#
# In     the start of the agent in its group, as after-run.sh finds it.
# Out    failures-GROUP and held-GROUP of the holder.

# count_failure GROUP LIMIT NUMBER
# Notes a failure alike of the start with this number. Holds the group if so many different agents in a row have failed alike.
count_failure() {
  file=$MOSAIC_TMUX_HOLDER/failures-$1 group=$1 limit=$2 number=$3
  exec 9>>"$file"
  flock 9
  before='' starts=''
  read -r before starts <"$file" || :
  [ "$before" = "$status" ] || starts=''
  # shellcheck disable=SC2086 # words
  set -- $starts "$number:$name"
  while [ "$#" -gt "$((4 * limit))" ]; do shift; done
  starts=" $* "
  echo "$status $*" >"$file"
  set_now
  trial=''
  if { read -r _ _ _ pause trial <"$MOSAIC_TMUX_HOLDER/held-$group"; } 2>/dev/null; then
    [ "$trial" = "$number" ] || return 0 # it was under way before
    pause=$((pause * 2))
    [ "$pause" -le "$longest_pause" ] || pause=$longest_pause
  else
    pause=$first_pause
  fi
  count_row
  if [ -z "$trial" ] && [ "$count" -lt "$limit" ]; then return 0; fi
  write_hold "$group" "$count $status $((now + pause)) $pause 0"
  how="with exit status $status"
  [ "$status" != start ] || how='in their starts'
  say "$count agents of $(group_words "$group") in a row failed $how: no other one starts for $((pause / 100)) s"
}

# Sets count to the number of different agents in the row of starts around number.
count_row() {
  count=0 names=' ' at=$number
  while find_start; do at=$((at - 1)); done
  at=$((number + 1))
  while find_start; do at=$((at + 1)); done
}

# Adds the agent of the start number at. Fails if there is none.
find_start() {
  case $starts in
  *" $at:"*) ;;
  *) return 1 ;;
  esac
  found=${starts#*" $at:"}
  found=${found%% *}
  case $names in
  *" $found "*) ;;
  *) names="$names$found " count=$((count + 1)) ;;
  esac
}
