#!/bin/sh
# Makes the git worktree of an agent before its start, or finds it: mosaic-worktree make | done. See docs/worktrees.md.
# Joined from the commented parts in units/mosaic-worktree/ by npm run units. Change those.
# ==== units/mosaic-worktree/head.sh
set -eu
unset CDPATH
export GIT_TERMINAL_PROMPT=0
newline='
'
tab=$(printf '\t')
name=$MOSAIC_AGENT_NAME fleet=$MOSAIC_AGENT_FLEET
repo=$MOSAIC_AGENT_WORKTREE_REPO branch=$MOSAIC_AGENT_WORKTREE_BRANCH path=$MOSAIC_AGENT_WORKTREE_PATH
from=${MOSAIC_AGENT_WORKTREE_FROM:-HEAD} fetch=${MOSAIC_AGENT_WORKTREE_FETCH:-}
copy=${MOSAIC_AGENT_WORKTREE_COPY:-} link=${MOSAIC_AGENT_WORKTREE_LINK:-} setup=${MOSAIC_AGENT_WORKTREE_SETUP:-}
reason="mosaic-fleet agent $name"

fail() {
  printf '%s\n' "$1"
  exit 1
}

fail_by_git() {
  why=$(printf '%s\n' "$said" | sed -n 's/^fatal: //p; s/^error: //p' | tail -n 1)
  fail "$1: ${why:-$said}"
}

run_git() {
  said=$(LC_ALL=C git "$@" 2>&1 9>&-)
}
# ==== units/mosaic-worktree/repository.sh
find_repository() {
  command -v git >/dev/null || fail "its worktree needs git, which is not installed, or not on this PATH: $PATH"
  # shellcheck disable=SC2046 # names of variables
  unset $(git rev-parse --local-env-vars)
  [ -d "$repo" ] || fail "the repository of its worktree does not exist: $repo"
  run_git -C "$repo" rev-parse --git-dir --git-common-dir --is-bare-repository ||
    fail_by_git "its worktree needs a repository at $repo"
  real=$(cd "$repo" && pwd -P)
  common=$(cd "$repo" && cd "$(git rev-parse --git-common-dir)" && pwd -P)
  top=$(git -C "$repo" rev-parse --show-toplevel 2>/dev/null) || top=
  inner=$(cd "$repo" && cd "$(git rev-parse --git-dir)" && pwd -P)
  [ -e "$repo/.git" ] || [ "$real" = "$top" ] || [ "$real" = "$inner" ] ||
    fail "the repository of its worktree is not $repo: this folder is inside the repository ${top:-$inner}"
}

find_admin() {
  admin=''
  for each in "$common"/worktrees/*/; do
    [ -r "${each}gitdir" ] || continue
    IFS= read -r back <"${each}gitdir" || continue
    case $back in
    /*) ;;
    *) back=$(realpath -m "$each$back") ;;
    esac
    [ "$back" != "$place/.git" ] || admin=${each%/}
  done
}

read_head() {
  head=
  IFS= read -r head <"$admin/HEAD" || :
  case $head in
  'ref: refs/heads/'*) head=${head#ref: refs/heads/} ;;
  *) head= ;;
  esac
}
# ==== units/mosaic-worktree/mark.sh
read_mark() {
  mark=
  [ -r "$admin/mosaic-worktree" ] || return 0
  while IFS= read -r line; do
    case $line in "$1="*) mark=${line#"$1"=} ;; esac
  done <"$admin/mosaic-worktree"
}

set_mark() {
  text="fleet=$fleet${newline}agent=$name${newline}repo=$repo${newline}branch=$branch${newline}made=$1"
  [ "$(cat "$admin/mosaic-worktree" 2>/dev/null)" = "$text" ] || {
    printf '%s\n' "$text" >"$admin/mosaic-worktree.new"
    mv "$admin/mosaic-worktree.new" "$admin/mosaic-worktree"
  }
  locked=
  [ ! -e "$admin/locked" ] || IFS= read -r locked <"$admin/locked" || :
  case $locked in
  "$reason") return ;;
  'mosaic-fleet agent '*) run_git -C "$repo" worktree unlock "$place" || : ;; # of an earlier name
  esac
  [ -e "$admin/locked" ] || run_git -C "$repo" worktree lock --reason "$reason" "$place" ||
    fail_by_git 'its worktree cannot be locked'
}
# ==== units/mosaic-worktree/reuse.sh
lost_repository() {
  fail "the worktree $path has lost its repository, which may have been moved: git -C $repo worktree repair $path"
}

reuse() {
  back=
  IFS= read -r back <"$path/.git" || :
  back=${back#gitdir: }
  case $back in /*) ;; *) back=$path/$back ;; esac
  # shellcheck disable=SC3013 # dash, bash and busybox have -ef
  [ "$back" -ef "$admin" ] || lost_repository
  read_head
  read_mark fleet
  if [ -n "$mark" ]; then
    [ "$mark" = "$fleet" ] || fail "its worktree belongs to fleet $mark: $path"
    read_mark branch
    if [ "$mark" != "$branch" ] && [ "$head" != "$branch" ]; then
      fail "its worktree $path was made for branch $mark, not $branch, and stays so; to replace it: fleet stop $name, then fleet worktree prune $name"
    fi
    read_mark made
    set_mark "$mark"
    return
  fi
  [ "$head" = "$branch" ] ||
    fail "its worktree $path has ${head:+branch }${head:-a detached HEAD}, not branch $branch, and stays so; choose another path"
  if [ ! -e "$admin/index" ]; then
    rm -f "$admin/index.lock"
    run_git -C "$path" reset --hard || fail_by_git "the files of its worktree cannot be written"
    [ "$(cat "$admin/locked" 2>/dev/null)" != initializing ] || rm -f "$admin/locked"
    set_mark fleet
    return
  fi
  set_mark found
}
# ==== units/mosaic-worktree/forget.sh
keep_deleted() {
  fail "somebody has deleted the folder of its worktree, and $1; to bring it back: mkdir $path; echo 'gitdir: $admin' >$path/.git; git -C $path checkout-index -a"
}

forget_deleted() {
  for each in rebase-merge rebase-apply sequencer MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG modules; do
    [ ! -e "$admin/$each" ] || keep_deleted "it was in the middle of an operation ($each)"
  done
  read_head
  git -C "$repo" show-ref --verify --quiet "refs/heads/$head" 9>&- ||
    keep_deleted 'its HEAD was detached, and may have commits that no branch has'
  if [ -e "$admin/index" ]; then
    git --git-dir="$admin" diff-index --cached --quiet "refs/heads/$head" -- 9>&- ||
      keep_deleted 'it had staged changes'
  fi
  [ ! -e "$admin/locked" ] || run_git -C "$repo" worktree unlock "$place" || fail_by_git 'its worktree cannot be unlocked'
  [ ! -d "$place" ] || rmdir "$place"
  run_git -C "$repo" worktree remove "$place" || fail_by_git 'the entry of its deleted worktree cannot be removed'
}
# ==== units/mosaic-worktree/add.sh
find_branch() {
  elsewhere='' entry=''
  while IFS= read -r line; do
    case $line in
    'worktree '*) entry=${line#worktree } ;;
    "branch refs/heads/$branch") elsewhere=$entry ;;
    esac
  done <<END
$(git -C "$repo" worktree list --porcelain 9>&-)
END
}

refuse_start() {
  git -C "$repo" rev-parse --verify --quiet HEAD >/dev/null 9>&- || git -C "$repo" rev-list -n 1 --all 2>/dev/null 9>&- | grep -q . ||
    fail "its repository has no commits yet: $repo"
  fail "its branch $branch cannot begin at $from, which is unknown in $repo${fetched:+; git fetch failed: $fetched}$([ -n "$fetch" ] || echo ': git fetch, or worktree: { fetch: true }')"
}

add() {
  if git -C "$repo" show-ref --verify --quiet "refs/heads/$branch" 9>&-; then
    find_branch
    [ -z "$elsewhere" ] || fail "its branch $branch is checked out at $elsewhere: choose another branch, or switch there"
    set -- "$place" "$branch"
  else
    if [ -n "$fetch" ]; then
      run_git -C "$repo" -c gc.auto=0 -c maintenance.auto=false fetch --quiet || fetched=$said
    fi
    run_git -C "$repo" rev-parse --verify --quiet "$from^{commit}" || refuse_start
    [ -z "${fetched:-}" ] || printf 'git fetch failed, so its worktree begins at %s as known here: %s\n' "$from" "$fetched"
    set -- --no-track -b "$branch" "$place" "$from"
  fi
  mkdir -p "$MOSAIC_AGENT_STATE"
  grep -qxF "$repo$tab$path" "$MOSAIC_AGENT_STATE/worktrees" 2>/dev/null ||
    printf '%s\n' "$repo$tab$path" >>"$MOSAIC_AGENT_STATE/worktrees"
  run_git -C "$repo" worktree add "$@" || fail_by_git 'its worktree cannot be made'
  find_admin
  [ -n "$admin" ] || fail "git has made its worktree in another place than $place"
  set_mark fleet
  printf 'made worktree %s of branch %s\n' "$path" "$branch"
}
# ==== units/mosaic-worktree/ensure.sh
refuse_folder() {
  [ "$place" != "$real" ] || fail "its worktree would be the repository itself: $path"
  [ -e "$path/.git" ] || fail "the folder of its worktree is not empty: $path; move its files away, or choose another path"
  if other=$(git -C "$path" rev-parse --git-common-dir 2>/dev/null); then
    other=$(cd "$path" && cd "$other" && pwd -P)
    [ "$other" != "$common" ] ||
      fail "git does not know the worktree $path by this path: git -C $repo worktree repair $path"
    fail "the place of its worktree holds another repository, $other: $path; choose another path"
  fi
  lost_repository
}

ensure() {
  place=$path
  if [ -d "$path" ]; then
    place=$(cd "$path" 2>/dev/null && pwd -P) || fail "its worktree is in a folder that it may not enter: $path"
  else
    if [ -e "$path" ] || [ -L "$path" ]; then fail "the place of its worktree is no folder: $path"; fi
    parent=${path%/*}
    mkdir -p "${parent:-/}" || fail "the folder of its worktree cannot be made: ${parent:-/}"
    place=$(cd "${parent:-/}" && pwd -P)
    place=${place%/}/${path##*/}
  fi
  find_admin
  if [ ! -d "$path" ] || [ -z "$(ls -A "$path")" ]; then
    if [ -n "$admin" ]; then forget_deleted; fi
    add
  elif [ -n "$admin" ] && [ -f "$path/.git" ]; then
    reuse
  else
    refuse_folder
  fi
}
# ==== units/mosaic-worktree/files.sh
expand() {
  cd "$repo"
  IFS=
  # shellcheck disable=SC2086 # a pattern
  for each in $1; do
    case /$each/ in */.git/* | */../* | */./*) continue ;; esac
    if [ -e "$each" ] || [ -L "$each" ]; then printf '%s\n' "$each"; fi
  done
}

provide_one() {
  if [ -e "$path/$1" ] || [ -L "$path/$1" ]; then return 0; fi
  case $1 in */*) folder=${1%/*} ;; *) folder= ;; esac
  mkdir -p "$path/$folder" || fail "$way: the folder of $1 cannot be made"
  case $(cd "$path/$folder" && pwd -P)/ in
  "$place"/*) ;;
  *) fail "$way: $1 would be outside of the worktree" ;;
  esac
  if [ "$way" = link ]; then
    ln -s "$repo/$1" "$path/$1" || fail "link: $1 cannot be linked"
    return
  fi
  part=$path/$folder/.mosaic-copy.$$
  cp -pR "$repo/$1" "$part" || {
    rm -r "$part" || :
    fail "copy: $1 cannot be copied"
  }
  mv "$part" "$path/$1"
  (cd "$path" && find "$1" -type f -exec sha256sum {} +) >>"$admin/mosaic-copies"
}

provide() {
  set -f
  IFS=$newline
  # shellcheck disable=SC2086 # one path each line
  set -- "$2" $1
  unset IFS
  set +f
  way=$1
  shift
  for pattern; do
    if [ -e "$repo/$pattern" ] || [ -L "$repo/$pattern" ]; then
      provide_one "$pattern"
      continue
    fi
    found=
    while IFS= read -r each; do
      [ -n "$each" ] || continue
      found=1
      provide_one "$each"
    done <<END
$(expand "$pattern")
END
    [ -n "$found" ] || printf '%s: the repository has no %s\n' "$way" "$pattern"
  done
}
# ==== units/mosaic-worktree/setup.sh
read_setup() {
  wanted=$(printf '%s\n' "$copy" -- "$link" -- "$setup" | sha256sum)
  wanted=${wanted%% *} known=
  [ ! -r "$admin/mosaic-setup" ] || IFS= read -r known <"$admin/mosaic-setup" || :
}

note_setup() {
  read_mark made
  if [ "$mark" = fleet ] && [ ! -e "$admin/mosaic-ignored" ]; then
    git -C "$path" status --porcelain -z --untracked-files=normal --ignored >"$admin/mosaic-ignored.new"
    LC_ALL=C tr '\n\0' '\0\n' <"$admin/mosaic-ignored.new" | LC_ALL=C sed -n 's/^!! //p' | LC_ALL=C sed '/\/$/d' |
      LC_ALL=C tr '\n\0' '\0\n' | (cd "$path" && xargs -0 -r sha256sum --) >>"$admin/mosaic-copies" 2>/dev/null || :
    mv "$admin/mosaic-ignored.new" "$admin/mosaic-ignored"
  fi
  printf '%s\n' "$wanted" >"$admin/mosaic-setup.new"
  mv "$admin/mosaic-setup.new" "$admin/mosaic-setup"
}
# ==== units/mosaic-worktree/calls.sh
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
