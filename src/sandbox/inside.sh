# shellcheck shell=bash
# Init of the sandbox's namespaces, with root's rights in them: lays out the file system and the control groups, then
# starts the session as an ordinary user and waits for it. When this process ends, the kernel ends everything in here.
#
#   inside.sh --uid UID --way root|user [--copy FROM TO] [--bind FROM TO] [--link TEXT TO] ... -- SESSION ARGUMENTS
#
# TO is relative to the sandbox's own /run. Descriptor 3 is the line to the caller: a signal's name in a line is passed
# to the command, and the end of the line, however it came about, ends the sandbox.
set -eu
trap '' HUP INT QUIT TERM
uid='' way=''
copies=() binds=() links=()
while [ $# -gt 0 ]; do
  case $1 in
    --uid) uid=$2; shift 2 ;;
    --way) way=$2; shift 2 ;;
    --copy) copies+=("$2" "$3"); shift 3 ;;
    --bind) binds+=("$2" "$3"); shift 3 ;;
    --link) links+=("$2" "$3"); shift 3 ;;
    --) shift; break ;;
  esac
done

# An ordinary user's only identity in here is root's, and becomes UID in a second user namespace.
give() { [ "$way" = user ] || chown -R "$uid:$uid" "$@"; }
temporary() { mount -t tmpfs -o "nosuid,nodev,mode=$1" fleet-sandbox "$2"; }

mount --make-rprivate /
mount -t proc proc /proc

# The new /run is put together in the future place of the control groups, because its parts may lie in the real /run
# or /tmp.
run=/sys/fs/cgroup
temporary 755 "$run"
mkdir -p "$run/systemd/system" "$run/systemd/journald.conf.d" "$run/log/journal" "$run/user/$uid" "$run/home"

# Each program that starts here delays every sandbox, so one call does the work of all.
folders=() copied=()
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
[ ${#folders[@]} = 0 ] || mkdir -p "${folders[@]}"

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
for ((i = 0; i < ${#binds[@]}; i += 2)); do
  to=$run/${binds[i + 1]}
  [ -d "$to" ] || : >"$to"
  mount --bind "${binds[i]}" "$to"
  # The flags that the file system already has must be named again: without them a user namespace is refused.
  mount -o "remount,bind,$(findmnt -no VFS-OPTIONS --target "$to"),ro" "$to"
done
for ((i = 0; i < ${#links[@]}; i += 2)); do ln -s "${links[i]}" "$run/${links[i + 1]}"; done
# A link into /run on machines with systemd-resolved.
resolver=$(readlink -f /etc/resolv.conf || :)
case $resolver in
  /run/*) mkdir -p "$run/$(dirname "${resolver#/run/}")" && cp "$resolver" "$run/${resolver#/run/}" ;;
esac
# A journal that never leaves /run, and no kernel messages: these are the machine's, not the sandbox's.
printf '%s\n' '[Journal]' Storage=volatile ReadKMsg=no Audit= RateLimitBurst=0 ForwardToSyslog=no \
  >"$run/systemd/journald.conf.d/sandbox.conf"
# The desktop's generators find nothing in the empty HOME, and take half of the time of each daemon-reload.
mkdir -p "$run/systemd/user-environment-generators" "$run/systemd/user-generators" "$run/systemd/journal" "$run/home/work" \
  "$run/etc"
ln -s /dev/null "$run/systemd/user-environment-generators/90gpg-agent"
ln -s /dev/null "$run/systemd/user-generators/systemd-xdg-autostart-generator"
chmod 700 "$run/user/$uid" "$run/home"
give "$run/user/$uid" "$run/home" "$run/systemd/journal" "$run/log"
mount --no-mtab --move "$run" /run # mtab would be written to the /run that just went away
for scratch in /tmp /var/tmp /dev/shm; do
  [ ! -d "$scratch" ] || temporary 1777 "$scratch"
done

# The user gets a name, and programs that ask the user database for HOME get the right one.
{ grep -v "^[^:]*:[^:]*:$uid:" /etc/passwd || :; echo "sandbox:x:$uid:$uid::/run/home:/bin/bash"; } >/run/etc/passwd
{ grep -v "^[^:]*:[^:]*:$uid:" /etc/group || :; echo "sandbox:x:$uid:"; } >/run/etc/group
tr -d - </proc/sys/kernel/random/uuid >/run/etc/machine-id
for file in passwd group machine-id; do
  [ ! -e "/etc/$file" ] || mount --bind "/run/etc/$file" "/etc/$file"
done

# cgroup2 may not be mounted straight over the tree it shows, hence something else in between. systemd gives such
# names to logins: journald finds the unit of a message by them.
tree=/sys/fs/cgroup
temporary 755 "$tree"
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$tree"
slice=$tree/user.slice/user-$uid.slice
mkdir -p "$tree/init.scope" "$slice/session-1.scope" "$slice/user@$uid.service"
echo 0 >"$tree/init.scope/cgroup.procs"
for group in "$tree" "$tree/user.slice" "$slice"; do
  read -ra controllers <"$group/cgroup.controllers" || : # an empty file is no line
  for controller in "${controllers[@]}"; do
    echo "+$controller" 2>/dev/null >"$group/cgroup.subtree_control" || : # some cannot be handed down on every kernel
  done
done
give "$slice/cgroup.procs" "$slice/session-1.scope" "$slice/user@$uid.service"

case $way in
  root) identity=(setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all) ;;
  user) identity=(unshare --user --map-user "$uid" --map-group "$uid") ;;
esac
# shellcheck disable=SC2016 # the inner shell expands it
(
  echo "$BASHPID" >"$slice/session-1.scope/cgroup.procs"
  cd /
  exec "${identity[@]}" env -i "FLEET_SANDBOX_SESSION=$FLEET_SANDBOX_SESSION" \
    bash -c 'eval "$FLEET_SANDBOX_SESSION"' fleet-sandbox "$@" 5>&-
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
