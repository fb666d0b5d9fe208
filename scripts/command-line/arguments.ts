// Parses the arguments of a command. --help prints its usage, and so do arguments that it does not accept.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Parses with `parseArgs`. With --help, or when arguments are wrong, it prints the usage and exits. */
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
    // The rest of the message is about arguments that begin with a dash, which no command takes.
    const [fault] = (error as Error).message.split('. ');
    return refuse(usage, fault ?? '');
  }
}

/** The number in an option, at least `min`. Otherwise it prints the usage and exits. */
export function numberOption(usage: string, name: string, value: string, min = 0): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return number >= min && Number.isFinite(number)
    ? number
    : refuse(usage, `--${name} ${value}: expected a number from ${min}`);
}

/** Prints what is wrong with the arguments and the usage, and exits. */
export function refuse(usage: string, fault: string): never {
  process.stderr.write(`参数有误：${fault}。\n\n${usage.trimEnd()}\n`);
  process.exit(1);
}
