#!/bin/sh
# G3: the library exports what the map lists, which is what the header declares; its name is right.
#   check_symbols.sh LIBRARY MAP INCLUDE_DIRECTORY
# Needs nm and readelf (binutils, which come with the compiler).
set -eu
export LC_ALL=C # one order of sorting

library=$1
map=$2
include=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# A declaration may span lines: from WEIR_API to the first parenthesis, the last word is the name.
# Comments go first, and the macro's own definition is no declaration.
tr '\n' ' ' <"$include/weir/weir.h" | sed 's@/\*@\n/*@g; s@\*/@*/\n@g' | grep -v '^/\*' |
  sed 's/;/;\n/g' | grep -v '# *define' | sed -n 's/.*WEIR_API \([^(]*\)(.*/\1/p' |
  sed 's/.*[ *]//' | sort >"$work/header"
sed -n '/global:/,/local:/s/^ *\(weir_[a-z0-9_]*\);.*/\1/p' "$map" | sort >"$work/map"
# Defined dynamic symbols, less the version nodes themselves (type A).
nm -D --defined-only "$library" | awk '$2 != "A" && $1 != "" {sub(/@.*/, "", $NF); print $NF}' |
  sort >"$work/library"

compare() { # file, file, sentence
  [ -s "$work/$1" ] && [ -s "$work/$2" ] || {
    echo "no symbols found in the $1 or the $2" >&2
    failed=1
    return 0
  }
  cmp -s "$work/$1" "$work/$2" && return 0
  echo "the $1 and the $2 differ (< only the $1, > only the $2):" >&2
  diff "$work/$1" "$work/$2" | grep '^[<>]' >&2
  failed=1
}
compare header map
compare library map

major=$(awk '/define WEIR_ABI_MAJOR/ {print $3}' "$include/weir/version.h")
name=$(readelf -d "$library" | sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p')
[ "$name" = "libweir.so.$major" ] || {
  echo "SONAME is '$name', not libweir.so.$major; set soversion from WEIR_ABI_MAJOR" >&2
  failed=1
}
# Without nodelete, unloading it after oneTBB has started threads crashes the host.
readelf -d "$library" | grep -q 'NODELETE' || {
  echo "not marked NODELETE; link with -Wl,-z,nodelete" >&2
  failed=1
}
[ $failed = 0 ] && echo "$(wc -l <"$work/map") functions, SONAME $name"
exit $failed
