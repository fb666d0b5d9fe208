// Runs a command in a process of its own, as people run it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface CommandResult {
  /** The exit code. */
  code: number;
  /** What it wrote to standard output. */
  output: string;
  /** What it wrote to standard error. */
  errorOutput: string;
}

const root = new URL('../../', import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  scripts: Record<string, string>;
};

/** The file that `npm run <command>` runs. */
export function commandFile(command: string): string {
  const [file] = /\S+\.ts$/.exec(scripts[command] ?? '') ?? [];
  if (!file) throw new Error(`npm run ${command} runs no file`);
  return fileURLToPath(new URL(file, root));
}

/** Runs a command; `env` is added to the environment of this process. */
export const runCommand = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1e8 };
    execFile(process.execPath, [commandFile(command), ...args], options, (error, output, errorOutput) =>
      resolve({ code: error ? Number(error.code) : 0, output, errorOutput }),
    );
  });
