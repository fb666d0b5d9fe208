// The arguments of a command: --help shows its usage, and so does what it does not know.
import './closed-output.ts';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** As `parseArgs` reads them. With --help the process ends here, with the usage; throws with the usage where they are wrong. */
export function readArguments<Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.slice(2).includes('--help')) {
    process.stdout.write(`${usage.trimEnd()}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    // What follows its first sentence is about arguments that begin with a dash, which no command has.
    const [fault] = (error as Error).message.split('. ');
    throw new Error(`参数有误：${fault}。\n\n${usage}`);
  }
}
