// Child processes of the project's own programs: their output by name, a restart when they crash, a clean end.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const firstPauseMs = 1000;
const longestPauseMs = 30_000;
const graceMs = 10_000;

export interface Program {
  name: string;
  /** The file that node runs, from the project's root, and its arguments. */
  command: readonly string[];
  env: Record<string, string>;
}

/** Writes a program's lines with its name in front. */
function showLines(name: string, child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on('line', (line) =>
        process.stderr.write(`${name.padEnd(12)} ${line}\n`),
      );
  }
}

function launch({ command, env }: Program, output: 'pipe' | 'inherit'): ChildProcess {
  // Detached: an interrupt at the terminal reaches only the one who started them, who ends them in their order.
  return spawn(process.execPath, [...command], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
}

/** Runs a program to its end. Rejects when it fails. */
export function run(program: Program): Promise<void> {
  const child = launch(program, 'inherit');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`${program.name}: ${program.command.join(' ')} 失败。 It failed with ${signal ?? code}.`),
        );
    });
  });
}

/** A program that is kept running until it is stopped. */
export class Service {
  #program: Program;
  #child: ChildProcess | null = null;
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
    showLines(this.#program.name, child);
    child.once('exit', (code, signal) => {
      this.#child = null;
      if (this.#stopping) return;
      if (Date.now() - started > longestPauseMs) this.#pauseMs = firstPauseMs;
      process.stderr.write(
        `${this.#program.name.padEnd(12)} 意外退出（${signal ?? code}），${this.#pauseMs / 1000} 秒后重启。 Exited unexpectedly; restarting.\n`,
      );
      this.#timer = setTimeout(() => this.#start(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    });
  }

  /** Asks it to finish what it has in hand and end; ends it by force after 10 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(force);
  }
}

/** Resolves when the address answers 200, rejects after the time. */
export async function waitReady(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const ready = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} 在 ${timeoutMs / 1000} 秒内未就绪。 Not ready within ${timeoutMs / 1000} s.`);
}
