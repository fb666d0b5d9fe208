// Runs a script in a process of its own, as people run it.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How it ended, and what it wrote to standard output and to standard error. */
export interface ScriptRun {
  code: number;
  out: string;
  complaint: string;
}

/** The script of that name in this folder; `env` goes on top of this process's own. */
export const runScript = (
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<ScriptRun> =>
  new Promise((resolve) => {
    const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1e8 };
    execFile(process.execPath, [program, ...args], options, (error, out, complaint) =>
      resolve({ code: error ? Number(error.code) : 0, out, complaint }),
    );
  });
