// Composes the subgraphs' SDL into one supergraph, or says every reason why it cannot. Pure: no files, no network.
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

export interface SubgraphSdl {
  name: string;
  url: string;
  sdl: string;
}

/** Returns the supergraph SDL. Throws one error whose message lists every composition fault. */
export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): string {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors?.length) {
    throw new Error(
      `the subgraphs do not compose:\n${errors.map((error) => `- ${error.message}`).join('\n')}`,
    );
  }
  return `${supergraphSdl?.trimEnd()}\n`;
}
