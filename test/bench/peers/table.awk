# Makes the table of run.sh, and exits with 1 when a bar is missed. Reads lines, one for each round:
#   NAME messages N seconds S checksum C cpu S
# Variables: messages, calls and rounds: the requested numbers.

$2 == "messages" {
    n = ++count[$1]
    seconds[$1, n] = $5
    cpu[$1, n] = $9
    if ($3 != wanted($1) || $7 != wanted($1) * length_of($1))
        fail($1 " got " $3 " of " wanted($1) " messages, with the checksum " $7)
}

function is_call(name) { return name ~ /^(call-rest|undici|axios)$/ }
function wanted(name) { return is_call(name) ? calls : messages }

# Of all ids in one message: a room's and a peer's, or a room's and two peers'.
function length_of(name) { return is_call(name) ? 108 : 72 }

function median(values, name,    i, j, n, sorted, kept) {
    n = count[name]
    for (i = 1; i <= n; ++i) {
        kept = values[name, i]
        for (j = i - 1; j >= 1 && sorted[j] > kept; --j) sorted[j + 1] = sorted[j]
        sorted[j + 1] = kept
    }
    return sorted[int((n + 1) / 2)]
}

function fail(what) {
    print "missed: " what
    failed = 1
}

# Whether there are as many results as there must be: ours run before each peer.
function is_whole(name,    runs, due) {
    runs = name ~ /^receive/ ? 3 : name == "call-rest" ? 2 : 1
    due = runs * rounds
    if (count[name] == due && median(seconds, name) > 0) return 1
    fail(name " has " count[name] + 0 " results of " due)
    return 0
}

function line(name, title) {
    printf "%-28s%14.3f%9.2f", title, wanted(name) / median(seconds, name) / \
        (is_call(name) ? 1e3 : 1e6), median(cpu, name) / wanted(name) * 1e6
}

function ours(name, title) {
    if (!is_whole(name)) return
    line(name, title)
    print ""
}

# How many times as fast ours are, each; the faster one must reach the bar.
function peer(name, title, least, one, other,    best, ratio) {
    if (!is_whole(name)) return
    line(name, title)
    best = ratio = median(seconds, name) / median(seconds, one)
    printf "%12.2f", ratio
    if (other != "") {
        ratio = median(seconds, name) / median(seconds, other)
        printf "%12.2f", ratio
        if (ratio > best) best = ratio
    }
    printf "%6s%s\n", least, best < least ? "  missed" : ""
    if (best < least) failed = 1
}

END {
    printf "%-28s%14s%9s%12s%12s%6s\n", "notifications of 78 bytes", "M messages/s", "CPU us",
        "next()", "try_next()", "bar"
    ours("receive", "jellyfish, next()")
    ours("receive-try", "jellyfish, try_next()")
    if (failed) exit 1
    peer("go", "Go, gorilla and protobuf", 3, "receive", "receive-try")
    peer("ws", "Node, ws and protobufjs", 7, "receive", "receive-try")
    peer("sdk", "Fishjam's JavaScript SDK", 18, "receive", "receive-try")
    printf "\n%-28s%14s%9s%12s%6s\n", "get_room, one caller", "k calls/s", "CPU us", "room_api",
        "bar"
    ours("call-rest", "jellyfish, room_api")
    if (!count["call-rest"]) exit 1
    peer("undici", "Node, undici", 4, "call-rest")
    peer("axios", "Node, axios", 12, "call-rest")
    exit failed
}
