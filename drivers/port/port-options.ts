/** What names a port: the fields of a hall's config file, which therefore bear the file's own spelling. */
export interface SerialOptions {
  readonly kind: 'serial';
  /** `/dev/serial/by-path/…`: where it is plugged in, not which number it got. */
  readonly path: string;
  readonly baud: number;
  readonly data_bits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stop_bits: 1 | 2;
  readonly flow: 'none' | 'rtscts' | 'xonxoff';
}

export interface TcpOptions {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
}

export interface HidOptions {
  readonly kind: 'hid';
  readonly vid: number;
  readonly pid: number;
  readonly serial?: string | undefined;
  /** `1-1.4` (sysfs) or `usb-0000:00:14.0-1.4` (with the controller, so it survives another order of controllers). */
  readonly usb_path?: string | undefined;
  readonly interface?: number | undefined;
}

export interface UsblpOptions {
  readonly kind: 'usblp';
  /** A node, `/dev/usb/lp0`, or a USB path as in `HidOptions`: the node's number moves with the order of plugging. */
  readonly path: string;
}

export type PortOptions = SerialOptions | TcpOptions | HidOptions | UsblpOptions;
