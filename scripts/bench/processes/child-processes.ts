// The processes of a benchmark: starts them, sends requests over their IPC channel, reads their usage from /proc, and stops them.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../processes/child-process.ts';

export interface Command {
  name: string;
  command: readonly [string, ...string[]];
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Whether it answers `request` over an IPC channel. */
  hasChannel?: boolean;
  logFile: string;
}

/** The path of the Node binary of the project, without the wrapper script. */
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
  #requests = new Map<number, (reply: { value?: unknown; error?: string }) => void>();
  #next = 0;
  isRunning = true;
  /** Its exit code or signal, once it has exited. */
  end: number | string = '';

  constructor({ name, command: [file, ...args], env, cwd, hasChannel, logFile }: Command) {
    this.name = name;
    this.logFile = logFile;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'w');
    // Detached: an interrupt at the terminal reaches only the benchmark, which stops the process group.
    this.#child = spawn(file, args, {
      cwd: cwd ?? root,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: hasChannel ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
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
      for (const settle of this.#requests.values()) settle({ error: `${name} ended; see ${logFile}` });
    });
    this.#child.on('message', (message: { id: number; value?: unknown; error?: string }) => {
      this.#requests.get(message.id)?.(message);
      this.#requests.delete(message.id);
    });
  }

  /** Sends a request over the channel and returns its response. */
  request<Reply>(command: unknown): Promise<Reply> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (!this.isRunning) return reject(new Error(`${this.name} ended; see ${this.logFile}`));
      this.#requests.set(id, ({ value, error }) =>
        error ? reject(new Error(error)) : resolve(value as Reply),
      );
      this.#child.send({ id, command });
    });
  }

  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It has exited already.
    }
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.kill('SIGINT');
    const force = setTimeout(() => this.kill('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(force);
    // Kills child processes that it left behind.
    this.kill('SIGKILL');
  }
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()));
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process and its descendants. */
function family(pid: number): number[] {
  const members = [pid];
  for (const member of members) {
    try {
      for (const thread of readdirSync(`/proc/${member}/task`)) {
        const children = readFileSync(`/proc/${member}/task/${thread}/children`, 'utf8');
        members.push(...children.split(' ').filter(Boolean).map(Number));
      }
    } catch {
      // The process has exited meanwhile.
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
  /** CPU time so far, in user and kernel mode, of all threads. */
  cpuMs: number;
  rssMb: number;
}

/** The CPU time and memory of a process and its descendants. */
export function usageOf(pid: number): Usage {
  let ticks = 0;
  let kilobytes = 0;
  for (const member of family(pid)) {
    try {
      const stat = readFileSync(`/proc/${member}/stat`, 'utf8');
      // Split after the name, which can contain spaces: utime and stime are fields 14 and 15.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
      kilobytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // The process has exited meanwhile.
    }
  }
  return { cpuMs: (ticks * 1000) / ticksPerSecond, rssMb: kilobytes / 1024 };
}
