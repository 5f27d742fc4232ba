# shellcheck shell=bash
# Sourced by the checks: lists the sources. Works in a clone and in an unpacked archive.

# Prints the files below the current folder that match one of the patterns, separated by NULs.
source_files() {
    local pattern names=()
    for pattern in "$@"; do names+=(-o -name "$pattern"); done
    find . -mindepth 1 \( -name '.?*' -o -path './build*' \) -prune \
        -o -type f \( "${names[@]:1}" \) -print0 | LC_ALL=C sort -z
}

# Prints the name of the formatter. Other versions format differently.
clang_format() {
    local name
    for name in clang-format-14 clang-format; do
        if [[ $("$name" --version 2>/dev/null) =~ version\ 14\. ]]; then
            echo "$name"
            return
        fi
    done
    echo "clang-format 14 is missing: run scripts/setup.sh" >&2
    return 1
}
