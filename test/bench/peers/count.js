// The measurement of each Node peer and its output, from the first message to the last.
'use strict';

class Count {
    constructor(name, wanted) {
        this.name = name;
        this.wanted = Number(wanted);
        this.received = 0;
        this.checksum = 0;
        this.began = 0n;
    }

    begin() {
        if (this.began !== 0n) return;
        this.began = process.hrtime.bigint();
        this.usage = process.cpuUsage();
    }

    add(length) {
        this.checksum += length;
        this.received += 1;
        if (this.received !== this.wanted) return;
        this.seconds = Number(process.hrtime.bigint() - this.began) / 1e9;
        const { user, system } = process.cpuUsage(this.usage);
        this.cpu = (user + system) / 1e6;
    }

    // Called at the close frame.
    end(code) {
        if (code !== 1000) this.fail(`closed with ${code}`);
        this.print();
    }

    print() {
        if (this.received !== this.wanted) this.fail(`${this.received} messages came`);
        console.log(`${this.name} messages ${this.received} seconds ${this.seconds} ` +
            `checksum ${this.checksum} cpu ${this.cpu}`);
    }

    fail(why) {
        console.error(`${this.name}: ${why}`);
        process.exit(1);
    }
}

module.exports = Count;
