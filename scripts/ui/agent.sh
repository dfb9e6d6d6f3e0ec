#!/bin/sh
# A stand-in for an AI agent: draws a screen as such programs do, and reports what it does.
#   agent.sh SCENE
report() { "$MOSAIC_AGENT_TOOLS/mosaic-activity" "$@"; }
line() { printf '%b\n' "$*"; }
e='\033['
name=$MOSAIC_AGENT_NAME
line "${e}38;5;173m✻${e}0m ${e}1mWelcome${e}0m to a stand-in agent ${e}2m(model ${MODEL:-opus})${e}0m"
line "${e}2m  $PWD${e}0m"
line
case $1 in
works)
  line "${e}48;5;236m${e}38;5;231m> make the parser stream its input        ${e}0m"
  line
  line "${e}32m●${e}0m I will read the parser first."
  line "${e}32m●${e}0m ${e}1mRead${e}0m(src/config/parse.ts)"
  line "  ${e}2m└  Read 184 lines${e}0m"
  line "${e}32m●${e}0m ${e}1mUpdate${e}0m(src/config/parse.ts)"
  line "  ${e}2m└${e}0m  ${e}36m41${e}0m ${e}48;5;52m- const text = readFileSync(path);${e}0m"
  line "     ${e}36m41${e}0m ${e}48;5;22m+ const text = createReadStream(path);${e}0m"
  line
  report working
  n=0
  while :; do
    n=$((n + 1))
    printf '\r%b' "${e}38;5;173m✽ Refactoring…${e}0m ${e}2m(${n}0s · ↑ $((n * 3 % 90)).4k tokens · esc to interrupt)${e}0m "
    sleep 10
  done
  ;;
asks)
  line "${e}48;5;236m${e}38;5;231m> clean the build folder                  ${e}0m"
  line
  line "${e}32m●${e}0m ${e}1mBash${e}0m(rm -rf build)"
  line "  ${e}2m└  Waiting…${e}0m"
  line "${e}34m────────────────────────────────────────────────────${e}0m"
  line " ${e}1;34mBash command${e}0m"
  line "   rm -rf build"
  line
  line " Do you want to proceed?"
  line " ${e}34m❯ 1. Yes${e}0m"
  line "   2. No, and tell it what to do instead ${e}2m(esc)${e}0m"
  report waiting "Bash(rm -rf build)"
  exec sleep infinity
  ;;
wonders)
  line "${e}48;5;236m${e}38;5;231m> check the branch for leaked keys         ${e}0m"
  line
  line "${e}32m●${e}0m I found two branches with that name."
  line
  line " ${e}1mWhich branch do you mean?${e}0m"
  line " ${e}34m❯ 1. origin/billing${e}0m ${e}2m(3 days old)${e}0m"
  line "   2. fork/billing ${e}2m(2 hours old)${e}0m"
  report waiting "Which branch do you mean?"
  exec sleep infinity
  ;;
limited)
  line "${e}31m●${e}0m ${e}31mUsage limit reached${e}0m · resets at 3pm"
  line "${e}2m  /upgrade to increase your limit${e}0m"
  report limited "until 3pm"
  exec sleep infinity
  ;;
tests)
  line "${e}1m RUN ${e}0m ${e}36mv4.1.12${e}0m ${e}2m$PWD${e}0m"
  for each in config plan apply observe watch; do
    line " ${e}32m✓${e}0m test/$each.test.ts ${e}2m(14 tests)${e}0m ${e}33m318ms${e}0m"
  done
  line " ${e}31m❯${e}0m test/graph.test.ts ${e}2m(9 tests${e}0m | ${e}31m1 failed${e}0m${e}2m)${e}0m"
  line "   ${e}31m× draws two layers${e}0m"
  line
  line " ${e}2mTests ${e}0m ${e}1;31m1 failed${e}0m | ${e}1;32m78 passed${e}0m ${e}2m(79)${e}0m"
  report idle
  exec sleep infinity
  ;;
*)
  line "${e}48;5;236m${e}38;5;231m> write the release notes                 ${e}0m"
  line
  line "${e}32m●${e}0m Done. ${e}1mCHANGELOG.md${e}0m has a section for 2.4.0:"
  line "  ${e}2m└${e}0m  ${e}48;5;22m+ ## 2.4.0${e}0m"
  line "     ${e}48;5;22m+ - The parser streams its input.${e}0m"
  line
  line "${e}2m╭──────────────────────────────────────────────────╮${e}0m"
  line "${e}2m│${e}0m > ${e}7m ${e}0m                                              ${e}2m│${e}0m"
  line "${e}2m╰──────────────────────────────────────────────────╯${e}0m"
  report idle
  exec sleep infinity
  ;;
esac
