// The benchmark's processes: started, asked over their channel, measured in /proc, ended.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../processes/child-process.ts';

export interface Command {
  name: string;
  command: readonly [string, ...string[]];
  env?: Record<string, string>;
  cwd?: string;
  /** Whether it answers `ask` over a channel. */
  asks?: boolean;
  logFile: string;
}

/** The node that the product runs on, without a wrapper's process in between. */
export const node = ((): string => {
  try {
    return execFileSync(join(root, 'node_modules/.bin/node'), ['-p', 'process.execPath'], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return process.execPath;
  }
})();

const graceMs = 3000;
const running = new Set<Child>();

export class Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  #child: ChildProcess;
  #ended: Promise<unknown>;
  #questions = new Map<number, (reply: { value?: unknown; error?: string }) => void>();
  #next = 0;
  isRunning = true;
  /** How it ended: its exit code or the signal. */
  end: number | string = '';

  constructor({ name, command: [file, ...args], env, cwd, asks, logFile }: Command) {
    this.name = name;
    this.logFile = logFile;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'w');
    // Detached: an interrupt at the terminal reaches the benchmark alone, which ends the group.
    this.#child = spawn(file, args, {
      cwd: cwd ?? root,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: asks ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    if (this.#child.pid === undefined) throw new Error(`${name}: ${file} could not be started`);
    this.pid = this.#child.pid;
    running.add(this);
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => {
      this.isRunning = false;
      this.end = signal ?? code;
      running.delete(this);
      for (const settle of this.#questions.values()) settle({ error: `${name} ended; see ${logFile}` });
    });
    this.#child.on('message', (message: { id: number; value?: unknown; error?: string }) => {
      this.#questions.get(message.id)?.(message);
      this.#questions.delete(message.id);
    });
  }

  /** Sends a question over the channel and waits for its answer. */
  ask<Reply>(question: unknown): Promise<Reply> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (!this.isRunning) return reject(new Error(`${this.name} ended; see ${this.logFile}`));
      this.#questions.set(id, ({ value, error }) =>
        error ? reject(new Error(error)) : resolve(value as Reply),
      );
      this.#child.send({ id, question });
    });
  }

  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Gone already.
    }
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.kill('SIGINT');
    const force = setTimeout(() => this.kill('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(force);
    // What it started itself and left behind.
    this.kill('SIGKILL');
  }
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()));
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process and all that descend from it. */
function family(pid: number): number[] {
  const members = [pid];
  for (const member of members) {
    try {
      for (const thread of readdirSync(`/proc/${member}/task`)) {
        const children = readFileSync(`/proc/${member}/task/${thread}/children`, 'utf8');
        members.push(...children.split(' ').filter(Boolean).map(Number));
      }
    } catch {
      // It ended meanwhile.
    }
  }
  return members;
}

const ticksPerSecond = ((): number => {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100;
  } catch {
    return 100;
  }
})();

export interface Usage {
  /** Processor time so far, in user and in kernel mode, all threads. */
  cpuMs: number;
  rssMb: number;
}

/** What a process and its descendants have used. */
export function usageOf(pid: number): Usage {
  let ticks = 0;
  let kilobytes = 0;
  for (const member of family(pid)) {
    try {
      const stat = readFileSync(`/proc/${member}/stat`, 'utf8');
      // Counted from behind the name, which may hold spaces: utime and stime are fields 14 and 15.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
      kilobytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return { cpuMs: (ticks * 1000) / ticksPerSecond, rssMb: kilobytes / 1024 };
}
