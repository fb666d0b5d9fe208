// The overviews of divisions, as the SDL of the subgraphs defines them.
import { readSdl } from '@district-graph/kit/schema/sdl';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { Kind, parse, print } from 'graphql';

export interface DivisionOverview {
  /** The field of Division, and its type. */
  field: string;
  type: string;
}

const overviewOf = (subgraph: string): DivisionOverview[] =>
  parse(readSdl(new URL(`../../subgraphs/${subgraph}/`, import.meta.url))).definitions.flatMap(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Division'
        ? (definition.fields ?? [])
            .map(({ name, type }) => ({ field: name.value, type: print(type) }))
            .filter(({ type }) => type.endsWith('Overview'))
        : [],
  );

/** The overview of every subgraph that contributes one, by the subgraph's name. */
export const divisionOverviews: ReadonlyMap<string, DivisionOverview> = new Map(
  listedSubgraphs.flatMap(({ name }) => overviewOf(name).map((overview) => [name, overview] as const)),
);
