// Queries and mutations of the client on the real gateway, through a network that loses answers, with the typed documents of test/operations.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal, match, TypedDocumentString } from '@district-graph/client';
import { CompleteVisitDocument, RequestVisitDocument } from '@district-graph/client/documents';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from 'vitest';
import trustedDocuments from '../../client/src/generated/trusted-documents.json' with { type: 'json' };
import { type CareVisits, elderId, inputOf, startCareVisits, visitIn, visitToken } from './care-visits.ts';

let care: CareVisits;
const documents = mkdtempSync(join(tmpdir(), 'client-documents-'));
const visitQuery = new TypedDocumentString<
  { careVisit: { id: string; status: string } | null },
  { id: string }
>('query Visit($id: ID!) { careVisit(id: $id) { id status } }');

beforeAll(async () => {
  writeFileSync(join(documents, 'trusted-documents.json'), JSON.stringify(trustedDocuments));
  care = await startCareVisits({ TRUSTED_DOCUMENTS: 'log-unknown', TRUSTED_DOCUMENTS_DIR: documents });
});
afterAll(async () => {
  await care.stop();
  rmSync(documents, { recursive: true });
});

const visitCount = async (): Promise<number> => {
  const [row] = await care.subgraph.sql<{ count: number }[]>`select count(*)::int as count from care_visit`;
  return row?.count ?? 0;
};

describe('a mutation', () => {
  it('whose answer is lost is sent again and applied once', async () => {
    const before = await visitCount();
    care.proxy.loseAnswers(2);
    const { data } = await care.clientOf().mutate(RequestVisitDocument, inputOf());
    expect(visitIn(data)).toMatch(/^[\da-f-]{36}$/);
    expect(await visitCount()).toBe(before + 1);
  });

  it('has a refusal as a typed member of its result', async () => {
    const client = care.clientOf();
    const visitId = visitIn((await client.mutate(RequestVisitDocument, inputOf())).data);
    const { data } = await client.mutate(CompleteVisitDocument, { input: { visitId } });
    const result = data.completeCareVisit;
    expect(isRefusal(result)).toBe(true);
    const text = match(result, {
      CareVisit: ({ status }) => status,
      InvalidTransition: ({ from, to }) => `${from} → ${to}`,
    });
    expectTypeOf(text).toEqualTypeOf<string>();
    expect(text).toBe('REQUESTED → COMPLETED');
  });
});

describe('a query', () => {
  it('is sent again when its answer is lost', async () => {
    const client = care.clientOf();
    const id = visitIn((await client.mutate(RequestVisitDocument, inputOf())).data);
    care.proxy.loseAnswers(1);
    expect((await client.query(visitQuery, { id })).data.careVisit).toEqual({ id, status: 'REQUESTED' });
  });

  it('is sent again with a new token when its own has expired', async () => {
    const tokens = [await visitToken(3600)];
    const client = care.clientOf({
      token: async ({ isExpired }) => {
        if (isExpired) tokens.push(await visitToken(3600));
        return tokens.at(-1) ?? null;
      },
    });
    const id = await care.request();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 });
    expect((await client.query(visitQuery, { id })).data.careVisit?.id).toBe(id);
    vi.useRealTimers();
    expect(tokens).toHaveLength(2);
  });

  it('has the errors of subgraphs that are away by field, beside the data of the others', async () => {
    const both = new TypedDocumentString<
      { careVisit: { id: string } | null; division: { name: string } | null },
      { id: string }
    >('query Both($id: ID!) { careVisit(id: $id) { id } division(code: "410105") { name } }');
    const id = await care.request();
    const { data, serviceErrors } = await care.clientOf({ language: 'zh' }).query(both, { id });
    expect(data).toEqual({ careVisit: { id }, division: null });
    expect(serviceErrors.division).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      service: 'places',
      message: expect.stringMatching(/^子图.*。$/),
    });
  });

  it.each([
    ['has a message in Chinese', 'zh', /^[^。]*\p{Script=Han}.*。$/u],
    ['has a message in English', 'en', /^[\x20-\x7e’]+$/],
  ] as const)('that the viewer may not send %s', async (_which, language, message) => {
    const client = care.clientOf({ token: null, language });
    const failed = client.query(visitQuery, { id: elderId });
    await expect(failed).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(message),
    });
  });
});

describe('a persisted query', () => {
  it('is sent by its hash with GET once the gateway knows it', async () => {
    const requests: string[] = [];
    const client = care.clientOf({
      documents: 'persisted',
      fetch: (url, init) => {
        requests.push(`${init?.method} ${String(url).includes('sha256Hash') ? 'hash' : 'body'}`);
        return fetch(url, init);
      },
    });
    const id = await care.request();
    for (let nth = 0; nth < 2; nth += 1)
      expect((await client.query(visitQuery, { id })).data.careVisit?.id).toBe(id);
    expect(requests).toEqual(['GET hash', 'POST body', 'GET hash']);
  });
});

describe('trusted documents', () => {
  it('are sent by the id that npm run codegen has written into their manifest', async () => {
    const bodies: Record<string, unknown>[] = [];
    const client = care.clientOf({
      documents: 'trusted',
      fetch: (url, init) => {
        bodies.push(JSON.parse(String(init?.body)));
        return fetch(url, init);
      },
    });
    visitIn((await client.mutate(RequestVisitDocument, inputOf())).data);
    const sha256 = createHash('sha256').update(String(RequestVisitDocument)).digest('hex');
    expect(bodies).toEqual([{ documentId: `sha256:${sha256}`, variables: expect.anything() }]);
  });

  it('that the gateway does not have are refused', async () => {
    const failed = care.clientOf({ documents: 'trusted' }).query(visitQuery, { id: elderId });
    await expect(failed).rejects.toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED', status: 400 });
  });
});
