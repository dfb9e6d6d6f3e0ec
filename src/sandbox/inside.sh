# shellcheck shell=bash
# Init of the sandbox's namespaces, with root's rights in them: lays out the file system and the control groups, then
# starts the session as an ordinary user and waits for it. When this process ends, the kernel ends everything in here.
#
#   inside.sh --uid UID --way root|user [--no-environment-d] [--copy FROM TO] [--bind FROM TO] [--link TEXT TO] ... -- SESSION ARGUMENTS
#
# TO is relative to the sandbox's own /run. Descriptor 3 is the line to the caller: a signal's name in a line is passed
# to the command, and the end of the line, however it came about, ends the sandbox.
set -eu
trap '' HUP INT QUIT TERM
uid='' way='' generators=(90gpg-agent)
copies=() binds=() links=()
while [ $# -gt 0 ]; do
  case $1 in
    --uid) uid=$2; shift 2 ;;
    --way) way=$2; shift 2 ;;
    --no-environment-d) generators+=(30-systemd-environment-d-generator); shift ;;
    --copy) copies+=("$2" "$3"); shift 3 ;;
    --bind) binds+=("$2" "$3"); shift 3 ;;
    --link) links+=("$2" "$3"); shift 3 ;;
    --) shift; break ;;
  esac
done

# An ordinary user's only identity in here is root's, and becomes UID in a second user namespace.
give() { [ "$way" = user ] || chown -R "$uid:$uid" "$@"; }

# Each program that starts here delays every sandbox: bash does what it can, and one call the work of many.
# One mount reads many lines of an fstab. It skips a file system that seems to be mounted already, as all would in a
# sandbox of a sandbox: a name that no other one has prevents that.
name=fleet-sandbox.$RANDOM.$RANDOM
fstab=''
line() { # FILE-SYSTEM DIRECTORY TYPE OPTIONS
  local word
  for word in "$@"; do
    word=${word//\\/\\134}
    word=${word// /\\040}
    word=${word//$'\t'/\\011}
    fstab+=${word//$'\n'/\\012}' '
  done
  fstab+=$'0 0\n'
}
temporary() { line "$name" "$2" tmpfs "nosuid,nodev,mode=$1"; }
mount_lines() { # FILE
  printf '%s' "$fstab" >"$1"
  mount --no-mtab --all --fstab "$1"
  fstab=''
}

# The new /run is put together in the future place of the control groups, because its parts may lie in the real /run
# or /tmp.
run=/sys/fs/cgroup
mount -t tmpfs -o nosuid,nodev,mode=755 "$name" "$run"
folders=(
  "$run"/systemd/{system,journal,journald.conf.d,user-environment-generators,user-generators,user/dbus.socket.d}
  "$run/log/journal" "$run/user/$uid" "$run/home/work" "$run/etc"
)
copied=()
for ((i = 0; i < ${#copies[@]}; i += 2)); do
  to=$run/${copies[i + 1]}
  folders+=("${to%/*}") copied+=("$to")
done
for ((i = 0; i < ${#binds[@]}; i += 2)); do
  to=$run/${binds[i + 1]}
  if [ -d "${binds[i]}" ]; then folders+=("$to"); else folders+=("${to%/*}"); fi
done
for ((i = 0; i < ${#links[@]}; i += 2)); do
  to=$run/${links[i + 1]}
  folders+=("${to%/*}")
done
mkdir -p "${folders[@]}"

# Consecutive copies into one folder, if they keep their names, are one call.
same=() into=''
copy() { [ ${#same[@]} = 0 ] || cp -R "${same[@]}" "$into"; same=() into=''; }
for ((i = 0; i < ${#copies[@]}; i += 2)); do
  from=${copies[i]} to=$run/${copies[i + 1]}
  [ "${to%/*}" = "$into" ] || copy
  if [ "${from##*/}" = "${to##*/}" ]; then
    same+=("$from") into=${to%/*}
  else
    cp -RT "$from" "$to"
  fi
done
copy
[ ${#copied[@]} = 0 ] || chmod -R u+w,a+rX "${copied[@]}"
# In a user namespace, the flags that the file system already has must be named again: without them it is refused.
read -r _ mapped _ </proc/self/uid_map
for ((i = 0; i < ${#binds[@]}; i += 2)); do
  from=${binds[i]} to=$run/${binds[i + 1]} flags=bind
  [ -d "$to" ] || : >"$to"
  [ "$way $mapped" = "root 0" ] || flags+=,$(findmnt -no VFS-OPTIONS --target "$from")
  line "$from" "$to" none "$flags,ro"
done
mount_lines "$run/etc/fstab"
for ((i = 0; i < ${#links[@]}; i += 2)); do ln -s "${links[i]}" "$run/${links[i + 1]}"; done
# A link into /run on machines with systemd-resolved.
resolver=''
[ ! -L /etc/resolv.conf ] || resolver=$(readlink -f /etc/resolv.conf || :)
case $resolver in
  /run/*) mkdir -p "$run/$(dirname "${resolver#/run/}")" && cp "$resolver" "$run/${resolver#/run/}" ;;
esac
# A journal that never leaves /run, and no kernel messages: these are the machine's, not the sandbox's.
printf '%s\n' '[Journal]' Storage=volatile ReadKMsg=no Audit= RateLimitBurst=0 ForwardToSyslog=no \
  >"$run/systemd/journald.conf.d/sandbox.conf"
# The desktop's generators find nothing in the empty HOME, and take half of the time of each daemon-reload. An empty file
# masks a generator.
for generator in "${generators[@]}"; do : >"$run/systemd/user-environment-generators/$generator"; done
: >"$run/systemd/user-generators/systemd-xdg-autostart-generator"
# The manager has the address of the bus from the session: it need not be told again.
printf '%s\n' '[Socket]' ExecStartPost= >"$run/systemd/user/dbus.socket.d/sandbox.conf"
chmod 700 "$run/user/$uid" "$run/home"
mount --no-mtab --move "$run" /run # mtab would be written to the /run that just went away

for scratch in /tmp /var/tmp /dev/shm; do
  [ ! -d "$scratch" ] || temporary 1777 "$scratch"
done
# The user gets a name, and programs that ask the user database for HOME get the right one.
others() { # FILE
  local entry
  while IFS= read -r entry || [ -n "$entry" ]; do
    [[ $entry =~ ^[^:]*:[^:]*:$uid: ]] || printf '%s\n' "$entry"
  done <"$1"
}
{ others /etc/passwd; echo "sandbox:x:$uid:$uid::/run/home:/bin/bash"; } >/run/etc/passwd
{ others /etc/group; echo "sandbox:x:$uid:"; } >/run/etc/group
read -r machine </proc/sys/kernel/random/uuid
echo "${machine//-/}" >/run/etc/machine-id
for file in passwd group machine-id; do
  [ ! -e "/etc/$file" ] || line "/run/etc/$file" "/etc/$file" none bind
done
# A tmux asks it to note each pane among the logins of the machine, and it finds no such file in this /run.
for file in /usr/lib/utempter/utempter /usr/lib/*/utempter/utempter /usr/libexec/utempter/utempter; do
  [ ! -f "$file" ] || line /dev/null "$file" none bind
done

# cgroup2 may not be mounted straight over the tree it shows, hence something else in between. systemd gives such
# names to logins: journald finds the unit of a message by them.
tree=/sys/fs/cgroup
temporary 755 "$tree"
line "cgroup2.$name" "$tree" cgroup2 nosuid,nodev,noexec
mount_lines /run/etc/fstab
slice=$tree/user.slice/user-$uid.slice
mkdir -p "$tree/init.scope" "$slice/session-1.scope" "$slice/user@$uid.service"
echo 0 >"$tree/init.scope/cgroup.procs"
for group in "$tree" "$tree/user.slice" "$slice"; do
  read -ra controllers <"$group/cgroup.controllers" || : # an empty file is no line
  for controller in "${controllers[@]}"; do
    echo "+$controller" 2>/dev/null >"$group/cgroup.subtree_control" || : # some cannot be handed down on every kernel
  done
done
give "$slice/cgroup.procs" "$slice/session-1.scope" "$slice/user@$uid.service" "/run/user/$uid" /run/home \
  /run/systemd/journal /run/log

case $way in
  root) identity=(setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all) ;;
  user) identity=(unshare --user --map-user "$uid" --map-group "$uid") ;;
esac
# shellcheck disable=SC2016 # the inner shell expands it
(
  echo "$BASHPID" >"$slice/session-1.scope/cgroup.procs"
  cd /
  compgen -e >/run/etc/exported
  while read -r variable; do [ "$variable" = FLEET_SANDBOX_SESSION ] || export -n "${variable?}"; done </run/etc/exported
  exec "${identity[@]}" bash --norc -c 'eval "$FLEET_SANDBOX_SESSION"' fleet-sandbox "$@" 5>&-
) <&0 &
session=$!
exec 4>&-
(
  while read -r signal; do kill -s "$signal" "$session" || :; done
  kill -s KILL "$session"
) <&3 2>/dev/null &
exec 3<&-
code=0
wait "$session" || code=$?
exit "$code"
