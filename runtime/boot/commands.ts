/** The commands by name, each loaded when named. */
import type { Command } from './command.ts';

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.ts')).check,
  schema: async () => (await import('./commands/schema.ts')).schema,
};
