// UUIDv7 ids that contain their district: digits 4 to 6 of its code are in the 12 random bits after the version.
import { createHash, randomUUID } from 'node:crypto';

function assemble(timeMs: number, divisionCode: string, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | Number(divisionCode.slice(3, 6)), 6);
  random.copy(bytes, 8, 0, 8);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A new id for a row of the division. Its last 64 bits come from `randomUUID`, for which Node draws random bytes in bulk. */
export function newId(divisionCode: string): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const district = Number(divisionCode.slice(3, 6)).toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${district}-${randomUUID().slice(19)}`;
}

/** The id of a seeded row, the same at every seeding; `kind` is the name of the entity in kebab-case. */
export function seedId(kind: string, divisionCode: string, ordinal: number): string {
  const random = createHash('sha256').update(`${kind}/${divisionCode}/${ordinal}`).digest();
  return assemble(Date.UTC(2015, 0, 1) + ordinal * 1000, divisionCode, random);
}

/** Whether the text has the form of an id of this graph; anything else identifies no row. */
export const isId = (text: string): boolean =>
  /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(text);

/** The code of the district that an id contains; the city for a text that is not an id. */
export const districtOf = (id: string): string =>
  isId(id) ? `410${String(Number.parseInt(id.slice(15, 18), 16)).padStart(3, '0')}` : '410100';
