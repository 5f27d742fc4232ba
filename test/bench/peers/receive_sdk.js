// Receives with Fishjam's server SDK: node receive_sdk.js ADDRESS MESSAGES
//
// Its peerConnected has the fields of Jellyfish's and a third one, which is left out when it is 0,
// and the session's own messages have the same numbers, so it receives the same bytes as all
// others. It requests //socket/server/websocket, and sends the token and the subscription at once;
// the load server accepts any path, and reads one after the other.
'use strict';

globalThis.WebSocket = require('ws');
const { FishjamWSNotifier } = require('@fishjam-cloud/js-server-sdk');
const Count = require('./count.js');

const [address, messages] = process.argv.slice(2);
const all = new Count('sdk', messages);
const notifier = new FishjamWSNotifier(
    { fishjamId: `http://${address}`, managementToken: 'development' },
    (error) => all.fail(error.message),
    (code) => all.end(code));
notifier.on('peerConnected', (connected) => {
    all.begin();
    all.add(connected.roomId.length + connected.peerId.length);
});
