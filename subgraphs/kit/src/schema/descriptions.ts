// What the descriptions of a schema call things in Chinese: labels for people who read tables, not graphs.
import { type DocumentNode, Kind } from 'graphql';

/** Of each enum of a subgraph's schema, its values with the Chinese of their descriptions. */
export type Labels = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What descriptions say before their first full stop, comma or bracket. */
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
