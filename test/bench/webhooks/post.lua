-- For wrk: posts one notification, peer_connected, and prints what came of it in one line.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-protobuf"
wrk.body = "\18\76\10\36fbf4190c-5c76-415c-8939-52c6ed20868b" ..
    "\18\36c7236587-5df8-4b41-b6e4-268e71133ee2"

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format("result requests %d us %d errors %d refused %d p50 %d p99 %d",
        summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.timeout, errors.status,
        latency:percentile(50), latency:percentile(99)))
end
