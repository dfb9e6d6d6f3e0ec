# shellcheck shell=sh
# The files of the repository that git does not track, such as .env, in the worktree.
#
# In     the lists of paths and patterns in $copy and $link.
# Out    the files, if the worktree did not have them; the digests of copies in mosaic-copies.

# Prints the matching files of the repository's folder, without .git.
expand() {
  cd "$repo"
  IFS=
  # shellcheck disable=SC2086 # a pattern
  for each in $1; do
    case /$each/ in */.git/* | */../* | */./*) continue ;; esac
    if [ -e "$each" ] || [ -L "$each" ]; then printf '%s\n' "$each"; fi
  done
}

# provide_one FILE
provide_one() {
  if [ -e "$path/$1" ] || [ -L "$path/$1" ]; then return 0; fi
  case $1 in */*) folder=${1%/*} ;; *) folder= ;; esac
  mkdir -p "$path/$folder" || fail "$way: the folder of $1 cannot be made"
  # A link in the worktree may lead elsewhere.
  case $(cd "$path/$folder" && pwd -P)/ in
  "$place"/*) ;;
  *) fail "$way: $1 would be outside of the worktree" ;;
  esac
  if [ "$way" = link ]; then
    ln -s "$repo/$1" "$path/$1" || fail "link: $1 cannot be linked"
    return
  fi
  # An incomplete copy has another name.
  part=$path/$folder/.mosaic-copy.$$
  cp -pR "$repo/$1" "$part" || {
    rm -r "$part" || :
    fail "copy: $1 cannot be copied"
  }
  mv "$part" "$path/$1"
  (cd "$path" && find "$1" -type f -exec sha256sum {} +) >>"$admin/mosaic-copies"
}

# provide LIST copy|link
# Copies or links the files of a list of paths or patterns, if the worktree does not have them.
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
