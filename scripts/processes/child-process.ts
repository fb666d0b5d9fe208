// Child processes of the project's own programs: their output by name, a restart when they crash, a clean end.
import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What Node made of the programs' files, kept for their next start; where nothing can be written, it is made anew. */
const compileCache = join(root, 'node_modules', '.cache', 'compile');

/**
 * Most of what a request makes is garbage soon: a large young generation keeps it from growing old. What has grown old is collected
 * when it is a third more than was left the last time, not twice or four times as much: the threads together would hold 100 MB of it.
 */
export const gatewayCommand = [
  '--max-semi-space-size=64',
  '--heap-growing-percent=30',
  'gateway/src/main.ts',
] as const;

const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** An operation's own ten seconds, behind those for load balancers. */
const graceMs = 20_000;

export interface Program {
  name: string;
  /** The file that node runs, from the project's root, and its arguments. */
  command: readonly string[];
  env: Record<string, string>;
  /** Takes its lines; left out, they are shown at the terminal. */
  onLine?: (line: string) => void;
}

/** Writes a line with a program's name in front. */
const show = ({ name, onLine }: Program, line: string) =>
  onLine ? onLine(line) : process.stderr.write(`${name.padEnd(12)} ${line}\n`);

function launch(program: Program, output: 'pipe' | number): ChildProcess {
  const { command, env } = program;
  // Detached: an interrupt at the terminal reaches only the one who started them, who ends them in their order.
  // The channel tells them when that one is gone: then they end by themselves.
  const child = spawn(process.execPath, [...command], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...env },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => show(program, line));
  }
  return child;
}

/** How it ended, once its last line is shown. */
const ended = (child: ChildProcess): Promise<string | number> =>
  new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? 0));
    child.once('error', (error) => resolve(error.message));
  });

/** Asks it to finish what it has in hand and end; ends it by force after 20 s. */
async function end(
  child: ChildProcess,
  ending: Promise<unknown>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  // Windows has no SIGTERM: there the closed channel asks.
  if (process.platform === 'win32' && child.connected) child.disconnect();
  else child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ending;
  clearTimeout(force);
}

/** Runs a program to its end, which the signal brings earlier. Rejects when it fails or was ended. */
export async function run(program: Program, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  // Straight to the terminal, where seeding draws a bar; its lines carry the name already.
  const child = launch(program, process.stderr.fd);
  const ending = ended(child);
  const stop = () => void end(child, ending);
  signal?.addEventListener('abort', stop, { once: true });
  const result = await ending;
  signal?.removeEventListener('abort', stop);
  if (result !== 0)
    throw new Error(
      `${program.name}：${program.command.join(' ')} 失败（${result}）。 It failed (${result}).`,
    );
}

/** A program that is kept running until it is stopped. */
export class Service {
  #program: Program;
  #child: ChildProcess | null = null;
  #ending: Promise<unknown> = Promise.resolve();
  #stopping = false;
  #pauseMs = firstPauseMs;
  #timer: NodeJS.Timeout | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.#start();
  }

  #start(): void {
    const started = Date.now();
    const child = launch(this.#program, 'pipe');
    this.#child = child;
    this.#ending = ended(child).then((result) => {
      this.#child = null;
      if (this.#stopping) return;
      if (Date.now() - started > longestPauseMs) this.#pauseMs = firstPauseMs;
      const seconds = this.#pauseMs / 1000;
      show(
        this.#program,
        `意外退出（${result}），${seconds} 秒后重启。 Exited unexpectedly (${result}); restarting in ${seconds} s.`,
      );
      this.#timer = setTimeout(() => this.#start(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    });
  }

  /** Of the process of the moment. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** With SIGTERM it goes on answering for `DRAIN_MS` first, with SIGINT it does not. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    if (this.#child) await end(this.#child, this.#ending, signal);
  }
}

/** Resolves when the address answers 200. Rejects after the time, and when the signal comes. */
export async function waitReady(
  name: string,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (await isReady(url)) return;
    await delay(50, undefined, { signal });
  }
  throw new Error(
    `${name} 在 ${timeoutMs / 1000} 秒内未就绪（${url}）。 ${name} was not ready within ${timeoutMs / 1000} s (${url}).`,
  );
}

/** The certificate is that of a program of ours, which is told nothing: whether it is for this name is its clients' matter. */
const isReady = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { timeout: 2000, agent: false, rejectUnauthorized: false };
    const request = (url.startsWith('https:') ? getSecurely : get)(url, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
