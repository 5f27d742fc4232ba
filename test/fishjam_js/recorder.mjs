// Records the requests of the SDK as the sandbox receives them.

/** Calls of the SDK's generated client that its own class does not offer. */
const generated = {
    addPeer: 'roomApi',
    createStreamer: 'streamerApi',
    deleteStreamer: 'streamerApi',
    createViewer: 'viewerApi',
    deleteViewer: 'viewerApi',
};

const recordedHeaders = ['accept', 'content-type', 'user-agent', 'x-fishjam-api-client'];

/** Makes calls with an SDK's client, and records the requests that succeed: each only once. */
export class Recorder {
    #rows = new Map();
    #control;
    #base;

    constructor(control, url) {
        this.#control = control;
        this.#base = new URL(url).pathname;
    }

    /** Returns an object with all calls of the SDK's client. */
    client(sdk) {
        return new Proxy(sdk, {
            get: (_, name) => {
                const api = name in generated ? sdk[generated[name]] : sdk;
                if (typeof api[name] !== 'function') return api[name];
                return (...parameters) =>
                    api[name](...parameters).finally(() => this.#record(name));
            },
        });
    }

    /** Returns the requests in the order of the calls, one in each line. */
    rows() { return [...this.#rows.values()].map((row) => `${row}\n`).join(''); }

    async #record(call) {
        const { method, target, headers, body, status } =
            (await this.#control('seen_requests')).requests.at(-1);
        if (status >= 300) return;
        const row = {
            call, method, target: withoutIds(target.slice(this.#base.length)),
            headers: Object.fromEntries(
                Object.entries(headers).filter(([name]) => recordedHeaders.includes(name))),
            body: body.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:5003'), status,
        };
        this.#rows.set([call, method, row.target, row.body].join(' '), JSON.stringify(row));
    }
}

/** The ids of rooms and the like differ from run to run. */
function withoutIds(target) {
    return target
        .replace(/^\/room\/[^/]+(?=\/(streamer|viewer)$)/, '/room/{livestream_id}')
        .replace(/^\/room\/(?!{)[^/]+/, '/room/{room_id}')
        .replace(/^\/livestream\/[^/]+/, '/livestream/{stream_id}')
        .replace(/\/(peer|streamer|viewer)\/[^/]+/, '/$1/{$1_id}')
        .replace(/\?peer_id=.*/, '?peer_id={other_id}');
}
