/** Loads the native libraries by hand, for a check of the box: serial ports and pads load theirs when they open. */
const loaders = {
  serialport: async () => void (await import('serialport')).SerialPort.binding,
  'node-hid': async () => void (await import('node-hid')).default.getHidapiVersion(),
};

export type NativeLibrary = keyof typeof loaders;

/** Rejects with the dynamic linker's words when a shared library is missing on the machine. */
export function loadNativeLibrary(name: NativeLibrary): Promise<void> {
  return loaders[name]();
}
