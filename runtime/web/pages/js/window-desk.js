// @ts-check
/** Every window at a glance, and what a supervisor changes of it: task, services, freeing it, opening and closing; proposals. */
import { command } from './api.js';
import { both, h, keepList, setData, setText, toast, words } from './dom.js';
import { openForm, whyField } from './form.js';
import { followList } from './lists.js';
import { sinceText, textOf, windowRoleTexts, windowStateTexts } from './texts.js';

const whys = ['等候人数增加', '人员调配', '午间轮换', '设备故障'];
const roles = Object.entries(windowRoleTexts).map(([value, text]) => ({ value, ...text }));

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountWindowDesk(box, hall) {
  const proposals = h('div', { class: 'proposals' });
  const filter = h('input', {
    type: 'search',
    placeholder: '窗口号、办理号、状态 · window, number, state',
    'aria-label': '筛选窗口 · Filter windows',
  });
  const sums = h('p', { class: 'sums' });
  const cards = h('div', { class: 'window-cards' });
  box.append(proposals, h('div', { class: 'search-line' }, filter, sums), cards);
  const list = followList(proposals, '/lists/proposals', (rows) =>
    keepList(
      proposals,
      rows,
      (row) => row.proposal,
      (row) => makeProposal(hall, row, () => list.refresh()),
      () => {},
    ),
  );
  const update = () => {
    const rules = hall.rules;
    if (rules === undefined) return;
    const wanted = filter.value.trim().toLowerCase();
    const shown = rules.windows
      .map((/** @type {any} */ sign) => ({ sign, view: hall.get(`window/${sign.id}`) }))
      .filter((/** @type {any} */ each) => wordsOf(each).includes(wanted));
    const open = hall.under('window/').filter((view) => view.state === 'open');
    const byRole = roles.map(
      ({ value, zh }) => `${zh} ${open.filter((/** @type {any} */ view) => view.role === value).length}`,
    );
    setText(sums, `开放 ${open.length}/${rules.windows.length} open · ${byRole.join(' · ')}`);
    keepList(
      cards,
      shown,
      (/** @type {any} */ each) => each.sign.id,
      (/** @type {any} */ each) => makeCard(hall, each.sign),
      (card, /** @type {any} */ each) => updateCard(hall, card, each),
    );
  };
  filter.addEventListener('input', update);
  hall.watch(['window/', 'rules'], update);
  setInterval(() => box.offsetParent !== null && update(), 15_000);
  return () => void list.refresh();
}

/** @param {any} each */
function wordsOf({ sign, view }) {
  const state = textOf(windowStateTexts, stateOf(view));
  const role = textOf(windowRoleTexts, view?.role ?? sign.role);
  return `${sign.number} ${sign.name.zh} ${sign.name.en} ${view?.call?.number ?? ''} ${state.zh} ${state.en} ${role.zh} ${role.en}`.toLowerCase();
}

/** @param {any} view */
const stateOf = (view) => view?.call?.status ?? view?.state ?? 'closed';

/** @param {string} type @param {any} data @param {string} zh @param {string} en */
async function done(type, data, zh, en) {
  const answer = await command(type, data, 'supervisor');
  if (answer.ok) toast(zh, en);
  return answer.ok === true;
}

/** What the balancer would do, in words. @param {import('./live.js').LiveHall} hall @param {any} row */
function proposalText(hall, row) {
  const number = hall.rules?.windows.find((/** @type {any} */ each) => each.id === row.window)?.number ?? row.window;
  const role = textOf(windowRoleTexts, row.role ?? '');
  const lent = hall.rules?.services.find((/** @type {any} */ each) => each.id === row.lends)?.name;
  if (row.role !== null)
    return { zh: `${number} 号窗口改为${role.zh}`, en: `window ${number} to ${role.en.toLowerCase()}` };
  if (lent !== undefined) return { zh: `${number} 号窗口支援${lent.zh}`, en: `window ${number} helps ${lent.en}` };
  return { zh: `${number} 号窗口回到本职`, en: `window ${number} back to its own` };
}

/** @param {import('./live.js').LiveHall} hall @param {any} row @param {() => Promise<void>} changed */
function makeProposal(hall, row, changed) {
  const text = proposalText(hall, row);
  const { proposal } = row;
  const accept = async () => {
    if (await done('AcceptBalance', { proposal }, text.zh, text.en)) await changed();
  };
  const decline = () =>
    openForm({
      title: { zh: `不采纳：${text.zh}`, en: 'Decline' },
      fields: [whyField(['即将换班', '窗口另有安排', '人数很快会减少'])],
      act: { zh: '不采纳', en: 'Decline' },
      done: async ({ why }) => {
        const well = await done('DeclineBalance', { proposal, why }, '已记录', 'recorded');
        if (well) await changed();
        return well;
      },
    });
  return h(
    'article',
    { class: 'proposal', data: { window: row.window } },
    h('div', null, h('b', null, words(`建议：${text.zh}`, text.en)), h('p', { class: 'hint' }, row.why)),
    h(
      'div',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'quiet', data: { act: 'decline' }, onclick: decline },
        words('不采纳', 'Decline'),
      ),
      h(
        'button',
        { type: 'button', class: 'primary', data: { act: 'accept' }, onclick: accept },
        words('采纳', 'Accept'),
      ),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} sign */
function makeCard(hall, sign) {
  const title = (/** @type {string} */ zh, /** @type {string} */ en) => ({ zh: `${sign.number} 号窗口：${zh}`, en });
  const now = () => hall.get(`window/${sign.id}`);
  const button = (
    /** @type {string} */ name,
    /** @type {string} */ zh,
    /** @type {string} */ en,
    /** @type {() => void} */ run,
  ) => h('button', { type: 'button', class: 'quiet small', data: { act: name }, onclick: run }, words(zh, en));
  const plain = (/** @type {string} */ type, /** @type {any} */ more = {}) =>
    void command(type, { window: sign.id, ...more }, 'supervisor');
  return h(
    'article',
    { class: 'window-card card', data: { window: sign.id } },
    h('header', null, h('b', { class: 'sign' }, String(sign.number)), both(sign.name), h('span', { class: 'chip' })),
    h('p', { class: 'now' }, h('b', { class: 'now-number' }), h('span', { class: 'now-since' })),
    h('p', { class: 'task' }, h('span', { class: 'task-role' }), h('span', { class: 'task-waiting' })),
    h(
      'div',
      { class: 'acts' },
      button('open', '开窗', 'Open', () => plain('OpenWindow')),
      button('resume', '恢复', 'Resume', () => plain('ResumeWindow')),
      button('pause', '暂停', 'Pause', () => plain('PauseWindow', { reason: 'supervisor' })),
      button('role', '改任务', 'Task', () => askRole(sign, now(), title('改任务', 'change its task'))),
      button('services', '改业务', 'Services', () => askServices(hall, sign, title('改业务', 'change its services'))),
      button('free', '腾空', 'Free', () => askFree(sign, title('腾空', 'free it'))),
      button('close', '关窗', 'Close', () => plain('CloseWindow')),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} card @param {any} each */
function updateCard(hall, card, { sign, view }) {
  const state = stateOf(view);
  setData(card, 'state', state);
  const chip = card.querySelector('.chip');
  const text = textOf(windowStateTexts, state);
  setText(chip, `${text.zh} ${text.en}`);
  setData(chip, 'kind', state);
  setText(card.querySelector('.now-number'), view?.call?.number ?? '—');
  setText(card.querySelector('.now-since'), view?.call ? sinceText(view.call.called_at, hall.now()).zh : '');
  const role = view?.role ?? sign.role;
  const roleText = textOf(windowRoleTexts, role);
  const changed = role !== sign.role;
  setText(card.querySelector('.task-role'), `${roleText.zh} ${roleText.en}${changed ? ' · 已调整' : ''}`);
  setData(card, 'changed', changed ? 'yes' : undefined);
  setText(card.querySelector('.task-waiting'), `可叫 ${view?.waiting ?? 0}`);
  const show = {
    open: state === 'closed',
    resume: state === 'paused',
    pause: state === 'open',
    close: state !== 'closed',
  };
  for (const [name, on] of Object.entries(show)) card.querySelector(`[data-act="${name}"]`).hidden = !on;
  card.querySelector('[data-act="free"]').hidden = view?.call == null && (view?.held ?? []).length === 0;
}

/** @param {any} sign @param {any} view @param {{zh: string, en: string}} title */
function askRole(sign, view, title) {
  openForm({
    title,
    fields: [
      { name: 'role', zh: '任务', en: 'Task', kind: 'choice', value: view?.role ?? sign.role, options: roles },
      whyField(whys),
    ],
    act: { zh: '更改', en: 'Change' },
    done: ({ role, why }) =>
      done('SetWindowRole', { window: sign.id, role, why }, `${sign.number} 号窗口任务已更改`, 'changed'),
  });
}

/** @param {import('./live.js').LiveHall} hall @param {any} sign @param {{zh: string, en: string}} title */
function askServices(hall, sign, title) {
  const ticks = hall.rules.services.map((/** @type {any} */ service) => {
    const tick = h('input', { type: 'checkbox', value: service.id });
    tick.checked = sign.serves === 'all' || sign.serves.some((/** @type {any} */ each) => each.service === service.id);
    return { tick, row: h('label', null, tick, both(service.name)) };
  });
  openForm({
    title,
    lead: h(
      'div',
      null,
      h('p', { class: 'hint' }, words('全部勾选即综合窗口。', 'All of them make it comprehensive.')),
      h('div', { class: 'matter-list short' }, ...ticks.map((/** @type {any} */ each) => each.row)),
    ),
    fields: [whyField(whys)],
    act: { zh: '更改', en: 'Change' },
    done: ({ why }) => {
      const chosen = ticks
        .filter((/** @type {any} */ each) => each.tick.checked)
        .map((/** @type {any} */ each) => each.tick.value);
      const serves =
        chosen.length === ticks.length ? 'all' : chosen.map((/** @type {string} */ service) => ({ service }));
      return done('SetWindowServices', { window: sign.id, serves, why }, `${sign.number} 号窗口业务已更改`, 'changed');
    },
  });
}

/** @param {any} sign @param {{zh: string, en: string}} title */
function askFree(sign, title) {
  openForm({
    title,
    lead: h(
      'p',
      { class: 'hint' },
      words('正在办理的号码退回等候，窗口关闭。', 'Its visitor is parked, those it holds become anybody’s, it closes.'),
    ),
    fields: [whyField(['工作人员离岗', '设备故障', '紧急情况'])],
    act: { zh: '腾空窗口', en: 'Free the window' },
    done: ({ why }) => done('FreeWindow', { window: sign.id, why }, `${sign.number} 号窗口已腾空`, 'freed'),
  });
}
