// The arguments of a command: --help shows its usage, and so does what it does not know.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** As `parseArgs` reads them. With --help, or where they are wrong, the process ends here, with the usage. */
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
    return refuse(usage, fault ?? '');
  }
}

/** The number that an option bears, from `min` on; else the process ends here, with the usage. */
export function numberOption(usage: string, name: string, value: string, min = 0): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return number >= min && Number.isFinite(number)
    ? number
    : refuse(usage, `--${name} ${value}: expected a number from ${min}`);
}

function refuse(usage: string, fault: string): never {
  process.stderr.write(`参数有误：${fault}。\n\n${usage.trimEnd()}\n`);
  process.exit(1);
}
