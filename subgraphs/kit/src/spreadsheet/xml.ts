// Parses parts of a workbook as a stream of XML. There are no document types, and so no entities but those of XML.
import { SaxesParser } from 'saxes';
import { FileFault } from './file-fault.ts';
import { damaged, type ZipFile } from './zip-file.ts';

export type Attributes = Readonly<Record<string, string>>;

export interface XmlHandler {
  /** The name is without its prefix. */
  open: (name: string, attributes: Attributes) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}

const localName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

/** Parses a part; after each chunk it yields the number of bytes so far. */
export async function* parsePart(zip: ZipFile, part: string, handler: XmlHandler): AsyncGenerator<number> {
  // Throws at once: an error that is only reported would let the parser continue.
  const parser = new SaxesParser({ position: false, xmlns: false });
  parser.on('error', () => {
    throw damaged();
  });
  parser.on('doctype', () => {
    throw new FileFault(
      'Excel 文件含有不允许的内容（DOCTYPE）；请用 Excel 或 WPS 另存为新的 .xlsx 文件。',
      'The Excel file has content that is not allowed (DOCTYPE). Save it as a new .xlsx file with Excel or WPS.',
    );
  });
  parser.on('opentag', ({ name, attributes }) => handler.open(localName(name), attributes));
  const { close, text } = handler;
  if (close) parser.on('closetag', ({ name }) => close(localName(name)));
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  for await (const chunk of zip.chunksOf(part)) {
    bytes += chunk.length;
    parser.write(decoded(() => decoder.decode(chunk, { stream: true })));
    yield bytes;
  }
  parser.write(decoded(() => decoder.decode()));
  parser.close();
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw damaged();
  }
}

/** Parses a whole part. */
export async function readPart(zip: ZipFile, part: string, handler: XmlHandler): Promise<void> {
  for await (const _bytes of parsePart(zip, part, handler));
}
