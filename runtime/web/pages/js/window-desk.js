// @ts-check
/** Every window at a glance, and what a supervisor changes of it: task, services, freeing it, opening and closing; proposals. */
import { command } from './api.js';
import { h, keepList, setData, setText, textSpan, toast, words } from './dom.js';
import { openForm, whyField } from './form.js';
import { followList } from './lists.js';
import { named, t } from './text.js';
import { sinceText } from './times.js';

const whys = [t('why.more-waiting'), t('why.staffing'), t('why.lunch'), t('why.device-fault')];
const roles = ['intake', 'certificate', 'desk'].map((value) => ({ value, text: named('window-role', value) }));

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountWindowDesk(box, hall) {
  const proposals = h('div', { class: 'proposals' });
  const filter = h('input', {
    type: 'search',
    placeholder: t('window-desk.filter-hint'),
    'aria-label': t('window-desk.filter'),
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
      ({ value, text }) => `${text} ${open.filter((/** @type {any} */ view) => view.role === value).length}`,
    );
    setText(
      sums,
      [t('window-desk.open-count', { open: open.length, all: rules.windows.length }), ...byRole].join(' · '),
    );
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
  const state = named('window-state', stateOf(view));
  const role = named('window-role', view?.role ?? sign.role);
  return `${sign.number} ${sign.name.zh} ${sign.name.en} ${view?.call?.number ?? ''} ${state} ${role}`.toLowerCase();
}

/** @param {any} view */
const stateOf = (view) => view?.call?.status ?? view?.state ?? 'closed';

/** @param {string} type @param {any} data @param {string} text */
async function done(type, data, text) {
  const answer = await command(type, data, 'supervisor');
  if (answer.ok) toast(text);
  return answer.ok === true;
}

/** What the balancer would do, in words. @param {import('./live.js').LiveHall} hall @param {any} row */
function proposalText(hall, row) {
  const number = hall.rules?.windows.find((/** @type {any} */ each) => each.id === row.window)?.number ?? row.window;
  const role = named('window-role', row.role ?? '');
  const lent = hall.rules?.services.find((/** @type {any} */ each) => each.id === row.lends)?.name;
  if (row.role !== null) return t('window-desk.to-task', { number, role });
  if (lent !== undefined) return t('window-desk.helps', { number, lent });
  return t('window-desk.own-work', { number });
}

/** @param {import('./live.js').LiveHall} hall @param {any} row @param {() => Promise<void>} changed */
function makeProposal(hall, row, changed) {
  const text = proposalText(hall, row);
  const { proposal } = row;
  const accept = async () => {
    if (await done('AcceptBalance', { proposal }, text)) await changed();
  };
  const decline = () =>
    openForm({
      title: t('window-desk.decline-title', { text }),
      fields: [whyField([t('why.shift-ends'), t('why.other-plans'), t('why.queue-shrinks')])],
      act: t('window-desk.decline'),
      done: async ({ why }) => {
        const well = await done('DeclineBalance', { proposal, why }, t('window-desk.recorded'));
        if (well) await changed();
        return well;
      },
    });
  return h(
    'article',
    { class: 'proposal', data: { window: row.window } },
    h('div', null, h('b', null, words('window-desk.proposal', { text })), h('p', { class: 'hint' }, row.why)),
    h(
      'div',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'quiet', data: { act: 'decline' }, onclick: decline },
        words('window-desk.decline'),
      ),
      h(
        'button',
        { type: 'button', class: 'primary', data: { act: 'accept' }, onclick: accept },
        words('window-desk.accept'),
      ),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} sign */
function makeCard(hall, sign) {
  const now = () => hall.get(`window/${sign.id}`);
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ run) =>
    h('button', { type: 'button', class: 'quiet small', data: { act: name }, onclick: run }, textSpan(text));
  const plain = (/** @type {string} */ type, /** @type {any} */ more = {}) =>
    void command(type, { window: sign.id, ...more }, 'supervisor');
  return h(
    'article',
    { class: 'window-card card', data: { window: sign.id } },
    h(
      'header',
      null,
      h('b', { class: 'sign' }, String(sign.number)),
      textSpan(sign.name),
      h('span', { class: 'chip' }),
    ),
    h('p', { class: 'now' }, h('b', { class: 'now-number' }), h('span', { class: 'now-since' })),
    h('p', { class: 'task' }, h('span', { class: 'task-role' }), h('span', { class: 'task-waiting' })),
    h(
      'div',
      { class: 'acts' },
      button('open', t('window-desk.open'), () => plain('OpenWindow')),
      button('resume', t('window-desk.resume'), () => plain('ResumeWindow')),
      button('pause', t('common.pause'), () => plain('PauseWindow', { reason: 'supervisor' })),
      button('role', t('window-desk.task'), () =>
        askRole(sign, now(), t('window-desk.change-task', { number: sign.number })),
      ),
      button('services', t('window-desk.services'), () =>
        askServices(hall, sign, t('window-desk.change-services', { number: sign.number })),
      ),
      button('free', t('window-desk.release'), () =>
        askFree(sign, t('window-desk.release-title', { number: sign.number })),
      ),
      button('close', t('window-desk.close'), () => plain('CloseWindow')),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} card @param {any} each */
function updateCard(hall, card, { sign, view }) {
  const state = stateOf(view);
  setData(card, 'state', state);
  const chip = card.querySelector('.chip');
  const text = named('window-state', state);
  setText(chip, text);
  setData(chip, 'kind', state);
  setText(card.querySelector('.now-number'), view?.call?.number ?? '—');
  setText(card.querySelector('.now-since'), view?.call ? sinceText(view.call.called_at, hall.now()) : '');
  const role = view?.role ?? sign.role;
  const roleText = named('window-role', role);
  const changed = role !== sign.role;
  setText(card.querySelector('.task-role'), changed ? `${roleText} · ${t('window-desk.adjusted')}` : roleText);
  setData(card, 'changed', changed ? 'yes' : undefined);
  setText(card.querySelector('.task-waiting'), t('window-desk.waiting', { count: view?.waiting ?? 0 }));
  const show = {
    open: state === 'closed',
    resume: state === 'paused',
    pause: state === 'open',
    close: state !== 'closed',
  };
  for (const [name, on] of Object.entries(show)) card.querySelector(`[data-act="${name}"]`).hidden = !on;
  card.querySelector('[data-act="free"]').hidden = view?.call == null && (view?.held ?? []).length === 0;
}

/** @param {any} sign @param {any} view @param {string} title */
function askRole(sign, view, title) {
  openForm({
    title,
    fields: [
      {
        name: 'role',
        text: t('window-desk.task-field'),
        kind: 'choice',
        value: view?.role ?? sign.role,
        options: roles,
      },
      whyField(whys),
    ],
    act: t('common.change'),
    done: ({ role, why }) =>
      done('SetWindowRole', { window: sign.id, role, why }, t('window-desk.task-changed', { number: sign.number })),
  });
}

/** @param {import('./live.js').LiveHall} hall @param {any} sign @param {string} title */
function askServices(hall, sign, title) {
  const ticks = hall.rules.services.map((/** @type {any} */ service) => {
    const tick = h('input', { type: 'checkbox', value: service.id });
    tick.checked = sign.serves === 'all' || sign.serves.some((/** @type {any} */ each) => each.service === service.id);
    return { tick, row: h('label', null, tick, textSpan(service.name)) };
  });
  openForm({
    title,
    lead: h(
      'div',
      null,
      h('p', { class: 'hint' }, words('window-desk.all-services-hint')),
      h('div', { class: 'matter-list short' }, ...ticks.map((/** @type {any} */ each) => each.row)),
    ),
    fields: [whyField(whys)],
    act: t('common.change'),
    done: ({ why }) => {
      const chosen = ticks
        .filter((/** @type {any} */ each) => each.tick.checked)
        .map((/** @type {any} */ each) => each.tick.value);
      const serves =
        chosen.length === ticks.length ? 'all' : chosen.map((/** @type {string} */ service) => ({ service }));
      return done(
        'SetWindowServices',
        { window: sign.id, serves, why },
        t('window-desk.services-changed', { number: sign.number }),
      );
    },
  });
}

/** @param {any} sign @param {string} title */
function askFree(sign, title) {
  openForm({
    title,
    lead: h('p', { class: 'hint' }, words('window-desk.release-hint')),
    fields: [whyField([t('why.clerk-away'), t('why.device-fault'), t('why.emergency')])],
    act: t('window-desk.release'),
    done: ({ why }) => done('FreeWindow', { window: sign.id, why }, t('window-desk.released', { number: sign.number })),
  });
}
