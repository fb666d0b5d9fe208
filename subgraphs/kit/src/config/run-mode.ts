// Whether a process runs in production, and how much data `seed` fills a database with.

import * as v from 'valibot';
import type { SeedExtent } from '../seed/seeding.ts';
import { Environment, setting } from './environment.ts';
import { oneOf } from './forms.ts';

export const runModeSettings = {
  isProduction: setting(
    'NODE_ENV',
    {
      schema: v.pipe(
        v.optional(v.string(), ''),
        v.transform((value) => value === 'production'),
      ),
      expected: { zh: 'production 或其他文本', en: 'production or any other text' },
      shownDefault: null,
    },
    {
      zh: '`production`：不写入任何虚构的内容，空数据库只填入区划登记和报道数字；不产生虚构的心跳；必须设置密钥；沙箱密钥只能看到公开数据。其余要求见 docs/zh-CN/operator.md 的“投产之前”。',
      en: '`production`: nothing made up is written. Empty databases get the division register and the reported figures only, no heartbeats are made up, keys are required, and sandbox keys see public data only. What else to set: docs/operator.md, “Before production”.',
    },
  ),
};

/** Whether NODE_ENV is `production`. */
export const isProduction = (env?: NodeJS.ProcessEnv): boolean =>
  new Environment(env).read(runModeSettings).isProduction;

export const seedSettings = {
  scale: setting('SEED_SCALE', oneOf(['default', 'city'], 'default'), {
    zh: '填入空数据库的虚构数据的规模；`city` 为全市规模，用于性能测试。生产环境中不起作用。',
    en: 'Amount of made-up data that an empty database is filled with; `city` is the city at its real size, for benchmarks. It has no effect in production.',
  }),
};

/** What `seed` fills a database with. Throws a `ConfigurationError` where SEED_SCALE is not one of its values. */
export function readSeedExtent(env?: NodeJS.ProcessEnv): SeedExtent {
  const environment = new Environment(env);
  if (environment.read(runModeSettings).isProduction) return 'reference';
  const { scale } = environment.read(seedSettings);
  environment.check();
  return scale;
}

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
