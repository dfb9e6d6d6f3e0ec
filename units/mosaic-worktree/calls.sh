# shellcheck shell=sh
# The two calls of the start script. The setup of an agent runs between them, as a hook.
#
# In     $1, the call.
# Out    exit status 3 if the setup is due, else 0; 1 after a failure.

find_repository
case $1 in
make)
  exec 9>>"$common/mosaic-worktree.lock"
  flock 9
  ensure
  exec 9>&-
  read_setup
  [ "$known" != "$wanted" ] || exit 0
  rm -f "$admin/mosaic-setup"
  provide "$copy" copy
  provide "$link" link
  [ -z "$setup" ] || exit 3
  note_setup
  ;;
done)
  place=$(cd "$path" && pwd -P)
  find_admin
  [ -n "$admin" ] || fail "setup has removed the worktree $path"
  read_setup
  note_setup
  ;;
esac
