/** The demo's hands over HTTP: press, pull out, tear off, switch off. Present only where hardware is simulated. */
import { Hono } from 'hono';
import { readBody, zActBody, zAutoBody, zPowerBody } from './bodies.ts';
import { refuse, type WebContext, type WebEnv } from './http.ts';
import type { Bench } from './needs.ts';

/** `acted` is told after every switch: not each of them speaks for itself. */
export function benchApi(bench: Bench | undefined, acted: () => void): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  app.use(async (context, next) => {
    if (bench === undefined)
      return refuse(context, 404, 'no-bench', 'this hall has real hardware: there is no bench to act on');
    return next();
  });
  if (bench === undefined) return app;
  const machines = new Map(bench.machines.map((machine) => [machine.id, machine]));

  app.post('/machines/:id/act', async (context) => {
    const id = context.req.param('id');
    const machine = machines.get(id);
    if (machine === undefined) return refuse(context, 404, 'no-machine', `there is no machine "${id}"`);
    const body = await readBody(context, zActBody);
    if (!body.ok) return body.response;
    return act(context, acted, () => machine.act(body.data));
  });

  app.post('/power', async (context) => {
    const body = await readBody(context, zPowerBody);
    if (!body.ok) return body.response;
    const wanted = body.data;
    if (wanted.what === 'node' && !Object.hasOwn(bench.status().nodes, wanted.node))
      return refuse(context, 404, 'no-node', `there is no node "${wanted.node}"`);
    return act(context, acted, () => {
      if (wanted.what === 'hub') return bench.setHub(wanted.on);
      if (wanted.what === 'broker') return bench.setBroker(wanted.on);
      return bench.setNode(wanted.node, wanted.on);
    });
  });

  app.post('/auto', async (context) => {
    const body = await readBody(context, zAutoBody);
    if (!body.ok) return body.response;
    return act(context, acted, () => bench.auto.set(body.data.running, body.data.speed));
  });
  return app;
}

async function act(context: WebContext, acted: () => void, task: () => void | Promise<void>): Promise<Response> {
  try {
    await task();
    return context.json({ ok: true });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? error.message : String(error);
    return refuse(context, 409, typeof code === 'string' ? code : 'failure', message);
  } finally {
    acted();
  }
}

/** A picture of a piece of paper never changes under its id. */
export async function paperPicture(context: WebContext, bench: Bench | undefined): Promise<Response> {
  const [machineId, file] = [context.req.param('machine'), context.req.param('file')];
  const machine = bench?.machines.find((each) => each.id === machineId);
  const paper = file?.endsWith('.png') ? file.slice(0, -'.png'.length) : '';
  let picture: Uint8Array | undefined;
  try {
    picture = paper === '' ? undefined : await machine?.picture?.(paper);
  } catch (error) {
    context.var.log.defect(error, `drawing paper ${paper} of ${machineId}`);
  }
  if (picture === undefined) return refuse(context, 404, 'no-paper', 'there is no such paper any more');
  return context.body(new Uint8Array(picture), 200, {
    'content-type': 'image/png',
    'cache-control': 'private, max-age=3600',
  });
}
