# shellcheck shell=bash
# To be sourced: what the checks read. Works in a clone as in an unpacked archive.

# The files below the current folder whose names match one of the patterns, each ended by a NUL.
source_files() {
    local pattern names=()
    for pattern in "$@"; do names+=(-o -name "$pattern"); done
    find . -mindepth 1 \( -name '.?*' -o -path './build*' \) -prune \
        -o -type f \( "${names[@]:1}" \) -print0 | LC_ALL=C sort -z
}

# The formatter's name. Another version would format otherwise.
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
