// @ts-check
/** For who sees the demo the first time: what to press next, each step ticked off by what the hall does. */
import { command } from './api.js';
import { h, setData, textSpan, words } from './dom.js';
import { t } from './text.js';

const dismissedKey = 'halld-guide';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountGuide(box, hall) {
  const views = () => hall.under('window/');
  const steps = [
    {
      id: 'number',
      text: t('guide.number'),
      target: '#kiosks',
      done: () => hall.under('ticket/').length > 0,
    },
    {
      id: 'open',
      text: t('guide.open'),
      target: '#windows',
      done: () => views().some((view) => view.state === 'open'),
    },
    {
      id: 'call',
      text: t('guide.call'),
      target: '#windows',
      done: () => views().some((view) => view.call !== null),
    },
    {
      id: 'serve',
      text: t('guide.serve'),
      target: '#windows',
      done: () => views().some((view) => view.rating !== null),
    },
    {
      id: 'fault',
      text: t('guide.fault'),
      target: '#kiosks',
      done: () => hall.under('device/').some((device) => device.faults.length > 0),
    },
  ];
  const ticked = new Set();
  const items = steps.map((step, index) =>
    h(
      'li',
      { data: { step: step.id } },
      h(
        'button',
        {
          type: 'button',
          onclick: () => document.querySelector(step.target)?.scrollIntoView({ behavior: 'smooth', block: 'start' }),
        },
        h('i', null, String(index + 1)),
        textSpan(step.text),
      ),
    ),
  );
  const openAll = h(
    'button',
    { type: 'button', class: 'primary small', data: { act: 'open-all' } },
    words('guide.open-all'),
  );
  openAll.addEventListener('click', async () => {
    openAll.disabled = true;
    for (const view of views())
      if (view.state === 'closed') await command('OpenWindow', { window: view.window }, 'supervisor');
    openAll.disabled = false;
  });
  const close = h('button', { type: 'button', class: 'quiet small', 'aria-label': t('guide.dismiss') }, '×');
  close.addEventListener('click', () => {
    sessionStorage.setItem(dismissedKey, 'yes');
    box.hidden = true;
  });
  box.append(h('b', null, words('guide.try-it')), h('ol', null, ...items), openAll, close);
  hall.watch(['ticket/', 'window/', 'device/', 'bench'], () => {
    for (const step of steps) if (step.done()) ticked.add(step.id);
    const next = steps.find((step) => !ticked.has(step.id))?.id;
    for (const item of items) {
      setData(item, 'done', ticked.has(item.dataset.step) ? 'yes' : undefined);
      setData(item, 'next', item.dataset.step === next ? 'yes' : undefined);
    }
    openAll.hidden = !views().some((view) => view.state === 'closed');
    const told = sessionStorage.getItem(dismissedKey) !== null || next === undefined;
    box.hidden = told || hall.get('bench')?.auto?.running !== false;
  });
}
