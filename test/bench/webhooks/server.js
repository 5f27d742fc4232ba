// The simplest Node server that reads a body and responds with 200. Exits at the end of standard
// input.
'use strict';

const http = require('http');

let received = 0;
let wrong = 0;

const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
        if (request.method === 'POST' && Buffer.concat(parts).length === 78) received += 1;
        else wrong += 1;
        response.end();
    });
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => {
    console.log(`Listening on 127.0.0.1:${server.address().port}`);
});

const usage = process.cpuUsage();
process.stdin.resume();
process.stdin.on('end', () => {
    const { user, system } = process.cpuUsage(usage);
    console.log(`received ${received} wrong ${wrong} cpu_us ${user + system}`);
    process.exit(0);
});
