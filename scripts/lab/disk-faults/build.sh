#!/bin/sh
# build.sh: compiles disk-faults.c once and prints the path of the library to preload. Status 77 where there is no compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
library=$root/.lab/disk-faults/disk-faults.so
if [ ! -e "$library" ] || [ "$here/disk-faults.c" -nt "$library" ]; then
  "$here/need.sh" "cc:gcc libc6-dev" || exit 77
  mkdir -p "${library%/*}"
  # Two test files may build it at once.
  cc -shared -fPIC -O2 -o "$library.$$" "$here/disk-faults.c" -ldl
  mv "$library.$$" "$library"
fi
echo "$library"
