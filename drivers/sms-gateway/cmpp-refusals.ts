/** What a CMPP gateway's refusals mean, and what follows for the message. Source: China Mobile, "CMPP 3.0", sections 8.2 and 8.5. */

/** CONNECT_RESP, section 8.2. */
export const loginRefusals: Readonly<Record<number, string>> = {
  1: 'wrong structure',
  2: 'illegal source address',
  3: 'wrong authenticator',
  4: 'version too high',
};

/** SUBMIT_RESP, section 8.5. */
export const submitRefusals: Readonly<
  Record<number, { readonly name: string; readonly retry: 'later' | 'never' | 'mend' }>
> = {
  1: { name: 'wrong-structure', retry: 'mend' },
  2: { name: 'wrong-command', retry: 'mend' },
  3: { name: 'sequence-repeated', retry: 'later' },
  4: { name: 'wrong-length', retry: 'never' },
  5: { name: 'wrong-fee', retry: 'mend' },
  6: { name: 'too-long', retry: 'never' },
  7: { name: 'wrong-service', retry: 'mend' },
  8: { name: 'flow-control', retry: 'later' },
  9: { name: 'not-served', retry: 'mend' },
};
