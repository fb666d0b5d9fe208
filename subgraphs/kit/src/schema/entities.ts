// What every subgraph's resolvers do alike: an entity by its key, a reference to another subgraph's entity, an overview.

import { isId } from '../database/ids.ts';
import { isDivisionCode } from '../divisions/divisions.ts';
import { anonymous, type Viewer } from '../identity/viewer.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';

type ById<Row> = (context: SubgraphContext) => { load: (id: string) => Promise<Row | null> };

/** `Query.<entity>(id:)`: null for what is no key or no row. */
export const queryById =
  <Row>(loader: ById<Row>): Resolver =>
  (_root, { id }: { id: string }, context) =>
    isId(id) ? loader(context).load(id) : null;

/** `__resolveReference` of an entity with the key `id`. */
export const referenceById =
  <Row>(loader: ById<Row>): Resolver =>
  ({ id }: { id: string }, context: SubgraphContext) =>
    isId(id) ? loader(context).load(id) : null;

/** A field that names a row of this subgraph by a column that may be null. */
export const fieldById =
  <Parent, Row>(loader: ById<Row>, idOf: (parent: Parent) => string | null): Resolver =>
  (parent: Parent, _args, context) => {
    const id = idOf(parent);
    return id === null ? null : loader(context).load(id);
  };

/** A field that names an entity of another subgraph, which the gateway asks for what it is to say. */
export const foreignEntity =
  <Parent>(idOf: (parent: Parent) => string | null): Resolver =>
  (parent: Parent) => {
    const id = idOf(parent);
    return id === null ? null : { id };
  };

/** The division that a row lies in. */
export const divisionOf: Resolver = ({ divisionCode }: { divisionCode: string }) => ({ code: divisionCode });

/** The resolvers by which a subgraph contributes one overview to every division. */
export const overviewOfDivision = (field: string): Record<string, Resolver> => ({
  __resolveReference: ({ code }: { code: string }) => (isDivisionCode(code) ? { code } : null),
  [field]: ({ code }: { code: string }) => ({ code }),
});

/** Whoever is signed in, as a parent of what is theirs. */
export type ViewerParent = Pick<Viewer, 'id' | 'elderId'>;

/** `Query.viewer`: null for anonymous callers. */
export const signedIn: Resolver = (_root, _args, { viewer }): ViewerParent | null =>
  viewer.id === anonymous.id ? null : { id: viewer.id, elderId: viewer.elderId };

/** Money in renminbi. */
export const yuan = (fen: number) => ({ fen, currency: 'CNY' });
