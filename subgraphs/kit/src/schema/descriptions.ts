// Chinese labels from the descriptions of a schema, for column headers and values in tables.
import { type DocumentNode, Kind } from 'graphql';

/** The values of each enum of a subgraph's schema, with the Chinese part of their descriptions. */
export type Labels = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The description up to its first full stop, semicolon, comma or bracket. */
export const chineseOf = (description: string | undefined): string =>
  /^[^。；，（]*/.exec(description?.trim() ?? '')?.[0] ?? '';

export function labelsOf(schema: DocumentNode): Labels {
  const labels = new Map<string, ReadonlyMap<string, string>>();
  for (const node of schema.definitions)
    if (node.kind === Kind.ENUM_TYPE_DEFINITION)
      labels.set(
        node.name.value,
        new Map(node.values?.map(({ name, description }) => [name.value, chineseOf(description?.value)])),
      );
  return labels;
}
