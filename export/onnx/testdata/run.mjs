// Runs models with onnxruntime, all in one process. Standard input is JSON, a list
// of {model, runs: [{inputs: {NAME: {shape, file}}, outputs: {NAME: file}}]}; arrays
// are files of float32. Standard output is JSON: for each model {error} or
// {runs: [{NAME: shape}]}.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const ort = createRequire(import.meta.url)('onnxruntime-node');

function floats(file) {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function run(session, { inputs, outputs }) {
  const feeds = {};
  for (const [name, { shape, file }] of Object.entries(inputs)) {
    feeds[name] = new ort.Tensor('float32', floats(file), shape);
  }
  const results = await session.run(feeds, Object.keys(outputs));
  const shapes = {};
  for (const [name, file] of Object.entries(outputs)) {
    const { data, dims, type } = results[name];
    if (type !== 'float32') throw new Error(`${name} is ${type}`);
    writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    shapes[name] = dims;
  }
  return shapes;
}

async function answer({ model, runs }) {
  try {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 2, interOpNumThreads: 1, logSeverityLevel: 3 });
    try {
      const shapes = [];
      for (const r of runs) shapes.push(await run(session, r));
      return { runs: shapes };
    } finally {
      await session.release();
    }
  } catch (e) {
    return { error: String(e.message ?? e) };
  }
}

const answers = [];
for (const job of JSON.parse(readFileSync(0, 'utf8'))) answers.push(await answer(job));
process.stdout.write(JSON.stringify(answers));
