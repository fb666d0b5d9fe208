// The code that is generated for operations that are run often: when it is generated, and how much of it is kept. Clients share both: one
// whose operations take them delays the code of others, whose operations then run without it.
import { LRUCache } from 'lru-cache';
import { TimeShare } from '../threads/time-share.ts';

export interface GeneratedCodeOptions {
  /** How often an operation is run before code is generated for it. For an operation that is not repeated, generating code is a waste. */
  generateAfter: number;
  /** The share of this thread's time that may be spent on generating code: many operations may become due at once. */
  generateShare: number;
  /** How long the texts of the operations with generated code may be together. Each character costs some 600 bytes. */
  maxGeneratedBytes: number;
}

/** `Owner` is what code is generated for. */
export class GeneratedCode<Owner extends { runs: number }, Code extends object> {
  #options: GeneratedCodeOptions;
  #code: LRUCache<Owner, Code>;
  #time: TimeShare;

  constructor(options: GeneratedCodeOptions) {
    this.#options = options;
    this.#code = new LRUCache({ maxSize: options.maxGeneratedBytes });
    this.#time = new TimeShare(options.generateShare);
  }

  get(owner: Owner): Code | undefined {
    return this.#code.get(owner);
  }

  /** Whether it was run often enough, and there is time to generate its code. */
  isDue({ runs }: Owner): boolean {
    return runs > this.#options.generateAfter && this.#time.isFree;
  }

  /** Generates and keeps the code. `size` is the length of the operation's text. */
  generate(owner: Owner, size: number, generate: () => Code): Code {
    const code = this.#time.run(generate);
    this.#code.set(owner, code, { size });
    return code;
  }

  clear(): void {
    this.#code.clear();
  }
}
