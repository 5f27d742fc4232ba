# Makes the table of scripts/bench_webhooks.sh, and exits with 1 when a bar is missed. Reads lines
#   NAME result requests N us N errors N refused N p50 N p99 N    one for each round
#   NAME received N wrong N cpu_us N [allocations N]              reported by the server itself
# Variables: connections, rounds.

$2 == "result" {
    n = ++count[$1]
    speed[$1, n] = $4 * 1e6 / $6
    p50[$1, n] = $12
    p99[$1, n] = $14
    requests[$1] += $4
    errors[$1] += $8 + $10
}

$2 == "received" {
    received[$1] = $3
    wrong[$1] = $5
    cpu[$1] = $7
    allocations[$1] = $9
}

function median(values, name,    i, j, n, sorted, kept) {
    n = count[name]
    for (i = 1; i <= n; ++i) {
        kept = values[name, i]
        for (j = i - 1; j >= 1 && sorted[j] > kept; --j) sorted[j + 1] = sorted[j]
        sorted[j + 1] = kept
    }
    return sorted[int((n + 1) / 2)]
}

function per_request(name, total) {
    return total == "" ? "-" : sprintf("%.2f", total / received[name])
}

function bar(what, value, good, wanted) {
    printf "%-34s %8.2f  %-16s %s\n", what, value, wanted, good ? "" : "missed"
    if (!good) failed = 1
}

# Every acknowledged request was received; each round may end with requests without a response.
function compare_counts(name,    more) {
    if (wrong[name] != 0) fail(name " received " wrong[name] " requests that were not posted")
    more = received[name] - requests[name]
    if (received[name] == "" || more < 0 || more > connections * rounds)
        fail(name " received " received[name] " of " requests[name] " requests")
}

function fail(what) {
    print "missed: " what
    failed = 1
}

END {
    all = split("receiver textbook nginx node", names, " ")
    printf "%-18s%12s%10s%10s%10s%14s\n", "", "requests/s", "p50 us", "p99 us", "CPU us",
        "allocations"
    for (i = 1; i <= all; ++i) {
        name = names[i]
        if (count[name] != rounds) fail(name " ran " count[name] + 0 " rounds of " rounds)
        fast[name] = median(speed, name)
        slow[name] = median(p99, name)
        printf "%-18s%12.0f%10.0f%10.0f%10s%14s\n", name, fast[name], median(p50, name),
            slow[name], per_request(name, cpu[name]), per_request(name, allocations[name])
    }
    print ""
    for (i = 1; i <= all; ++i) {
        name = names[i]
        if (errors[name] != 0) fail(errors[name] " requests to " name " failed")
        if (name != "nginx") compare_counts(name)
        if (fast[name] <= 0) {
            fail(name " sent no response")
            exit 1
        }
    }
    ours = fast["receiver"]
    ratio = ours / fast["textbook"]
    bar("times the textbook's requests/s", ratio, ratio >= 1.1, "at least 1.10")
    ratio = ours / fast["nginx"]
    bar("times nginx's requests/s", ratio, ratio >= 0.85, "at least 0.85")
    ratio = ours / fast["node"]
    bar("times Node's requests/s", ratio, ratio >= 1.5, "at least 1.50")
    ratio = slow["nginx"] > 0 ? slow["receiver"] / slow["nginx"] : 0
    bar("times nginx's p99", ratio, ratio > 0 && ratio <= 1.5, "at most 1.50")
    exit failed
}
