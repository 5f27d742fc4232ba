#!/usr/bin/env python3
"""Makes what fuzzing begins with from the recordings in test/data: a few small inputs per target.

    test/fuzz/seed_corpus.py    from the project's root

Each file is named after its content, so found inputs stay beside them.
"""
import hashlib
import hmac
import json
import pathlib

root = pathlib.Path(__file__).resolve().parents[2]
data = root / "test" / "data"
corpus = root / "test" / "fuzz" / "corpus"


def rows(name):
    return [json.loads(line) for line in (data / name).read_text().splitlines()]


def put(target, text, numbers=b"", most=1500):
    """Numbers are read from an input's end."""
    if len(text) > most:
        return
    content = text + bytes(reversed(numbers))
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(content).hexdigest()[:12]).write_bytes(content)


# Of Fishjam, from which there are no recordings: a peer with a type, a batch, forwarded tracks, a
# peer that speaks, a recording.
later = [bytes.fromhex(text) for text in (
    "a201080a01721201701802",
    "8a02160a0652040a0272310a0c120a0a027231120270311801",
    "f201160a01721201701a017522016932080a017610011a0130",
    "82020b0a01721201701a01742002",
    "92020c0a047265633110021a027b7d",
)]


def frame(step):
    payload = bytes.fromhex(step["hex"])
    codes = {"continuation": 0, "text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10}
    opcode = codes.get(step["opcode"], step["opcode"])
    head = bytes([(0x80 if step["fin"] else 0) | opcode])
    size = len(payload)
    if size < 126:
        return head + bytes([size]) + payload
    return head + b"\x7e" + size.to_bytes(2, "big") + payload


def sockets():
    seen = set()
    for row in rows("ws_server.jsonl"):
        sent = [frame(s) for s in row["frames"] if s.get("dir") == "s>c"]
        for count in range(1, len(sent) + 1):
            stream = b"".join(sent[:count])
            kind = tuple(f[0] for f in sent[:count])
            if kind in seen or count > 8:
                continue
            seen.add(kind)
            put("frame_decoder", stream, b"\x01\x01\x03\x40")
            # Starts after the upgrade; then bytes are fed, time passes, and the session is closed.
            put("session", stream, b"\x01\x00\x01\x05\x80\x05\x09\x09\x19\x37\x08\x00")
        response = row["upgrade"].get("raw_response", "").encode()
        put("http_response", response, b"\x01\x01\x01\x20\x81")


def messages():
    seen = {}
    for row in rows("notifications.jsonl"):
        for channel in ("websocket", "webhook"):
            for each in row[channel]:
                kind = (each["type"], len(seen) % 3)
                seen.setdefault(kind, bytes.fromhex(each["hex"]))
    for message in [*seen.values(), *later]:
        put("server_message", message, b"\x00")
        put("server_message", message + message, bytes([1, len(message)]))
        head = (b"POST /hook HTTP/1.1\r\nHost: 127.0.0.1:36521\r\nUser-Agent: hackney/1.20.1\r\n"
                b"Content-Type: application/x-protobuf\r\n")
        request = head + b"Content-Length: %d\r\n\r\n" % len(message) + message
        steps = b"\x01\x40\x80\x05\x04\x14\x03\x24\x02\x04"
        put("webhook_session", request, steps)
        put("webhook_session", request + request, steps)
        chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(message)
        put("webhook_session", head + chunked + message + b"\r\n0\r\n\r\n", steps)
        put("webhook_response", b"/hookPOSTapplication/x-protobuf" + message, b"\x00\x05\x04\x16\x00")


def batches():
    for message in later:
        stream = b"\x82" + bytes([len(message)]) + message
        put("session", stream + stream, b"\x01\x00\x01\x05\x80\x05\x09\x99\x19\x37\x08\x00")


def signatures():
    body = later[1]
    right = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest().encode()
    # The value's size is read last: after how to split the request, and whether to sign it.
    for value in (right, b"sha256=" + right, b" sha256=" + right.upper() + b"\t", b"sha256=", b"",
                  right[:-1] + b"g", right + b"0"):
        put("webhook_signature", value + body, bytes([0, 1, 7, 130, len(value)]))
    for prefix in (b"", b" ", b"sha256="):
        put("webhook_signature", prefix + body, bytes([1, 0, 200, len(prefix)]))
        put("webhook_signature", prefix + body[:-1], bytes([1, 0, 3, len(prefix)]))


def responses():
    seen = set()
    for row in rows("rest.jsonl"):
        response = row["response"]
        body = (response["body"] or "").encode()
        head = f"{response['version']} {response['status']} {response['reason']}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in response["headers"]
                        if name in ("content-length", "content-type", "connection", "location"))
        kind = (response["status"], row["request"]["method"], len(body) // 100)
        if kind in seen:
            continue
        seen.add(kind)
        put("http_response", head.encode() + b"\r\n" + body, b"\x01\x01\x01\x20\x81")
        put("json_document", body)
        put("rest_response", body)
        path = row["request"]["path"].encode()
        ids = [part for part in path.split(b"/") if part][1::2] + [b"", b""]
        if len(ids[0]) < 64:
            put("rest_request", ids[0] + ids[1] + b"http://user:secret@localhost/hook",
                bytes([len(ids[0]), len(ids[1])]))


# The bodies of Fishjam, from which there are no recordings.
fishjam_bodies = [json.dumps(body, separators=(",", ":")).encode() for body in (
    {"data": {"room": {"id": "7ef-a0b0", "config": {"maxPeers": 0, "videoCodec": "h264",
                                                    "roomType": "conference", "public": False,
                                                    "batchWebhookNotifications": True},
                       "peers": [], "compositionInfo": None}}},
    {"data": {"id": "r", "config": {}, "later": [1], "peers": [
        {"id": "p", "type": "webrtc", "status": "connected", "subscribeMode": "manual",
         "subscriptions": {"peers": ["q"], "tracks": ["t"]},
         "tracks": [{"id": "t", "type": "audio", "metadata": None}],
         "metadata": {"peer": {}, "server": {"a": 1}}}],
        "compositionInfo": {"compositionUrl": "https://c/x", "forwardings": [
            {"peerId": "p", "inputId": "i", "audioTrackId": "t", "videoTrackId": None}]}}},
    {"data": {"peer": {"id": "p", "type": "agent"}, "token": "t", "peer_websocket_url": "h/s"}},
    {"token": "t"},
    {"data": [{"id": "s", "public": True, "audioOnly": None, "streamers": [
        {"id": "a", "status": "disconnected", "token": "t"}], "viewers": [
            {"id": "b", "token": "u"}]}]},
    {"data": {"id": "r", "status": "active", "metadata": {"a": "b"}, "source": {
        "compositionURL": "https://c", "outputId": "o", "scaleRatio": 0.5}}},
    {"connection_url": "https://relay/id?jwt=t", "token": "t"},
    {"errors": "b", "detail": "a"},
    {"status": "deprecated", "message": "update to development"},
)]


def fishjam():
    for body in fishjam_bodies:
        put("rest_response", body)
    ids = b"room" + b"peer"
    for text in (b'{"a":{"b":[1,"c"]}}', b"track", b"https://composition/a"):
        put("rest_request", ids + text, bytes([4, 4]))


def addresses():
    for text in ("localhost:5002", "127.0.0.1", "[::1]:80/a/b", "jellyfish.example/pre%20fix/",
                 "http://localhost:4000/hook", "https://user:secret@example.com:443/a?b=c#d",
                 "wss://fishjam.io/api/v1/connect/id", "ftp://a",
                 "http://[::1]:80/", "text http://a:b@c, https://d@e/f"):
        put("addresses", text.encode())


def reports():
    for row in rows("ws_server.jsonl"):
        for step in row["frames"]:
            decoded = step.get("decoded", {})
            if decoded.get("type") == "metrics_report":
                put("metrics", decoded["metrics"].encode())
    track = {"inbound-rtp.encoding": "VP8", "inbound-rtp.frames": 30, "inbound-rtp.keyframes": 1,
             "inbound-rtp.markers_received": 2, "track.metadata": {"type": "camera"},
             "rtx_stream": {"inbound-rtp.packets": 1, "jitter": 0.5}}
    sent = {"outbound-rtp.variant": "high", "outbound-rtp.bytes": 1000, "outbound-rtp.packets": 2,
            "outbound-rtp.markers_sent": 1, "outbound-rtp.paddings_sent": 0}
    peer = {"ice.protocol": "udp", "ice.bytes_sent": 1, "ice.packets_sent-per-second": 1.5,
            "track_id=p:t:h": track, "track_id=q:t": sent}
    for text in ({"room_id=r": {"endpoint_id=p": peer}}, {"room_id=r": 1, "node": [None, True]},
                 {"room_id=r": {"endpoint_id=p": [], "age": "x"}}):
        put("metrics", json.dumps(text).encode())


for make in (sockets, messages, batches, signatures, responses, fishjam, addresses, reports):
    make()
