// @ts-check
/** A device's state as far as anybody can know: of a box that is lost nothing is known. @param {any} device @param {any} node */
export function knownState(device, node) {
  return node === undefined || ['ready', 'alert', 'init'].includes(node.state) ? device.state : 'unknown';
}
