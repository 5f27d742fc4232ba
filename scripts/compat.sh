#!/usr/bin/env bash
# Builds and tests with the compilers and the Boosts of another Debian, in a chroot that is made of
# that Debian's packages. Needs root, debootstrap (scripts/setup.sh all), a network on which apt
# works, and some gigabytes; changes nothing outside its folder.
#
#   scripts/compat.sh SUITE [--compiler NAME] [--boost VERSION] [--tests library|unit|all]
#                           [--jobs N] [--root DIR]
#
#   SUITE       bookworm, trixie, sid …
#   --compiler  g++ (the default), g++-14, clang++, clang++-19 …, as in the suite
#   --boost     1.83 …; the suite's own when it is not given
#   --tests     how much is built and run: library also means the sandbox and the examples, and unit
#               that the examples are run
#   --root      where chroots, build folders and the compiler's cache are kept:
#               ${XDG_CACHE_HOME:-~/.cache}/jellyfish-compat
#
# Ends with a line for the table of platforms in README.md.
set -euo pipefail

source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
compiler=g++
boost=
tests=all
jobs=2
root=${XDG_CACHE_HOME:-$HOME/.cache}/jellyfish-compat
suite=

say() { echo "compat: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
usage() {
    say "$1; usage: scripts/compat.sh SUITE [--compiler NAME] [--boost VERSION]" \
        "[--tests library|unit|all] [--jobs N] [--root DIR]"
    exit 2
}

while (($#)); do
    case "$1" in
        --compiler | --boost | --tests | --jobs | --root)
            [[ -n ${2:-} ]] || usage "$1 needs a value"
            declare "${1#--}=$2"
            shift 2
            ;;
        -*) usage "unknown option $1" ;;
        *)
            [[ -z $suite ]] || usage "one suite at a time"
            suite=$1
            shift
            ;;
    esac
done
[[ $suite =~ ^[a-z]+$ ]] || usage "which suite?"
[[ $compiler =~ ^(g|clang)\+\+(-[0-9]+)?$ ]] || usage "unknown compiler $compiler"
[[ -z $boost || $boost =~ ^1\.[0-9]+$ ]] || usage "--boost needs a version such as 1.83"
[[ $tests =~ ^(library|unit|all)$ ]] || usage "--tests is library, unit or all"
[[ $jobs =~ ^[1-9][0-9]?$ ]] || usage "--jobs needs a number"
((EUID == 0)) || fail "run this as root: only root can make a chroot and enter it"
command -v debootstrap >/dev/null || fail "debootstrap is missing: scripts/setup.sh all installs it"

chroot_folder=$root/$suite

# From where this machine takes its own packages.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
        'Label: Debian' | head -n 1
}

make_chroot() {
    [[ ! -e $chroot_folder/made ]] || return 0
    local from
    from=$(mirror)
    [[ -n $from ]] || fail "apt knows no mirror of Debian"
    say "making a chroot of $suite in $chroot_folder"
    mkdir -p "$root"
    debootstrap --variant=minbase "$suite" "$chroot_folder" "$from" >"$root/$suite.log" 2>&1 ||
        fail "debootstrap failed: see $root/$suite.log"
    touch "$chroot_folder/made"
}

# Runs a command in the chroot, with mounts that end with it.
inside() {
    unshare --mount --propagation private bash -c '
        set -e
        folder=$1
        shift
        mount -t proc proc "$folder/proc"
        mount --rbind /dev "$folder/dev"
        exec chroot "$folder" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive CCACHE_DIR=/ccache \
            CCACHE_NOHASHDIR=true JELLYFISH_TEST_LOG=1 "$@"' - "$chroot_folder" "$@"
}

install_packages() {
    # The suite's own Boost goes by names without a version.
    local wanted=("$compiler" ccache cmake ninja-build openssl pkg-config
        protobuf-compiler libprotobuf-dev libssl-dev "libboost$boost-dev")
    local part
    [[ $compiler != clang++* ]] || wanted[0]=${compiler/++/}
    for part in json url program-options test context; do
        wanted+=("libboost-$part$boost-dev")
    done
    cp /etc/resolv.conf "$chroot_folder/etc/resolv.conf"
    echo '127.0.0.1 localhost' >"$chroot_folder/etc/hosts"
    # A mirror may lag behind.
    inside apt-get update -qq -o Acquire::Check-Valid-Until=false
    inside apt-get install -qq -y --no-install-recommends "${wanted[@]}" >"$root/$suite.log" 2>&1 ||
        fail "apt-get install ${wanted[*]} failed: see $root/$suite.log"
    # Not in every suite, and only examples want it.
    inside apt-get install -qq -y --no-install-recommends "libboost-cobalt$boost-dev" \
        >>"$root/$suite.log" 2>&1 || true
}

# What belongs to the project, as it is now, and looking new: a file that was changed before the
# last build and copied after it would be taken for an old one. ccache makes up for it.
copy_source() {
    rm -rf "$chroot_folder/source"
    mkdir -p "$chroot_folder/source"
    (cd "$source_folder" && git ls-files -coz --exclude-standard |
        tar --null --files-from - --ignore-failed-read -cf - 2>/dev/null) |
        tar -C "$chroot_folder/source" -xmf -
}

# Those that the tests run, too: benchmarks and snippets are of this machine.
targets() {
    echo jellyfish_server_sdk jellyfish-sandbox examples
    [[ $tests == library ]] || echo playing_server failing_server unit_tests
    [[ $tests != all ]] || echo jellyfish-tool integration_tests
}

build() {
    local folder=/build/$compiler-${boost:-own}
    inside cmake -S /source -B "$folder" -G Ninja -Wno-dev \
        -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_CXX_FLAGS_RELEASE=-O1 -DJELLYFISH_WERROR=ON \
        -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >"$root/$suite.log" 2>&1 ||
        { tail -n 20 "$root/$suite.log" >&2; fail "cmake failed"; }
    local wanted
    readarray -t wanted <<<"$(targets | tr ' ' '\n')"
    inside cmake --build "$folder" -j "$jobs" -- -k 0 "${wanted[@]}"
    case "$tests" in
        unit)
            inside ctest --test-dir "$folder" -j "$jobs" --output-on-failure -L '^(unit|example)$'
            ;;
        all)
            inside ctest --test-dir "$folder" -j "$jobs" --output-on-failure \
                -L '^(unit|integration|example)$'
            ;;
    esac
}

version_of() { inside dpkg-query -W -f '${Version}' "$1" 2>/dev/null | sed 's/[-+~].*//'; }

make_chroot
install_packages
copy_source
build
compiler_version=$(inside "$compiler" -dumpfullversion -dumpversion)
boost_version=$(version_of "libboost${boost}-dev")
printf '| %s | %s %s | %s | %s | %s | %s |\n' "$suite" "${compiler%%-*}" "$compiler_version" \
    "${boost_version%.[0-9]*}" "$(version_of libprotobuf-dev)" "$(version_of libssl-dev)" "$tests"
