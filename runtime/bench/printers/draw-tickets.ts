/** `npm run draw:tickets`: prints the hall's own ticket, Chinese and English, on a simulated printer and keeps the pictures in docs/. */
import { writeFileSync } from 'node:fs';
import { loadHall } from '../../../config/load.ts';
import { printerRig } from '../../../drivers/simulated/ticket-printer/printer-rig.kit.ts';
import { genericEpson } from '../../../drivers/ticket-printer/profile.ts';
import { kioskLayout } from '../../node/kiosk-layout.ts';

const config = await loadHall('config/halls/service-centre.yaml');
const [service] = config.rules.services;
const issuedAt = Date.UTC(2026, 10, 23, 3, 27);
const matters = (service?.matters ?? []).slice(0, 3);

for (const language of ['zh', 'en'] as const) {
  const rig = await printerRig({ profile: genericEpson });
  await rig.clock.until(() => rig.printer.health.state === 'ready');
  const blocks = kioskLayout(config, language)(
    {
      ticket: '2026-11-23/A012',
      day: '2026-11-23',
      number: 'A012',
      ahead: 7,
      wait: { low_ms: 1_200_000, high_ms: 1_800_000 },
      issued_at: issuedAt,
    },
    { service: service?.id ?? '', matters },
  );
  const verdict = await rig.print({ jobId: `ticket-${language}`, blocks });
  const paper = rig.machine.look().papers[0];
  const picture = await rig.machine.picture(paper?.id ?? '');
  if (verdict.kind !== 'printed' || picture === undefined) throw new Error(`the ${language} ticket did not print`);
  const file = `docs/ticket-${language}.png`;
  writeFileSync(file, picture);
  console.log(`${file}: ${paper?.text.length} lines, ${paper?.heightMm} mm, ${picture.length} bytes`);
}
