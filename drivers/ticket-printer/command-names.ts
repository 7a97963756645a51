/** What ESC/POS commands are called, for a trace a technician reads. Source: Epson ESC/POS command reference, by command name. */
export const commandNames: Readonly<Record<string, string>> = {
  'ESC @': 'initialise',
  'ESC !': 'print mode',
  'ESC $': 'move to',
  'ESC *': 'picture column',
  'ESC -': 'underline',
  'ESC 2': 'line spacing default',
  'ESC 3': 'line spacing',
  'ESC E': 'bold',
  'ESC J': 'feed dots',
  'ESC M': 'font',
  'ESC R': 'country characters',
  'ESC Z': 'QR code',
  'ESC a': 'align',
  'ESC d': 'feed lines',
  'ESC i': 'cut',
  'ESC m': 'partial cut',
  'ESC t': 'code page',
  'FS &': 'Chinese on',
  'FS .': 'Chinese off',
  'FS !': 'Chinese print mode',
  'FS 2': 'define character',
  'FS p': 'stored picture',
  'FS q': 'store pictures',
  'GS !': 'character size',
  'GS V': 'cut',
  'GS a': 'status by itself',
  'GS r': 'status in turn',
  'GS v': 'picture',
  'GS L': 'left margin',
  'GS W': 'print width',
  'GS \u00e0': 'FULL STATUS by itself',
};

/** `GS ( k`, function numbers of the QR code. */
export const qrFunctions: Readonly<Record<number, string>> = {
  65: 'QR model',
  67: 'QR module size',
  69: 'QR error correction',
  80: 'QR store data',
  81: 'QR print',
};

/** DLE and its second byte. */
export const realTimeNames: Readonly<Record<number, string>> = { 4: 'EOT', 5: 'ENQ', 20: 'DC4' };

/** DLE EOT n. */
export const statusRequestNames: Readonly<Record<number, string>> = {
  1: 'status request: printer',
  2: 'status request: offline cause',
  3: 'status request: error',
  4: 'status request: paper',
  20: 'status request: FULL STATUS',
};
