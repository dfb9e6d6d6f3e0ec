# shellcheck shell=sh
# The repository of a worktree, and the folder that git keeps for the worktree.
#
# In     $repo, the declared repository; $place, the place of the worktree without links.
# Out    $real, the repository without links; $common, the folder of git shared by all its worktrees; $admin, the folder
#        that git keeps for the worktree, empty for none; $head, the branch of the worktree, empty for a detached HEAD.

# Sets common to the folder of git shared by all worktrees of the repository. A folder inside of another repository is none.
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

# Sets admin to the folder that git keeps for the worktree at $place, whether that exists or not; empty if there is none.
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

# Sets head to the branch of the worktree; empty if its HEAD is detached.
read_head() {
  head=
  IFS= read -r head <"$admin/HEAD" || :
  case $head in
  'ref: refs/heads/'*) head=${head#ref: refs/heads/} ;;
  *) head= ;;
  esac
}
