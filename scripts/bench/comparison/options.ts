// The options of npm run bench:gateway: flags, and environment variables for what differs between machines.
import { numberOption, readArguments } from '../../command-line/arguments.ts';

export const workloadNames = [
  'shop',
  'shop-unique',
  'shop-one',
  'archive',
  'stations',
  'stations-one',
  'district-board',
  'cold-own',
];

export interface Options {
  warmUpSeconds: number;
  rounds: number;
  seconds: number;
  connections: number;
  /** The number of measured operations of the workloads that send each once. */
  operations: number;
  /** Only these gateways and workloads; all if empty. */
  gateways: readonly string[];
  workloads: readonly string[];
  write: boolean;
  isQuick: boolean;
  firstPort: number;
  districtGraphUrl: string | null;
  /** Further gateways: shell commands by name. */
  extra: ReadonlyMap<string, string>;
}

const usage = `用法 usage: npm run bench:gateway -- [options]
  --quick            warm-up of 3 s, 2 rounds of 2 s: to check that it works, not to compare
  --warm-up <s>      seconds of load before the first round of a gateway (30)
  --rounds <n>       rounds; each gateway has one turn in each (5)
  --seconds <s>      seconds of a turn (6)
  --connections <n>  connections of the shop and DistrictBoard workloads (50)
  --gateways <a,b>   only these: ours, ours-secured, stock, drop-in, drop-in-text, hive, hive-router, grafbase, floor, and those of BENCH_EXTRA
  --workloads <a,b>  only these: ${workloadNames.join(', ')}
  --write            writes the tables to gateway/BENCHMARK.md, unless a gateway failed or gave another response
environment:
  HIVE_ROUTER         the program of Hive Router, built from source, which has no npm build
  BENCH_EXTRA         further gateways: name=command with {supergraph} and {port}, separated by ;;
  DISTRICT_GRAPH_URL  the address of a running gateway of npm start, such as http://127.0.0.1:4000/graphql, whose subgraphs
                      provide the data of district-board and cold-own
  <SUBGRAPH>_URL      the addresses of its subgraphs, if they are not on their usual ports
  BENCH_PORT          the first of ten ports (17400)
`;

export function readOptions(env = process.env): Options {
  const { values } = readArguments(usage, {
    options: {
      quick: { type: 'boolean', default: false },
      'warm-up': { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string' },
      gateways: { type: 'string', default: '' },
      workloads: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'warm-up' | 'rounds' | 'seconds' | 'connections', fallback: number, min: number) =>
    numberOption(usage, name, values[name] ?? String(fallback), min);
  const list = (text: string) => text.split(',').filter(Boolean);
  const unknown = list(values.workloads).find((name) => !workloadNames.includes(name));
  if (unknown) throw new Error(`no workload ${unknown}\n${usage}`);
  const firstPort = Number(env.BENCH_PORT || 17_400);
  // Linux uses the ports above for outgoing connections.
  if (!(firstPort >= 1024 && firstPort <= 32_700)) throw new Error('BENCH_PORT: expected 1024 to 32700');
  return {
    warmUpSeconds: number('warm-up', values.quick ? 3 : 30, 0),
    rounds: number('rounds', values.quick ? 2 : 5, 1),
    seconds: number('seconds', values.quick ? 2 : 6, 0.1),
    connections: number('connections', 50, 1),
    operations: values.quick ? 20 : 100,
    gateways: list(values.gateways),
    workloads: list(values.workloads),
    write: values.write,
    isQuick: values.quick,
    firstPort,
    districtGraphUrl: env.DISTRICT_GRAPH_URL || null,
    extra: new Map(
      (env.BENCH_EXTRA ?? '').split(';;').flatMap((entry): [string, string][] => {
        const [, name, command] = /^\s*([\w-]+)=(.+)$/s.exec(entry) ?? [];
        return name && command ? [[name, command.trim()]] : [];
      }),
    ),
  };
}
