// Keys as settings: `<id>:<base64url of 32 bytes or more>`, separated by commas, the current one first.

const minBytes = 32;

/** The keys by id. Adds to `faults`. */
export function readKeys(variable: string, text: string | undefined, faults: string[]): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const entry of (text ?? '').split(',').filter((each) => each.trim() !== '')) {
    const [, id = '', encoded = ''] = /^\s*([\w-]{1,32}):([\w-]+)\s*$/.exec(entry) ?? [];
    const key = Buffer.from(encoded, 'base64url');
    if (!id || key.length < minBytes || keys.has(id))
      faults.push(
        `${variable} 应为以逗号分隔的 <标识>:<${minBytes} 字节以上的 base64url>，标识各异。 ${variable}: expected <id>:<base64url of ${minBytes} bytes or more>, separated by commas, each id once.`,
      );
    keys.set(id, key);
  }
  return keys;
}
