// Tokens for made-up viewers, for the pages in development. The gateway has the issuer's key only there.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { readBody } from '@district-graph/kit/http/request-body';
import { HttpError } from '@district-graph/kit/http-error';
import { signDevelopmentToken, tokenRequestFaults } from '@district-graph/kit/identity/development-token';
import { purposes, roles } from '@district-graph/kit/identity/roles';

export const developmentTokensPath = '/development/tokens';

const maxBodyBytes = 4096;
const tokenHours = 12;
const noStore = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

export class DevelopmentTokens {
  #key: Parameters<typeof signDevelopmentToken>[0];
  #unfinished: UnfinishedBodies;

  constructor(keyFile: string, unfinished: UnfinishedBodies) {
    this.#key = JSON.parse(readFileSync(keyFile, 'utf8'));
    this.#unfinished = unfinished;
  }

  /** GET: the roles and the purposes that each may declare. POST `{"role", "division"}`: a token. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      send(response, { roles: rolePurposes, purposes });
      return;
    }
    // Pages of other origins cannot send JSON without asking first, which is refused.
    const { role, division } = fieldsOf(await readBody(request, maxBodyBytes, this.#unfinished));
    const wanted = { roles: [role], divisions: [division], scopes: [], hours: tokenHours };
    const faults = tokenRequestFaults(wanted);
    if (faults.length) throw new HttpError(400, 'BAD_USER_INPUT', faults.join(' '));
    const token = await signDevelopmentToken(this.#key, { subject: `${role}-${division}`, ...wanted });
    send(response, { token });
  }
}

const rolePurposes = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, role.purposes]));

function fieldsOf(body: string): { role: string; division: string } {
  try {
    const { role, division } = JSON.parse(body) as Record<string, unknown>;
    return { role: String(role), division: String(division) };
  } catch {
    throw new HttpError(400, 'BAD_USER_INPUT', '请求体应为 JSON 对象。 Expected a JSON object.');
  }
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, noStore).end(JSON.stringify(body));
}
