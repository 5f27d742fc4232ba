#!/usr/bin/env bash
# Tests scripts/check_reference.pl on a small header: a good one passes, and each thing that it is to
# find makes it fail and name the place. Argument: the project's root.
set -euo pipefail

check=$1/scripts/check_reference.pl
folder=$(mktemp -d "${TMPDIR:-/tmp}/check_reference.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p include/detail
printf 'enum class errc {\n    closed = 1,  ///< It is.\n    timeout,\n};\n' >include/error.hpp
printf 'class hidden {\npublic:\n    auto f(Token&& token) {\n    }\n};\n' >include/detail/a.hpp
cat >good.hpp <<'END'
/// A thing (protocol: "REST").
///
/// Exceptions: an awaited call throws.
///
/// Threads: all of them.
///
/// Lifetime: any.
class JELLYFISH_DECL thing {
public:
    /// Takes one.
    ///
    /// Signature: `void(error_code, std::optional<int>)`. Completes when there
    /// is one. Errors: `errc::closed`.
    ///
    /// Cancellation (any type): takes none.
    template <class Token = asio::use_awaitable_t<>>
    auto next(Token&& token = Token()) {
        return detail::operation<std::optional<int>>::initiate(start(), *this, token);
    }

    /// Waits.
    ///
    /// Signature: `void(error_code)`. Completes as `next()`. Errors: those of `next()`, and
    /// `errc::timeout`. Cancellation: as `next()`.
    template <class Token = asio::use_awaitable_t<>>
    auto wait(int much,
              Token&& token = Token()) {
        return detail::operation<>::initiate(start(), *this, token);
    }

    /// How many. Default: 1.
    thing& size(int value) {
        return *this;
    }

private:
    asio::awaitable<void> quiet();
};

/// Another.
///
/// Completion, errors, cancellation, exceptions, threads and lifetime: as `base` (protocol: "REST").
class other {
public:
    /// Signature: `void(error_code)`. Errors: those of every call.
    auto get(Token&& token);
};

/// What others have as well.
///
/// Completes soon. Cancellation: is fast. Threads: all. Lifetime: any. Exceptions: none.
///
/// Errors:
/// - `errc::timeout`: it took too long.
class base {
};
END

failed=0
# The header with a part of it replaced makes the check say this.
expect() {
    local want=$1 part=$2 with=${3-} header output
    header=$(<good.hpp)
    if [[ $header != *"$part"* ]]; then
        printf 'FAILED: the header has no "%s"\n' "$part"
        failed=$((failed + 1))
    fi
    printf '%s\n' "${header/"$part"/"$with"}" >include/a.hpp
    output=$(perl "$check" 2>&1) || true
    [[ $output == *"$want"* ]] && return
    failed=$((failed + 1))
    printf 'FAILED: not "%s" but: %s\n' "$want" "$output"
}

expect '2 headers, 3 operations, 1 setters' ''
expect 'include/a.hpp:16: thing::next does not state "Signature"' 'Signature: '
expect 'thing::next has the signature void(error_code, std::optional<int>)' ', std::optional<int>)`'  ')`'
expect 'thing::wait has the signature void(error_code)' 'void(error_code)' 'void(error_code, int)'
expect 'a.hpp:16: thing::next does not state "Completes"' 'Completes when there' 'Whether'
expect 'thing::next does not state "Errors"' 'Errors: `errc::closed`.'
expect 'thing::wait names thing::next, which does not state "Errors"' 'Errors: `errc::closed`.'
expect 'thing::next does not state "Cancellation"' 'Cancellation (any type): takes none.'
expect 'thing::next does not state "Cancellation"' 'takes none.'
expect 'thing::wait names thing::next, which does not state "Cancellation"' 'takes none.'
expect 'which names itself for "Cancellation"' 'takes none.' 'as `wait()`.'
expect 'thing::wait names gone, which is no operation' 'as `next()`.' 'as `gone()`.'
expect 'thing::next does not state "Threads"' 'Threads: all of them.'
expect 'thing::next does not state "Lifetime"' 'Lifetime: any.'
expect 'thing::next does not state "Exceptions"' 'Exceptions: an awaited call throws.'
expect 'thing::next does not state "Protocol"' ' (protocol: "REST")'
expect 'other::get does not state "Threads"' 'threads and ' 'and '
expect 'other::get names base, which does not state "Threads"' 'Threads: all. '
expect 'other::get names the errors of every call, which other does not state' 'errors, '
expect 'a.hpp:13: there is no errc::gone' 'errc::closed' 'errc::gone'
expect 'a.hpp:32: thing::size does not state its default' ' Default: 1.'
expect '1 setters' 'Default: 1.' 'Required.'
expect 'thing::quiet does not state "Signature"' 'private:'

((failed == 0)) || exit 1
echo "check_reference finds all that it is to find"
