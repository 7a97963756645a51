/** A modem driver on a simulated modem in virtual time. */
import { createModem } from '../../modem/registry.ts';
import { PortLink } from '../../port/port-link.ts';
import { seededRandom } from '../../random.ts';
import { RecordingLog } from '../../recording-log.kit.ts';
import type { DeliveryReport, SendOutcome, SmsSender, TextMessage } from '../../sms-sender.ts';
import { SimulatedCable } from '../cable.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { createSimulatedModem, type ModemAction, type ModemFaults } from './simulated-modem.kit.ts';

export interface ModemRig {
  readonly clock: VirtualClock;
  readonly modem: ReturnType<typeof createSimulatedModem>;
  readonly driver: SmsSender;
  readonly link: PortLink;
  readonly log: RecordingLog;
  readonly reports: DeliveryReport[];
  fault(faults: Partial<ModemFaults>): void;
  /** Sends and lets the time pass that it takes. */
  send(message?: Partial<TextMessage>, withinMs?: number): Promise<SendOutcome>;
  faults(): readonly string[];
  close(): Promise<void>;
}

interface ModemRigOptions {
  readonly seed?: number;
  readonly warmUpMs?: number;
  /** Done to the modem before the driver starts. */
  readonly before?: readonly ModemAction[];
}

export async function modemRig(
  options: Readonly<Record<string, unknown>> = {},
  { seed = 1, warmUpMs = 2_000, before = [] }: ModemRigOptions = {},
): Promise<ModemRig> {
  const clock = new VirtualClock();
  const [random, log] = [seededRandom(seed), new RecordingLog()];
  const context = { clock, random, log };
  const cable = new SimulatedCable({ name: 'modem', clock, unit: 'bytes' });
  const modem = createSimulatedModem(context, { end: cable });
  const link = new PortLink(context, { name: 'modem', makePort: () => cable.makePort() });
  const line = () => {
    throw new Error('a modem is alone on its port');
  };
  const driver = await createModem(
    { protocol: 'at-pdu', options: { most_per_minute: 60, ...options } },
    { ...context, name: 'sms modem', link, line },
  );
  const reports: DeliveryReport[] = [];
  driver.reported.on((report) => reports.push(report));
  for (const action of before) modem.act(action);
  link.start();
  driver.start();
  await clock.advance(warmUpMs);
  let sent = 0;
  return {
    clock,
    modem,
    driver,
    link,
    log,
    reports,
    fault: (faults) => modem.act({ type: 'fault', faults }),
    send: async (message = {}, withinMs = 10_000) => {
      sent += 1;
      let outcome: SendOutcome | undefined;
      void driver
        .send({
          id: `m${sent}`,
          to: '13800138000',
          text: '请A042号到3号窗口',
          expiresAtMs: clock.monotonicMs() + 3_600_000,
          ...message,
        })
        .then((settled) => {
          outcome = settled;
        });
      for (let waitedMs = 0; outcome === undefined && waitedMs <= withinMs; waitedMs += 100) await clock.advance(100);
      if (outcome === undefined) throw new Error(`no outcome within ${withinMs} ms`);
      return outcome;
    },
    faults: () => driver.health.faults.map(({ code }) => code),
    close: async () => {
      await driver.close();
      await link.close();
    },
  };
}
