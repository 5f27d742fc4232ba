// Uses every feature of Fishjam's published JavaScript server SDK with the sandbox. This tests the
// sandbox independently of the C++ client.
//
//   node scenario.mjs REQUESTS [--record]
//
// FISHJAM_ID is the URL of the sandbox, FISHJAM_MANAGEMENT_TOKEN and FISHJAM_WEBHOOK_SECRET are its
// secrets, and SANDBOX_CONTROLS is the URL of its controls. REQUESTS is a file with the requests of
// the SDK. With --record, it is written; otherwise, the requests are compared with it.
// Run by scripts/fishjam_js.sh. Exits with status 1 unless every step passes.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

import {
    BadRequestException, FishjamAgent, FishjamClient, FishjamNotFoundException, FishjamWSNotifier,
    MissingFishjamIdException, PeerNotFoundException, RoomNotFoundException, RoomType,
    ServiceUnavailableException, UnauthorizedException, UnknownException, VideoCodec,
} from '@fishjam-cloud/js-server-sdk';
import gemini from '@fishjam-cloud/js-server-sdk/gemini';

import {
    connectPeer, controlsAt, Notifications, Queue, runStep, summary, WebhookReceiver,
} from './support.mjs';
import { Recorder } from './recorder.mjs';

const { FISHJAM_ID: url, FISHJAM_MANAGEMENT_TOKEN: managementToken,
        FISHJAM_WEBHOOK_SECRET: webhookSecret, SANDBOX_CONTROLS: controls } = process.env;
const config = { fishjamId: url, managementToken };
const control = controlsAt(controls);

const recorder = new Recorder(control, url);
const client = recorder.client(new FishjamClient(config));
const notifier = new FishjamWSNotifier(config, () => {}, (code) => { notifier.closed = code; });
const notifications = new Notifications(notifier);
const webhooks = new WebhookReceiver(webhookSecret);
const webhookUrl = await webhooks.listen();

const unknownRoom = '7ef-a0b0-6db20b2ef65c-73616e64626f78-70726f64756374696f6e-6e6f6e6f6465';
const roomIdShape = /^[0-9a-f]{3,8}(-[0-9a-f]+){4,6}$/;
const webrtc = 1;
const agentType = 2;
const vapi = 3;

const step = (what, run) => runStep(what, run, () => notifications.discard(control));

/** Requires that a call fails with this class and status, and with a text of the server. */
async function fails(call, type, statusCode) {
    await assert.rejects(call, (error) => {
        assert.equal(error.constructor.name, type.name);
        assert.equal(error.statusCode, statusCode);
        assert.equal(typeof error.details, 'string');
        return true;
    });
}

/** Returns a peer of a room, as the room's description shows it. */
async function peerOf(room, id) {
    return (await client.getRoom(room.id)).peers.find((peer) => peer.id === id);
}

/** Creates a room, of which the notification is expected. */
async function newRoom(options = {}) {
    const room = await client.createRoom(options);
    await notifications.expect({ roomCreated: { roomId: room.id } });
    return room;
}

/** Adds a WebRTC peer and connects its socket. */
async function connectedPeer(room) {
    const { peer, peerToken } = await client.createPeer(room.id);
    const who = { roomId: room.id, peerId: peer.id, peerType: webrtc };
    await notifications.expect({ peerAdded: who });
    const socket = await connectPeer(url, peerToken);
    await notifications.expect({ peerConnected: who });
    return { peer, who, socket };
}

// ------------------------------------------------------------------------------------ Addresses

await step('an empty id is rejected before anything is sent', async () => {
    assert.throws(() => new FishjamClient({ ...config, fishjamId: '' }), MissingFishjamIdException);
});

await step('the notifier is authenticated and subscribed', () => notifications.subscribed());

await step('a notifier with a wrong token is closed with a reason', async () => {
    const closes = new Queue();
    new FishjamWSNotifier({ ...config, managementToken: 'wrong' }, () => {},
                          (code, reason) => closes.push({ code, reason }));
    const { reason } = await closes.pop();
    assert.match(reason, /invalid token/);
});

// ---------------------------------------------------------------------------------------- Rooms

await step('a room has the documented defaults and no components', async () => {
    const room = await newRoom();
    assert.match(room.id, roomIdShape);
    assert.deepEqual(Object.keys(room).sort(), ['compositionInfo', 'config', 'id', 'peers']);
    assert.deepEqual(room.config, {
        maxPeers: 0, videoCodec: 'h264', roomType: 'conference', public: false,
        batchWebhookNotifications: false, webhookUrl: null,
    });
    assert.deepEqual(room.peers, []);
    assert.deepEqual(await client.getRoom(room.id), room);
    assert.deepEqual(await client.getAllRooms(), [room]);
    assert.equal(await client.deleteRoom(room.id), undefined);
    await notifications.expect({ roomDeleted: { roomId: room.id } });
    assert.deepEqual(await client.getAllRooms(), []);
});

for (const roomType of Object.values(RoomType)) {
    await step(`a room has the type ${roomType}`, async () => {
        const room = await newRoom({ roomType });
        assert.equal((await client.getRoom(room.id)).config.roomType, room.config.roomType);
        if (!['full_feature', 'broadcaster'].includes(roomType))
            assert.equal(room.config.roomType, roomType);
        await client.deleteRoom(room.id);
        await notifications.expect({ roomDeleted: { roomId: room.id } });
    });
}

await step('a room has all the settings that were sent', async () => {
    const settings = {
        maxPeers: 2, videoCodec: VideoCodec.Vp8, roomType: RoomType.Livestream, public: true,
        batchWebhookNotifications: true, webhookUrl: 'http://127.0.0.1:5003/hook',
    };
    const room = await newRoom(settings);
    assert.deepEqual(room.config, settings);
    await client.deleteRoom(room.id);
    await notifications.expect({ roomDeleted: { roomId: room.id } });
});

for (const invalid of [
    { roomId: 'mine' }, { peerlessPurgeTimeout: 10 }, { peerDisconnectedTimeout: 10 },
    { maxPeers: -1 }, { maxPeers: '10' }, { videoCodec: 'h420' }, { roomType: 'theatre' },
    { public: 'yes' }, { batchWebhookNotifications: 1 }, { webhookUrl: 'ftp://example.com/' },
]) {
    await step(`a room with ${JSON.stringify(invalid)} is rejected`, () =>
        fails(client.createRoom(invalid), BadRequestException, 400));
}

await step('calls for an unknown room fail', async () => {
    await fails(client.getRoom(unknownRoom), RoomNotFoundException, 404);
    await fails(client.getRoom('invalid_id'), RoomNotFoundException, 404);
    await fails(client.deleteRoom(unknownRoom), RoomNotFoundException, 404);
    await fails(client.createPeer(unknownRoom), FishjamNotFoundException, 404);
});

// ---------------------------------------------------------------------------------------- Peers

await step('a peer has the documented defaults', async () => {
    const room = await newRoom();
    const { peer, peerToken } = await client.createPeer(room.id);
    assert.equal(typeof peerToken, 'string');
    assert.deepEqual(peer, {
        id: peer.id, type: 'webrtc', status: 'disconnected', tracks: [],
        metadata: { peer: {}, server: {} }, subscribeMode: 'auto',
        subscriptions: { peers: [], tracks: [] },
    });
    const who = { roomId: room.id, peerId: peer.id, peerType: webrtc };
    await notifications.expect({ peerAdded: who });
    assert.deepEqual(await peerOf(room, peer.id), peer);
    await client.deletePeer(room.id, peer.id);
    await notifications.expect({ peerDeleted: who });
    assert.deepEqual((await client.getRoom(room.id)).peers, []);
    await fails(client.deletePeer(room.id, peer.id), PeerNotFoundException, 404);
    await fails(client.refreshPeerToken(room.id, peer.id), PeerNotFoundException, 404);
});

await step('a peer has all the options that were sent', async () => {
    const room = await newRoom();
    const metadata = { name: 'Zoë', nested: { list: [1, null, true] } };
    const { peer } = await client.createPeer(room.id, { metadata, subscribeMode: 'manual' });
    await notifications.expect(
        { peerAdded: { roomId: room.id, peerId: peer.id, peerType: webrtc } });
    assert.deepEqual(peer.metadata, { peer: {}, server: metadata });
    assert.equal(peer.subscribeMode, 'manual');
});

for (const invalid of [
    { enableSimulcast: true }, { metadata: 'text' }, { metadata: [] }, { subscribeMode: 'never' },
]) {
    await step(`a peer with ${JSON.stringify(invalid)} is rejected`, async () => {
        const room = await newRoom();
        await fails(client.createPeer(room.id, invalid), BadRequestException, 400);
    });
}

await step('a peer above the limit of its room is a conflict', async () => {
    const room = await newRoom({ maxPeers: 1 });
    const { peer } = await client.createPeer(room.id);
    await notifications.expect(
        { peerAdded: { roomId: room.id, peerId: peer.id, peerType: webrtc } });
    await fails(client.createPeer(room.id), UnknownException, 409);
});

await step('a peer connects with its refreshed token, and disconnects', async () => {
    const room = await newRoom();
    const { peer, peerToken } = await client.createPeer(room.id);
    const who = { roomId: room.id, peerId: peer.id, peerType: webrtc };
    await notifications.expect({ peerAdded: who });
    const refreshed = await client.refreshPeerToken(room.id, peer.id);
    assert.notEqual(refreshed, peerToken);
    const socket = await connectPeer(url, refreshed);
    await notifications.expect({ peerConnected: who });
    assert.equal((await peerOf(room, peer.id)).status, 'connected');
    socket.close();
    await notifications.expect({ peerDisconnected: who });
    assert.equal((await peerOf(room, peer.id)).status, 'disconnected');
});

await step('tracks and metadata of a peer are reported and shown', async () => {
    const room = await newRoom();
    const { peer, who } = await connectedPeer(room);
    const place = { room_id: room.id, endpoint_id: peer.id, track_id: 'track-1' };
    const track = (metadata) => ({
        roomId: room.id, peerId: peer.id,
        track: { id: 'track-1', type: 2, metadata: JSON.stringify(metadata) },
    });
    await control('add_track', { ...place, type: 'audio', metadata: { a: 1 } });
    await notifications.expect({ trackAdded: track({ a: 1 }) });
    assert.deepEqual((await peerOf(room, peer.id)).tracks,
                     [{ id: 'track-1', type: 'audio', metadata: { a: 1 } }]);
    await control('update_track', { ...place, metadata: { a: 2 } });
    await notifications.expect({ trackMetadataUpdated: track({ a: 2 }) });
    await control('remove_track', { room_id: room.id, track_id: 'track-1' });
    await notifications.expect({ trackRemoved: track({ a: 2 }) });
    await control('update_peer_metadata',
                  { room_id: room.id, peer_id: peer.id, metadata: { mood: 'good' } });
    const { metadata } = await peerOf(room, peer.id);
    assert.deepEqual(metadata, { peer: { mood: 'good' }, server: {} });
    await notifications.expect(
        { peerMetadataUpdated: { ...who, metadata: JSON.stringify(metadata) } });
    await client.deletePeer(room.id, peer.id);
    await notifications.expect({ peerDisconnected: who }, { peerDeleted: who });
});

await step('a peer subscribes to a peer and to tracks', async () => {
    const room = await newRoom();
    const { peer: publisher } = await connectedPeer(room);
    const { peer } = await client.createPeer(room.id, { subscribeMode: 'manual' });
    await notifications.expect(
        { peerAdded: { roomId: room.id, peerId: peer.id, peerType: webrtc } });
    await control('add_track', { room_id: room.id, endpoint_id: publisher.id,
                                 track_id: 'track-1', type: 'video' });
    await notifications.expect({ trackAdded: {
        roomId: room.id, peerId: publisher.id,
        track: { id: 'track-1', type: 1, metadata: 'null' } } });
    await client.subscribePeer(room.id, peer.id, publisher.id);
    await client.subscribeTracks(room.id, peer.id, ['track-1']);
    assert.deepEqual((await peerOf(room, peer.id)).subscriptions,
                     { peers: [publisher.id], tracks: ['track-1'] });
    await fails(client.subscribePeer(room.id, 'unknown', publisher.id), PeerNotFoundException, 404);
    await fails(client.subscribeTracks(room.id, peer.id, 'track-1'), BadRequestException, 400);
});

await step('crashes of a peer and of a room are reported', async () => {
    const room = await newRoom();
    const { peer, who } = await connectedPeer(room);
    await control('crash_peer', { room_id: room.id, peer_id: peer.id, reason: 'tired' });
    await notifications.expect({ peerCrashed: { ...who, reason: 'tired' } });
    await control('crash_room', { room_id: room.id });
    await notifications.expect({ roomCrashed: { roomId: room.id } });
    await fails(client.getRoom(room.id), RoomNotFoundException, 404);
});

await step('a room with a connected peer is deleted', async () => {
    const room = await newRoom();
    const { who } = await connectedPeer(room);
    await client.deleteRoom(room.id);
    await notifications.expect({ peerDeleted: who }, { roomDeleted: { roomId: room.id } });
});

for (const [name, notification] of [
    ['channelAdded', { type: 'channel_added', room_id: 'r', peer_id: 'p', channel_id: 'c' }],
    ['channelRemoved', { type: 'channel_removed', room_id: 'r', peer_id: 'p', channel_id: 'c' }],
]) {
    await step(`${name} is received`, async () => {
        await control('notify', { notification });
        await notifications.expect({ [name]: { roomId: 'r', peerId: 'p', channelId: 'c' } });
    });
}

for (const [name, type] of [['streamConnected', 'stream_connected'],
                            ['streamDisconnected', 'stream_disconnected']]) {
    await step(`${name}, which is deprecated, is received`, async () => {
        await control('notify', { notification: { type, stream_id: 's' } });
        await notifications.expect({ [name]: { streamId: 's' } });
    });
}

await step('a VAPI peer is added', async () => {
    const room = await newRoom();
    const add = (options) => client.addPeer(room.id, { type: 'vapi', options });
    const { data: { data: { peer } } } = await add({ apiKey: 's3cret-key', callId: 'call-1' });
    assert.equal(peer.type, 'vapi');
    await notifications.expect(
        { peerAdded: { roomId: room.id, peerId: peer.id, peerType: vapi } });
    for (const invalid of [{}, { apiKey: 'k' }, { apiKey: 'k', callId: 'a b' },
                           { apiKey: 'k', callId: 'c', metadata: {} }])
        await assert.rejects(add(invalid), (error) => error.response.status === 400);
});

// --------------------------------------------------------------------------------------- Agents

/** One of many packets of 20 ms of a tone: 16-bit samples, 16 kHz, mono. */
function toneAt(packet) {
    const samples = Int16Array.from({ length: 320 }, (_, i) =>
        Math.round(8000 * Math.sin(2 * Math.PI * 440 * (packet * 320 + i) / 16000)));
    return Buffer.from(samples.buffer);
}
const tone = [0, 1, 2, 3, 4].map(toneAt);

/** Adds and connects an agent. */
async function connectedAgent(room, options = {}) {
    const closes = new Queue();
    const onClose = (code, reason) => closes.push({ code, reason });
    const { agent, peer } = await client.createAgent(room.id, options, { onClose });
    const who = { roomId: room.id, peerId: peer.id, peerType: agentType };
    await notifications.expect({ peerAdded: who }, { peerConnected: who });
    const heard = new Queue();
    agent.on('trackData', ({ data, ...from }) => heard.push({ ...from, data: Buffer.from(data) }));
    return { agent, peer, who, closes, heard };
}

await step('an agent has the documented defaults', async () => {
    const room = await newRoom();
    const { agent, peer, who, closes } = await connectedAgent(room);
    assert.deepEqual(peer, {
        id: peer.id, type: 'agent', status: 'disconnected', tracks: [],
        metadata: { peer: {}, server: {} }, subscribeMode: 'auto',
        subscriptions: { peers: [], tracks: [] },
    });
    assert.equal((await peerOf(room, peer.id)).status, 'connected');
    agent.disconnect();
    await closes.pop();
    await notifications.expect({ peerDisconnected: who });
});

await step('an agent sends a tone, is interrupted, and removes its track', async () => {
    const room = await newRoom();
    const { agent, peer, who } = await connectedAgent(room, { subscribeMode: 'manual' });
    const { id, type, metadata } = agent.createTrack(
        { encoding: 'pcm16', sampleRate: 16000, channels: 1 }, { kind: 'tone' });
    const event = { roomId: room.id, peerId: peer.id, track: { id, type, metadata } };
    await notifications.expect({ trackAdded: event });
    assert.deepEqual((await peerOf(room, peer.id)).tracks,
                     [{ id, type: 'audio', metadata: { kind: 'tone' } }]);
    assert.deepEqual((await control('agent', { peer_id: peer.id })).tracks, [
        { track_id: id, encoding: 'pcm16', sample_rate: 16000, channels: 1, metadata }]);
    for (const packet of tone) agent.sendData(id, packet);
    agent.interruptTrack(id);
    agent.deleteTrack(id);
    await notifications.expect({ trackRemoved: event });
    assert.deepEqual(await control('agent', { peer_id: peer.id }), {
        tracks: [],
        packets: tone.map((packet) => ({ track_id: id, size: packet.length })),
        received: tone.length, removed_tracks: 1, captures: 0, interrupted: [id],
    });
    agent.disconnect();
    await notifications.expect({ peerDisconnected: who });
});

await step('an agent hears its own tone from an echo', async () => {
    const room = await newRoom();
    const { agent, peer, who, heard } = await connectedAgent(room);
    await control('echo_agents');
    const track = agent.createTrack({ encoding: 'opus', sampleRate: 48000, channels: 1 });
    const event = { roomId: room.id, peerId: peer.id, track };
    await notifications.expect({ trackAdded: event });
    for (const packet of tone) agent.sendData(track.id, packet);
    for (const packet of tone)
        assert.deepEqual(await heard.pop(), { peerId: peer.id, track, data: packet });
    await control('echo_agents', { on: false });
    agent.disconnect();
    await notifications.expect({ peerDisconnected: who }, { trackRemoved: event });
});

await step('an agent receives the audio of a peer', async () => {
    const room = await newRoom();
    const { peer: publisher } = await connectedPeer(room);
    const { geminiInputAudioSettings: output } = gemini.default;
    assert.deepEqual(output, { audioFormat: 'pcm16', audioSampleRate: 16000 });
    const { agent, who, heard } = await connectedAgent(room, { output });
    const source = { room_id: room.id, peer_id: publisher.id, track_id: 'track-1', type: 'audio',
                     metadata: { a: 1 } };
    const from = { peerId: publisher.id, track: { id: 'track-1', type: 2, metadata: '{"a":1}' } };
    const payload = { base64: tone[1].toString('base64') };
    await control('send_track_data', { ...source, payload });
    assert.deepEqual(await heard.pop(), { ...from, data: tone[1] });
    await control('play_tone', { ...source, milliseconds: 60 });
    for (let i = 0; i < 3; ++i) {
        const { data, ...rest } = await heard.pop();
        assert.deepEqual(rest, from);
        assert.equal(data.length, tone[0].length);
        assert.ok(data.some((byte) => byte !== 0));
    }
    agent.disconnect();
    await notifications.expect({ peerDisconnected: who });
});

await step('an agent with a wrong token is closed with a reason', async () => {
    const closes = new Queue();
    new FishjamAgent(config, 'wrong',
                     { onClose: (code, reason) => closes.push({ code, reason }) });
    const { reason } = await closes.pop();
    assert.match(reason, /invalid token/);
});

for (const invalid of [
    { metadata: {} }, { output: { audioFormat: 'opus' } }, { output: { audioSampleRate: 44100 } },
    { output: { channels: 2 } },
]) {
    await step(`an agent with ${JSON.stringify(invalid)} is rejected`, async () => {
        const room = await newRoom();
        await fails(client.createAgent(room.id, invalid), BadRequestException, 400);
    });
}

// ---------------------------------------------------------------------------------- Livestreams

/** Connects and disconnects a streamer and a viewer; returns their ids. */
async function connectAndDisconnect(streamId, streamerToken, viewerToken) {
    const { streamer_id: streamerId } = await control('connect_streamer', { token: streamerToken });
    await notifications.expect({ streamerConnected: { streamId, streamerId } });
    const { viewer_id: viewerId } = await control('connect_viewer', { token: viewerToken });
    await notifications.expect({ viewerConnected: { streamId, viewerId } });
    await control('disconnect_viewer', { token: viewerToken });
    await notifications.expect({ viewerDisconnected: { streamId, viewerId } });
    await control('disconnect_streamer', { token: streamerToken });
    await notifications.expect({ streamerDisconnected: { streamId, streamerId } });
    return { streamerId, viewerId };
}

for (const roomType of [RoomType.Livestream, RoomType.AudioOnlyLivestream]) {
    await step(`a streamer and a viewer of a room of type ${roomType} connect`, async () => {
        const room = await newRoom({ roomType, public: true });
        const streamer = await client.createLivestreamStreamerToken(room.id);
        const viewer = await client.createLivestreamViewerToken(room.id);
        assert.deepEqual(Object.keys({ ...streamer, ...viewer }), ['token']);
        assert.notEqual(streamer.token, viewer.token);
        await connectAndDisconnect(room.id, streamer.token, viewer.token);
    });
}

await step('a conference has no tokens for streamers and viewers', async () => {
    const room = await newRoom();
    await fails(client.createLivestreamStreamerToken(room.id), FishjamNotFoundException, 404);
    await fails(client.createLivestreamViewerToken(room.id), FishjamNotFoundException, 404);
});

await step('a stream has streamers and viewers', async () => {
    const { data: stream } = await later('post', '/livestream', { public: true });
    assert.deepEqual(stream, { id: stream.id, public: true, audioOnly: false, streamers: [],
                               viewers: [] });
    const { data: { data: streamer } } = await client.createStreamer(stream.id);
    const { data: { data: viewer } } = await client.createViewer(stream.id);
    assert.deepEqual(await later('get', `/livestream/${stream.id}`), { data: {
        ...stream,
        streamers: [{ id: streamer.id, status: 'disconnected', token: streamer.token }],
        viewers: [{ id: viewer.id, token: viewer.token }],
    } });
    assert.deepEqual(await connectAndDisconnect(stream.id, streamer.token, viewer.token),
                     { streamerId: streamer.id, viewerId: viewer.id });
    await client.deleteViewer(stream.id, viewer.id);
    await client.deleteStreamer(stream.id, streamer.id);
    await later('delete', `/livestream/${stream.id}`);
    await assert.rejects(client.createStreamer(stream.id),
                         (error) => error.response.status === 404);
});

// --------------------------------------------------------- Calls of later versions, by its client

/** Makes a call that this version of the SDK lacks with its HTTP client; returns the body. */
async function later(method, path, data) {
    return (await client.roomApi.axios.request({ method, url: url + path, data })).data;
}

await step('credentials are validated', async () => {
    assert.equal(await later('get', '/validate'), '');
    const stranger = new FishjamClient({ ...config, managementToken: 'wrong' });
    await assert.rejects(stranger.roomApi.axios.get(`${url}/validate`),
                         (error) => error.response.status === 404);
});

await step('access to MoQ is granted', async () => {
    const access = await later('post', '/moq/access', { publishPath: 'a', subscribePath: 'b' });
    assert.deepEqual(Object.keys(access).sort(), ['connection_url', 'token']);
    for (const invalid of [{}, { path: 'a' }, { publishPath: 1 }])
        await assert.rejects(later('post', '/moq/access', invalid),
                             (error) => error.response.status === 400);
});

await step('tracks are forwarded once', async () => {
    const room = await newRoom();
    const forward = () => later('post', `/room/${room.id}/track_forwardings`,
                                { compositionURL: 'https://composition.example/c-1' });
    assert.equal(await forward(), '');
    await assert.rejects(forward(), (error) => error.response.status === 409);
});

await step('a composition is recorded, and the SDK ignores notifications newer than itself',
           async () => {
    const source = { compositionURL: 'https://composition.example/c-1', outputId: 'o-1' };
    const complaints = [];
    const { error } = console;
    console.error = (text) => complaints.push(text);
    try {
        const { data: recording } = await later('post', '/recordings',
                                                { source, metadata: { name: 'first' } });
        assert.equal(recording.status, 'active');
        const path = `/recordings/${recording.id}`;
        assert.deepEqual((await later('get', path)).data, recording);
        assert.deepEqual((await later('get', '/recordings?metadata%5Bname%5D=first')).data,
                         [recording]);
        assert.deepEqual((await later('get', '/recordings?metadata%5Bname%5D=second')).data, []);
        assert.equal((await later('post', `${path}/stop`)).data.status, 'finished');
        await later('delete', path);
        await assert.rejects(later('get', path), (failure) => failure.response.status === 404);
        await newRoom();  // Its notification follows those of the recording.
    } finally {
        console.error = error;
    }
    assert.deepEqual([...new Set(complaints)], ["Couldn't decode websocket server message"]);
});

// ------------------------------------------------------------------------------------- Webhooks

await step('webhooks are signed, and decoded by the SDK', async () => {
    const room = await newRoom({ webhookUrl });
    assert.deepEqual(await webhooks.next(), [{ roomCreated: { roomId: room.id } }]);
    const { who } = await connectedPeer(room);
    assert.deepEqual(await webhooks.next(), [{ peerAdded: who }]);
    assert.deepEqual(await webhooks.next(), [{ peerConnected: who }]);
    await client.deleteRoom(room.id);
    await notifications.expect({ peerDeleted: who }, { roomDeleted: { roomId: room.id } });
    assert.deepEqual(await webhooks.next(), [{ peerDeleted: who }]);
    assert.deepEqual(await webhooks.next(), [{ roomDeleted: { roomId: room.id } }]);
});

await step('webhooks of a room with batches coalesce', async () => {
    const release = webhooks.hold();
    const room = await newRoom({ webhookUrl, batchWebhookNotifications: true });
    const added = [];
    for (let i = 0; i < 3; ++i) {
        const { peer } = await client.createPeer(room.id);
        added.push({ peerAdded: { roomId: room.id, peerId: peer.id, peerType: webrtc } });
    }
    await notifications.expect(...added);
    assert.deepEqual(await webhooks.next(), [{ roomCreated: { roomId: room.id } }]);
    release();
    assert.deepEqual(await webhooks.next(), added);
});

// --------------------------------------------------------------------------------------- Errors

await step('a wrong token is unauthorized', async () => {
    const stranger = new FishjamClient({ ...config, managementToken: 'wrong' });
    await fails(stranger.getAllRooms(), UnauthorizedException, 401);
    await fails(stranger.createRoom(), UnauthorizedException, 401);
});

await step('an exceeded quota and an unavailable server are reported', async () => {
    await control('exceed_quota');
    await fails(client.createRoom(), UnknownException, 402);
    await control('exceed_quota', { on: false });
    await control('fail_requests', { status: 503, method: 'POST', path: '/room', times: 1,
                                     text: 'No media node is free' });
    await fails(client.createRoom(), ServiceUnavailableException, 503);
});

// -------------------------------------------------------------------------------------- The end

await step('nothing else was received, and the session is open', () => {
    notifications.expectNoMore();
    assert.equal(notifier.closed, undefined);
    notifier.client.close();
});

await step('the SDK sends the recorded requests', () => {
    const [file, option] = process.argv.slice(2);
    if (option === '--record') writeFileSync(file, recorder.rows());
    assert.equal(recorder.rows(), readFileSync(file, 'utf8'));
});

process.exit(summary() ? 0 : 1);
