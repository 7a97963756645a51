/**
 * The same hall as separate processes: one `halld hub`, a `halld node` for each box, Debian's Mosquitto with a credential
 * and an access list for each. The machines are in this test, at the far ends of real serial ports. Then the hub is killed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadHall } from '../../../config/load.ts';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import { hasSocat } from '../../../drivers/port/socat-line.kit.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { type JourneyWorld, machineAt, runJourney } from '../../boot/journey.ts';
import { SimulatedHardware } from '../../boot/simulated-hardware.ts';
import type { HallDesk, HallSnapshot, Submitted } from '../../web/needs.ts';
import { startMosquitto, whyNoMosquitto } from '../worlds/mosquitto.ts';
import { mosquittoAcl } from '../worlds/mosquitto-acl.ts';
import { PtyCables } from '../worlds/pty-cable.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const officeToken = 'office-token-of-this-test';
const testMs = 120_000;
const lookEveryMs = 25;
/** Long enough for a key to reach the outbox; how long is all the same to what is asserted. */
const pressTravelsMs = 300;

type Json = Record<string, unknown>;

/** The small hall, open all day, with serial rating pads: as YAML can say it, JSON. */
function smallHall(): Json {
  const text = readFileSync(path.join(root, 'config/halls/small.yaml'), 'utf8');
  const file = parse(
    text
      .replaceAll('protocol: hid-table, profile: rating-5', 'protocol: serial-frame, profile: rating-5-serial')
      .replaceAll(', unit: report', ''),
  ) as Json;
  const allDay = [{ from: '00:00', to: '24:00' }];
  const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, allDay]));
  return { ...file, calendar: { week, last_ticket_before_close_min: 0 } };
}

class Processes {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'halld-processes-'));
  readonly cables = new PtyCables();
  url = '';
  snapshot: HallSnapshot | undefined;
  #children = new Map<string, ChildProcess>();
  #mosquitto: Awaited<ReturnType<typeof startMosquitto>> | undefined;
  hardware!: SimulatedHardware;

  async start(): Promise<void> {
    const small = smallHall();
    writeFileSync(this.#file('machines.yaml'), JSON.stringify(small));
    const machines = await loadHall(this.#file('machines.yaml'));
    this.hardware = new SimulatedHardware(machines, systemClock, seededRandom(1));
    await this.hardware.fit();
    const nodes = machines.file.nodes.map((node) => node.id);
    await this.#startBroker(['hub', ...nodes]);
    writeFileSync(this.#file('hall.yaml'), JSON.stringify(await this.#wired(small, ['hub', ...nodes])));
    await this.startHub();
    for (const node of nodes)
      await this.#spawn(node, ['node', '--config', this.#file('hall.yaml'), '--node', node], /runs/);
  }

  async startHub(): Promise<void> {
    const said = await this.#spawn('hub', ['hub', '--config', this.#file('hall.yaml')], /http:\S+/);
    this.url = said;
  }

  freeze(name: string): void {
    this.#children.get(name)?.kill('SIGSTOP');
  }

  async kill(name: string): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    child?.kill('SIGKILL');
    if (child !== undefined) await once(child, 'exit');
  }

  async stop(): Promise<void> {
    for (const child of this.#children.values()) child.kill('SIGTERM');
    await Promise.all([...this.#children.values()].map((child) => child.exitCode ?? once(child, 'exit')));
    await this.cables.close();
    await this.#mosquitto?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get journey(): JourneyWorld {
    const desk = {
      snapshot: () => this.snapshot,
      submit: (type: string, data: unknown) => this.#submit(type, data),
    } as unknown as HallDesk;
    return {
      rules: { windows: [] } as unknown as JourneyWorld['rules'],
      machines: this.hardware.machines,
      desk: () => desk,
      settle: (work) => work,
      wait: (what, so, limitMs) => this.wait(what, so, limitMs),
    };
  }

  async wait(what: string, so: () => boolean, limitMs = 20_000): Promise<void> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      await this.look();
      if (so()) return;
      if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
      await sleep(systemClock, lookEveryMs);
    }
  }

  async look(): Promise<void> {
    const response = await fetch(new URL('/api/v1/snapshot', this.url)).catch(() => undefined);
    if (response?.ok !== true) return;
    const { parts } = (await response.json()) as { readonly parts: Record<string, Json> };
    const under = (prefix: string) =>
      Object.keys(parts).flatMap((name) => (name.startsWith(prefix) ? [parts[name]] : []));
    this.snapshot = { windows: under('window/'), tickets: under('ticket/') } as unknown as HallSnapshot;
  }

  journal(): readonly { readonly type: string; readonly ticket?: string }[] {
    const database = new DatabaseSync(this.#file('hall.sqlite'), { readOnly: true });
    const rows = database.prepare('SELECT event FROM journal ORDER BY seq').all();
    database.close();
    return rows.map(({ event }) => JSON.parse(String(event)));
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }

  async #startBroker(users: readonly string[]): Promise<void> {
    writeFileSync(this.#file('passwords'), '', { mode: 0o600 });
    writeFileSync(this.#file('acl'), mosquittoAcl('small', 'hub'), { mode: 0o600 });
    for (const user of users) {
      const secret = `${user}-secret`;
      writeFileSync(this.#file(`${user}.password`), `${secret}\n`, { mode: 0o600 });
      spawnSync('/usr/bin/mosquitto_passwd', ['-b', this.#file('passwords'), user, secret]);
    }
    const settings = [
      'allow_anonymous false',
      `password_file ${this.#file('passwords')}`,
      `acl_file ${this.#file('acl')}`,
    ];
    this.#mosquitto = await startMosquitto(settings);
  }

  /** The same hall with every simulated port replaced by a serial one, and the broker and the pages of a real hall. */
  async #wired(small: Json, users: readonly string[]): Promise<Json> {
    const nodes = small.nodes as { readonly id: string; readonly ports: readonly { readonly id: string }[] }[];
    const wired: Json[] = [];
    for (const node of nodes) {
      const ports: Json[] = [];
      for (const { id } of node.ports) {
        const machine = this.hardware.makePort(node.id, { id, kind: 'simulated', unit: 'bytes', baud: 0 });
        ports.push({ id, kind: 'serial', path: await this.cables.lay(machine), baud: 115_200 });
      }
      wired.push({ ...node, ports });
    }
    const sha256 = createHash('sha256').update(officeToken).digest('hex');
    const credentials = Object.fromEntries(
      users.map((user) => [user, { username: user, password_file: this.#file(`${user}.password`) }]),
    );
    return {
      ...small,
      data: this.folder,
      nodes: wired,
      hub: { http: { port: 0, tokens: [{ role: 'office', id: 'back-office', sha256 }] } },
      broker: { kind: 'external', url: `mqtt://127.0.0.1:${this.#mosquitto?.port}`, credentials },
    };
  }

  async #submit(type: string, data: unknown): Promise<Submitted> {
    const response = await fetch(new URL('/api/v1/commands', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${officeToken}` },
      body: JSON.stringify({ commandId: `office-${Math.floor(performance.now() * 1000)}`, type, data }),
    });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return JSON.parse(text) as Submitted;
  }

  /** Resolves with what matched on standard output; rejects with what it said when it ends before. */
  #spawn(name: string, args: readonly string[], ready: RegExp): Promise<string> {
    const child = spawn(process.execPath, [path.join(root, 'runtime/boot/halld.mjs'), ...args], {
      env: { ...process.env, HALLD_LOG: 'error' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.set(name, child);
    let text = '';
    return new Promise((resolve, reject) => {
      const take = (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const match = ready.exec(text);
        if (match !== null) resolve(match[0]);
      };
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${text}`)));
    });
  }
}

const missing = whyNoMosquitto ?? (hasSocat('the hall as processes') ? undefined : 'socat is missing');
if (missing !== undefined) console.log(`the hall as processes: ${missing}`);

test.skipIf(missing !== undefined)(
  'a hub, its nodes and a guarded Mosquitto: one journey; then the hub dies by kill -9 with a press on its way',
  async () => {
    const hall = new Processes();
    try {
      await hall.start();
      await hall.wait('the hub answers', () => (hall.snapshot?.windows.length ?? 0) > 0);
      const plan = { kiosk: 'k1', key: '1', window: 'w1', certificateWindow: 'w2' };
      const { ticket } = await runJourney(hall.journey, plan);
      const mine = hall.journal().filter((event) => event.ticket === ticket);
      expect(mine.map(({ type }) => type)).toContain('TicketClosed');

      const panel = machineAt(hall.hardware.machines, 'panel', { device: 'k1' });
      const printer = machineAt(hall.hardware.machines, 'printer', { device: 'k1' });
      const papers = () => (printer.look() as { readonly papers: readonly unknown[] }).papers.length;
      const before = papers();
      // A hub that hangs takes the ask and says nothing: the press is on its way when it dies.
      hall.freeze('hub');
      panel.act({ type: 'press', key: '2' });
      await sleep(systemClock, pressTravelsMs);
      await hall.kill('hub');
      await hall.startHub();
      await hall.wait('the paper of that press is out', () => papers() === before + 1);
      await hall.wait('it is callable', () => hall.snapshot?.tickets.some(({ stage }) => stage === 'waiting') ?? false);
      const issued = hall.journal().filter(({ type }) => type === 'TicketIssued');
      expect(issued).toHaveLength(2);
      expect(papers()).toBe(before + 1);
    } finally {
      await hall.stop();
    }
  },
  testMs,
);
