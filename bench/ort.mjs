// Runs one model with onnxruntime on command. Arguments: model, threads, input
// shape as 1x3x224x224. Each line on standard input asks for one run; the answer is
// a line with its milliseconds. The first line, unasked, is the version and the
// milliseconds of loading.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.env.NODE_PATH + '/');
const ort = require('onnxruntime-node');
const { version } = require('onnxruntime-node/package.json');
const [model, threads, shape] = process.argv.slice(-3);

const start = performance.now();
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential',
  graphOptimizationLevel: 'all', logSeverityLevel: 3,
});
const dims = shape.split('x').map(Number);
const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
let state = 1;
for (let i = 0; i < data.length; i++) {
  state = (state * 1103515245 + 12345) % 2147483648;
  data[i] = state / 2147483648 * 255 - 128;
}
const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', data, dims) };
console.log(JSON.stringify({ version, load: performance.now() - start }));

for await (const _ of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  await session.run(feeds);
  console.log(JSON.stringify({ ms: performance.now() - begin }));
}
