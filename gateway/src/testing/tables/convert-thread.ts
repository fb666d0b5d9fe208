// Test support: a thread that converts an answer, or parses it as a whole, within a heap that its test limits.
import { parentPort, workerData } from 'node:worker_threads';
import { conversionOf } from '../../table-formats/conversion.ts';

const { spec, body } = workerData;
const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
if (spec === null) {
  const parsed = JSON.parse(bytes.toString('utf8'));
  parentPort?.postMessage({ rows: parsed.data.rows.length });
} else {
  const conversion = conversionOf(spec);
  let length = 0;
  let longest = 0;
  for (const pieces of [conversion.add(bytes), conversion.finish()])
    for (const piece of pieces) {
      length += piece.length;
      longest = Math.max(longest, piece.length);
    }
  parentPort?.postMessage({ length, longest });
}
