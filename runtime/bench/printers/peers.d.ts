/** What the byte table uses of `@point-of-sale/receipt-printer-encoder`, which brings no types. */
declare module '@point-of-sale/receipt-printer-encoder' {
  class ReceiptPrinterEncoder {
    constructor(options: { language: string; columns: number });
    initialize(): this;
    align(side: string): this;
    size(width: number, height: number): this;
    line(text: string): this;
    qrcode(data: string, options: { size: number; errorlevel: string }): this;
    cut(kind: string): this;
    encode(): Uint8Array;
  }
  export = ReceiptPrinterEncoder;
}
