// Runs the project's programs as child processes: prefixes their output, restarts them after a crash and stops them cleanly.
import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node's compile cache, which makes the next start faster. Node works without it when the folder is not writable. */
const compileCache = join(root, 'node_modules', '.cache', 'compile');

/**
 * Most objects of a request are garbage soon; a large young generation keeps them from being promoted. The old generation is collected
 * when it is a third larger than after the last collection, not two or four times as large: otherwise the threads together keep
 * 100 MB of garbage. As many threads compile and collect garbage beside the main one as there are processors for: Node's four would
 * delay it on two.
 */
export const gatewayCommand = [
  '--max-semi-space-size=64',
  '--heap-growing-percent=30',
  '--v8-pool-size=0',
  'gateway/src/main.ts',
] as const;

const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** The ten seconds of a slow operation, after the drain time for load balancers. */
const graceMs = 20_000;

export interface Program {
  name: string;
  /** The file that node runs, relative to the project's root, and its arguments. */
  command: readonly string[];
  env: Record<string, string>;
  /** Called with each line of output. By default, lines are printed to the terminal. */
  onLine?: (line: string) => void;
}

/** Prints a line after the program's name. */
const printLine = ({ name, onLine }: Program, line: string) =>
  onLine ? onLine(line) : process.stderr.write(`${name.padEnd(12)} ${line}\n`);

function launch(program: Program, output: 'pipe' | number): ChildProcess {
  const { command, env } = program;
  // Detached: an interrupt at the terminal reaches only this process, which stops the children in order.
  // When this process is gone, the IPC channel closes and the children stop by themselves.
  const child = spawn(process.execPath, [...command], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...env },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => printLine(program, line));
  }
  return child;
}

/** Resolves with the exit code, signal or error, after the last line of output. */
const exitOf = (child: ChildProcess): Promise<string | number> =>
  new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? 0));
    child.once('error', (error) => resolve(error.message));
  });

/** Asks the process to finish its work and exit; kills it after 20 s. */
async function stop(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  // Windows has no SIGTERM: there the closed channel asks it to exit.
  if (process.platform === 'win32' && child.connected) child.disconnect();
  else child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(force);
}

/** Runs a program to its end; the signal stops it earlier. Rejects when it fails or is stopped. */
export async function run(program: Program, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  // Directly to the terminal, where seeding draws a progress bar. Its lines have the name already.
  const child = launch(program, process.stderr.fd);
  const exited = exitOf(child);
  const onAbort = () => void stop(child, exited);
  signal?.addEventListener('abort', onAbort, { once: true });
  const result = await exited;
  signal?.removeEventListener('abort', onAbort);
  if (result !== 0)
    throw new Error(`${program.name}：${program.command.join(' ')} 失败（${result}）。 Failed (${result}).`);
}

/** A program that is restarted after a crash until it is stopped. */
export class Service {
  #program: Program;
  #child: ChildProcess | null = null;
  #exited: Promise<unknown> = Promise.resolve();
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
    this.#exited = exitOf(child).then((result) => {
      this.#child = null;
      if (this.#stopping) return;
      if (Date.now() - started > longestPauseMs) this.#pauseMs = firstPauseMs;
      const seconds = this.#pauseMs / 1000;
      printLine(
        this.#program,
        `意外退出（${result}），${seconds} 秒后重启。 Exited unexpectedly (${result}); restarting in ${seconds} s.`,
      );
      this.#timer = setTimeout(() => this.#start(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    });
  }

  /** The process id; undefined while it is restarted. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** With SIGTERM the process first continues to answer for `DRAIN_MS`; with SIGINT it does not. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    if (this.#child) await stop(this.#child, this.#exited, signal);
  }
}

/** Resolves when the URL answers 200. Rejects after the timeout, and on the signal. */
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

/** The certificate is not checked: the program is ours, the request carries no data, and the certificate may be for another name. */
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
