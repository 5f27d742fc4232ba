// Reads a room, one call after the other: node call_rest.js undici|axios ADDRESS CALLS
'use strict';

const Count = require('./count.js');

const id = 'fbf4190c-5c76-415c-8939-52c6ed20868b';
const headers = { authorization: 'Bearer development', accept: 'application/json' };

// Each returns a function that resolves to the parsed response, over a kept connection.
const clients = {
    undici(address) {
        const { Client } = require('undici');
        const client = new Client(`http://${address}`);
        return async () => {
            const { statusCode, body } =
                await client.request({ path: `/room/${id}`, method: 'GET', headers });
            if (statusCode !== 200) throw new Error(`status ${statusCode}`);
            return body.json();
        };
    },
    axios(address) {
        const axios = require('axios');
        const http = require('http');
        const client = axios.create({
            baseURL: `http://${address}`,
            headers,
            httpAgent: new http.Agent({ keepAlive: true }),
            proxy: false,
        });
        return async () => (await client.get(`/room/${id}`)).data;
    },
};

async function run(name, address, calls) {
    const all = new Count(name, calls);
    const getRoom = clients[name](address);
    while (all.received < all.wanted) {
        const { data } = await getRoom();
        all.begin();
        all.add(data.peers.reduce((sum, peer) => sum + peer.id.length, data.id.length));
    }
    all.print();
}

run(...process.argv.slice(2)).then(() => process.exit(0), (error) => {
    console.error(error.message);
    process.exit(1);
});
