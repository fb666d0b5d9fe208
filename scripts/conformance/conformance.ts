// npm run conformance: checks a subgraph in any language against what a gateway expects of it.
import '../command-line/closed-output.ts';
import { readFileSync } from 'node:fs';
import { parseKeys } from '@district-graph/kit/config/keys';
import type { SigningKeys } from '@district-graph/kit/identity/viewer-signature';
import { readArguments, refuse } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { type CheckContext, type CheckResult, runChecks } from './check.ts';
import { answerChecks, timeCheck } from './checks/answers.ts';
import { entityChecks } from './checks/entities.ts';
import { httpChecks } from './checks/http.ts';
import { protocolChecks } from './checks/protocols.ts';
import { readExamples } from './examples.ts';
import { reportJson, reportText } from './report.ts';
import { SubgraphClient } from './subgraph-client.ts';
import { SubgraphSchema } from './subgraph-schema.ts';

const usage = `用法 usage: npm run conformance -- <url> [options]
检查一个子图（任何语言）是否符合网关的要求，见 docs/zh-CN/foreign-subgraph.md。有未通过的检查时以 1 退出。
Checks whether a subgraph, in any language, does what a gateway expects of it: see docs/foreign-subgraph.md. Exits with 1 if a check fails.

--json                     以 JSON 给出报告 prints the report as JSON
--subgraph <name>          在清单中的名称，签名含有它 its name in the list, which signatures contain
--viewer-keys-file <file>  其查看者密钥，写法同 VIEWER_KEYS its viewer keys, in the form of VIEWER_KEYS
--examples <file>          实体、变更与受保护查询的示例 examples of entities, mutations and guarded queries
--header <name: value>     随每个请求发送，可多次给出 sent with each request; may be repeated`;

function readKeys(file: string | undefined): SigningKeys {
  if (file === undefined) return new Map();
  const keys = parseKeys(readFileSync(file, 'utf8').trim());
  if (keys?.size) return keys;
  throw new Error(
    `${file} 应为 <标识>:<32 字节以上的 base64url>。 ${file}: expected <id>:<base64url of 32 bytes or more>.`,
  );
}

const headersOf = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    texts.map((text) => {
      const [name = '', ...value] = text.split(':');
      return [name.trim().toLowerCase(), value.join(':').trim()];
    }),
  );

/** The schema that the subgraph gives; null where it gives none that can be read. */
async function schemaOf(client: SubgraphClient): Promise<SubgraphSchema | null> {
  const { json } = await client.query('{ _service { sdl } }');
  const sdl: unknown = json?.data?._service?.sdl;
  try {
    return typeof sdl === 'string' ? new SubgraphSchema(sdl) : null;
  } catch {
    return null;
  }
}

/** Runs every check. Rejects where the subgraph cannot be reached at all. */
async function checkConformance(context: Omit<CheckContext, 'schema'>): Promise<CheckResult[]> {
  const { client } = context;
  const schema = await schemaOf(client).catch((error: NodeJS.ErrnoException) => {
    const reason = error.name === 'TimeoutError' ? 'timeout' : (error.code ?? error.message);
    throw new Error(
      `${client.options.url} 没有答复（${reason}）：请启动子图，或检查地址。 ${client.options.url} does not answer (${reason}): start the subgraph, or check the address.`,
    );
  });
  const checks = [...httpChecks, ...entityChecks, ...answerChecks, ...protocolChecks, timeCheck];
  return runChecks(checks, { ...context, schema });
}

const { values, positionals } = readArguments(usage, {
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    subgraph: { type: 'string', default: 'subgraph' },
    'viewer-keys-file': { type: 'string' },
    examples: { type: 'string' },
    header: { type: 'string', multiple: true, default: [] },
  },
});
const [url = ''] = positionals;
if (positionals.length !== 1 || !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
  refuse(usage, `应为一个 http(s) 地址 expected one http(s) URL: ${JSON.stringify(positionals.join(' '))}`);
try {
  const examples = readExamples(values.examples);
  const client = new SubgraphClient({
    url,
    headers: headersOf(values.header),
    subgraph: values.subgraph,
    keys: readKeys(values['viewer-keys-file']),
    viewer: examples.viewer,
  });
  const results = await checkConformance({ client, examples });
  client.close();
  process.stdout.write((values.json ? reportJson : reportText)(url, results));
  if (results.some(({ outcome }) => outcome.status === 'failed')) process.exitCode = 1;
} catch (error) {
  reportError(error);
}
