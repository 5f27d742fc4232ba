// An agent with ws and protobufjs: node agent_ws.js ADDRESS PROTO_FILE SECONDS TRACKS. Sends and
// receives as bench_agent.cpp does, and prints the same figures.
'use strict';

const { randomUUID } = require('node:crypto');
const protobuf = require('protobufjs');
const WebSocket = require('ws');

const [address, file, seconds, tracks] = process.argv.slice(2);
const types = protobuf.loadSync(file);
const Request = types.lookupType('jellyfish.fishjam.AgentRequest');
const Response = types.lookupType('jellyfish.fishjam.AgentResponse');
const rounds = seconds * 50;
const expected = rounds * tracks;
const packet = Buffer.alloc(640, 1);
const ids = Array.from({ length: Number(tracks) }, () => randomUUID());

const socket = new WebSocket(`ws://${address}/socket/agent/websocket`, { perMessageDeflate: false });
const send = (message) => socket.send(Request.encode(Request.create(message)).finish());
let begin;
let packets = 0;
let bytes = 0;

function speak() {
    begin = { cpu: process.cpuUsage(), time: performance.now() };
    let round = 0;
    const timer = setInterval(() => {
        // Catches up, as a timer with absolute times does.
        while (round < rounds && performance.now() - begin.time >= round * 20) {
            for (const id of ids) send({ trackData: { trackId: id, data: packet } });
            ++round;
        }
        if (round === rounds) clearInterval(timer);
    }, 20);
}

function finish() {
    const cpu = process.cpuUsage(begin.cpu);
    const micros = cpu.user + cpu.system;
    const elapsed = performance.now() - begin.time;
    if (bytes !== packets * packet.length) throw new Error('bytes are missing');
    console.log(`ws: ${tracks} tracks, ${packets} packets in and out`);
    console.log(`  us of CPU for each     ${(micros / packets).toFixed(2)}`);
    console.log(`  % of a processor       ${(micros / 10 / elapsed).toFixed(2)}`);
    socket.close();
}

socket.on('error', (error) => { throw error; });
socket.on('open', () => send({ authRequest: { token: 'token' } }));
socket.on('message', (data) => {
    const message = Response.decode(data);
    if (message.authenticated) {
        for (const id of ids) send({ addTrack: { track: { id, type: 2, metadata: '{}' } } });
        speak();
    } else if (message.trackData) {
        ++packets;
        bytes += message.trackData.data.length;
        if (packets === expected) finish();
    }
});
