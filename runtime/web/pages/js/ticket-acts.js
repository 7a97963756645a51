// @ts-check
/** What a person may do with one open number: each act a small form, each refusal told in the hub's own words. */
import { command } from './api.js';
import { h, toast, words } from './dom.js';
import { openForm, whyField } from './form.js';
import { findMatters, matterIndex } from './matter-search.js';
import { printAt, printersOf } from './paper.js';
import { local, named, t } from './text.js';

/** @typedef {'desk' | 'supervisor'} Role */

const outcomes = [
  { value: 'solved', text: t('ticket-acts.solved') },
  { value: 'number-issued', text: t('ticket-acts.number-issued') },
  { value: 'referred', text: t('ticket-acts.referred') },
  { value: 'not-solved', text: t('ticket-acts.not-solved') },
];

/** @param {any} ticket @param {string} text */
const titled = (ticket, text) => (ticket === null ? text : `${text} ${ticket.number}`);

/** Shows that it was done; whether the form may close. @param {any} answer @param {string} done */
function finished(answer, done) {
  if (answer.ok) toast(done);
  return answer.ok === true;
}

/** @param {string} type @param {any} data @param {Role} as @param {string} done */
async function ask(type, data, as, done) {
  return finished(await command(type, data, as), done);
}

/** @param {any} ticket @param {Role} as */
export function askClass(ticket, as) {
  openForm({
    title: titled(ticket, t('ticket-acts.change-class')),
    fields: [
      {
        name: 'class',
        text: t('common.class'),
        kind: 'choice',
        value: ticket.class,
        options: ['ordinary', 'priority', 'appointment', 'returning'].map((value) => ({
          value,
          text: named('class', value),
        })),
      },
      whyField([t('why.elderly'), t('why.disabled'), t('why.pregnant'), t('why.carrying-child')]),
    ],
    act: t('common.change'),
    done: (values) =>
      ask(
        'ChangeClass',
        { ticket: ticket.ticket, class: values.class, why: values.why },
        as,
        t('ticket-acts.class-changed'),
      ),
  });
}

/** @param {any} ticket @param {Role} as */
export function askVoid(ticket, as) {
  openForm({
    title: titled(ticket, t('common.void')),
    fields: [
      {
        name: 'reason',
        text: t('common.reason'),
        quick: [t('why.wrong-number'), t('why.issued-twice'), t('why.left')],
        max: 64,
      },
    ],
    act: t('ticket-acts.void-this'),
    done: (values) => ask('VoidTicket', { ticket: ticket.ticket, reason: values.reason }, as, t('ticket-acts.void')),
  });
}

/** @param {import('./live.js').LiveHall} hall @param {any} ticket @param {Role} as */
export function askReprint(hall, ticket, as) {
  const printers = printersOf(hall).filter((printer) => printer.ready);
  openForm({
    title: titled(ticket, t('common.reprint')),
    lead: h('p', { class: 'hint' }, words('ticket-acts.reprint-hint')),
    fields: [
      {
        name: 'at',
        text: t('ticket-acts.printer'),
        kind: 'choice',
        options: [...printers, { value: '', text: t('ticket-acts.only-record') }],
      },
      { ...whyField([t('why.paper-lost'), t('why.unreadable'), t('why.jam')]), name: 'reason' },
    ],
    act: t('common.reprint'),
    done: async (values) => {
      const at = printAt(values.at ?? '');
      const data = { ticket: ticket.ticket, reason: values.reason, ...(at === undefined ? {} : { print_at: at }) };
      const answer = await command('ReprintTicket', data, as);
      if (!answer.ok) return false;
      const { paper } = answer.result;
      if (paper === undefined || paper.verdict === 'printed')
        toast(t('ticket-acts.copy', { copy: answer.result.copy }));
      else toast(t('ticket-acts.reprint-failed', { why: paper.message ?? paper.verdict }), 'bad');
      return true;
    },
  });
}

/** @param {any} ticket @param {Role} as */
export const askReturn = (ticket, as) =>
  void ask('ReturnTicket', { ticket: ticket.ticket }, as, t('ticket-acts.returned', { number: ticket.number }));

/** @param {import('./live.js').LiveHall} hall @param {any} ticket @param {Role} as */
export function askMatters(hall, ticket, as) {
  const index = matterIndex(hall.rules);
  const add = new Set();
  const remove = new Set();
  const names = new Map(hall.rules.matters.map((/** @type {any} */ each) => [each.id, each.name]));
  const list = h('div', { class: 'matter-list short' });
  const search = h('input', {
    type: 'search',
    placeholder: t('ticket-acts.add-matter'),
    'aria-label': t('ticket-acts.add-matter'),
  });
  const has = h(
    'div',
    { class: 'has' },
    ...ticket.matters.map((/** @type {any} */ each) => {
      const tick = h('input', { type: 'checkbox', disabled: each.state !== 'open' });
      tick.checked = true;
      tick.addEventListener('change', () => (tick.checked ? remove.delete(each.matter) : remove.add(each.matter)));
      return h('label', null, tick, local(names.get(each.matter)) || each.matter);
    }),
  );
  const show = () => {
    const known = new Set(ticket.matters.map((/** @type {any} */ each) => each.matter));
    const found = search.value.trim() === '' ? [] : findMatters(index, search.value, '').slice(0, 12);
    list.replaceChildren(
      ...found
        .filter(({ matter }) => !known.has(matter.id))
        .map(({ matter }) => {
          const tick = h('input', { type: 'checkbox', value: matter.id });
          tick.checked = add.has(matter.id);
          tick.addEventListener('change', () => (tick.checked ? add.add(matter.id) : add.delete(matter.id)));
          return h('label', null, tick, local(matter.name));
        }),
    );
  };
  search.addEventListener('input', show);
  openForm({
    title: titled(ticket, t('ticket-acts.change-matters')),
    lead: h('div', null, has, search, list),
    fields: [],
    act: t('common.save'),
    done: () =>
      ask(
        'ChangeMatters',
        { ticket: ticket.ticket, add: [...add], remove: [...remove] },
        as,
        t('ticket-acts.matters-changed'),
      ),
  });
}

/** @param {any} ticket `null` without a number @param {Role} as */
export function askAssistance(ticket, as) {
  openForm({
    title: titled(ticket, t('ticket-acts.assistance-title')),
    fields: [
      {
        name: 'kind',
        text: t('ticket-acts.kind'),
        kind: 'choice',
        options: [
          { value: 'guidance', text: t('ticket-acts.guidance') },
          { value: 'assistance', text: t('ticket-acts.assistance') },
        ],
      },
      { name: 'outcome', text: t('common.outcome'), kind: 'choice', options: outcomes },
    ],
    act: t('ticket-acts.record'),
    done: (values) =>
      ask('RecordAssistance', { ticket: ticket?.ticket ?? null, ...values }, as, t('ticket-acts.recorded')),
  });
}

/** @param {any} ticket `null` without a number @param {Role} as */
export function askComplaint(ticket, as) {
  openForm({
    title: titled(ticket, t('ticket-acts.complaint-title')),
    lead: h('p', { class: 'hint' }, words('ticket-acts.complaint-hint')),
    fields: [
      {
        name: 'kind',
        text: t('ticket-acts.kind-of-complaint'),
        kind: 'choice',
        options: [
          { value: 'complaint', text: t('ticket-acts.complaint') },
          { value: 'suggestion', text: t('ticket-acts.suggestion') },
        ],
      },
      { name: 'text', text: t('ticket-acts.message'), kind: 'long', max: 2000 },
    ],
    act: t('ticket-acts.record'),
    done: async (values) => {
      const answer = await command('RecordComplaint', { ticket: ticket?.ticket ?? null, ...values }, as);
      return finished(answer, t('ticket-acts.recorded-as', { complaint: answer.result?.complaint }));
    },
  });
}

/** @param {any} ticket @param {Role} as */
export function askContact(ticket, as) {
  openForm({
    title: titled(ticket, t('ticket-acts.contact-title')),
    lead: h('p', { class: 'hint' }, words('ticket-acts.contact-hint')),
    fields: [{ name: 'phone', text: t('common.phone'), max: 24 }],
    act: t('common.save'),
    done: (values) =>
      ask('LeaveContact', { ticket: ticket.ticket, phone: values.phone }, as, t('ticket-acts.contact-kept')),
  });
}

/** @param {import('./live.js').LiveHall} hall @param {any} ticket */
export function askMove(hall, ticket) {
  const windows = hall.rules.windows.map((/** @type {any} */ each) => ({
    value: `window/${each.id}`,
    text: t('common.window-n', { number: each.number }),
  }));
  const services = hall.rules.services.map((/** @type {any} */ each) => ({
    value: `service/${each.id}`,
    text: local(each.name),
  }));
  openForm({
    title: titled(ticket, t('ticket-acts.move-title')),
    fields: [
      { name: 'to', text: t('ticket-acts.to'), kind: 'choice', options: [...windows, ...services] },
      {
        name: 'place',
        text: t('common.place'),
        kind: 'choice',
        options: [
          { value: 'age', text: t('ticket-acts.by-age') },
          { value: 'front', text: t('ticket-acts.front') },
          { value: 'end', text: t('ticket-acts.end') },
        ],
      },
      whyField([t('why.window-asked'), t('why.wrong-queue'), t('why.unwell')]),
    ],
    act: t('common.move'),
    done: (values) => {
      const [kind = '', id = ''] = (values.to ?? '').split('/');
      const data = { ticket: ticket.ticket, to: { [kind]: id }, place: values.place, why: values.why };
      return ask('MoveTicket', data, 'supervisor', t('ticket-acts.moved', { number: ticket.number }));
    },
  });
}
