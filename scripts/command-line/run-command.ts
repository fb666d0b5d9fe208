// Runs a command in a process of its own, as people run it.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CommandResult {
  /** The exit code. */
  code: number;
  /** What it wrote to standard output. */
  output: string;
  /** What it wrote to standard error. */
  errorOutput: string;
}

/** The file that `npm run <command>` runs: that of `keys:rotate` is scripts/keys/rotate.ts. */
export const commandFile = (command: string): string => {
  const file = command === 'gateway' ? '../gateway/src/main.ts' : `${command.replace(':', '/')}.ts`;
  return fileURLToPath(new URL(`../${file}`, import.meta.url));
};

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
