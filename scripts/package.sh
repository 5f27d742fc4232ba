#!/usr/bin/env bash
# Builds Debian packages in build/package, checks their contents, and builds and runs a program with
# the files in them. Installs nothing on this machine.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
build=$root/build/package
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-true}

# Uses the flags of the release build. Linking a shared library optimizes its code again.
cmake --preset release -B "$build" -D BUILD_SHARED_LIBS=ON -D JELLYFISH_PACKAGE=ON \
    -D JELLYFISH_BUILD_TESTS=OFF -D JELLYFISH_BUILD_EXAMPLES=OFF -D CMAKE_INSTALL_PREFIX=/usr \
    -D CMAKE_SKIP_INSTALL_RPATH=ON \
    -D CMAKE_SHARED_LINKER_FLAGS=-Wl,-z,relro,-z,now -D CMAKE_EXE_LINKER_FLAGS=-Wl,-z,relro,-z,now
cmake --build "$build" -j "${JOBS:-2}"

rm -f "$build"/*.deb
(cd "$build" && umask 022 && cpack -G DEB)

if type -P lintian >/dev/null; then
    echo "== lintian"
    # The packages are not for upload to Debian, where the first version must close a bug.
    lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs \
        "$build"/*.deb
else
    echo "package: lintian is missing: run scripts/setup.sh all" >&2
fi
test/package/symbols_test.sh "$build"/{src,sandbox}/libjellyfish_*.so
test/package/deb_test.sh "$build"
