// npm run populations: copies households and residents of all communities from the graph to the reference tables of the subgraphs that
// divide by them.
import '../command-line/closed-output.ts';
import { type CommunityPopulation, replacePopulations } from '@district-graph/kit/rollups/populations';
import { readArguments } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { subgraphNamed, subgraphs } from './all-subgraphs.ts';
import { inEachSubgraph } from './each-subgraph.ts';

const usage = `用法 usage: npm run populations -- [<subgraph> …] [--url <gateway, http://127.0.0.1:4000/graphql>]
不列子图时更新全部。 Without names, all subgraphs are updated.`;

const query = `query Populations($after: String) {
  divisions(level: COMMUNITY, first: 100, after: $after) {
    nodes { code ... on Community { households residents } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  nodes: { code: string; households: number | null; residents: number | null }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function readPage(url: string, after: string | null): Promise<Page> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { after } }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors } = (await response.json()) as {
    data?: { divisions: Page | null };
    errors?: { message: string }[];
  };
  if (!data?.divisions) throw new Error(`${url}: ${errors?.[0]?.message ?? response.status}`);
  return data.divisions;
}

/** The population of every community that places has registered; the others are left out. */
async function readPopulations(url: string): Promise<CommunityPopulation[]> {
  const populations: CommunityPopulation[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await readPage(url, after);
    for (const { code, households, residents } of nodes)
      if (households !== null && residents !== null) populations.push({ code, households, residents });
    if (!pageInfo.hasNextPage) return populations;
    after = pageInfo.endCursor;
  }
}

try {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: { url: { type: 'string', default: 'http://127.0.0.1:4000/graphql' } },
  });
  const named = positionals.length ? positionals.map(subgraphNamed) : subgraphs;
  const populations = await readPopulations(values.url);
  if (populations.length === 0)
    throw new Error(
      '图中没有社区人口，未作更改。 The graph has no populations of communities; nothing was changed.',
    );
  const results = await inEachSubgraph(
    ({ sql }) => sql.begin((transaction) => replacePopulations(transaction, populations)),
    named.filter(({ registersCommunities }) => !registersCommunities),
  );
  for (const [subgraph, changed] of results)
    process.stdout.write(`${subgraph}: ${changed} 个社区有变化 communities changed\n`);
} catch (error) {
  reportError(error);
}
