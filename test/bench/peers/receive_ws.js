// Receives with ws and protobufjs: node receive_ws.js ADDRESS MESSAGES PROTO_FILE
'use strict';

const protobuf = require('protobufjs');
const WebSocket = require('ws');
const Count = require('./count.js');

const [address, messages, file] = process.argv.slice(2);
const ServerMessage = protobuf.loadSync(file).lookupType('jellyfish.ServerMessage');
const all = new Count('ws', messages);

const socket = new WebSocket(`ws://${address}/socket/server/websocket`);
const send = (message) => socket.send(ServerMessage.encode(ServerMessage.create(message)).finish());
socket.on('error', (error) => all.fail(error.message));
socket.on('close', (code) => all.end(code));
socket.on('open', () => send({ authRequest: { token: 'development' } }));
socket.on('message', (data) => {
    const message = ServerMessage.decode(data);
    const connected = message.peerConnected;
    if (connected) {
        all.begin();
        all.add(connected.roomId.length + connected.peerId.length);
    } else if (message.authenticated) {
        send({ subscribeRequest: { eventType: 1 } });
    } else if (!message.subscribeResponse) {
        all.fail('another message');
    }
});
