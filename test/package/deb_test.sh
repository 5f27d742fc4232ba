#!/usr/bin/env bash
# Tests the Debian packages in a build folder: their names, contents and dependencies. Builds and
# runs the consumer with their contents, unpacked into a scratch folder.
#   deb_test.sh BUILD
set -euo pipefail

build=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/deb_test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
lib=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
runtime=libjellyfish-server-sdk0.2

fail() {
    echo "deb_test: $*" >&2
    exit 1
}

# package NAME: the only file of this name.
package() {
    local files=("$build/$1"_*.deb)
    [[ ${#files[@]} == 1 && -f ${files[0]} ]] || fail "there is not just one package $1"
    echo "${files[0]}"
}

# holds NAME PATH…
holds() {
    local name=$1 file listing path
    shift
    file=$(package "$name")
    listing=$(dpkg-deb --fsys-tarfile "$file" | tar -t | sed 's,^\./,,')
    for path in "$@" usr/share/doc/"$name"/{copyright,changelog.Debian.gz}; do
        grep -qxF "$path" <<<"$listing" || fail "$name does not hold $path"
    done
    dpkg-deb -x "$file" "$scratch/root"
}

# depends NAME ON…: the beginning of each dependency.
depends() {
    local name=$1 on list
    shift
    list=$(dpkg-deb -f "$(package "$name")" Depends | sed 's/, */\n/g')
    for on in "$@"; do
        awk -v on="$on" 'index($0, on) == 1 {found = 1} END {exit !found}' <<<"$list" ||
            fail "$name does not depend on $on, but on: $list"
    done
}

names=("$runtime" libjellyfish-server-sdk-dev jellyfish-sandbox)
holds "$runtime" "$lib"/libjellyfish_{server_sdk,testing}.so.0.2
depends "$runtime" 'libboost-json1.81.0' 'libboost-url1.81.0' 'libc6 (>=' 'libprotobuf-lite32' \
    'libssl3 (>=' 'libstdc++6 (>='
holds libjellyfish-server-sdk-dev "$lib"/libjellyfish_{server_sdk,testing}.so \
    "$lib"/cmake/jellyfish_server_sdk/jellyfish_server_sdk-config{,-version}.cmake \
    "$lib/pkgconfig/jellyfish_server_sdk.pc" usr/include/jellyfish/{jellyfish,testing/server}.hpp
depends libjellyfish-server-sdk-dev "$runtime (= " libboost1.81-dev libprotobuf-dev libssl-dev
holds jellyfish-sandbox usr/bin/jellyfish-sandbox usr/share/man/man1/jellyfish-sandbox.1.gz
depends jellyfish-sandbox "$runtime (= " libboost-program-options1.81.0
if [[ -e $build/tools/jellyfish ]]; then
    names+=(jellyfish-tools)
    holds jellyfish-tools usr/bin/jellyfish usr/share/man/man1/jellyfish.1.gz \
        usr/share/bash-completion/completions/jellyfish
    depends jellyfish-tools "$runtime (= " libboost-json1.81.0
fi
made=("$build"/*.deb)
((${#made[@]} == ${#names[@]})) || fail "other packages than ${names[*]}: ${made[*]}"
for name in "${names[@]}"; do
    [[ -n $(dpkg-deb -f "$(package "$name")" Maintainer) ]] || fail "$name has no maintainer"
done
dpkg-deb -I "$(package "$runtime")" shlibs | grep -qxE \
    "libjellyfish_server_sdk 0\.2 $runtime( .*)?" || fail "$runtime does not list its soname"

export LD_LIBRARY_PATH=$scratch/root/$lib
cmake -G Ninja -S "$here/consumer" -B "$scratch/consumer" -D WITH_TESTING=ON \
    -D CMAKE_PREFIX_PATH="$scratch/root/usr" -D CMAKE_CXX_COMPILER_LAUNCHER="$(type -P ccache)" \
    >"$scratch/log" || { cat "$scratch/log" >&2; fail "the consumer cannot be configured"; }
cmake --build "$scratch/consumer" -j 2
(cd "$scratch/consumer" && ctest --output-on-failure --no-tests=error)
for program in "$scratch/root"/usr/bin/*; do
    "$program" --help >/dev/null || fail "$(basename "$program") does not run"
done

library=$LD_LIBRARY_PATH/libjellyfish_server_sdk.so.0.2
echo "deb_test: ${#names[@]} packages are good; the stripped library has" \
    "$(($(stat -Lc %s "$library") / 1000)) kB"
