#!/usr/bin/env bash
# Installs the build dependencies from Debian 12 packages, as root or through sudo. Prints nothing
# when everything is installed.
#
#   scripts/setup.sh [build|test|all|fuzz]
#
# test (default) adds the dependencies of the tests and checks. Doxygen, iproute2, nftables and
# nginx (whose service is disabled) are optional: without them some tests are skipped, and a user
# who cannot install them only gets a message. The network tests also require permission to create
# network namespaces. all adds wrk for scripts/bench_webhooks.sh; valgrind, to count instructions,
# for scripts/bench.sh; gcovr for scripts/coverage.sh; clang-tidy for scripts/check_tidy.sh;
# debootstrap for scripts/compat.sh; lintian for scripts/package.sh; and Node, npm and npm packages
# for scripts/fishjam_js.sh. fuzz adds the fuzzing tools to build.
set -euo pipefail

build_packages=(
    g++ cmake ninja-build
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-program-options1.81-dev
    protobuf-compiler libprotobuf-dev libssl-dev
)
test_packages=(
    "${build_packages[@]}"
    ccache clang-format-14 libboost-context1.81-dev libboost-test1.81-dev libfmt-dev
    libspdlog-dev openssl pkg-config python3
)
optional_packages=(doxygen iproute2 nftables nginx)
all_packages=(
    "${test_packages[@]}" "${optional_packages[@]}"
    wrk valgrind gcovr clang-tidy-14 debootstrap lintian
)
fuzz_packages=("${build_packages[@]}" ccache clang-14 libclang-rt-14-dev)

say() { echo "setup: $*" >&2; }

# Both may be installed from other sources than Debian.
node --version >/dev/null 2>&1 || all_packages+=(nodejs)
npm --version >/dev/null 2>&1 || all_packages+=(npm)

case "${1:-test}" in
    build) wanted=("${build_packages[@]}") ;;
    test) wanted=("${test_packages[@]}" "${optional_packages[@]}") ;;
    all) wanted=("${all_packages[@]}") ;;
    fuzz) wanted=("${fuzz_packages[@]}") ;;
    *) say "usage: scripts/setup.sh [build|test|all|fuzz]"; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "not a Debian system: install these packages yourself: ${wanted[*]}"
    exit 0
fi

installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
required=()
for package in "${wanted[@]}"; do
    grep -qxF "installed $package" <<<"$installed" && continue
    missing+=("$package")
    [[ ${1:-test} == test && " ${optional_packages[*]} " == *" $package "* ]] ||
        required+=("$package")
done
install_from_npm() {
    [[ ${1:-test} != all ]] || "$(dirname "${BASH_SOURCE[0]}")/fishjam_js.sh" --install
}
((${#missing[@]})) || { install_from_npm "$@"; exit; }

as_root=()
if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
        if ((${#required[@]} == 0)); then
            say "some tests are skipped without ${missing[*]}: run this as root to install them"
            exit 0
        fi
        say "run this as root (or with sudo without a password): apt-get install ${missing[*]}"
        exit 1
    fi
    as_root=(sudo -n)
fi

# Never removes a package: the user decides about the headers of another Boost version.
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-remove \
        --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
        "${missing[@]}" </dev/null
}

say "installing ${missing[*]}"
# The first attempt uses the existing package lists, which may be missing or outdated.
if ! install >/dev/null 2>&1; then
    "${as_root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=120 </dev/null
    if ! install >/dev/null; then
        say "apt-get could not install ${missing[*]}: see its output above"
        exit 1
    fi
fi

# Stops the service only if this script installed it: an existing one may be in use.
for package in "${missing[@]}"; do
    [[ $package == nginx ]] || continue
    "${as_root[@]}" update-rc.d nginx disable >/dev/null 2>&1 || true
    "${as_root[@]}" invoke-rc.d nginx stop >/dev/null 2>&1 || true
done

install_from_npm "$@"
