// Resolvers that all subgraphs share: an entity by its key, a reference to another subgraph's entity, an overview.

import { isId } from '../database/ids.ts';
import { isDivisionCode } from '../divisions/divisions.ts';
import { anonymous, type Viewer } from '../identity/viewer.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';

type ById<Row> = (context: SubgraphContext) => { load: (id: string) => Promise<Row | null> };

/** `Query.<entity>(id:)`: null if the id is not valid or there is no such row. */
export const queryById =
  <Row>(loader: ById<Row>): Resolver =>
  (_root, { id }: { id: string }, context) =>
    isId(id) ? loader(context).load(id) : null;

/** `__resolveReference` of an entity with the key `id`. */
export const referenceById =
  <Row>(loader: ById<Row>): Resolver =>
  ({ id }: { id: string }, context: SubgraphContext) =>
    isId(id) ? loader(context).load(id) : null;

/** A field that refers to a row of this subgraph by a nullable column. */
export const fieldById =
  <Parent, Row>(loader: ById<Row>, idOf: (parent: Parent) => string | null): Resolver =>
  (parent: Parent, _args, context) => {
    const id = idOf(parent);
    return id === null ? null : loader(context).load(id);
  };

/** `__resolveReference` of an entity of another subgraph, to which this one contributes fields. */
export const foreignReference = ({ id }: { id: string }): { id: string } | null => (isId(id) ? { id } : null);

/** A field that refers to an entity of another subgraph, from which the gateway fetches its fields. */
export const foreignEntity =
  <Parent>(idOf: (parent: Parent) => string | null): Resolver =>
  (parent: Parent) => {
    const id = idOf(parent);
    return id === null ? null : { id };
  };

/** The division that a row lies in. */
export const divisionOf: Resolver = ({ divisionCode }: { divisionCode: string }) => ({ code: divisionCode });

/** The resolvers with which a subgraph contributes an overview to each division. */
export const overviewOfDivision = (field: string): Record<string, Resolver> => ({
  __resolveReference: ({ code }: { code: string }) => (isDivisionCode(code) ? { code } : null),
  [field]: ({ code }: { code: string }) => ({ code }),
});

/** The signed-in viewer as the parent of their own records. */
export type ViewerParent = Pick<Viewer, 'id' | 'elderId'>;

/** `Query.viewer`: null for anonymous clients. */
export const signedIn: Resolver = (_root, _args, { viewer }): ViewerParent | null =>
  viewer.id === anonymous.id ? null : { id: viewer.id, elderId: viewer.elderId };

/** Money in renminbi. */
export const yuan = (fen: number) => ({ fen, currency: 'CNY' });

/**
 * The resolvers with the deprecated names of renamed fields, each resolved as its current one: `{ venues: 'venueCount' }`.
 */
export const withDeprecatedNames = (
  fields: Record<string, Resolver>,
  currentNames: Record<string, string>,
): Record<string, Resolver> => ({
  ...fields,
  ...Object.fromEntries(
    Object.entries(currentNames).map(([deprecated, current]) => [deprecated, fields[current] as Resolver]),
  ),
});
