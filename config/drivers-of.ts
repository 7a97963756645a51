/** The drivers that a device is wired with, and of which class each is. */
import type { DriverClass } from './catalogue.ts';
import type { DeviceConfig, DriverConfig } from './wiring-schema.ts';

export interface WiredDriver {
  /** The key of the device it stands under. */
  readonly slot: 'panel' | 'printer' | 'board' | 'pad' | 'scanner';
  readonly class: DriverClass;
  readonly driver: DriverConfig;
}

export function driversOf(device: DeviceConfig): WiredDriver[] {
  switch (device.role) {
    case 'ticket-kiosk':
      return [
        { slot: 'panel', class: 'keypad', driver: device.panel },
        { slot: 'printer', class: 'ticket-printer', driver: device.printer },
      ];
    case 'window-board':
    case 'hall-board':
      return [{ slot: 'board', class: 'line-display', driver: device.board }];
    case 'call-pad':
    case 'rating-keypad':
      return [{ slot: 'pad', class: 'keypad', driver: device.pad }];
    case 'check-in':
      return [{ slot: 'scanner', class: 'scanner', driver: device.scanner }];
    case 'slip-printer':
      return [{ slot: 'printer', class: 'ticket-printer', driver: device.printer }];
  }
}
