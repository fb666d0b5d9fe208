// Records the refusals that the gateway made before it sent anything to this subgraph.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { subjectOfField } from '../access/access-rules.ts';
import type { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { readBody } from '../http/request-body.ts';
import type { Identity } from '../identity/identity.ts';
import { refusalsOf } from './gateway-refusals.ts';
import type { AccessRecords } from './records.ts';

/** A hundred of the longest refusals are about 86,000 bytes. */
const maxBytes = 131_072;

/**
 * `POST /refusals` of the gateway, signed for the viewer that was refused: 204 once all refusals are accepted, or an error and none
 * is. They are recorded as soon, and in the same form, as those of the subgraph itself before there is a row.
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
      records.refuseGatewayRequest(cause, name);
      continue;
    }
    records.refuse(cause, [{ ...subjectOfField(type, name, viewer), fields: [name] }]);
  }
  response.writeHead(204).end();
}
