// The actor of an entry in a record's timeline: who acted, without naming a person.
import type { Viewer } from '../identity/viewer.ts';
import { storable } from './hash-chain.ts';

/** The bureau, or else the roles. The subject of a token may be a person's name. */
export const actorOf = ({ bureau, roles }: Viewer): string =>
  storable(bureau || roles.join(', ')) || '未注明单位';
