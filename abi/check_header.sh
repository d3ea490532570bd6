#!/bin/sh
# G1: each public header compiles alone, without a warning, under every standard that a host may use.
#   check_header.sh INCLUDE_DIRECTORY
# Runs every compiler of gcc and clang that is there. Exit 1: it does not compile.
set -eu

include=$1
flags='-Wall -Wextra -Wpedantic -Wpadded -Wconversion -Wshadow -Werror -fsyntax-only'
checks=0
failed=0

check() { # compiler, language, standard
  command -v "$1" >/dev/null || return 0
  checks=$((checks + 1))
  for header in weir version; do
    # Twice: the guard must hold. ISO C wants a declaration in every file.
    printf '#include "weir/%s.h"\n#include "weir/%s.h"\nextern int none;\n' $header $header |
      "$1" -I "$include" -x "$2" -std="$3" $flags - || {
      echo "$header.h does not compile alone: $1 -x $2 -std=$3" >&2
      failed=1
    }
  done
}

for standard in c99 c11 c17; do
  check gcc c $standard
  check clang c $standard
done
for standard in c++11 c++17 c++20; do
  check g++ c++ $standard
  check clang++ c++ $standard
done

[ $checks -gt 0 ] || {
  echo "found neither gcc nor clang" >&2
  exit 1
}
[ $failed = 0 ] && echo "the headers compile alone under $checks compilers and standards"
exit $failed
