/** The commands by name, each loaded when named. */
import type { Command } from './command.ts';

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  hub: async () => (await import('./commands/hub.ts')).hub,
  node: async () => (await import('./commands/node.ts')).node,
  status: async () => (await import('./commands/status.ts')).status,
  check: async () => (await import('./commands/check.ts')).check,
  schema: async () => (await import('./commands/schema.ts')).schema,
  detect: async () => (await import('./commands/detect.ts')).detect,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
};
