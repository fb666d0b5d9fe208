// Content negotiation of GraphQL over HTTP: chooses the media type of the response from the Accept header.
import { HttpError } from '../http-error.ts';

export type MediaType = 'application/json' | 'application/graphql-response+json';

/** Server-sent events, for clients that accept no other media type or also subscribe. */
export const eventStream = 'text/event-stream';

/** The choice for each Accept header seen. Null where a header accepts neither media type. */
const known = new Map<string, MediaType | null>();

/** The media type of the response; JSON if everything is accepted. Throws an HttpError with status 406 if neither is. */
export function negotiateMediaType(accept: string | undefined): MediaType {
  const mediaType = accept === undefined || accept === '*/*' ? 'application/json' : preferredOf(accept);
  if (mediaType === null) {
    throw new HttpError(
      406,
      'NOT_ACCEPTABLE',
      '请接受 application/graphql-response+json 或 application/json。 Accept application/graphql-response+json or application/json.',
    );
  }
  return mediaType;
}

/** Whether the client accepts server-sent events. */
export const acceptsEvents = (accept = ''): boolean =>
  accept.includes(eventStream) && /text\/event-stream(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accept);

/** The media type of a single response to a client that accepts events: JSON if it accepts that too. */
export const negotiateMediaTypeOrEvents = (accept = ''): MediaType | typeof eventStream =>
  preferredOf(accept) ?? eventStream;

/** The media type of an error, which is also sent to clients that accept neither. */
export const mediaTypeOfError = (accept = '*/*'): MediaType => preferredOf(accept) ?? 'application/json';

function preferredOf(accept: string): MediaType | null {
  let mediaType = known.get(accept);
  if (mediaType === undefined) {
    mediaType = preferred(accept);
    if (known.size > 1000) known.clear();
    known.set(accept, mediaType);
  }
  return mediaType;
}

function preferred(accept: string): MediaType | null {
  const ranges = accept.split(',').flatMap((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (charset && !/^charset="?utf-?8"?$/.test(charset)) return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return [{ name, weight: q ? Number(q.slice(2)) || 0 : 1 }];
  });
  const rangeOf = (name: string) => ranges.find((range) => range.name === name);
  // The most specific range takes precedence, even with q=0.
  const weightOf = (mediaType: MediaType) =>
    (rangeOf(mediaType) ?? rangeOf('application/*') ?? rangeOf('*/*'))?.weight ?? 0;
  const [plain, graphql] = [weightOf('application/json'), weightOf('application/graphql-response+json')];
  if (plain === 0 && graphql === 0) return null;
  if (plain !== graphql) return plain > graphql ? 'application/json' : 'application/graphql-response+json';
  const named = ranges.find(({ name }) => /^application\/(graphql-response\+)?json$/.test(name));
  return (named?.name as MediaType | undefined) ?? 'application/json';
}
