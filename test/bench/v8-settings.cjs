// As `headless/starter.cjs` sets them for the program: given on the command line they would not do the same.
const v8 = require('node:v8');

// What grows the young space to 4 MB there is the program as it is loaded.
v8.setFlagsFromString('--semi-space-growth-factor=4');
const kept = [];
while (kept.length < 16) kept.push(Array.from({ length: 4096 }, () => ({})));
v8.setFlagsFromString('--semi-space-growth-factor=1');
v8.setFlagsFromString('--heap-growing-percent=90');
// Read at the pool's first use.
process.env.UV_THREADPOOL_SIZE ||= '16';
