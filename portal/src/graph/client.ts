// The typed client of the pages, for the viewer that is signed in.
import { type Client, createClient, type GraphError, type Purpose } from '@district-graph/client';
import type { Language } from '../page/language.ts';
import type { Session } from '../session/session.ts';
import { GraphError as PageError } from './graph-error.ts';
import { socketOrStream } from './socket-or-stream.ts';

export const clientFor = (session: Session | null, language: Language): Client =>
  createClient({
    url: '/graphql',
    transport: socketOrStream(),
    token: session?.token ?? null,
    language: language === 'en' ? 'en' : 'zh',
    ...(session?.purpose && { purpose: session.purpose as Purpose }),
  });

/** The client's error as the design system shows it. */
export const pageErrorOf = ({ code, message, traceId }: GraphError): PageError =>
  new PageError(message, code === 'NETWORK_ERROR' || code === 'TIMEOUT' ? 'OFFLINE' : code, traceId ?? null);
