// A process that serves all subgraphs: it executes each request once, and then repeats the recorded response.
import { createServer, type Socket } from 'node:net';
import { answerBytes, MessageReader } from '../load/raw-http.ts';
import { answer as answerParent } from '../processes/channel.ts';
import { graphs } from './graphs-by-name.ts';
import { subgraphExecutor } from './subgraph-executor.ts';

export interface StaticSettings {
  port: number;
  /** The name of a benchmark graph. */
  graph?: string;
  /** Or the URLs of running subgraphs, which receive each request once. */
  upstreams?: Record<string, string>;
}

export interface StaticCounts {
  requests: number;
  /** Requests without authorization. */
  unauthorized: number;
  /** Requests that were not recorded yet. */
  executed: number;
}

export interface RecordedRequest {
  path: string;
  body: string;
  arrivedMs: number;
  answeredMs: number;
}

/** `record` starts a recording, during which answers are delayed by as many milliseconds; `recorded` ends it and returns it. */
export type StaticCommand = 'counts' | 'recorded' | { record: number };

type Execute = (body: string) => Promise<string>;

function executors({ graph, upstreams }: StaticSettings): Map<string, Execute> {
  if (upstreams) {
    return new Map(
      Object.entries(upstreams).map(([name, url]) => [
        `/${name}`,
        async (body) => {
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          });
          return response.text();
        },
      ]),
    );
  }
  const found = graphs.find(({ name }) => name === graph);
  if (!found) throw new Error(`no graph ${graph}`);
  return new Map(
    found.subgraphs.map((subgraph) => {
      const execute = subgraphExecutor(subgraph);
      return [`/${subgraph.name}`, (body) => execute(JSON.parse(body))];
    }),
  );
}

const settings: StaticSettings = JSON.parse(process.argv[2] ?? '{}');
const byPath = executors(settings);
const answers = new Map<string, Buffer>();
const counts: StaticCounts = { requests: 0, unauthorized: 0, executed: 0 };
let recorded: RecordedRequest[] | null = null;
let delayMs = 0;

/** Writes the answer to a request that is recorded. */
function writeRecorded(socket: Socket, answer: Buffer, request: RecordedRequest): void {
  const write = () => {
    request.answeredMs = performance.now();
    socket.write(answer);
  };
  if (delayMs > 0) setTimeout(write, delayMs);
  else write();
}

async function execute(path: string, key: string, body: Buffer): Promise<Buffer> {
  counts.executed += 1;
  const executor = byPath.get(path);
  if (!executor) return Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
  const answer = answerBytes(Buffer.from(await executor(body.toString('utf8'))));
  answers.set(key, answer);
  return answer;
}

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader((head, body) => {
    const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/1.1'));
    const bytes = body ?? Buffer.alloc(0);
    counts.requests += 1;
    if (!/\r\nauthorization: /i.test(head)) counts.unauthorized += 1;
    const request = recorded && {
      path,
      body: bytes.toString('utf8'),
      arrivedMs: performance.now(),
      answeredMs: Number.MAX_VALUE,
    };
    if (request) recorded?.push(request);
    const write = (answer: Buffer) =>
      request ? writeRecorded(socket, answer, request) : socket.write(answer);
    const key = `${path}\n${bytes.toString('latin1')}`;
    const answer = answers.get(key);
    if (answer) write(answer);
    else
      execute(path, key, bytes)
        .then(write)
        .catch((error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
          socket.destroy();
        });
  }, true);
  socket.on('data', (chunk) => reader.push(chunk as Buffer));
  socket.on('error', () => socket.destroy());
});

const listening = new Promise<void>((resolve) => {
  server.listen(settings.port, '127.0.0.1', resolve);
});

answerParent(async (command: StaticCommand) => {
  await listening;
  if (command === 'counts') return { ...counts };
  if (command === 'recorded') {
    const before = recorded ?? [];
    recorded = null;
    return before;
  }
  recorded = [];
  delayMs = command.record;
  return null;
});
