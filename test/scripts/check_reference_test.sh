#!/usr/bin/env bash
# Tests docs/Doxyfile and scripts/check_reference.py on a small header: a valid one passes, and each
# fault is reported with its place. Argument: the project's root.
set -euo pipefail

command -v doxygen >/dev/null || { echo "doxygen is missing" >&2; exit 77; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/check_reference.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p build/docs include/jellyfish
good='/// The library.
namespace jellyfish {
/// The codes.
enum class errc {
    closed = 1,  ///< It is.
};
/// A thing.
///
/// @threads All of them.
/// @lifetime Any.
/// @exceptions None.
class JELLYFISH_DECL thing {
public:
    /// Takes one: see `errc::closed`.
    ///
    /// @param count How many.
    /// @param completion The completion token.
    ///
    /// @signature `void(error_code, std::optional<int>)`
    /// @errors None.
    /// @cancellation None.
    template <detail::completion<std::optional<int>>... Completion>
    auto next(int count, Completion&&... completion) {
        return detail::initiate(next_operation(), *this, completion...);
    }
    /// @overload
    template <detail::completion<std::optional<int>>... Completion>
    auto next(Completion&&... completion) {
        return next(1, completion...);
    }

    /// How many. Default: 1.
    thing& size(int value) {
        return *this;
    }
};
}'

failed=0
# Expects this report when a part of the header is replaced.
expect() {
    local expected=$1 part=$2 with=${3-} output
    printf '%s\n' "${good/"$part"/"$with"}" >include/jellyfish/a.hpp
    output=$(doxygen "$root/docs/Doxyfile" 2>&1 &&
        python3 "$root/scripts/check_reference.py" build/docs/xml) || true
    [[ $good == *"$part"* && $output == *"$expected"* ]] && return
    failed=1
    printf 'FAILED: not "%s" but: %s\n' "$expected" "$output"
}

root=$1
expect ' 0 faults' ''
expect 'next(int count, Completion &&... completion) (function)' "$(sed -n '/Takes one/,/@canc/p' <<<"$good")"
expect "parameter 'count'" '@param count' '@note'
expect 'a.hpp:23: next: missing or wrong: Signature' '@signature ' 'Signature: '
expect 'wrong: another signature, with the result <std::optional<int>>' ', std::optional<int>)`' ')`'
expect 'wrong: Errors' '@errors None.'
expect 'wrong: Cancellation' '@cancellation None.'
expect 'wrong: Thread safety' '@threads All of them.'
expect 'wrong: errc::gone' 'errc::closed' 'errc::gone'
expect 'a.hpp:33: size: missing or wrong: Default' ' Default: 1.'
expect ' 0 faults' 'Default: 1.' 'Required.'
exit $failed
