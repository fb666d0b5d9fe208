// Composes the graph into supergraph.graphql: with @apollo/composition, or with `node compose.js hive` with the composer of Hive.
import { writeFileSync } from 'node:fs';
import { parse } from 'graphql';
import { subgraphs } from './graph.js';

const composer = process.argv[2] === 'hive' ? '@theguild/federation-composition' : '@apollo/composition';
const { composeServices } = await import(composer);

const services = subgraphs().map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
const { supergraphSdl, errors } = composeServices(services);
if (errors?.length) {
  for (const { message } of errors) process.stderr.write(`${message}\n`);
  process.exit(1);
}
writeFileSync(process.env.SUPERGRAPH ?? 'supergraph.graphql', supergraphSdl);
process.stdout.write(`${services.map(({ name }) => name).join(', ')}: composed with ${composer}\n`);
