// What the gateway refused before it asked any subgraph, as it tells the subgraph that owns the field.

import { HttpError } from '../http-error.ts';
import { maxStorable, storable } from './chain.ts';

/** A field that was refused, and in which request. */
export interface GatewayRefusal {
  /** The client's name of the operation; null when it has none. */
  operation: string | null;
  /** As the subgraph would have had it in `x-request-id`. */
  requestId: string | null;
  /** `Type.field`, or `Request.` and the header for which a request was refused whole. */
  field: string;
  /** From where it came; null where that is not known. */
  address: string | null;
}

export const refusalsPath = '/refusals';
/** Refusals in one call, all of one viewer. */
export const maxGatewayRefusals = 100;

const fieldForm = /^[_A-Za-z]\w{0,99}\.[_A-Za-z]\w{0,99}$/;

/** One refusal, as short as it will stand on record, and with nothing of the request it came from. */
export const refusalText = ({ operation, requestId, field, address }: GatewayRefusal): string =>
  JSON.stringify({
    operation: operation && storable(operation),
    requestId: requestId && storable(requestId),
    field,
    address,
  });

/** The body of a call with the texts of refusals. */
export const refusalsText = (texts: readonly string[]): string => `{"refusals":[${texts.join()}]}`;

/** What a body tells. Throws a refusal for one that is not as `refusalsText` makes it. */
export function refusalsOf(text: string): GatewayRefusal[] {
  const { refusals } = parsed(text);
  if (!Array.isArray(refusals) || refusals.length === 0 || refusals.length > maxGatewayRefusals)
    throw bad(
      `refusals 应为 1 至 ${maxGatewayRefusals} 项的列表`,
      `refusals: expected a list of 1 to ${maxGatewayRefusals} entries`,
      Array.isArray(refusals) ? `${refusals.length}` : typeof refusals,
    );
  return refusals.map(checkRefusal);
}

function parsed(text: string): { refusals?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { refusals?: unknown };
  } catch {
    throw bad('请求体应为 JSON', 'expected a body in JSON', `${text.length} 字符 characters`);
  }
}

const members = ['address', 'field', 'operation', 'requestId'];
/** Gateways before this one said no address. */
const olderMembers = members.slice(1);

function checkRefusal(entry: unknown, index: number): GatewayRefusal {
  const refusal = (typeof entry === 'object' && entry !== null ? entry : {}) as Partial<GatewayRefusal>;
  const { operation, requestId, field, address = null } = refusal;
  if (![members, olderMembers].some((known) => known.join() === Object.keys(refusal).sort().join()))
    throw bad(
      `refusals[${index}] 应有且只有 ${members.join('、')}`,
      `refusals[${index}]: expected ${members.join(', ')} and nothing else`,
      Object.keys(refusal).join(', ') || typeof entry,
    );
  for (const [name, text] of Object.entries({ operation, requestId, address }))
    if (text !== null && !(typeof text === 'string' && text !== '' && text.length <= maxStorable))
      throw bad(
        `refusals[${index}].${name} 应为 1 至 ${maxStorable} 个字符，或为 null`,
        `refusals[${index}].${name}: expected 1 to ${maxStorable} characters, or null`,
        typeof text === 'string' ? `${text.length}` : typeof text,
      );
  if (typeof field !== 'string' || !fieldForm.test(field))
    throw bad(
      `refusals[${index}].field 应如 Query.elder`,
      `refusals[${index}].field: expected one such as Query.elder`,
      JSON.stringify(field)?.slice(0, 80) ?? 'undefined',
    );
  return { ...refusal, address } as GatewayRefusal;
}

const bad = (zh: string, en: string, received: string) =>
  new HttpError(400, 'BAD_REQUEST', `${zh}，收到 ${received}。 ${en}, received ${received}.`, {
    keepsConnection: true,
  });

/** Callers of a minute whose token is not valid that are put on record. */
const maxStrangers = 100;

/** The addresses of callers whose token is not valid: there are as many as there are scanners, so each is on record once in a while. */
export class Strangers {
  #addresses = new Set<string>();

  /** Whether the address is one that is to be put on record. */
  isNew(address: string | null): boolean {
    const from = address ?? '';
    if (this.#addresses.has(from) || this.#addresses.size >= maxStrangers) return false;
    this.#addresses.add(from);
    return true;
  }

  clear(): void {
    this.#addresses.clear();
  }
}
