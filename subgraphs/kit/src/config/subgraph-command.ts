// The command that a subgraph's process is started with.

const commands = ['serve', 'migrate', 'seed'];

const usageOf = (
  name: string,
) => `用法 usage: node_modules/.bin/node subgraphs/${name}/src/subgraph.ts <command>
serve    提供服务，直到收到 SIGTERM 或 Ctrl-C serves requests until SIGTERM or Ctrl-C
migrate  迁移数据库 migrates the database
seed     迁移数据库，如为空则填充 migrates the database, and fills it if it is empty
设置均为环境变量，见 docs/zh-CN/settings.md。 Settings are environment variables: see docs/settings.md.`;

/** The command in the arguments. With --help, or when it is not one of a subgraph, it prints the usage and exits. */
export function commandOf(name: string, args: readonly string[]): string {
  const [command = ''] = args;
  if (args.length === 1 && commands.includes(command)) return command;
  const isHelp = args.includes('--help');
  const fault = `应为一个命令 ${commands.join('、')}，收到 ${JSON.stringify(args.join(' '))}。 Expected one command, ${commands.join(', ')}; received ${JSON.stringify(args.join(' '))}.\n\n`;
  process[isHelp ? 'stdout' : 'stderr'].write(`${isHelp ? '' : fault}${usageOf(name)}\n`);
  return process.exit(isHelp ? 0 : 1);
}
