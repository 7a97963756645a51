// @ts-check
/** Finding a matter among a thousand: by any words of its name, its code, its department or a document it asks for. */

/** @typedef {{matter: any, name: string, all: string, service: any, department: any}} Entry */

/** Made once for a hall's rules. @param {any} rules @returns {Entry[]} */
export function matterIndex(rules) {
  const departments = new Map(rules.departments.map((/** @type {any} */ each) => [each.id, each.name]));
  const serviceOf = new Map();
  for (const service of rules.services)
    for (const id of service.matters) if (!serviceOf.has(id)) serviceOf.set(id, service);
  return rules.matters.map((/** @type {any} */ matter) => {
    const department = departments.get(matter.department);
    const said = [matter.name, department, ...matter.documents].flatMap((each) => (each ? [each.zh, each.en] : []));
    const name = `${matter.name.zh} ${matter.name.en}`.toLowerCase();
    return {
      matter,
      name,
      all: `${matter.code} ${said.join(' ')}`.toLowerCase(),
      service: serviceOf.get(matter.id),
      department,
    };
  });
}

/**
 * Every word must stand somewhere; those whose code or name begins with it come first, then those whose name has it.
 * @param {Entry[]} index @param {string} query @param {string} service only of this service; empty = all
 */
export function findMatters(index, query, service) {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const inService = service === '' ? index : index.filter((entry) => serves(entry, service));
  if (wanted.length === 0) return inService;
  return inService
    .filter((entry) => wanted.every((word) => entry.all.includes(word)))
    .map((entry, place) => ({ entry, place, rank: rankOf(entry, wanted) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ entry }) => entry);
}

/** @param {Entry} entry @param {string} service */
function serves(entry, service) {
  return entry.service?.id === service;
}

/** @param {Entry} entry @param {string[]} wanted */
function rankOf(entry, wanted) {
  const [first = ''] = wanted;
  if (entry.matter.code.toLowerCase().startsWith(first) || entry.name.startsWith(first)) return 0;
  return wanted.every((word) => entry.name.includes(word)) ? 1 : 2;
}

/**
 * The service that has most of the chosen matters; among equals one that is not a bundle of several departments.
 * @param {any} rules @param {string[]} matters
 */
export function serviceFor(rules, matters) {
  const has = (/** @type {any} */ service) =>
    matters.filter((matter) => service.matters.includes(matter)).length - (service.together === true ? 0.5 : 0);
  return rules.services.reduce((/** @type {any} */ best, /** @type {any} */ each) =>
    has(each) > has(best) ? each : best,
  );
}

/** What to bring for all of them, each document once. @param {any} rules @param {string[]} matters @returns {{zh: string, en: string}[]} */
export function documentsOf(rules, matters) {
  const each = new Map();
  for (const id of matters)
    for (const document of rules.matters.find((/** @type {any} */ one) => one.id === id)?.documents ?? [])
      if (!each.has(document.zh)) each.set(document.zh, document);
  return [...each.values()];
}
