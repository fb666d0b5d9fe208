// Puts on record what the gateway refused before it asked this subgraph: no request for it comes here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { subjectOfField } from '../access/access-rules.ts';
import type { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { readBody } from '../http/request-body.ts';
import type { Identity } from '../identity/identity.ts';
import { refusalsOf } from './gateway-refusals.ts';
import type { AccessRecords } from './records.ts';

/** A hundred of the longest refusals have some 86,000 bytes. */
const maxBytes = 131_072;

/**
 * `POST /refusals` of the gateway, signed for the viewer who was refused: 204 once all of it is taken, or an error and nothing
 * is. On record as soon, and in the same form, as what the subgraph itself refuses before there is a row.
 */
export async function takeRefusals(
  records: AccessRecords,
  identity: Identity,
  request: IncomingMessage,
  response: ServerResponse,
  unfinished: UnfinishedBodies,
): Promise<void> {
  const body = await readBody(request, maxBytes, unfinished);
  const viewer = identity.forwardedViewer(request.headers, body);
  for (const { operation, requestId, field, address } of refusalsOf(body)) {
    const [type = '', name = ''] = field.split('.');
    const cause = { viewer, operation, requestId, address };
    if (type === 'Request') {
      records.refuseKnownRequest(cause, name);
      continue;
    }
    const refused = { ...subjectOfField(type, name, viewer), fields: [name] };
    records.refuse(cause, [refused]);
  }
  response.writeHead(204).end();
}
