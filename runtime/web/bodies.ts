/** What a page may send, as zod; and how a body is read with a limit on its size. */
import { z } from 'zod';
import { personRoleNames, zAsk } from '../../devices/contract/people.ts';
import { zId } from '../../devices/contract/terms.ts';
import { refuse, type WebContext } from './http.ts';

/** The largest body: a command with twenty matters has two kilobytes. */
const maxBodyBytes = 16_384;

export type CommandBody = z.output<typeof zCommandBody>;
/** `as`: in whose role, in the demo only. */
export const zCommandBody = z.strictObject({ ...zAsk.shape, as: z.enum(personRoleNames).optional() });

const zPlain = z.union([z.string().max(200), z.number(), z.boolean(), z.null()]);
export const zActBody = z
  .object({ type: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'an action has 1 to 40 characters: a-z, 0-9 and "-"') })
  .catchall(z.union([zPlain, z.array(zPlain).max(50)]));

export const zPowerBody = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('hub'), on: z.boolean() }),
  z.strictObject({ what: z.literal('broker'), on: z.boolean() }),
  z.strictObject({ what: z.literal('node'), node: zId, on: z.boolean() }),
]);

export const zAutoBody = z.strictObject({ running: z.boolean(), speed: z.number().min(0.1).max(600).optional() });

export type Body<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly response: Response };

/** The body as the schema wants it, or the refusal to send. */
export async function readBody<T>(context: WebContext, schema: z.ZodType<T>): Promise<Body<T>> {
  const text = await readText(context);
  if (text === undefined)
    return { ok: false, response: refuse(context, 413, 'too-large', `a body has at most ${maxBodyBytes} bytes`) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, response: refuse(context, 400, 'bad-json', 'the body is not JSON') };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, data: parsed.data };
  return { ok: false, response: refuse(context, 400, 'bad-request', issuesText(parsed.error)) };
}

/** Reads at most `maxBodyBytes`, whatever `Content-Length` says; `undefined` for more. */
async function readText(context: WebContext): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = context.req.raw.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBodyBytes) {
      await reader
        .cancel()
        .catch((err: unknown) => context.var.log.debug({ err }, 'the rest of a large body was not cancelled'));
      return undefined;
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The first things wrong, in words: `data.service: an id has 1 to 32 characters …`. */
export function issuesText(error: z.ZodError, prefix = ''): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => {
      const path = [prefix, ...issue.path.map(String)].filter((step) => step !== '').join('.');
      return path === '' ? issue.message : `${path}: ${issue.message}`;
    })
    .join('; ');
}
