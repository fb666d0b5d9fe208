// The thread that converts long answers to tables, a piece of one after a piece of another.
import { serveJobs } from '../threads/thread.ts';
import { type Conversion, conversionOf } from './conversion.ts';
import type { ConversionJob, ConversionResult } from './conversion-jobs.ts';

interface OpenConversion {
  conversion: Conversion;
  pieces: Generator<Buffer> | null;
}

const open = new Map<number, OpenConversion>();

function run(job: ConversionJob): ConversionResult {
  if (job.kind === 'start') {
    open.set(job.id, { conversion: conversionOf(job.spec), pieces: null });
    return null;
  }
  const conversion = open.get(job.id);
  if (job.kind === 'close') {
    open.delete(job.id);
    return null;
  }
  if (!conversion) throw new Error('the conversion is not open');
  if (job.kind === 'add') {
    const { buffer, byteOffset, byteLength } = job.body;
    conversion.pieces = conversion.conversion.add(Buffer.from(buffer, byteOffset, byteLength));
    return null;
  }
  if (job.kind === 'finish') {
    conversion.pieces = conversion.conversion.finish();
    return null;
  }
  const next = conversion.pieces?.next();
  return next && !next.done ? next.value : null;
}

await serveJobs<null, ConversionJob, ConversionResult>(async () => ({ loaded: null, run }));
