// The partner's graph: which subgraphs it is composed of, where they run, and which of them get the API key.
import { readFileSync } from 'node:fs';

/** The published SDL of District Graph. A copy of the folder schema/contracts of a release is enough. */
const contracts = new URL(
  (process.env.CONTRACTS ?? '../../schema/contracts').replace(/\/?$/, '/'),
  import.meta.url,
);

export const clinicsPort = Number(process.env.CLINICS_PORT ?? 4101);

/** The subgraphs of District Graph in this graph. Any others can be added, or these left out. */
const districtGraph = {
  sanitation: process.env.SANITATION_URL ?? 'http://127.0.0.1:4003/graphql',
  security: process.env.SECURITY_URL ?? 'http://127.0.0.1:4004/graphql',
};

/** Whether a subgraph is of District Graph: only these get the key. */
export const isDistrictGraph = (name) => Object.hasOwn(districtGraph, name);

/** The headers of each request to District Graph: the partner's key, and from its own client the purpose and the id of the request. */
export const districtGraphHeaders = (clientHeaders) => ({
  // Without a key, District Graph answers what is public.
  ...(process.env.DISTRICT_GRAPH_KEY && { authorization: `ApiKey ${process.env.DISTRICT_GRAPH_KEY}` }),
  ...Object.fromEntries(
    ['x-purpose', 'x-request-id'].flatMap((name) => {
      const value = clientHeaders.get(name);
      return value ? [[name, value]] : [];
    }),
  ),
});

/** The SDL of a District Graph subgraph for this graph: the file that is without exactly those subgraphs that this graph lacks. */
function publishedSdl(name) {
  const { subgraphs } = JSON.parse(readFileSync(new URL('manifest.json', contracts), 'utf8'));
  const files = subgraphs.filter((file) => file.name === name);
  const needed = new Set(files.flatMap(({ without }) => without));
  const missing = [...needed].filter((other) => !isDistrictGraph(other)).sort();
  const { file } = files.find(({ without }) => without.join() === missing.join());
  return readFileSync(new URL(file, contracts), 'utf8');
}

/** The name, address and SDL of every subgraph. */
export const subgraphs = () => [
  {
    name: 'clinics',
    url: `http://127.0.0.1:${clinicsPort}/graphql`,
    sdl: readFileSync(new URL('clinics.graphql', import.meta.url), 'utf8'),
  },
  ...Object.entries(districtGraph).map(([name, url]) => ({ name, url, sdl: publishedSdl(name) })),
];
