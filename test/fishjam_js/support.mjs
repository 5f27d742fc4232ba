// Helpers of the scenario: steps, controls of the sandbox, a recorder of notifications, a receiver
// of webhooks, and a peer's socket.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

import { ServerMessage } from '@fishjam-cloud/js-server-sdk';

// Node has a built-in WebSocket since version 22.
globalThis.WebSocket ??= createRequire(import.meta.url)('ws');

const timeLimitMs = 30_000;  // Enough under a sanitizer on a busy machine.

let passed = 0;
let failed = 0;

/** Runs one step and prints its result. The steps after a failed one run as well, after what it
 *  has left was cleaned up. */
export async function runStep(what, run, cleanUp) {
    try {
        await within(Promise.resolve().then(run), 'the step is not complete');
        ++passed;
        console.log(`ok - ${what}`);
    } catch (error) {
        ++failed;
        console.log(`FAILED - ${what}\n${error?.stack ?? error}`);
        await cleanUp();
    }
}

/** Prints the result of all steps; returns whether they have passed. */
export function summary() {
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
}

/** Rejects unless a promise is settled in time. */
async function within(promise, what) {
    let timer;
    const limit = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what} after ${timeLimitMs} ms`)),
                           timeLimitMs);
    });
    return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** A queue whose reader waits for the next value. */
export class Queue {
    #values = [];
    #reader = null;

    push(value) {
        this.#values.push(value);
        this.#reader?.();
    }

    get length() { return this.#values.length; }

    async pop(what = 'nothing has arrived') {
        if (this.#values.length === 0)
            await within(new Promise((resolve) => { this.#reader = resolve; }), what);
        this.#reader = null;
        return this.#values.shift();
    }
}

/** Returns a function that executes a control of the sandbox. */
export function controlsAt(url) {
    return async (name, parameters = {}) => {
        const response = await fetch(`${url}/${name}`,
                                     { method: 'POST', body: JSON.stringify(parameters) });
        const result = await response.json();
        assert.equal(response.status, 200, `control ${name}: ${result.error}`);
        return result;
    };
}

/** The events that the SDK's notifier emits. */
const emitted = [
    'roomCreated', 'roomDeleted', 'roomCrashed', 'peerAdded', 'peerDeleted', 'peerConnected',
    'peerDisconnected', 'peerMetadataUpdated', 'peerCrashed', 'streamConnected',
    'streamDisconnected', 'viewerConnected', 'viewerDisconnected', 'trackAdded', 'trackRemoved',
    'trackMetadataUpdated',
];

/** Records what a notifier receives, in order. */
export class Notifications {
    #queue = new Queue();
    #session = new Queue();

    constructor(notifier) {
        for (const name of emitted)
            notifier.on(name, (message) => this.#queue.push({ [name]: message }));
        // It ignores some of the notifications that its schema has.
        notifier.client.addEventListener('message', ({ data }) => {
            const message = decoded(new Uint8Array(data));
            const [name] = Object.keys(message);
            if (name === 'authenticated' || name === 'subscribeResponse')
                this.#session.push(message);
            else if (name !== undefined && !emitted.includes(name))
                this.#queue.push(message);
        });
    }

    /** Waits until the session is authenticated and subscribed. */
    async subscribed() {
        assert.deepEqual(await this.#session.pop(), { authenticated: {} });
        assert.deepEqual(await this.#session.pop(), { subscribeResponse: { eventType: 1 } });
    }

    /** Requires that these notifications are the next ones. */
    async expect(...expected) {
        for (const each of expected) {
            const next = await this.#queue.pop(`no ${JSON.stringify(each)}`);
            assert.deepEqual(plain(next), each);
        }
    }

    /** Discards what was received until now, by a notification after it. */
    async discard(control) {
        const roomId = `discarded-${Math.random()}`;
        await control('notify', { notification: { type: 'room_crashed', room_id: roomId } });
        while ((await this.#queue.pop()).roomCrashed?.roomId !== roomId);
    }

    /** Requires that everything received has been expected. */
    expectNoMore() { assert.equal(this.#queue.length, 0); }
}

/** Without members that are not set. */
function plain(message) { return JSON.parse(JSON.stringify(message)); }

/** Decodes a message by the SDK's schema: an object with one member, or none if it is newer. */
export function decoded(bytes) { return plain(ServerMessage.decode(bytes)); }

/** Encodes a length-delimited protobuf field. */
export function field(number, bytes) {
    const content = Buffer.from(bytes);
    return Buffer.concat([varint(number << 3 | 2), varint(content.length), content]);
}

function varint(value) {
    const out = [];
    for (; value > 0x7f; value >>>= 7) out.push(value & 0x7f | 0x80);
    return Buffer.from([...out, value]);
}

/** Decodes a message of length-delimited fields only: their numbers and contents. */
function fields(bytes) {
    let at = 0;
    const number = () => {
        let value = 0;
        for (let shift = 0;; shift += 7) {
            const byte = bytes[at++];
            value |= (byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
    };
    const out = [];
    while (at < bytes.length) {
        const tag = number();
        assert.equal(tag & 7, 2);
        const length = number();
        assert.ok(at + length <= bytes.length);
        out.push([tag >>> 3, bytes.subarray(at, at += length)]);
    }
    return out;
}

/** Returns the notifications of a webhook's body: of a batch (33), which is newer than the SDK's
 *  schema, or a single one. */
function notificationsIn(body) {
    const [[number, content]] = fields(body);
    if (number !== 33) return [decoded(body)];
    return fields(content).map(([part, message]) => {
        assert.equal(part, 1);
        return decoded(message);
    });
}

/** An HTTP server for webhooks that rejects those without a correct signature. */
export class WebhookReceiver {
    #secret;
    #posts = new Queue();
    #server = createServer((request, response) => this.#receive(request, response));
    #held = null;

    constructor(secret) { this.#secret = secret; }

    async listen() {
        await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
        return `http://127.0.0.1:${this.#server.address().port}/webhook`;
    }

    close() {
        this.#server.close();
        this.#server.closeAllConnections();
    }

    /** Delays responses, so that notifications queue up, until the returned function is called. */
    hold() {
        let release;
        this.#held = new Promise((resolve) => { release = resolve; });
        return () => { this.#held = null; release(); };
    }

    /** Returns the notifications of the next request. */
    async next() {
        const post = await this.#posts.pop('no webhook');
        assert.equal(post.method, 'POST');
        assert.equal(post.type, 'application/x-protobuf');
        assert.equal(post.signature, signatureOf(post.body, this.#secret));
        return notificationsIn(post.body);
    }

    async #receive(request, response) {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const { 'content-type': type, 'x-fishjam-signature-256': signature } = request.headers;
        this.#posts.push({ method: request.method, type, signature, body: Buffer.concat(chunks) });
        await this.#held;
        response.end();
    }
}

/** The signature by the rule of Fishjam's documentation. */
function signatureOf(body, secret) {
    return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Connects a WebRTC peer's socket, which the SDK for servers lacks. */
export async function connectPeer(baseUrl, token) {
    const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/socket/peer/websocket`);
    socket.binaryType = 'arraybuffer';
    const messages = new Queue();
    socket.addEventListener('message', ({ data }) => messages.push(Buffer.from(data)));
    socket.addEventListener('close', () => messages.push(null));
    await within(new Promise((resolve) => socket.addEventListener('open', resolve)), 'not open');
    socket.send(field(2, field(1, Buffer.from(token))));
    const first = await messages.pop();
    assert.equal(first && fields(first)[0][0], 1, 'the peer is not authenticated');
    return socket;
}
