// @ts-check
/** For who sees the demo the first time: what to press next, each step ticked off by what the hall does. */
import { command } from './api.js';
import { h, setData, words } from './dom.js';

const dismissedKey = 'halld-guide';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountGuide(box, hall) {
  const views = () => hall.under('window/');
  const steps = [
    {
      id: 'number',
      zh: '在取号机上按一项业务',
      en: 'press a service at a kiosk',
      target: '#kiosks',
      done: () => hall.under('ticket/').length > 0,
    },
    {
      id: 'open',
      zh: '开窗',
      en: 'open the windows',
      target: '#windows',
      done: () => views().some((view) => view.state === 'open'),
    },
    {
      id: 'call',
      zh: '在呼叫器上叫号，看屏',
      en: 'call at a call pad and watch the boards',
      target: '#windows',
      done: () => views().some((view) => view.call !== null),
    },
    {
      id: 'serve',
      zh: '呼叫器：开始，再办结；评价',
      en: 'start, complete, and rate',
      target: '#windows',
      done: () => views().some((view) => view.rating !== null),
    },
    {
      id: 'fault',
      zh: '用扳手拔线或取走纸，看检修',
      en: 'pull a cable or the paper with a wrench',
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
        words(step.zh, step.en),
      ),
    ),
  );
  const openAll = h(
    'button',
    { type: 'button', class: 'primary small', data: { act: 'open-all' } },
    words('全部开窗', 'Open all'),
  );
  openAll.addEventListener('click', async () => {
    openAll.disabled = true;
    for (const view of views())
      if (view.state === 'closed') await command('OpenWindow', { window: view.window }, 'supervisor');
    openAll.disabled = false;
  });
  const close = h('button', { type: 'button', class: 'quiet small', 'aria-label': '收起 · dismiss' }, '×');
  close.addEventListener('click', () => {
    sessionStorage.setItem(dismissedKey, 'yes');
    box.hidden = true;
  });
  box.append(h('b', null, words('试一试', 'Try it')), h('ol', null, ...items), openAll, close);
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
