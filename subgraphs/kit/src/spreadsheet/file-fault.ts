// The error for a file that cannot be read or is not of its import, with a message for the person who sent it.

/** Its message names what was found and what to do, in Chinese and English, without cells of the file. */
export class FileFault extends Error {
  constructor(zh: string, en: string) {
    super(`${zh} ${en}`);
  }
}
