#!/usr/bin/env bash
# Builds and tests with the compilers and Boost versions of another Debian release, in a chroot with
# that release's packages. Requires root, debootstrap (scripts/setup.sh all), network access for
# apt, and several gigabytes. Changes nothing outside its folder.
#
#   scripts/compat.sh SUITE [--compiler NAME] [--boost VERSION] [--tests library|unit|all]
#                           [--jobs N] [--root DIR]
#
#   SUITE       bookworm, trixie, sid …
#   --compiler  a compiler of the suite: g++ (default), g++-14, clang++, clang++-19 …
#   --boost     1.83 … (default: the suite's)
#   --tests     library: builds the library, sandbox and examples; unit: also runs the unit tests
#               and examples; all (default): also runs the integration tests
#   --root      the folder for chroots, build folders and the compiler cache (default:
#               ${XDG_CACHE_HOME:-~/.cache}/jellyfish-compat)
#
# Finally prints a row for the table of platforms in README.md.
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
            [[ -n ${2:-} ]] || usage "$1 requires a value"
            declare "${1#--}=$2"
            shift 2
            ;;
        -*) usage "unknown option $1" ;;
        *)
            [[ -z $suite ]] || usage "expected one suite"
            suite=$1
            shift
            ;;
    esac
done
[[ $suite =~ ^[a-z]+$ ]] || usage "invalid or missing suite"
[[ $compiler =~ ^(g|clang)\+\+(-[0-9]+)?$ ]] || usage "unknown compiler $compiler"
[[ -z $boost || $boost =~ ^1\.[0-9]+$ ]] || usage "invalid --boost: expected a version such as 1.83"
[[ $tests =~ ^(library|unit|all)$ ]] || usage "invalid --tests: expected library, unit or all"
[[ $jobs =~ ^[1-9][0-9]?$ ]] || usage "invalid --jobs: expected a number from 1 to 99"
((EUID == 0)) || fail "run this as root: only root can create and enter a chroot"
command -v debootstrap >/dev/null || fail "debootstrap is missing: run scripts/setup.sh all"

chroot_folder=$root/$suite

# Prints the URL of this machine's Debian mirror.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
        'Label: Debian' | head -n 1
}

make_chroot() {
    [[ ! -e $chroot_folder/made ]] || return 0
    local from
    from=$(mirror)
    [[ -n $from ]] || fail "apt has no Debian mirror: check its sources"
    say "creating a chroot of $suite in $chroot_folder"
    mkdir -p "$root"
    debootstrap --variant=minbase "$suite" "$chroot_folder" "$from" >"$root/$suite.log" 2>&1 ||
        fail "debootstrap failed: see $root/$suite.log"
    touch "$chroot_folder/made"
}

# Runs a command in the chroot, with temporary mounts.
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
    # The package names of the suite's default Boost contain no version.
    local wanted=("$compiler" ccache cmake ninja-build openssl pkg-config
        protobuf-compiler libprotobuf-dev libssl-dev libfmt-dev "libboost$boost-dev")
    local part
    [[ $compiler != clang++* ]] || wanted[0]=${compiler/++/}
    for part in json url program-options test context; do
        wanted+=("libboost-$part$boost-dev")
    done
    cp /etc/resolv.conf "$chroot_folder/etc/resolv.conf"
    echo '127.0.0.1 localhost' >"$chroot_folder/etc/hosts"
    # A mirror may be out of date.
    inside apt-get update -qq -o Acquire::Check-Valid-Until=false
    inside apt-get install -qq -y --no-install-recommends "${wanted[@]}" >"$root/$suite.log" 2>&1 ||
        fail "apt-get install ${wanted[*]} failed: see $root/$suite.log"
    # Not in every suite; only examples use it.
    inside apt-get install -qq -y --no-install-recommends "libboost-cobalt$boost-dev" \
        >>"$root/$suite.log" 2>&1 || true
}

# Copies the project's files with new timestamps: otherwise the build would ignore a file that was
# changed before the last build but copied after it. ccache keeps the rebuild fast.
copy_source() {
    rm -rf "$chroot_folder/source"
    mkdir -p "$chroot_folder/source"
    (cd "$source_folder" && git ls-files -coz --exclude-standard |
        tar --null --files-from - --ignore-failed-read -cf - 2>/dev/null) |
        tar -C "$chroot_folder/source" -xmf -
}

# Prints the targets, including programs that the tests run, but no benchmarks or snippets.
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
