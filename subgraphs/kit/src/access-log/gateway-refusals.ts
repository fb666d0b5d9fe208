// The message in which the gateway reports refused fields and requests to the subgraph that owns them.

import { HttpError } from '../http-error.ts';
import { maxStorable, storable } from './hash-chain.ts';

/** A refused field and its request. */
export interface GatewayRefusal {
  /** The client's name of the operation; null when it has none. */
  operation: string | null;
  /** The request id, as the subgraph would have received it in `x-request-id`. */
  requestId: string | null;
  /** `Type.field`, or `Request.<header>` if the request was refused as a whole because of that header. */
  field: string;
  /** The client's IP address; null if it is not known. */
  address: string | null;
}

export const refusalsPath = '/refusals';
/** Refusals of one message, all of one viewer. */
export const maxGatewayRefusals = 100;

const fieldForm = /^[_A-Za-z]\w{0,99}\.[_A-Za-z]\w{0,99}$/;

/** One refusal as JSON, truncated as it will be recorded, with nothing else of the request. */
export const refusalText = ({ operation, requestId, field, address }: GatewayRefusal): string =>
  JSON.stringify({
    operation: operation && storable(operation),
    requestId: requestId && storable(requestId),
    field,
    address,
  });

/** The body of a message, from the texts of refusals. */
export const refusalsText = (texts: readonly string[]): string => `{"refusals":[${texts.join()}]}`;

/** Parses a body. Throws a 400 for one that does not have the form of `refusalsText`. */
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
/** Earlier gateways send no address. */
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

/** Clients with an invalid token that are recorded in a minute. */
const maxInvalidTokens = 100;

/** The addresses of clients with an invalid token, of which scanners send many: each address is recorded once a minute. */
export class InvalidTokenAddresses {
  #addresses = new Set<string>();

  /** Whether a request from the address must be recorded. */
  isNew(address: string | null): boolean {
    const key = address ?? '';
    if (this.#addresses.has(key) || this.#addresses.size >= maxInvalidTokens) return false;
    this.#addresses.add(key);
    return true;
  }

  clear(): void {
    this.#addresses.clear();
  }
}
