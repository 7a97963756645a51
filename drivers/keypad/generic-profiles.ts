/** What a protocol knows without a profile: pads on standard usage pages name their own keys. */
const source = 'USB HID Usage Tables 1.5; the device describes itself';

export const genericProfiles: Readonly<Record<string, unknown>> = {
  'hid-standard': { protocol: 'hid-standard', model: 'any pad on standard usage pages', source, keys: [] },
  'hid-keyboard': {
    protocol: 'hid-keyboard',
    model: 'any keyboard or number pad',
    source,
    keys: [],
    timing: { rollover: true },
  },
};
