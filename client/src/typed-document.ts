// The form of a document that graphql-codegen writes: its text, with the types of its result and variables.

/** The types of a document, as `TypedDocumentNode` and `TypedDocumentString` of other packages carry them. */
interface DocumentTypes<Result, Variables> {
  __apiType?: (variables: Variables) => Result;
}

/** A document with its types: a string, a `TypedDocumentString`, or a parsed document that still has its source text. */
export type TypedDocument<Result, Variables> = DocumentTypes<Result, Variables> &
  (DocumentText | ParsedDocument);

interface DocumentText {
  toString(): string;
  /** What graphql-codegen knows of the document. */
  __meta__?: Readonly<Record<string, unknown>> | undefined;
}

interface ParsedDocument {
  readonly kind: 'Document';
  readonly loc?: { readonly source: { readonly body: string } } | undefined;
}

export class TypedDocumentString<Result, Variables> extends String {
  __apiType?: (variables: Variables) => Result;
  readonly __meta__: Readonly<Record<string, unknown>> | undefined;

  constructor(text: string, meta?: Readonly<Record<string, unknown>>) {
    super(text);
    this.__meta__ = meta;
  }
}

/** The text of a document. Throws for a parsed document without it. */
export function textOf(document: TypedDocument<never, never>): string {
  if (!('kind' in Object(document))) return String(document);
  const text = (document as ParsedDocument).loc?.source.body;
  if (text === undefined)
    throw new TypeError("The document has no text: generate documents with documentMode: 'string'.");
  return text;
}

const metaOf = (document: TypedDocument<never, never>): Readonly<Record<string, unknown>> =>
  (document as DocumentText).__meta__ ?? {};

/** The SHA-256 of the text in hexadecimal, if `npm run codegen` has written it. */
export function sha256In(document: TypedDocument<never, never>): string | null {
  const { sha256 } = metaOf(document);
  return typeof sha256 === 'string' ? sha256 : null;
}

/** The id in a manifest of trusted documents, if graphql-codegen has written it. */
export function trustedIdIn(document: TypedDocument<never, never>): string | null {
  const { hash } = metaOf(document);
  return typeof hash === 'string' ? hash : null;
}
