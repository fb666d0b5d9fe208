import { describe, expect, it } from 'vitest';
import { GraphError } from '../../graph/graph-error.ts';
import { ImportFailure } from './imports-api.ts';
import { sendFile } from './send-file.ts';
import type { Upload } from './types.ts';

const content = new Uint8Array(2500).map((_, index) => index % 251);
const begun = (received = 0): Upload => ({
  ...{ id: '1', fileName: 'a.csv', bytes: content.length, received, state: 'UPLOADING' },
  ...{ progress: null, result: null, message: null },
});

/** A gateway in memory whose requests fail as listed, the first ones first. */
function gateway(faults: (Error | null)[] = [], received = 0) {
  const stored = [...content.subarray(0, received)];
  const offsets: number[] = [];
  const now = (): Upload => ({
    ...begun(stored.length),
    state: stored.length === content.length ? 'UPLOADED' : 'UPLOADING',
  });
  const append = async (_path: string, offset: number, body: BodyInit): Promise<Upload> => {
    offsets.push(offset);
    const fault = faults.shift();
    if (fault) throw fault;
    if (offset !== stored.length) throw failure(409, stored.length);
    stored.push(...new Uint8Array(body as ArrayBuffer));
    return now();
  };
  return { api: { append, show: async () => now() }, offsets, stored };
}

const failure = (status: number, received: number | null = null) =>
  new ImportFailure(new GraphError('failed', status === 0 ? 'OFFLINE' : 'BAD_REQUEST'), status, received);

function send(
  { api }: ReturnType<typeof gateway>,
  { upload = begun(), abort = new AbortController(), pauses = [] as number[], waits = [] as boolean[] } = {},
) {
  return sendFile(upload, new Blob([content]), {
    ...{ api, path: '/imports/a.b/1', chunkBytes: 1000, signal: abort.signal },
    onProgress: (_upload, isWaiting) => waits.push(isWaiting),
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
}

describe('a file', () => {
  it('is sent in chunks, each after the one before', async () => {
    const to = gateway();
    expect((await send(to)).state).toBe('UPLOADED');
    expect(to.offsets).toEqual([0, 1000, 2000]);
    expect(to.stored).toEqual([...content]);
  });

  it('continues where the gateway has it', async () => {
    const to = gateway([], 1700);
    await send(to, { upload: begun(1700) });
    expect(to.offsets).toEqual([1700]);
    expect(to.stored).toEqual([...content]);
  });

  it('waits for a lost connection, longer each time, and says so', async () => {
    const pauses: number[] = [];
    const waits: boolean[] = [];
    const to = gateway([null, failure(0), failure(503)]);
    await send(to, { pauses, waits });
    expect(pauses).toEqual([500, 1000]);
    expect(waits).toContain(true);
    expect(waits.at(-1)).toBe(false);
    expect(to.stored).toEqual([...content]);
  });

  it('goes on from where the gateway says that it is', async () => {
    const to = gateway([], 1000);
    await send(to);
    expect(to.offsets).toEqual([0, 1000, 2000]);
    expect(to.stored).toEqual([...content]);
  });

  it('is not sent again where that cannot help', async () => {
    await expect(send(gateway([failure(404)]))).rejects.toMatchObject({ status: 404 });
  });

  it('is sent no further when it is cancelled', async () => {
    const abort = new AbortController();
    const to = gateway([failure(0)]);
    const sent = send(to, { abort });
    abort.abort(new Error('removed'));
    await expect(sent).rejects.toThrow('removed');
    expect(to.offsets.length).toBeLessThanOrEqual(1);
  });
});
