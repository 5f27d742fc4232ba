#!/usr/bin/env bash
# Tests the bash completions of `jellyfish`, and that they match its help.
#
#   completion_test.sh COMPLETIONS JELLYFISH
set -euo pipefail

completions=$1
jellyfish=$2
# shellcheck source=/dev/null
source "$completions"

# The completions at the end of a command line, split into words as bash does it.
offers() {
    COMP_WORDS=("$jellyfish" "${@:2}")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _jellyfish
    echo "${COMPREPLY[*]}"
}

passed=0
failed=0
# expect WHAT EXPECTED WORD…
expect() {
    local what=$1 expected=$2 found
    found=$(offers "${@:3}")
    if [[ $found == "$expected" ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\nexpected: %s\nfound: %s\n' "$what" "$expected" "$found"
    fi
}

complete -p jellyfish >/dev/null || { echo "nothing is completed behind jellyfish"; exit 1; }

expect "commands" "room peer component subscribe sip livestream streamer viewer recording moq \
validate health watch metrics help" jellyfish ''
expect "partial commands" "room recording" jellyfish r
expect "commands behind an option with a value" "health help" jellyfish --address there h
expect "commands behind an option with = and a value" "health help" jellyfish --address = there h
expect "commands behind an address with a port" "health help" \
    jellyfish --address localhost : 5002 h
expect "commands behind a flag" "watch" jellyfish --json wa
expect "what is done with rooms" "list get create delete streamer-token viewer-token forward" \
    jellyfish room ''
expect "what is done with components" "list add delete" jellyfish component ''
expect "what is done with calls" "dial end" jellyfish sip ''
expect "what is done with recordings" "list get show create stop delete" jellyfish recording ''
expect "commands behind help" "room" jellyfish help room
expect "subcommands behind help" "dial end" jellyfish help sip ''
expect "no word where an id is expected" "" jellyfish room get ''
expect "types of components" "hls rtsp file sip recording" jellyfish component add my-room ''
expect "options of a command" "--id" jellyfish room create --i
expect "options of a component" "--source-uri" jellyfish component add my-room rtsp --so
expect "no option of another type" "" jellyfish component add my-room hls --so
expect "common options" "--address" jellyfish rooms --ad
expect "values of --color" "auto always" jellyfish rooms --color a
expect "values behind =" "auto always never" jellyfish rooms --color =
expect "partial values behind =" "always" jellyfish rooms --color = al
expect "codecs" "h264 vp8" jellyfish room create --video-codec ''
expect "types of rooms" "audio_only audio_only_livestream" jellyfish room create --type aud
expect "types of peers" "webrtc agent vapi" jellyfish peer add my-room --type ''
expect "modes" "auto manual" jellyfish component add r hls --subscribe-mode ''
expect "no completions for the value of another option" "" jellyfish --token ''
expect "files" "$completions" jellyfish rooms --ca-file "${completions%?}"
expect "files behind =" "$completions" jellyfish rooms --ca-file = "${completions%?}"
expect "nothing behind a mistake" "" jellyfish room nonsense ''

# The completions are the options and commands of the program.
sorted() { tr -s '[:space:]' '\n' | sed '/^$/d' | LC_ALL=C sort -u; }
compare() {
    local differences
    if differences=$(diff <(sorted <<<"$2") <(sorted <<<"$3")); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: < offered, > known\n%s\n' "$1" "$differences"
    fi
}
while read -r first second _; do
    command=("$first")
    [[ $second != [a-z]* ]] || command+=("$second")
    known=$("$jellyfish" "${command[@]}" --help | sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p')
    [[ -n $known ]] || { echo "no option in the help of ${command[*]}"; exit 1; }
    compare "options of ${command[*]}" "$(offers jellyfish "${command[@]}" --)" "$known"
    compare "${command[*]} is offered" "$(offers jellyfish "${command[@]}" |
        tr ' ' '\n' | grep -x "${command[-1]}")" "${command[-1]}"
done < <("$jellyfish" --help | sed -n '/^Commands/,/^$/{/^  /p}' | sed 's/   .*//')

echo "$passed passed, $failed failed"
((failed == 0))
