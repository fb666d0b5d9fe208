// Measures how long parsing client input blocks the event loop.

/** Shorter texts are not measured: parsing them takes less time than the jitter of the event loop. */
const unmeasuredLength = 16_384;

/** Reads a text or bytes, and reports the milliseconds it took, even if it throws. */
export function timeReading<Read>(
  text: { length: number },
  read: () => Read,
  onRead: (ms: number) => void,
): Read {
  if (text.length < unmeasuredLength) return read();
  const startedAt = performance.now();
  try {
    return read();
  } finally {
    onRead(performance.now() - startedAt);
  }
}
