// Encodes text in GB18030, which Node only decodes.

/** The two bytes of each character of the GBK range, found by decoding all of them. */
const encoded: ReadonlyMap<string, number> = (() => {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, number>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && character !== '\uFFFD') codes.set(character, lead * 256 + trail);
    }
  return codes;
})();

export function gb18030(text: string): Buffer {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : encoded.get(character);
    if (code === undefined) throw new Error(`${character} has no code of two bytes in GB18030`);
    if (code > 0xff) bytes.push(code >> 8);
    bytes.push(code & 0xff);
  }
  return Buffer.from(bytes);
}
