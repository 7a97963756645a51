/** What a message asks of the queue: checks its data by its type's schema and gives the queue's own command. */
import { evtSchemas, isEvtType } from '../../devices/contract/messages.ts';
import type { CommandId, Instant } from '../../devices/contract/terms.ts';
import type { Actor, QueueCommand } from '../queue/commands.ts';

export interface Asked {
  readonly id: CommandId;
  readonly type: string;
  readonly data: unknown;
  readonly at: Instant;
  readonly happenedAt: Instant;
  readonly by: Actor;
}

export type Asking =
  | {
      readonly ok: true;
      readonly command: QueueCommand;
      readonly pin?: { readonly clerk: string; readonly pin: string };
    }
  | { readonly ok: false; readonly error: { readonly code: 'unknown-type' | 'bad-data'; readonly message: string } };

/** Fields that the wire writes in its own way. */
const renamed: Readonly<Record<string, string>> = { window_rev: 'windowRev' };

export function commandOf(asked: Asked): Asking {
  if (!isEvtType(asked.type)) {
    return {
      ok: false,
      error: { code: 'unknown-type', message: `this hub knows no message type "${asked.type.slice(0, 64)}"` },
    };
  }
  const parsed = evtSchemas[asked.type].safeParse(asked.data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      ok: false,
      error: {
        code: 'bad-data',
        message: `${asked.type}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'wrong'}`,
      },
    };
  }
  const fields = Object.fromEntries(Object.entries(parsed.data).map(([name, value]) => [renamed[name] ?? name, value]));
  const base = { id: asked.id, at: asked.at, happenedAt: asked.happenedAt, by: asked.by };
  if (asked.type === 'ClerkLogin') {
    const { pin, ...rest } = fields as { pin: string; clerk: string };
    return {
      ok: true,
      command: { ...rest, ...base, type: asked.type } as unknown as QueueCommand,
      pin: { clerk: rest.clerk, pin },
    };
  }
  // The schemas of the contract and the queue's commands are written to agree; hub.test.ts sends every type through both.
  return { ok: true, command: { ...fields, ...base, type: asked.type } as unknown as QueueCommand };
}
