/** The commands by name, each loaded when named. */
import type { Command } from './command.ts';

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  hub: async () => (await import('./commands/hub.ts')).hub,
  node: async () => (await import('./commands/node.ts')).node,
  status: async () => (await import('./commands/status.ts')).status,
  'board-test': async () => (await import('./commands/board-test.ts')).boardTest,
  'board-setup': async () => (await import('./commands/board-setup.ts')).boardSetup,
  'bus-scan': async () => (await import('./commands/bus-scan.ts')).busScan,
  check: async () => (await import('./commands/check.ts')).check,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  report: async () => (await import('./commands/report.ts')).report,
  journal: async () => (await import('./commands/journal.ts')).journal,
  privacy: async () => (await import('./commands/privacy.ts')).privacy,
  'key-test': async () => (await import('./commands/key-test.ts')).keyTest,
  pin: async () => (await import('./commands/pin.ts')).pin,
  schema: async () => (await import('./commands/schema.ts')).schema,
  'print-test': async () => (await import('./commands/print-test.ts')).printTest,
  'printer-logos': async () => (await import('./commands/printer-logos.ts')).printerLogos,
  'printer-status': async () => (await import('./commands/printer-status.ts')).printerStatus,
  'printer-emulator': async () => (await import('./commands/printer-emulator.ts')).printerEmulator,
  trace: async () => (await import('./commands/trace.ts')).trace,
  replay: async () => (await import('./commands/replay.ts')).replay,
  'sms-test': async () => (await import('./commands/sms-test.ts')).smsTest,
  detect: async () => (await import('./commands/detect.ts')).detect,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
};
