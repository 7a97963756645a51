/** What we use of the `escpos` package (3.0.0-alpha.6), which has no types of its own. */
declare module 'escpos' {
  export interface Adapter {
    open(callback: (error?: Error) => void): void;
    write(data: Buffer, callback?: (error?: Error) => void): void;
    close(callback?: (error?: Error) => void): void;
  }
  export class Printer {
    constructor(adapter: Adapter, options?: { encoding?: string; width?: number });
    print(content: string | Buffer): this;
    align(align: 'LT' | 'CT' | 'RT'): this;
    feed(lines?: number): this;
    flush(callback?: (error?: Error) => void): this;
  }
}
