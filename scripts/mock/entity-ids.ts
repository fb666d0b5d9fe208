// Ids of mock entities, from which everything about an entity follows: a UUIDv7 of its main date, with the code of its community at the end.
import { createHash } from 'node:crypto';

export interface EntityIdParts {
  /** The date that the entity is about: when a session starts, or an incident was raised. */
  at: Date;
  communityCode: string;
}

/** The id of the entity of a community that `seed` distinguishes from others of the same date. */
export function entityId(at: Date, communityCode: string, seed: string): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(seed).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${communityCode}`;
}

/** Null for an id that is not of a mock entity. */
export function partsOf(id: string): EntityIdParts | null {
  const [, high = '', low = '', communityCode = ''] =
    /^([\da-f]{8})-([\da-f]{4})-7[\da-f]{3}-8[\da-f]{3}-(\d{12})$/.exec(id) ?? [];
  return communityCode === '' ? null : { at: new Date(Number.parseInt(high + low, 16)), communityCode };
}
