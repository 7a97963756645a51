/** What a message asks of the queue: its data is checked by its type's schema, and gives the queue's own command. */
import type { z } from 'zod';
import { type EvtData, evtSchemas, isEvtType } from '../../devices/contract/messages.ts';
import type { CommandHead, QueueCommand } from '../queue/commands.ts';
import { handlers } from '../queue/decide.ts';
import type { Received } from '../queue/handlers.ts';

export interface Asked extends CommandHead, Received {
  readonly type: string;
  readonly data: unknown;
}

export type Asking =
  | { readonly ok: true; readonly command: QueueCommand; readonly login?: Login }
  | { readonly ok: false; readonly error: { readonly code: 'unknown-type' | 'bad-data'; readonly message: string } };

/** Who logs in, with the PIN as it came: it goes no further than the hub. */
export type Login = Pick<EvtData<'ClerkLogin'>, 'clerk' | 'pin' | 'sealed_pin'>;

export function commandOf(asked: Asked): Asking {
  const { type } = asked;
  if (!isEvtType(type)) {
    return {
      ok: false,
      error: { code: 'unknown-type', message: `this hall knows no message type "${type.slice(0, 64)}"` },
    };
  }
  const parsed = evtSchemas[type].safeParse(asked.data);
  if (!parsed.success) return badData(type, parsed.error);
  const command = asCommand(asked, parsed.data, handlers[type].fromDevice);
  const login = type === 'ClerkLogin' ? evtSchemas.ClerkLogin.safeParse(asked.data).data : undefined;
  return { ok: true, command, ...(login === undefined ? {} : { login }) };
}

/** `data` is right by the schema of its type; `read` is the topic's own reading of it, where it has one. */
export function asCommand(
  asked: Asked,
  data: object,
  read: ((data: never, received: Received) => object) | undefined,
): QueueCommand {
  const { id, at, happenedAt, by, type } = asked;
  const fields = read === undefined ? asWritten(data) : read(data as never, asked);
  return { ...fields, id, at, happenedAt, by, type } as QueueCommand;
}

/** Messages write `window_rev`. */
function asWritten(data: object): object {
  if (!('window_rev' in data)) return data;
  const { window_rev: windowRev, ...rest } = data;
  return { ...rest, windowRev };
}

export function badData(type: string, { issues }: z.ZodError): Extract<Asking, { ok: false }> {
  const why = issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)[0] ?? 'wrong';
  return { ok: false, error: { code: 'bad-data', message: `${type}: ${why}` } };
}
