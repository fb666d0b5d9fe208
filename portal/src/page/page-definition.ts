// What a page is: its address, its title, its component, and what the gateway asks the graph before it renders it.
import type { ComponentType } from 'preact';
import type { Bilingual, Language } from './language.ts';

export interface GraphAnswer<Data = unknown> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** What a page may use while it is prepared in the gateway. */
export interface Preparation {
  path: string;
  parameters: Readonly<Record<string, string>>;
  language: Language;
  today: string;
  /** Asks the graph as a client without a token. */
  ask: (document: string, variables: Record<string, unknown>) => Promise<GraphAnswer>;
}

export interface Prepared<Data> {
  data: Data;
  /** 404 where the path names nothing; 200 by default. */
  status?: number;
  /** The title where it depends on the path. */
  title?: string;
}

export interface PageDefinition<Data = unknown> {
  /** The name of its folder, whose `entry.tsx` browsers load. */
  name: string;
  /** Its address. With `/*` at the end, everything below it too. */
  path: string;
  title: Bilingual;
  /** The one sentence under the title: the question that the page answers. */
  summary: Bilingual;
  /** The parameters of the address that change what the gateway renders. Others are read in the browser only. */
  parameters?: readonly string[];
  Component: ComponentType<{ data: Data }>;
  /** Collects what the first view shows. Without it, `data` is null and the component asks the graph in the browser. */
  prepare?: (preparation: Preparation) => Promise<Prepared<Data>>;
  /** Less of the data, where browsers do not need all that was rendered. */
  dataForBrowser?: (data: Data) => Data;
  /** How long the gateway may show what it has rendered, in seconds; Infinity where only a new build changes it. */
  freshSeconds?: number;
  /** The layout of content: `reading` for text, `full` for boards that use the whole width. */
  width?: 'reading' | 'normal' | 'full';
  /** Whether the component has the title itself. */
  ownHead?: boolean;
  /** Whether base text is larger, on pages for everyone. */
  largeType?: boolean;
}

/** A page whose `data` has the type that `prepare` resolves with. */
export const definePage = <Data = null>(definition: PageDefinition<Data>): PageDefinition<Data> => definition;
