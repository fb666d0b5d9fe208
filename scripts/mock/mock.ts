// npm run mock: serves the graph with generated data, without databases and without tokens, for those who build an application.
import { once } from 'node:events';
import { numberOption, readArguments } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { startMockGateway } from './mock-gateway.ts';

const usage = `用法 usage: npm run mock [-- --port 4000 --seed 1 --latency 0 --events 5000 --today 2026-05-01]
以生成的数据提供图：无需数据库与令牌，同一种子每日数据相同。 Serves the graph with generated data: no database and no token; the same seed gives the same data all day.
  --port <n>      监听的端口 the port
  --seed <text>   种子 the seed of the data
  --latency <ms>  每个子图答复前等待的时间 how long each subgraph takes to answer
  --events <ms>   每区两次变更的间隔，0 为无 the time between two changes in each district; 0 for none
  --today <date>  数据所围绕的日期，默认今天 the day around which the data are, today by default
请求头 the header x-mock: refuse[=<Refusal>], error=<CODE>, down=<subgraph>, latency=<ms>
`;

const { values } = readArguments(usage, {
  options: {
    port: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '1' },
    latency: { type: 'string', default: '0' },
    events: { type: 'string', default: '5000' },
    today: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});

try {
  const gateway = await startMockGateway({
    port: numberOption(usage, 'port', values.port),
    seed: values.seed,
    today: new Date(values.today),
    latencyMs: numberOption(usage, 'latency', values.latency),
    eventsMs: numberOption(usage, 'events', values.events),
    env: process.env,
  });
  process.stdout.write(
    `图 graph            ${gateway.url}/graphql\n查询页 playground   ${gateway.url}/playground/\nready\n`,
  );
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => interrupted.abort());
  await once(interrupted.signal, 'abort');
  await gateway.stop();
} catch (error) {
  reportError(error);
  process.exit(1);
}
