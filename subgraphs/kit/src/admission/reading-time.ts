// How long reading what a client sent keeps the thread that serves everybody.

/** Shorter texts are read in less time than other things may take the thread meanwhile: it is not measured. */
const unmeasuredLength = 16_384;

/** Reads a text or bytes, and tells how many milliseconds that took, also where it throws. */
export function timeReading<Read>(
  text: { length: number },
  read: () => Read,
  onRead: (ms: number) => void,
): Read {
  if (text.length < unmeasuredLength) return read();
  const began = performance.now();
  try {
    return read();
  } finally {
    onRead(performance.now() - began);
  }
}
