// Answers the requests of imports over HTTP: uploads in chunks, previews, runs, their progress and rejected rows. Within the viewer's scopes and divisions, and on record.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { subjectOfField } from '../access/access-rules.ts';
import type { AccessCause, AccessRecords } from '../access-log/records.ts';
import type { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { HttpError, tooManyRequests } from '../http-error.ts';
import { authenticationFailure, type Identity } from '../identity/identity.ts';
import { anonymous, hasPermission, type Viewer } from '../identity/viewer.ts';
import type { ModuleImport } from '../import/module-import.ts';
import type { Labels } from '../schema/descriptions.ts';
import { encodings } from '../spreadsheet/csv.ts';
import { FileFault } from '../spreadsheet/file-fault.ts';
import { describeImport } from './describe-import.ts';
import { cannotRun, type ImportRuns } from './import-runs.ts';
import { previewOf } from './preview.ts';
import { importPathOf, importsPath, maxChunkBytes, readChunk, signedImportText } from './upload-request.ts';
import { type Upload, type UploadStore, uploadIdOf, uploadZipLimits } from './upload-store.ts';

const maxFileBytes = 67_108_864;
/** Files of one viewer, and of all, that are kept at a time. */
const maxOfViewer = 10;
const maxUploads = 100;

export interface ImportRequestsOptions {
  imports: readonly ModuleImport[];
  labels: Labels;
  store: UploadStore;
  runs: ImportRuns;
  identity: Identity;
  records: AccessRecords;
  unfinished: UnfinishedBodies;
  addressOf: (request: IncomingMessage) => string | null;
}

const createForm = v.strictObject({
  /** Chosen by the client: the same key, import and viewer are the same upload. */
  idempotencyKey: v.pipe(v.string(), v.minLength(8), v.maxLength(100)),
  fileName: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxFileBytes)),
});

const runForm = v.strictObject({
  dryRun: v.optional(v.boolean(), true),
  skipBad: v.optional(v.boolean(), false),
  ignoreUnknown: v.optional(v.boolean(), false),
  sheet: v.optional(v.pipe(v.string(), v.maxLength(100))),
  encoding: v.optional(v.picklist(encodings)),
  mapping: v.optional(v.record(v.pipe(v.string(), v.maxLength(200)), v.nullable(v.string()))),
});

/** One request with what is known of it. */
interface ImportRequest {
  method: string;
  url: URL;
  body: Buffer;
  viewer: Viewer;
  cause: AccessCause;
}

export class ImportRequests {
  #options: ImportRequestsOptions;

  constructor(options: ImportRequestsOptions) {
    this.#options = options;
  }

  /** Resolves with false for paths that are none of imports. Rejects with an HttpError. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    if (!importPathOf(path)) return false;
    const asked = await this.#authenticated(request);
    if (path === importsPath) return this.#list(asked, response);
    const [, , name = '', id, action] = path.split('/');
    const definition = this.#definition(name, asked);
    if (id === undefined) return this.#create(asked, definition, response);
    const upload = await this.#options.store.find(id, asked.viewer.id);
    if (upload?.import !== name) throw notFound();
    const route = `${asked.method} ${action ?? ''}`;
    if (route === 'GET ') return this.#show(upload, response);
    if (route === 'PUT file') return this.#append(asked, upload, response);
    if (route === 'GET preview') return this.#preview(asked, definition, upload, response);
    if (route === 'POST runs') return this.#run(asked, definition, upload, response);
    if (route === 'DELETE runs') return this.#cancel(upload, response);
    if (route === 'GET rejects') return this.#rejects(asked, upload, response);
    if (route === 'DELETE ') return this.#remove(upload, response);
    throw notFound();
  }

  async #authenticated(request: IncomingMessage): Promise<ImportRequest> {
    const { identity, records, unfinished, addressOf } = this.#options;
    const { headers, method = 'GET', url = '' } = request;
    const body = await readChunk(request, unfinished);
    const requestId = headers['x-request-id'];
    const cause: AccessCause = {
      viewer: anonymous,
      operation: `import ${method}`,
      requestId: typeof requestId === 'string' ? requestId : null,
      address: addressOf(request),
    };
    try {
      cause.viewer = await identity.authenticate(headers, signedImportText(method, url, body));
    } catch (error) {
      const failure = authenticationFailure(error);
      if (failure) records.refuseRequest({ ...cause, viewer: failure.viewer }, failure.header);
      throw error;
    }
    if (cause.viewer.id === anonymous.id)
      throw new HttpError(
        401,
        'UNAUTHENTICATED',
        '导入需要令牌或密钥。 Imports need a token or an API key.',
        { keepsConnection: true },
      );
    return { method, url: new URL(url, 'http://subgraph'), body, viewer: cause.viewer, cause };
  }

  #list({ viewer, method }: ImportRequest, response: ServerResponse): boolean {
    if (method !== 'GET') throw notFound();
    const allowed = this.#options.imports.filter(({ scope }) => hasPermission(viewer, scope));
    const imports = allowed.map((definition) => describeImport(definition, this.#options.labels));
    return send(response, 200, { imports, limits: { bytes: maxFileBytes, chunkBytes: maxChunkBytes } });
  }

  /** The import, if the viewer may write its records anywhere. Each row is checked again. */
  #definition(name: string, { viewer, cause }: ImportRequest): ModuleImport {
    const definition = this.#options.imports.find((each) => each.name === name);
    if (!definition) throw notFound();
    if (hasPermission(viewer, definition.scope)) return definition;
    this.#options.records.refuse(cause, [
      { ...subjectOfField('Import', name, viewer), fields: [definition.scope] },
    ]);
    throw new HttpError(
      403,
      'FORBIDDEN',
      `导入${definition.title.zh}需要权限 ${definition.scope} 和区划。 The import ${name} needs the scope ${definition.scope} and a division.`,
      { keepsConnection: true },
    );
  }

  async #create(asked: ImportRequest, definition: ModuleImport, response: ServerResponse): Promise<boolean> {
    if (asked.method !== 'POST') throw notFound();
    const { idempotencyKey, fileName, bytes } = parsed(createForm, asked.body);
    const { store } = this.#options;
    const id = uploadIdOf(asked.viewer.id, definition.name, idempotencyKey);
    const known = await store.find(id, asked.viewer.id);
    if (known) {
      if (known.bytes !== bytes || known.fileName !== fileName) throw keyReused();
      return this.#show(known, response);
    }
    await store.removeExpired();
    // Of what is imported only the result is kept.
    const uploads = (await store.all()).filter(({ state }) => state !== 'IMPORTED');
    const own = uploads.filter(({ viewer }) => viewer === asked.viewer.id).length;
    if (own >= maxOfViewer || uploads.length >= maxUploads) throw tooManyUploads(own >= maxOfViewer);
    const now = Date.now();
    const upload: Upload = {
      ...{ id, import: definition.name, viewer: asked.viewer.id, fileName, bytes, state: 'UPLOADING' },
      ...{ createdAt: now, updatedAt: now, progress: null, result: null, message: null },
    };
    await store.create(upload);
    return this.#show(upload, response, 201);
  }

  async #show(upload: Upload, response: ServerResponse, status = 200): Promise<boolean> {
    const { viewer: _viewer, createdAt, updatedAt, ...shown } = upload;
    const received = upload.state === 'UPLOADING' ? await this.#options.store.received(upload) : upload.bytes;
    const at = { createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() };
    return send(response, status, { ...shown, ...at, received });
  }

  async #append({ url, body }: ImportRequest, upload: Upload, response: ServerResponse): Promise<boolean> {
    const { store } = this.#options;
    const offset = Number(url.searchParams.get('offset') ?? Number.NaN);
    if (upload.state !== 'UPLOADING') return this.#show(upload, response);
    const received = await store.append(upload, offset, body);
    if (received !== offset + body.length)
      throw new HttpError(
        409,
        'BAD_REQUEST',
        `已收到 ${received} 字节，请从该处继续。 ${received} bytes have arrived: continue there.`,
        { keepsConnection: true, extensions: { received } },
      );
    if (received === upload.bytes) {
      upload.state = 'UPLOADED';
      await store.save(upload);
    }
    return this.#show(upload, response);
  }

  async #preview(
    { url, viewer }: ImportRequest,
    definition: ModuleImport,
    upload: Upload,
    response: ServerResponse,
  ): Promise<boolean> {
    if (upload.state === 'UPLOADING' || upload.state === 'IMPORTED') throw cannotRun(upload);
    const { store } = this.#options;
    const mapping = await store.mapping(viewer.bureau ?? viewer.id, definition.name);
    const sheet = url.searchParams.get('sheet') ?? undefined;
    const preview = await previewOf(definition, store.fileOf(upload), {
      sheet,
      mapping,
      zipLimits: uploadZipLimits,
    }).catch(asBadInput);
    return send(response, 200, preview);
  }

  async #run(
    { body, viewer, cause }: ImportRequest,
    definition: ModuleImport,
    upload: Upload,
    response: ServerResponse,
  ): Promise<boolean> {
    const { store, runs, records } = this.#options;
    const options = parsed(runForm, body);
    // The request of a run that has ended is answered with its result.
    if (upload.state === 'IMPORTED') return this.#show(upload, response);
    if (upload.state === 'UPLOADING' || upload.state === 'RUNNING') throw cannotRun(upload);
    runs.checkCapacity(viewer);
    const { id } = upload;
    const subject = {
      ...subjectOfField('Import', id, viewer),
      fields: [definition.name, options.dryRun ? 'dry run' : 'run'],
    };
    await records.disclose(cause, [subject]);
    const bureau = viewer.bureau ?? viewer.id;
    if (options.mapping) await store.rememberMapping(bureau, definition.name, options.mapping);
    const mapping = await store.mapping(bureau, definition.name);
    if (runs.isRunning(id)) throw cannotRun({ ...upload, state: 'RUNNING' });
    runs.checkCapacity(viewer);
    await runs.start(upload, definition, viewer, { ...options, mapping });
    return this.#show(upload, response, 202);
  }

  async #rejects(
    { viewer, cause }: ImportRequest,
    upload: Upload,
    response: ServerResponse,
  ): Promise<boolean> {
    const { store, records } = this.#options;
    if (!upload.result?.hasRejects) throw notFound();
    const file = await open(store.rejectsOf(upload)).catch(() => null);
    if (!file) throw notFound();
    await records.disclose(cause, [
      { ...subjectOfField('Import', upload.id, viewer), fields: [upload.import, 'rejects'] },
    ]);
    const { size } = await file.stat();
    const magic = (await file.read(Buffer.alloc(2), 0, 2, 0)).buffer.toString('latin1');
    await file.close();
    const extension = magic === 'PK' ? 'xlsx' : 'csv';
    const name = `${upload.fileName.replace(/\.\w+$/, '')}-有误.${extension}`;
    response.writeHead(200, {
      'content-type': contentTypes[extension],
      'content-length': size,
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="rejects.${extension}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    });
    await pipeline(createReadStream(store.rejectsOf(upload)), response);
    return true;
  }

  /** What was written before the run could be cancelled stays: then the answer has its result. */
  async #cancel(upload: Upload, response: ServerResponse): Promise<boolean> {
    const { runs, store } = this.#options;
    await runs.cancel(upload.id);
    return this.#show((await store.find(upload.id, upload.viewer)) ?? upload, response);
  }

  async #remove(upload: Upload, response: ServerResponse): Promise<boolean> {
    if (upload.state === 'RUNNING') throw cannotRun(upload);
    await this.#options.store.remove(upload.id);
    response.writeHead(204).end();
    return true;
  }
}

const contentTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

function parsed<T extends v.GenericSchema>(form: T, body: Buffer): v.InferOutput<T> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw badInput('JSON');
  }
  const result = v.safeParse(form, value);
  if (result.success) return result.output;
  throw badInput(v.getDotPath(result.issues[0]) ?? 'JSON');
}

const badInput = (argument: string): HttpError =>
  new HttpError(
    400,
    'BAD_USER_INPUT',
    `${argument} 的值不可接受。 The value of ${argument} is not accepted.`,
    { keepsConnection: true, extensions: { argument } },
  );

function asBadInput(error: unknown): never {
  if (!(error instanceof FileFault)) throw error;
  throw new HttpError(400, 'BAD_USER_INPUT', error.message, { keepsConnection: true });
}

const keyReused = (): HttpError =>
  new HttpError(
    409,
    'IDEMPOTENCY_KEY_REUSED',
    'idempotencyKey 已用于另一文件。 The idempotencyKey was used for another file.',
    { keepsConnection: true },
  );

const tooManyUploads = (isOwn: boolean): HttpError =>
  tooManyRequests(
    'TOO_MANY_AT_ONCE',
    '已上传的文件过多，请先删除或等一天。 Too many files are uploaded: delete some, or wait a day.',
    { limit: isOwn ? maxOfViewer : maxUploads, retryAfterMs: 60_000 },
  );

const notFound = (): HttpError =>
  new HttpError(404, 'NOT_FOUND', '没有这个导入。 There is no such import.', { keepsConnection: true });

function send(response: ServerResponse, status: number, body: unknown): boolean {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
  return true;
}
